"""What one day costs: the tariff of that day, then the bracket of the household's quotient of that day.

Brackets include their lower bound. A household whose quotient is not known pays the tariff's own amount, which the
council sets to the highest bracket (règlement of every town read: Grand Périgueux, Le Mans, Lumbin…).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Protocol, TypeVar

from portail.commun.montants import arrondir, en_euros
from reservations.regles import Majoration


class Datee(Protocol):
    """Something valid from a day until another, both included; no end when ``au`` is empty."""

    @property
    def du(self) -> date: ...

    @property
    def au(self) -> date | None: ...


D = TypeVar("D", bound=Datee)


@dataclass(frozen=True, slots=True)
class Tranche:
    qf_minimum: int
    montant: Decimal


@dataclass(frozen=True, slots=True)
class Grille:
    """A voted tariff; ``tranches`` in any order, empty for a flat price."""

    du: date
    au: date | None
    montant: Decimal
    tranches: tuple[Tranche, ...] = ()


@dataclass(frozen=True, slots=True)
class QuotientDate:
    du: date
    au: date | None
    valeur: int


@dataclass(frozen=True, slots=True)
class PrixExplique:
    """A price in euros, the sentence that justifies it, and the values it was read with."""

    montant: Decimal
    phrase: str
    quotient: int | None = None
    tranche_minimum: int | None = None


def en_vigueur(datees: Iterable[D], jour: date) -> D | None:
    """Return the one that is valid that day, if any. The database refuses two that overlap."""
    return next((datee for datee in datees if datee.du <= jour and (datee.au is None or jour <= datee.au)), None)


def prix(grille: Grille, quotient: int | None) -> PrixExplique:
    """Return the price of one day under this tariff."""
    tranches = sorted(grille.tranches, key=lambda tranche: tranche.qf_minimum)
    montant = arrondir(grille.montant)
    if not tranches:
        return PrixExplique(montant, f"Tarif unique de {en_euros(montant)}, en vigueur depuis le {grille.du:%d/%m/%Y}.")
    if quotient is None:
        return PrixExplique(montant, f"Quotient familial non connu à cette date : tarif de {en_euros(montant)}.")
    retenue = next((tranche for tranche in reversed(tranches) if tranche.qf_minimum <= quotient), None)
    if retenue is None:
        return PrixExplique(
            montant,
            f"Quotient familial de {quotient}, sous la première tranche : tarif de {en_euros(montant)}.",
            quotient,
        )
    suivante = next((tranche for tranche in tranches if tranche.qf_minimum > retenue.qf_minimum), None)
    bornes = f"de {retenue.qf_minimum} à {suivante.qf_minimum - 1}" if suivante else f"à partir de {retenue.qf_minimum}"
    montant = arrondir(retenue.montant)
    return PrixExplique(
        montant,
        f"Quotient familial de {quotient} : tranche {bornes}, {en_euros(montant)}.",
        quotient,
        retenue.qf_minimum,
    )


def majorer(prix: PrixExplique, montant: Decimal | None, pourcent: Decimal | None) -> PrixExplique:
    """Add what was said at the booking of a late day: euros, or a share of the price; nothing when both are empty."""
    if montant is None and pourcent is None:
        return prix
    majoration = Majoration(montant, pourcent)
    return replace(
        prix,
        montant=prix.montant + majoration.de(prix.montant),
        phrase=f"{prix.phrase} Réservé après le délai : majoration de {majoration.en_mots()}.",
    )


def prix_du_jour(jour: date, grilles: Iterable[Grille], quotients: Iterable[QuotientDate]) -> PrixExplique | None:
    """Return the price of that day, or nothing when no tariff is voted for it."""
    grille = en_vigueur(grilles, jour)
    if grille is None:
        return None
    quotient = en_vigueur(quotients, jour)
    return prix(grille, quotient.valeur if quotient else None)
