"""Which deadline a gesture follows, and what becomes of it afterwards: pure functions.

The most precise rule applies: prestation and weekday, then prestation, then weekday, then the période's own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from portail.commun.montants import arrondir, en_euros
from reservations.enums import ApresDelai, Geste
from reservations.regles.delais import Delai

CENT = Decimal(100)


@dataclass(frozen=True, slots=True)
class Majoration:
    """What a late day costs more: euros, or a share of its price; exactly one is given."""

    montant: Decimal | None
    pourcent: Decimal | None

    def de(self, prix: Decimal) -> Decimal:
        """Return what is added to this price, in euros, rounded to the cent."""
        return arrondir(self.montant if self.montant is not None else prix * (self.pourcent or 0) / CENT)

    def en_mots(self) -> str:
        """« 1,00 € » or « 50 % »."""
        if self.montant is not None:
            return en_euros(self.montant)
        return f"{(self.pourcent or Decimal(0)).normalize():f}".replace(".", ",") + "\xa0%"


@dataclass(frozen=True, slots=True)
class EffetTardif:
    nature: ApresDelai
    majoration: Majoration | None = None
    #: Last moment of what is allowed late; None: the eve of the day, until midnight.
    delai: Delai | None = None


REFUS = EffetTardif(ApresDelai.REFUS)


@dataclass(frozen=True, slots=True)
class Regime:
    """One deadline and what follows it."""

    delai: Delai
    effet: EffetTardif = REFUS


@dataclass(frozen=True, slots=True)
class Particularite:
    """A regime that replaces the période's for one gesture; no prestation, no weekday: all of them."""

    geste: Geste
    prestation: int | None
    jours: frozenset[int]
    regime: Regime

    def concerne(self, geste: Geste, jour: date, prestation: int | None) -> bool:
        return (
            self.geste == geste
            and (self.prestation is None or self.prestation == prestation)
            and (not self.jours or jour.weekday() in self.jours)
        )

    @property
    def precision(self) -> tuple[bool, bool]:
        return self.prestation is not None, bool(self.jours)


def regime_applicable(
    particularites: Iterable[Particularite], geste: Geste, jour: date, prestation: int | None
) -> Regime | None:
    """Return the most precise regime of this gesture, that day, for this prestation; None: the période's own."""
    trouvees = [une for une in particularites if une.concerne(geste, jour, prestation)]
    return max(trouvees, key=lambda une: une.precision).regime if trouvees else None
