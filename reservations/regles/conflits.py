"""Which answers to the days that wait would contradict each other: pure functions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time

from reservations.enums import ETATS_TENUS, EtatPresence

#: A brother or a sister in one of these states does not come that day, or does not know yet.
SANS_LE_JOUR = frozenset({EtatPresence.REFUSEE, EtatPresence.LISTE_ATTENTE})


@dataclass(frozen=True, slots=True)
class JourDeFratrie:
    """The day of one child of the household, on the same prestation."""

    enfant: int
    prenom: str
    etat: EtatPresence


def se_chevauchent(une: tuple[time, time] | None, autre: tuple[time, time] | None) -> bool:
    """Do two ranges of one day share an instant? One that ends when the other begins does not; unknown hours: no."""
    return une is not None and autre is not None and une[0] < autre[1] and autre[0] < une[1]


def fratrie_separee(etat: EtatPresence, enfant: int, jours: Iterable[JourDeFratrie]) -> tuple[list[str], list[str]]:
    """Return the first names of those who do not have the day that this child may be given, and of those who have it.

    The second is for a child who waits for a place: its brothers and sisters have theirs.
    """
    autres = [un for un in jours if un.enfant != enfant]
    if etat == EtatPresence.LISTE_ATTENTE:
        return [], sorted({un.prenom for un in autres if un.etat in ETATS_TENUS})
    return sorted({un.prenom for un in autres if un.etat in SANS_LE_JOUR}), []
