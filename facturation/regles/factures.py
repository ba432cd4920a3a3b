"""How billed days become the lines of an invoice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from facturation.regles.tarifs import PrixExplique
from portail.commun.montants import ZERO


@dataclass(frozen=True, slots=True)
class JourAFacturer:
    """One day of one child, with the words that the invoice keeps. ``rang`` orders the lines."""

    presence_id: int
    jour: date
    enfant_id: int
    enfant_nom: str
    prestation_id: int
    designation: str
    etablissement: str
    accueil: str
    periode: str
    prix: PrixExplique
    rang: tuple[object, ...] = ()
    #: How many times the price is due that day: half-hours started of a prestation by the hour.
    unites: int = 1


@dataclass(frozen=True, slots=True)
class LigneCalculee:
    """Days of one child for one prestation at one price; the sum of the lines is the invoice's total."""

    modele: JourAFacturer
    jours: tuple[date, ...]
    presences: tuple[int, ...]
    #: Days, or half-hours of a prestation by the hour.
    quantite: int

    @property
    def tarif(self) -> Decimal:
        return self.modele.prix.montant

    @property
    def montant(self) -> Decimal:
        return self.tarif * self.quantite

    @property
    def explication(self) -> dict[str, object]:
        prix = self.modele.prix
        return {"phrase": prix.phrase, "quotient": prix.quotient, "tranche_minimum": prix.tranche_minimum}


def lignes(jours: Iterable[JourAFacturer]) -> list[LigneCalculee]:
    """Gather days by child, prestation and price; each line's days are in order. The input's order is of no account."""
    groupes: dict[tuple[object, ...], list[JourAFacturer]] = {}
    for jour in sorted(jours, key=lambda jour: (jour.rang, jour.jour, jour.presence_id)):
        groupes.setdefault((jour.enfant_id, jour.prestation_id, jour.prix), []).append(jour)
    return [
        LigneCalculee(
            groupe[0],
            tuple(jour.jour for jour in groupe),
            tuple(jour.presence_id for jour in groupe),
            sum(jour.unites for jour in groupe),
        )
        for groupe in groupes.values()
    ]


def total(lignes_calculees: Sequence[LigneCalculee]) -> Decimal:
    """Return the exact sum: each line is a whole number of times a price already rounded to the cent."""
    return sum((ligne.montant for ligne in lignes_calculees), ZERO)
