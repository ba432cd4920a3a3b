"""Waiting lists: until when a freed place is held for someone, and how a rank is said. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

#: Below it nobody could answer: the place is no longer offered by itself, and goes to whoever books it.
DUREE_MINIMALE = timedelta(minutes=30)


def liste_ouverte(limite: datetime | None, maintenant: datetime) -> bool:
    """Tell whether the waiting list of a day still lives; ``limite``: last instant to hold a place for it."""
    return limite is not None and limite - maintenant >= DUREE_MINIMALE


def fin_de_l_offre(limite: datetime | None, *, duree_heures: int, maintenant: datetime) -> datetime | None:
    """Return the last instant (included) to accept a place that is offered now, or None when it is too late to offer.

    Whole minutes, so that the mail says exactly what is enforced.
    """
    if limite is None or not liste_ouverte(limite, maintenant):
        return None
    return min(limite, maintenant + timedelta(hours=duree_heures)).replace(second=0, microsecond=0)


def rang_en_mots(rang: int) -> str:
    """« 1er sur la liste », « 2e sur la liste »."""
    return f"{rang}{'er' if rang == 1 else 'e'} sur la liste"


@dataclass(frozen=True, slots=True)
class Liste:
    """One créneau as someone who comes now finds it."""

    places_libres: int
    #: Days that wait for a place.
    en_attente: int = 0
    #: Places held for offers whose time is over: the next reading under lock gives them back.
    offres_echues: int = 0

    def places_ouvertes(self, *, ouverte: bool) -> int:
        """Places that a newcomer may take: those who wait come first, as long as the list lives."""
        libres = self.places_libres + self.offres_echues
        return max(libres - self.en_attente, 0) if ouverte else libres

    @property
    def rang_du_prochain(self) -> int:
        """Rank of whoever enters the list now, once what is free is given."""
        return max(self.en_attente - max(self.places_libres + self.offres_echues, 0), 0) + 1
