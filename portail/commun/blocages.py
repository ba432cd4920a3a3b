"""What prevents a household from booking, named, with where to go."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Blocage:
    """One reason. ``phrase`` is shown as it is; ``lien`` is a path of the portal."""

    code: str
    phrase: str
    lien: str = ""
    libelle_lien: str = ""


def pour_toutes(periodes: Iterable[Any], raisons: list[Blocage]) -> dict[int, list[Blocage]]:
    """Give the same reasons to every période: they come from the household or its login, not from what is booked."""
    return {periode.pk: list(raisons) for periode in periodes}
