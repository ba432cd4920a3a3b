"""The card of a child, as the tutorial shows it on the dashboard, the household's page and the sheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from enfants.enums import Sexe
from enfants.models import Enfant
from familles.enums import Politique


@dataclass(frozen=True)
class CarteEnfant:
    """What ``enfants/_carte.html`` reads."""

    cle: UUID
    prenom: str
    #: « AABELIUM BAPTISTE (7 ans et 1 mois) ».
    titre: str
    #: Pairs (label, value), for ``composants/definitions.html``.
    lignes: list[tuple[str, str]]


def carte(enfant: Enfant, jour: date, politiques: Mapping[str, Politique]) -> CarteEnfant:
    """Return the card, without the birth place that the town hides."""
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
            ("Lieu de naissance", lieu(enfant, politiques)),
        ],
    )


def scolarite(enfant: Enfant, politiques: Mapping[str, Politique]) -> str:
    """« École des Dunes, CE1 », without what the town hides."""
    montres = {"enfant.ecole": str(enfant.ecole or ""), "enfant.niveau": enfant.get_niveau_display()}
    return ", ".join(mot for nom, mot in montres.items() if mot and politiques.get(nom) is not Politique.MASQUE)


def lieu(enfant: Enfant, politiques: Mapping[str, Politique]) -> str:
    """« Rennes (35) », « (35) » as in the tutorial when the town is unknown, « Rennes », or nothing."""
    ville, departement = (
        "" if politiques.get(f"enfant.{nom}") is Politique.MASQUE else getattr(enfant, nom)
        for nom in ("lieu_naissance", "departement_naissance")
    )
    return f"{ville} {f'({departement})' if departement else ''}".strip()
