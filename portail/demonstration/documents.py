"""What the demonstration town asks families to send: the pieces of its registration form."""

from __future__ import annotations

from django.db import transaction

from documents.enums import Portee, Validite
from documents.models import PieceRequise, TypeDocument

#: Name, what must be on it, whose, validity, months, health, asked of everyone (else sent when needed).
TYPES: list[tuple[str, str, Portee, Validite, int | None, bool, bool]] = [
    (
        "Attestation d’assurance",
        "Responsabilité civile et individuelle accident, pour l’année scolaire.",
        Portee.ENFANT,
        Validite.ANNEE_SCOLAIRE,
        None,
        False,
        True,
    ),
    (
        "Carnet de vaccination",
        "Les pages des vaccinations, avec le nom de l’enfant.",
        Portee.ENFANT,
        Validite.PERMANENTE,
        None,
        True,
        True,
    ),
    (
        "Justificatif de domicile",
        "De moins de 3 mois : facture d’énergie, quittance de loyer…",
        Portee.FAMILLE,
        Validite.MOIS,
        12,
        False,
        True,
    ),
    (
        "Attestation de quotient familial",
        "De la CAF ou de la MSA, de l’année en cours.",
        Portee.FAMILLE,
        Validite.MOIS,
        12,
        False,
        False,
    ),
    ("Avis d’imposition", "Toutes les pages.", Portee.FAMILLE, Validite.MOIS, 12, False, False),
    (
        "Livret de famille",
        "Les pages des parents et des enfants.",
        Portee.FAMILLE,
        Validite.PERMANENTE,
        None,
        False,
        False,
    ),
    (
        "Jugement ou convention de garde",
        "La partie qui fixe la résidence de l’enfant.",
        Portee.ENFANT,
        Validite.PERMANENTE,
        None,
        False,
        False,
    ),
    (
        "Projet d’accueil individualisé (PAI)",
        "Signé par le médecin et par l’école.",
        Portee.ENFANT,
        Validite.ANNEE_SCOLAIRE,
        None,
        True,
        False,
    ),
    ("Certificat médical", "Pour une absence ou une activité.", Portee.ENFANT, Validite.PERMANENTE, None, True, False),
    ("Relevé d’identité bancaire", "", Portee.FAMILLE, Validite.PERMANENTE, None, False, False),
]


@transaction.atomic
def charger_documents() -> None:
    """Write the types and what is asked, where they are missing; nothing blocks a booking before the town says so."""
    for ordre, (nom, aide, portee, validite, mois, sante, demande) in enumerate(TYPES, start=1):
        type_document, _ = TypeDocument.objects.get_or_create(
            nom=nom,
            defaults={
                "aide": aide.replace(" :", "\u00a0:"),
                "portee": portee,
                "validite": validite,
                "validite_mois": mois,
                "sante": sante,
                "ordre": ordre,
            },
        )
        if demande:
            PieceRequise.objects.get_or_create(type=type_document, accueil_cle=None)
