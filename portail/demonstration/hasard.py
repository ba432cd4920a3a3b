"""Chance that is the same each time: everything invented comes from the seed, public keys included."""

from __future__ import annotations

import random
import uuid
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Tirage(random.Random):
    """The draws of one subject. A change in one subject does not move the draws of the others."""

    def __init__(self, graine: int, sujet: str) -> None:
        super().__init__(f"{graine}/{sujet}")

    def cle(self) -> uuid.UUID:
        return uuid.UUID(int=self.getrandbits(128), version=4)

    def chance(self, pour_cent: float) -> bool:
        """Return true ``pour_cent`` times out of a hundred."""
        return self.random() * 100 < pour_cent

    def pese(self, poids: dict[T, int]) -> T:
        """Draw one of the keys, as often as its weight says."""
        return self.choices(list(poids), weights=list(poids.values()))[0]

    def quelques(self, valeurs: Sequence[T], nombre: int) -> list[T]:
        """Draw ``nombre`` different values (or all when there are fewer), in their order."""
        rangs = sorted(self.sample(range(len(valeurs)), min(nombre, len(valeurs))))
        return [valeurs[rang] for rang in rangs]
