"""What the régie is told of days that are cancelled although an invoice holds them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string

from contenu.models import Commune
from portail.commun.courriels import deposer_rendu
from portail.commun.templatetags.typographie import jour_long
from reservations.fermetures import factures_des_jours
from reservations.models import Presence


def jours_annules(*, presences: Collection[Presence], motif: str, maintenant: datetime) -> None:
    """Write to each régie which of its issued invoices hold these cancelled days; its account is theirs to put right.

    No query without a day; one when no invoice holds any.
    """
    factures = factures_des_jours([une.pk for une in presences])
    par_regie: defaultdict[str, list[str]] = defaultdict(list)
    for une in presences:
        facture = factures.get(une.pk)
        if facture and facture.courriel:
            par_regie[facture.courriel].append(
                f"Facture n° {facture.numero} – {une.reservation.famille} – {une.reservation.enfant} – "
                f"{jour_long(une.creneau.jour)}, {une.creneau.prestation.nom}"
            )
    for adresse, lignes in par_regie.items():
        contexte = {
            "site_url": settings.SITE_URL,
            "commune": Commune.objects.filter(pk=1).first(),
            "sections": [("Jours annulés, déjà facturés", lignes)],
            "nombre": len(lignes),
            "motif": motif,
        }
        deposer_rendu(
            nom="annulation_facturee",
            destinataire=adresse,
            maintenant=maintenant,
            sujet=" ".join(render_to_string("courriels/annulation_facturee.sujet.txt", contexte).split()),
            texte=render_to_string("courriels/annulation_facturee.txt", contexte),
            html=render_to_string("courriels/annulation_facturee.html", contexte),
        )
