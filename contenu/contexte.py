from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from contenu.models import Commune, PageInformation


def commune(request: HttpRequest) -> dict[str, Any]:
    """Give every page the town's identity and the information menu; read only if the page shows them."""
    return {
        "commune": SimpleLazyObject(lambda: Commune.objects.filter(pk=1).first() or Commune(nom="Portail famille")),
        "menu_infos": SimpleLazyObject(menu),
    }


def menu() -> list[dict[str, Any]]:
    """Return the menu as a tree of ``{titre, url, enfants}``, in one query."""
    pages = list(PageInformation.objects.filter(publiee=True).only("titre", "slug", "parent_id", "ordre", "texte"))
    par_parent: dict[int | None, list[PageInformation]] = {}
    for page in pages:
        par_parent.setdefault(page.parent_id, []).append(page)

    def branche(parent: int | None) -> list[dict[str, Any]]:
        return [
            {"titre": page.titre, "url": f"/infos/{page.slug}/" if page.texte else "", "enfants": branche(page.pk)}
            for page in par_parent.get(parent, [])
        ]

    return branche(None)
