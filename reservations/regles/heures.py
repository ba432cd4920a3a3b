"""Care by the hour: what is booked, and how many half-hours are due."""

from __future__ import annotations

from datetime import time

DEMI_HEURE = 30


def demi_heures_commencees(arrivee: time, depart: time) -> int:
    """Count the half-hours started between two hours of one day, from the arrival; 0 when it does not last.

    « Toute demi-heure commencée est due » : 8 h 30 → 9 h 01 is two of them.
    """
    minutes = (depart.hour - arrivee.hour) * 60 + depart.minute - arrivee.minute
    return max(-(-minutes // DEMI_HEURE), 0)


def heures_admises(arrivee: time | None, depart: time | None, ouverture: time, fermeture: time) -> bool:
    """Tell whether these hours are complete, in order and within the opening, both ends included."""
    return arrivee is not None and depart is not None and ouverture <= arrivee < depart <= fermeture
