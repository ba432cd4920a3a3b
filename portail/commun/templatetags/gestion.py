"""What the lists of the staff's site say of themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import template
from django.contrib.admin.views.main import ChangeList

register = template.Library()


@dataclass(frozen=True, slots=True)
class FiltreActif:
    titre: str
    choix: str
    #: Query string of the list without it.
    sans: str


@register.simple_tag
def filtres_actifs(liste: ChangeList) -> list[FiltreActif]:
    """Return what the list is filtered by, in words: the first choice of a filter is the one that filters nothing."""
    actifs = []
    for filtre in liste.filter_specs:
        premier, *autres = _choix(filtre, liste) or [{}]
        actifs += [
            FiltreActif(str(filtre.title), str(un["display"]), premier["query_string"])
            for un in autres
            if un["selected"]
        ]
    return actifs


def _choix(filtre: Any, liste: ChangeList) -> list[dict[str, Any]]:
    return list(filtre.choices(liste))
