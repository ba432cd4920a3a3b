"""The card of a child, as the tutorial shows it on the dashboard, the household's page and the sheet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from enfants.enums import Sexe
from enfants.models import Enfant


@dataclass(frozen=True)
class CarteEnfant:
    """What ``enfants/_carte.html`` reads."""

    cle: UUID
    prenom: str
    #: « AABELIUM BAPTISTE (7 ans et 1 mois) ».
    titre: str
    #: Pairs (label, value), for ``composants/definitions.html``.
    lignes: list[tuple[str, str]]


def carte(enfant: Enfant, jour: date) -> CarteEnfant:
    age = enfant.age_en_mots(jour)
    return CarteEnfant(
        cle=enfant.cle,
        prenom=enfant.prenom,
        titre=f"{enfant} ({age})",
        lignes=[
            ("Nom", enfant.nom),
            ("Prénom", enfant.prenom),
            ("Née le" if enfant.sexe == Sexe.FILLE else "Né le", f"{enfant.date_naissance:%d/%m/%Y}"),
            ("Âge", age),
            ("Lieu de naissance", lieu(enfant)),
        ],
    )


def lieu(enfant: Enfant) -> str:
    """« Rennes (35) », « (35) » as in the tutorial when the town is unknown, « Rennes », or nothing."""
    departement = f"({enfant.departement_naissance})" if enfant.departement_naissance else ""
    return f"{enfant.lieu_naissance} {departement}".strip()
