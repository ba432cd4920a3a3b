"""What a household must do before it may book, as far as this app knows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse

from familles.models import CampagneCertification, Certification, Famille, Utilisateur
from portail.commun.blocages import Blocage, pour_toutes, seulement_si
from portail.commun.dates import aujourdhui


def fiches_non_certifiees(*, suivis: Sequence[Any], maintenant: datetime) -> dict[Any, list[str]]:
    """Say of which households the sheet is to be certified, as the service reads it; two queries."""
    campagnes = list(CampagneCertification.objects.en_cours_le(aujourdhui(maintenant)).filter(bloquante=True))
    if not campagnes:
        return {}
    familles = {suivi.famille.pk for suivi in suivis}
    faites = set(
        Certification.objects.filter(campagne__in=campagnes, famille__in=familles).values_list(
            "campagne_id", "famille_id"
        )
    )
    return {
        suivi.cle: [
            f"Fiche de la famille à certifier ({une.libelle})"
            for une in campagnes
            if (une.pk, suivi.famille.pk) not in faites
        ]
        for suivi in suivis
    }


def adresse_non_confirmee(
    *, utilisateur: Utilisateur, famille: Famille, enfants: Any, periodes: Sequence[Any], maintenant: datetime
) -> dict[int, list[Blocage]]:
    """Booking waits for the confirmation of the login's address (tutorial, first message)."""
    if utilisateur.is_staff or utilisateur.a_une_adresse_confirmee:
        return {}
    raison = Blocage(
        code="adresse_non_confirmee",
        phrase="Confirmez votre adresse électronique grâce au lien reçu par courriel.",
        lien=reverse("account_email"),
        libelle_lien="Recevoir le lien à nouveau",
    )
    return pour_toutes(periodes, [raison])


@seulement_si(lambda: CampagneCertification.objects.filter(bloquante=True))
def fiche_a_certifier(
    *, utilisateur: Utilisateur, famille: Famille, enfants: Any, periodes: Sequence[Any], maintenant: datetime
) -> dict[int, list[Blocage]]:
    """Booking waits for « all is up to date » when the campaign under way says so; one query."""
    if utilisateur.is_staff:
        return {}
    campagne = (
        CampagneCertification.objects.en_cours_le(aujourdhui(maintenant))
        .filter(bloquante=True)
        .exclude(certifications__famille=famille)
        .first()
    )
    if campagne is None:
        return {}
    raison = Blocage(
        code="fiche_a_certifier",
        phrase=f"Relisez la fiche de la famille {famille.nom} et dites-nous qu’elle est à jour ({campagne.libelle}).",
        lien=reverse("familles:fiche_de", args=[famille.cle]),
        libelle_lien="Vérifier la fiche",
    )
    return pour_toutes(periodes, [raison])
