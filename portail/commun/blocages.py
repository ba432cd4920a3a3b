"""What prevents a household from booking, named, with where to go."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet


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


def seulement_si(lire: Callable[[], QuerySet[Any]]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Ask a source only when these rows exist: the prerequisites of all the sources are read in one query."""

    def decorer(source: Callable[..., Any]) -> Callable[..., Any]:
        source.prealable = lire  # type: ignore[attr-defined]
        return source

    return decorer
