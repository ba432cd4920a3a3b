"""What a form changes on an object: only the columns that are listed, and only those that differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Model


@dataclass(frozen=True)
class Ecarts:
    """Old and new values by field, as they are written in a trace."""

    avant: dict[str, str]
    apres: dict[str, str]

    @property
    def champs(self) -> list[str]:
        return sorted(self.apres)


def appliquer(objet: Model, champs: Iterable[str], valeurs: Mapping[str, Any]) -> Ecarts:
    """Set the listed fields to their new values; the others, whatever ``valeurs`` holds, are left alone."""
    avant, apres = {}, {}
    for champ in champs:
        if champ not in valeurs or getattr(objet, champ) == valeurs[champ]:
            continue
        avant[champ] = en_texte(getattr(objet, champ))
        setattr(objet, champ, valeurs[champ])
        apres[champ] = en_texte(valeurs[champ])
    return Ecarts(avant, apres)


def en_texte(valeur: Any) -> str:
    if valeur is None:
        return ""
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    return f"{valeur:%d/%m/%Y}" if isinstance(valeur, date) else str(valeur)
