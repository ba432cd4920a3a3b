"""Fewer places than are taken: which days give theirs back, and what the capacity becomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from reservations.enums import EtatPresence, SiDepasse


@dataclass(frozen=True, slots=True)
class Occupant:
    """A day that holds a place and may be moved to the waiting list: neither checked on the day nor billed."""

    presence: int
    etat: EtatPresence
    #: When it was asked, or last answered: the latest gives its place back first.
    depuis: datetime


@dataclass(frozen=True, slots=True)
class Reduction:
    """What a change makes of one day; ``capacite`` is what is written, at least the places that stay taken."""

    capacite: int
    deplacees: tuple[int, ...] = ()
    #: Places taken beyond what was asked, that nothing moves.
    depassement: int = 0


def reduire(voulue: int, prises: int, occupants: Sequence[Occupant], si_depasse: SiDepasse) -> Reduction:
    """Return what becomes of a day on which ``prises`` places are taken when ``voulue`` are wanted.

    Days that wait for an answer give way before accepted ones, the latest first. ``SiDepasse.REFUSER`` moves nothing:
    a ``depassement`` then means that the whole change is refused.
    """
    trop = prises - voulue
    if trop <= 0:
        return Reduction(voulue)
    if si_depasse != SiDepasse.DEPLACER:
        return Reduction(prises, depassement=trop)
    ordre = sorted(occupants, key=lambda un: (un.etat == EtatPresence.DEMANDEE, un.depuis, un.presence), reverse=True)
    deplacees = tuple(un.presence for un in ordre[:trop])
    return Reduction(max(voulue, prises - len(deplacees)), deplacees, trop - len(deplacees))
