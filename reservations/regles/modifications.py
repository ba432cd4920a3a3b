"""Is a change of one prestation the modification of a day that stays booked? Pure functions."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from reservations.enums import Sens


@dataclass(frozen=True, slots=True)
class AutreChoix:
    """Another prestation of the same child on the same day: is it booked, and what does the draft make of it?"""

    actif: bool
    sens: Sens | None


def est_modification(sens: Sens, autres: Collection[AutreChoix]) -> bool:
    """Tell whether adding (or removing) a prestation changes a day that was (or remains) booked otherwise.

    An addition is one when something else is booked that day, even if the same sending cancels it: an exchange. A
    removal is one when something else remains booked, or is added: give only the additions that are accepted.
    """
    if sens == Sens.AJOUT:
        return any(autre.actif for autre in autres)
    return any((autre.actif and autre.sens != Sens.RETRAIT) or autre.sens == Sens.AJOUT for autre in autres)
