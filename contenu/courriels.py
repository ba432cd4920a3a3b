"""Mails of the contact form: to the service when somebody writes, to the person when the service answers."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from contenu.models import Commune, MessageContact
from portail.commun.courriels import deposer


def prevenir_le_service(*, message: MessageContact, maintenant: datetime) -> None:
    """Tell the service, at the address of the town; without one, the list of the staff's site is where it is read."""
    adresse = Commune.objects.filter(pk=1).values_list("courriel", flat=True).first()
    if not adresse:
        return
    chemin = reverse("admin:contenu_echange_change", args=[message.echange_id])
    deposer(
        nom="contact_recu",
        destinataire=adresse,
        maintenant=maintenant,
        contexte={"echange": message.echange, "message": message, "url": f"{settings.SITE_URL}{chemin}"},
    )


def porter_la_reponse(*, message: MessageContact, maintenant: datetime) -> None:
    """Send the answer. For who has no account the link is the key of the thread, so staff do not read that mail."""
    echange = message.echange
    deposer(
        nom="contact_reponse",
        destinataire=echange.courriel,
        maintenant=maintenant,
        contexte={
            "echange": echange,
            "message": message,
            "url": f"{settings.SITE_URL}{echange.get_absolute_url()}",
        },
        confidentiel=echange.auteur_id is None,
    )
