"""What the actions refuse, with facts that the page turns into sentences."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import TextChoices

from portail.commun.blocages import Blocage
from portail.commun.erreurs import RefusMetier


class ReservationBloquee(Exception):
    """Something must be done before this household may book: each reason is named, with where to go."""

    def __init__(self, blocages: Sequence[Blocage]) -> None:
        super().__init__(", ".join(blocage.code for blocage in blocages))
        self.blocages = list(blocages)


class JourRefuse(RefusMetier):
    """The rules refuse one day; the sentences name what the reasons only allude to."""

    def __init__(self, motifs: Sequence[TextChoices], phrases: Sequence[str]) -> None:
        super().__init__(motifs)
        self._phrases = list(phrases)

    def phrases(self) -> list[str]:
        return self._phrases


class RienAEnvoyer(Exception):
    """The planning holds no unsent edit."""


class BrouillonModifie(Exception):
    """The edits are no longer those that the person checked: another tab, or the other parent, changed them."""


class CapaciteDepassee(Exception):
    """More places are taken on these days than what is asked: nothing was changed."""

    def __init__(self, jours: Sequence[date]) -> None:
        super().__init__(", ".join(f"{jour:%d/%m/%Y}" for jour in jours))
        self.jours = list(jours)


class EffetsModifies(Exception):
    """Bookings moved since the effects of a change were read: they have to be read again."""


class PlacesIncoherentes(Exception):
    """The number of places moved while its row was locked: a fault of the program, never an answer to a family."""


class FermetureChangee(Exception):
    """What a closure would cancel is no longer what its preview showed."""
