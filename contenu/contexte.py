from __future__ import annotations

from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import BigIntegerField, BooleanField, UUIDField, Value
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from contenu.models import Commune, PageInformation, SemaineDeMenus, Telechargement
from contenu.models.telechargements import sorte_et_taille
from portail.commun.menu import EntreeDeMenu

#: A line of the menu as it is read: order, title, id (none for a file), id of the heading, address, has it a text?,
#: key of a file, its format, its bytes. The menus of the canteen are a line without id nor key.
Ligne = tuple[int, str, int | None, int | None, str, bool, UUID | None, str, int]
#: After the headings, which have no such order.
ORDRE_DES_MENUS = 32_000
TITRE_DES_MENUS = "Menus de la cantine"


def commune(request: HttpRequest) -> dict[str, Any]:
    """Give every page the town's identity and the information menu; read only if the page shows them."""
    return {"commune": SimpleLazyObject(identite), "menu_infos": SimpleLazyObject(menu)}


def identite() -> Commune:
    """Return the town with its accessibility statement, in one query; a neutral one before it is described."""
    return Commune.objects.select_related("declaration").filter(pk=1).first() or Commune(nom="Portail famille")


def menu() -> tuple[EntreeDeMenu, ...]:
    """Return the menu as a tree, its files included, in one query; what leads nowhere is left out."""
    sans = {"sa_cle": Value(None, UUIDField()), "sa_sorte": Value(""), "sa_taille": Value(0)}
    pages = PageInformation.objects.publiees().avec_a_un_texte().annotate(**sans)
    sans_page = {
        "sans_pk": Value(None, BigIntegerField()),
        "sans_slug": Value(""),
        "sans_texte": Value(False, BooleanField()),
    }
    fichiers = Telechargement.objects.publies_au(timezone.now()).filter(page__parent=None, page__isnull=False)
    lignes = pages.values_list(
        "ordre", "titre", "pk", "parent_id", "slug", "a_un_texte", "sa_cle", "sa_sorte", "sa_taille"
    ).union(
        fichiers.annotate(**sans_page).values_list(
            "ordre", "titre", "sans_pk", "page_id", "sans_slug", "sans_texte", "cle", "format", "octets"
        ),
        _ligne_des_menus(sans, sans_page),
        all=True,
    )
    return _arbre(tuple(sorted(lignes, key=lambda ligne: (ligne[2] is None, ligne[0], ligne[1]))))


def _ligne_des_menus(sans: dict[str, Value], sans_page: dict[str, Value]) -> Any:
    """Return one line when some week of menus is published."""
    en_tete = {"son_ordre": Value(ORDRE_DES_MENUS), "son_titre": Value(TITRE_DES_MENUS)}
    annotees = SemaineDeMenus.objects.publiees().annotate(
        **sans, **sans_page, **en_tete, sans_parent=Value(None, BigIntegerField())
    )
    return annotees.values_list(
        "son_ordre", "son_titre", "sans_pk", "sans_parent", "sans_slug", "sans_texte", "sa_cle", "sa_sorte", "sa_taille"
    )[:1]


@lru_cache(maxsize=4)
def _arbre(lignes: tuple[Ligne, ...]) -> tuple[EntreeDeMenu, ...]:
    """Build the tree; kept by its very lines, so that an edit made by another process is seen at once."""
    par_parent: dict[int | None, list[Ligne]] = {}
    for ligne in lignes:
        par_parent.setdefault(ligne[3], []).append(ligne)
    rubriques = [_entree(ligne, par_parent.get(ligne[2], []) if ligne[2] else []) for ligne in par_parent.get(None, [])]
    return tuple(rubrique for rubrique in rubriques if rubrique.adresses)


def _entree(ligne: Ligne, sous_pages: list[Ligne]) -> EntreeDeMenu:
    _, titre, pk, _, slug, a_un_texte, cle, sorte, taille = ligne
    if pk is None and cle is None:
        return EntreeDeMenu(titre=titre, url=reverse("contenu:menus"))
    if cle:
        url = reverse("contenu:telecharger", kwargs={"cle": cle})
        return EntreeDeMenu(titre=titre, url=url, detail=sorte_et_taille(sorte, taille))
    enfants = [_entree(sous_page, []) for sous_page in sous_pages]
    return EntreeDeMenu(
        titre=titre,
        url=reverse("contenu:page", kwargs={"slug": slug}) if a_un_texte else "",
        enfants=tuple(enfant for enfant in enfants if enfant.url),
    )
