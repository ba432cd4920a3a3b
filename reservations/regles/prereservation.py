"""Where a pre-booking window stands: before it, during it, until the places are allotted, after. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Prereservation:
    """Requests are gathered from ``du`` to ``au``, both included; bookings are as usual once places are allotted."""

    du: datetime
    au: datetime
    #: The allotment is being applied: nothing new is asked, whatever the window.
    confirmee: bool = False
    #: Every household is served.
    attribuee: bool = False

    def ouverte(self, maintenant: datetime) -> bool:
        """Are requests gathered at this instant?"""
        return not self.confirmee and self.du <= maintenant <= self.au

    def close(self, maintenant: datetime) -> bool:
        """Are the places being allotted? Nothing new is asked meanwhile."""
        return not self.attribuee and (self.confirmee or maintenant > self.au)
