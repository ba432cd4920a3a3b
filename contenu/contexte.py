from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, BooleanField, UUIDField, Value
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from contenu.models import Commune, DeclarationAccessibilite, PageInformation, SemaineDeMenus, Telechargement
from contenu.models.telechargements import sorte_et_taille
from portail.commun.menu import EntreeDeMenu

#: A line of the menu as it is read: order, title, id (none for a file), id of the heading, address, has it a text?,
#: key of a file, its format, its bytes. The menus of the canteen are a line without id nor key.
Ligne = tuple[int, str, int | None, int | None, str, bool, str | None, str, int]
#: After the headings, which have no such order.
ORDRE_DES_MENUS = 32_000
TITRE_DES_MENUS = "Menus de la cantine"
#: Stands for the present instant in the statement that is compiled once.
MAINTENANT = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Cadre:
    """What surrounds every page: who the town is, and its information menu."""

    commune: Commune
    menu: tuple[EntreeDeMenu, ...]


def commune(request: HttpRequest | None) -> dict[str, Any]:
    """Give every page the town's identity and the information menu; read only if the page shows them."""
    return {
        "commune": SimpleLazyObject(lambda: cadre(request).commune),
        "menu_infos": SimpleLazyObject(lambda: cadre(request).menu),
    }


def cadre(request: HttpRequest | None) -> Cadre:
    """Return the frame of the pages, read once in a request: never older than the request itself."""
    lu: Cadre | None = getattr(request, "cadre_lu", None)
    if lu is None:
        lu = _lire_le_cadre()
        if request is not None:
            request.cadre_lu = lu  # type: ignore[attr-defined]
    return lu


def identite() -> Commune:
    """Return the town with its accessibility statement, in one query; a neutral one before it is described."""
    return _lire_le_cadre().commune


def _lire_le_cadre() -> Cadre:
    """Read the identity, the statement and the menu in one query, whose text is the same each time."""
    requete, parametres = _requete()
    instant = timezone.now()
    with connection.cursor() as curseur:
        curseur.execute(requete, [instant if valeur == MAINTENANT else valeur for valeur in parametres])
        menu, *colonnes = curseur.fetchone()
    champs = [champ.attname for champ in Commune._meta.concrete_fields]
    siennes, autres = colonnes[: len(champs)], colonnes[len(champs) :]
    if siennes[0] is None:
        return Cadre(Commune(nom="Portail famille"), _arbre(menu))
    lue = Commune.from_db(connection.alias, champs, siennes)
    declaration = None
    if autres[0] is not None:
        champs = [champ.attname for champ in DeclarationAccessibilite._meta.concrete_fields]
        declaration = DeclarationAccessibilite.from_db(connection.alias, champs, autres)
    DeclarationAccessibilite.commune.field.remote_field.set_cached_value(lue, declaration)
    return Cadre(lue, _arbre(menu))


@lru_cache(maxsize=1)
def _requete() -> tuple[str, tuple[Any, ...]]:
    """Return the statement and its parameters. Building it takes Django far longer than the database takes to answer.

    The menu comes as one text, by which its tree is kept: an edit made by any process gives another text.
    """
    menu, parametres = _lignes_du_menu(MAINTENANT).query.sql_with_params()
    colonnes = [
        f'{alias}."{champ.column}"'
        for alias, modele in (("c", Commune), ("d", DeclarationAccessibilite))
        for champ in modele._meta.concrete_fields
    ]
    return (
        "SELECT (SELECT coalesce(json_agg(to_json(m))::text, '[]') FROM "  # noqa: S608 - names of our own models
        f"({menu}) AS m(ordre, titre, id, parent, slug, texte, cle, sorte, taille)), {', '.join(colonnes)} "
        f"FROM (SELECT 1) AS une LEFT JOIN {Commune._meta.db_table} c ON c.id = 1 "
        f"LEFT JOIN {DeclarationAccessibilite._meta.db_table} d ON d.commune_id = c.id"
    ), tuple(parametres)


def _lignes_du_menu(maintenant: datetime) -> Any:
    """Return the lines of the menu, its files and the menus of the canteen included."""
    sans = {"sa_cle": Value(None, UUIDField()), "sa_sorte": Value(""), "sa_taille": Value(0)}
    pages = PageInformation.objects.publiees().avec_a_un_texte().order_by().annotate(**sans)
    sans_page = {
        "sans_pk": Value(None, BigIntegerField()),
        "sans_slug": Value(""),
        "sans_texte": Value(False, BooleanField()),
    }
    fichiers = Telechargement.objects.publies_au(maintenant).filter(page__parent=None, page__isnull=False)
    return pages.values_list(
        "ordre", "titre", "pk", "parent_id", "slug", "a_un_texte", "sa_cle", "sa_sorte", "sa_taille"
    ).union(
        fichiers.annotate(**sans_page).values_list(
            "ordre", "titre", "sans_pk", "page_id", "sans_slug", "sans_texte", "cle", "format", "octets"
        ),
        _ligne_des_menus(sans, sans_page),
        all=True,
    )


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
def _arbre(texte: str) -> tuple[EntreeDeMenu, ...]:
    """Build the tree, what leads nowhere left out; kept by its very lines, so that an edit is seen at once."""
    lues: list[Ligne] = [tuple(ligne.values()) for ligne in json.loads(texte)]
    lignes = sorted(lues, key=lambda ligne: (ligne[2] is None, ligne[0], ligne[1]))
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
