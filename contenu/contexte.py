from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from contenu.models import Commune, PageInformation
from portail.commun.menu import EntreeDeMenu

#: A page of the menu as it is read: id, id of the heading, title, slug, has it a text?
Ligne = tuple[int, int | None, str, str, bool]


def commune(request: HttpRequest) -> dict[str, Any]:
    """Give every page the town's identity and the information menu; read only if the page shows them."""
    return {"commune": SimpleLazyObject(identite), "menu_infos": SimpleLazyObject(menu)}


def identite() -> Commune:
    """Return the town with its accessibility statement, in one query; a neutral one before it is described."""
    return Commune.objects.select_related("declaration").filter(pk=1).first() or Commune(nom="Portail famille")


def menu() -> tuple[EntreeDeMenu, ...]:
    """Return the menu as a tree, in one query; what leads nowhere is left out."""
    pages = PageInformation.objects.publiees().avec_a_un_texte().order_by("ordre", "titre")
    return _arbre(tuple(pages.values_list("pk", "parent_id", "titre", "slug", "a_un_texte")))


@lru_cache(maxsize=4)
def _arbre(lignes: tuple[Ligne, ...]) -> tuple[EntreeDeMenu, ...]:
    """Build the tree; kept by its very lines, so that an edit made by another process is seen at once."""
    par_parent: dict[int | None, list[Ligne]] = {}
    for ligne in lignes:
        par_parent.setdefault(ligne[1], []).append(ligne)
    rubriques = [_entree(ligne, par_parent.get(ligne[0], [])) for ligne in par_parent.get(None, [])]
    return tuple(rubrique for rubrique in rubriques if rubrique.adresses)


def _entree(ligne: Ligne, sous_pages: list[Ligne]) -> EntreeDeMenu:
    _, _, titre, slug, a_un_texte = ligne
    enfants = [_entree(sous_page, []) for sous_page in sous_pages]
    return EntreeDeMenu(
        titre=titre,
        url=reverse("contenu:page", kwargs={"slug": slug}) if a_un_texte else "",
        enfants=tuple(enfant for enfant in enfants if enfant.url),
    )
