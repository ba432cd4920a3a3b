"""The policies that the apps declared, in the order of an erasure, and the models that reach a household."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.db.models import EmailField, Model, UUIDField

from portail.commun.donnees import Politique, Sort

MODULE = "donnees_personnelles"
#: Keys that name the offer, by their very name.
CLES_DE_L_OFFRE = frozenset({"accueil_cle"})
RACINES = ("familles.Famille", "familles.Responsable", "enfants.Enfant", "familles.Utilisateur")


@lru_cache(maxsize=1)
def politiques() -> tuple[Politique, ...]:
    """Return every policy: the apps from the highest to the lowest, so that nothing erased is still referred to."""
    return tuple(
        politique
        for nom in reversed([app.name for app in apps.get_app_configs()])
        if find_spec(f"{nom}.{MODULE}")
        for politique in import_module(f"{nom}.{MODULE}").POLITIQUES
    )


def du_foyer() -> list[Politique]:
    return [politique for politique in politiques() if politique.sort is not Sort.HORS_FOYER]


def modeles_qui_touchent_un_foyer(declarees: Iterable[Politique]) -> set[str]:
    """Return the labels of the models that hang on a household, followed from link to link and back again.

    Hidden links count, and those without a foreign key: a public key of another object (``…_cle``), an e-mail address.
    What is declared outside of the households is not followed further.
    """
    hors = {politique.modele for politique in declarees if politique.sort is Sort.HORS_FOYER}
    tous = list(apps.get_models(include_auto_created=True))
    a_suivre = [apps.get_model(nom) for nom in RACINES] + [modele for modele in tous if _nomme_sans_lien(modele)]
    vus: set[type[Model]] = set()
    while a_suivre:
        modele = a_suivre.pop()
        if modele in vus:
            continue
        vus.add(modele)
        if modele._meta.label in hors:
            continue
        a_suivre += [
            lien.related_model
            for lien in modele._meta.get_fields(include_hidden=True)
            if lien.auto_created and not lien.concrete and lien.is_relation and isinstance(lien.related_model, type)
        ]
    return {modele._meta.label for modele in vus}


def _nomme_sans_lien(modele: type[Model]) -> bool:
    return any(
        isinstance(champ, EmailField) or (isinstance(champ, UUIDField) and _est_une_cle(champ.name))
        for champ in modele._meta.concrete_fields
    )


def _est_une_cle(nom: str) -> bool:
    return nom.endswith("_cle") and nom not in CLES_DE_L_OFFRE
