"""Queries prepared once: Django takes far longer to build most of them than PostgreSQL to answer.

A prepared query is an ordinary QuerySet whose SQL is kept for the life of the process; what changes from one reading
to the next is a ``Parametre``. Only the text is kept: each reading asks the database, and sees it as it is.

What builds the query runs once: it reads neither the clock, nor a setting, nor a row. What may change the text is an
argument of it, and takes few values: a flag, never a household.

    @preparee
    def _des_enfants() -> QuerySet[Presence]:
        return Presence.objects.filter(enfant=UnParmi("enfants"))

    presences = _des_enfants().lire(enfants=[1, 2])
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from functools import cached_property, lru_cache, wraps
from typing import Any, Generic, ParamSpec, TypeVar, cast

from django.db import connections
from django.db.models import QuerySet, Value

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a value goes, among the parameters of the SQL."""

    nom: str


class Parametre(Value):
    """Stands for a value that each reading gives by this name; it goes to the database as it is given."""

    sql = "%s"

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return self.sql, [_Place(self.value)]


class UnParmi(Parametre):
    """Stands for any of the values of a list: ``filter(enfant=UnParmi("enfants"))``, one text whatever its length."""

    sql = "ANY(%s)"


class RequetePreparee(Generic[T]):
    """A QuerySet that is built and compiled at its first reading."""

    def __init__(self, construire: Callable[[], QuerySet[Any, T]]) -> None:
        self._construire = construire

    @cached_property
    def _prete(self) -> tuple[QuerySet[Any, T], Any, str, list[Any]]:
        modele = self._construire()
        if modele.query.select_for_update:
            msg = "Une requête préparée ne pose pas de verrou : rien ne vérifierait qu'une transaction est ouverte."
            raise ValueError(msg)
        compilateur = modele.query.get_compiler(modele.db)
        sql, parametres = compilateur.as_sql()
        # The connection is its thread's: kept here, it would outlive it.
        compilateur.connection = None
        return modele, compilateur, sql, list(parametres)

    def lire(self, **valeurs: Any) -> list[T]:
        """Read the rows; ``valeurs`` holds one value for each parameter, lists for ``UnParmi``."""
        modele, compilateur, sql, parametres = self._prete
        places = tuple(valeurs[un.nom] if isinstance(un, _Place) else un for un in parametres)
        # The compiler holds what the SQL's columns are; the copy is this reading's own, as is its connection.
        sien = copy(compilateur)
        sien.connection = connections[modele.db]
        sien.as_sql = lambda *_, **__: (sql, places)
        lecture = modele.all()
        lecture.query.get_compiler = lambda *_, **__: sien  # type: ignore[method-assign]
        return list(lecture)


def preparee(construire: Callable[P, QuerySet[Any, T]]) -> Callable[P, RequetePreparee[T]]:
    """Decorate what builds a query; its arguments, if any, tell apart the texts that are kept."""

    @lru_cache(maxsize=32)
    @wraps(construire)
    def garder(*args: P.args, **kwargs: P.kwargs) -> RequetePreparee[T]:
        return RequetePreparee(lambda: construire(*args, **kwargs))

    return cast("Callable[P, RequetePreparee[T]]", garder)
