"""Blocks that other apps add to a page of the staff's site: values, so that the page imports none of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.module_loading import import_string

#: Rows of a block; the others are behind its link.
DERNIERS = 8


@dataclass(frozen=True, slots=True)
class Ligne:
    """One row: where it leads, what it says, and a state in words."""

    lien: str
    texte: str
    etat: str = ""


@dataclass(frozen=True, slots=True)
class Bloc:
    """A block: its title, its last rows, and the list of all of them. ``vide`` is what is said without a row."""

    titre: str
    lignes: tuple[Ligne, ...]
    tout: str = ""
    vide: str = ""


def rassembler(chemins: Iterable[str], objet: Any, agent: Any) -> list[Bloc]:
    """Ask each app, by its dotted path, for its block; an app gives none to who has no right to it."""
    blocs = [import_string(chemin)(objet, agent) for chemin in chemins]
    return [bloc for bloc in blocs if bloc is not None]
