"""Pages of long lists."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet


class PaginationParCles(Paginator):  # type: ignore[type-arg]
    """Finds the keys of a page first, then reads its rows with what they show: the whole list is joined to nothing.

    For a list whose order needs one join or two, and whose rows need ten.
    """

    def page(self, number: int | str) -> Page[Any]:
        numero = self.validate_number(number)
        debut = (numero - 1) * self.per_page
        fin = min(debut + self.per_page, self.count)
        lignes: QuerySet[Any] = self.object_list  # type: ignore[assignment]
        cles = list(lignes.select_related(None).values_list("pk", flat=True)[debut:fin])
        return Page(lignes.filter(pk__in=cles), numero, self)
