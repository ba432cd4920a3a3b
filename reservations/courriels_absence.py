"""Mails of the absences: declared, then decided."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from reservations.courriels import ecrire_aux_responsables, nommer
from reservations.enums import EtatDeclaration
from reservations.models import DeclarationAbsence
from reservations.regles.absences import EFFETS

TITRES = {
    EtatDeclaration.A_EXAMINER: "Votre déclaration d’absence est reçue",
    EtatDeclaration.JUSTIFIEE: "L’absence est justifiée",
    EtatDeclaration.NON_JUSTIFIEE: "L’absence n’est pas justifiée",
}


def absence(*, declaration: DeclarationAbsence, maintenant: datetime) -> None:
    """Tell the household what its declaration has become, and what it does to the invoice."""
    presence, etat = declaration.presence, EtatDeclaration(declaration.etat)
    manque = etat == EtatDeclaration.A_EXAMINER and declaration.motif.type_piece and not declaration.document_id
    ecrire_aux_responsables(
        "absence",
        presence.reservation,
        maintenant=maintenant,
        contexte={
            "titre": TITRES[etat],
            "jour": nommer(presence.creneau),
            "motif": declaration.motif.nom,
            "effet": EFFETS[etat],
            "piece": declaration.motif.type_piece.nom if manque else "",
            "reponse": declaration.reponse,
            "url": settings.SITE_URL + reverse("reservations:absence", args=[presence.cle]),
        },
    )
