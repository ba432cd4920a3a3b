"""Vocabulary of what becomes of a household's data: each app says it, model by model, in ``donnees_personnelles.py``.

A model that reaches a household and that no app has declared makes a test fail: nothing is forgotten by silence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Model, Q, QuerySet

#: Never exported, never a matter of erasure by themselves: keys of the database and copies kept for searching.
TECHNIQUES = frozenset({"id", "cle", "nom_recherche"})


class Sort(Enum):
    """What erasure does to the rows of a household; the value is what the service reads of « la donnée »."""

    EFFACER = "Effacée"
    ANONYMISER = "Rendue anonyme"
    CONSERVER = "Conservée"
    #: The rows are another household's, or live on: only what names this one is taken out.
    DETACHER = "Détachée de la famille"
    #: Reached by the links of the model, yet never about a household.
    HORS_FOYER = "Ne concerne pas les familles"


@dataclass(frozen=True)
class Perimetre:
    """What one gesture covers. To export: all that the household may read. To erase: what belongs to it alone."""

    famille: int
    famille_cle: UUID
    responsables: frozenset[int]
    enfants: frozenset[int]
    #: Children whose health data may be read for this export; those of ``enfants`` for an erasure.
    enfants_sante: frozenset[int]
    #: Logins of the household; for an erasure, those that no other household and no role keeps alive.
    connexions: frozenset[int]
    #: Public keys of all these objects, by which mails, traces and logs name them without a link.
    cles: frozenset[UUID]
    adresses: frozenset[str]
    #: Label of a model -> primary keys of its rows in the gesture, filled before the journals are walked.
    objets: Mapping[str, frozenset[str]] = field(default_factory=dict)


Lignes = Callable[[Perimetre], Q]


@dataclass(frozen=True)
class Politique:
    """What is exported of one model, and what erasure does to it, with its reason in the words of the service."""

    modele: str
    sort: Sort
    raison: str
    lignes: Lignes | None = None
    #: Fields that the household receives, in order; a dotted path goes through a link (``type.nom``).
    exporte: tuple[str, ...] = ()
    #: Fields that only the service's export holds.
    service: tuple[str, ...] = ()
    #: Fields that no export holds, said one by one: a new field is never left out by silence.
    tus: tuple[str, ...] = ()
    #: Values that erasure writes, by field.
    blancs: Mapping[str, Any] = field(default_factory=dict)
    #: Health data: exported to those who may read it, each reading logged.
    sante: bool = False
    #: A row that erasure has made anonymous goes too when nothing kept refers to it.
    si_libre: bool = False
    #: Called with the rows just before they are deleted, inside the transaction.
    avant: Callable[[QuerySet[Any]], None] | None = None

    def __post_init__(self) -> None:
        if not self.raison:
            msg = f"{self.modele} : une politique dit sa raison"
            raise ValueError(msg)
        if (self.lignes is None) != (self.sort is Sort.HORS_FOYER):
            msg = f"{self.modele} : les lignes d’un foyer se disent, sauf hors foyer"
            raise ValueError(msg)

    @property
    def classe(self) -> type[Model]:
        return apps.get_model(self.modele)

    def dans(self, perimetre: Perimetre) -> QuerySet[Any]:
        """Return the rows of this model in a gesture."""
        assert self.lignes is not None  # noqa: S101 - checked by the constructor
        return self.classe._default_manager.filter(self.lignes(perimetre)).order_by("pk")


def hors_foyer(modele: str, raison: str) -> Politique:
    return Politique(modele, Sort.HORS_FOYER, raison)
