"""Which days a pattern keeps: weekdays, dates, one week in two."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from reservations.enums import Rythme, Sens


@dataclass(frozen=True, slots=True)
class Consigne:
    """« Tous les lundis et jeudis, du … au …, une semaine sur deux »; both dates included."""

    jours: frozenset[int]
    du: date
    au: date
    rythme: Rythme = Rythme.CHAQUE_SEMAINE
    sens: Sens = Sens.AJOUT

    def retient(self, jour: date) -> bool:
        if jour.weekday() not in self.jours or not self.du <= jour <= self.au:
            return False
        if self.rythme == Rythme.CHAQUE_SEMAINE:
            return True
        if self.rythme == Rythme.UNE_SUR_DEUX:
            return (_lundi(jour) - _lundi(self.du)).days // 7 % 2 == 0
        return (jour.isocalendar().week % 2 == 0) == (self.rythme == Rythme.SEMAINES_PAIRES)


def _lundi(jour: date) -> date:
    return jour - timedelta(days=jour.weekday())
