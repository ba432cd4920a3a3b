from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from contenu.models import Commune, PageInformation


def commune(request: HttpRequest) -> dict[str, Any]:
    """Give every page the town's identity and the information menu; read only if the page shows them."""
    return {"commune": SimpleLazyObject(identite), "menu_infos": SimpleLazyObject(menu)}


def identite() -> Commune:
    """Return the town with its accessibility statement, in one query; a neutral one before it is described."""
    return Commune.objects.select_related("declaration").filter(pk=1).first() or Commune(nom="Portail famille")


def menu() -> list[dict[str, Any]]:
    """Return the menu as a tree of ``{titre, url, enfants}``, in one query; what leads nowhere is left out."""
    par_parent: dict[int | None, list[PageInformation]] = {}
    for page in PageInformation.objects.publiees().avec_a_un_texte().defer("texte").order_by("ordre", "titre"):
        par_parent.setdefault(page.parent_id, []).append(page)
    rubriques = [_entree(page, par_parent.get(page.pk, [])) for page in par_parent.get(None, [])]
    return [rubrique for rubrique in rubriques if rubrique["url"] or rubrique["enfants"]]


def _entree(page: PageInformation, sous_pages: list[PageInformation]) -> dict[str, Any]:
    enfants = [_entree(sous_page, []) for sous_page in sous_pages]
    return {
        "titre": page.titre,
        "url": reverse("contenu:page", kwargs={"slug": page.slug}) if page.a_un_texte else "",  # type: ignore[attr-defined]
        "enfants": [enfant for enfant in enfants if enfant["url"]],
    }
