"""Deadlines: pure functions, without a database or a clock.

Source: the town's règlement intérieur; vocabulary of days of the Code du travail (ouvrés, ouvrables).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from portail.commun.dates import instant
from reservations.enums import TypeJours

DIMANCHE = 6
SAMEDI = 5


@dataclass(frozen=True, slots=True)
class Delai:
    """« ``nombre`` days before, until ``heure`` »; the minute of ``heure`` itself is still in time."""

    nombre: int
    type_jours: TypeJours
    heure: time


@dataclass(frozen=True, slots=True)
class Calendrier:
    """Days on which the town hall does not work, as of the range that the caller loaded."""

    jours_fermes: frozenset[date]

    def compte(self, jour: date, type_jours: TypeJours) -> bool:
        """Tell whether a day is one that this kind of deadline counts."""
        if type_jours == TypeJours.CALENDAIRES:
            return True
        dernier_jour_de_semaine = SAMEDI if type_jours == TypeJours.OUVRES else DIMANCHE
        return jour.weekday() < dernier_jour_de_semaine and jour not in self.jours_fermes


def date_limite(jour: date, delai: Delai, calendrier: Calendrier) -> datetime:
    """Return the last instant (included, Paris wall clock) to book or cancel ``jour``."""
    reste = delai.nombre
    while reste > 0:
        jour -= timedelta(days=1)
        reste -= calendrier.compte(jour, delai.type_jours)
    return instant(jour, delai.heure)
