"""An app imports only the layers below it, and rules stay pure."""

import ast
from pathlib import Path

import pytest

RACINE = Path(__file__).parents[2]
COUCHES = [
    {"portail.commun"},
    {"contenu", "familles"},
    {"enfants"},
    {"documents"},
    {"inscriptions"},
    {"reservations"},
    {"facturation"},
    {"dossiers"},
    {"portail"},
]
INTERDITS_AUX_REGLES = ("django.db", "django.utils.timezone", "django.conf", "django.http")
LONGUEUR_MAXIMALE = 400


def modules(couche):
    for app in couche:
        for chemin in (RACINE / app.replace(".", "/")).rglob("*.py"):
            relatif = chemin.relative_to(RACINE)
            if app == "portail" and relatif.parts[1] == "commun":
                continue
            yield chemin


def imports(chemin):
    """Yield what a module imports when it runs: names used by annotations alone are no dependency."""
    arbre = ast.parse(chemin.read_text())
    for noeud in ast.walk(arbre):
        if isinstance(noeud, ast.If) and isinstance(noeud.test, ast.Name) and noeud.test.id == "TYPE_CHECKING":
            noeud.body = []
    for noeud in ast.walk(arbre):
        if isinstance(noeud, ast.Import):
            yield from (alias.name for alias in noeud.names)
        elif isinstance(noeud, ast.ImportFrom) and noeud.module:
            yield noeud.module
            yield from (f"{noeud.module}.{alias.name}" for alias in noeud.names)


def couche_de(nom):
    for niveau, couche in enumerate(COUCHES[:-1]):
        if any(nom == app or nom.startswith(f"{app}.") for app in couche):
            return niveau
    return len(COUCHES) - 1 if nom.startswith("portail.") else -1


@pytest.mark.parametrize("niveau", range(len(COUCHES)))
def test_no_app_imports_a_layer_above(niveau):
    fautes = [
        f"{chemin.relative_to(RACINE)} -> {nom}"
        for chemin in modules(COUCHES[niveau])
        if "migrations" not in chemin.parts
        for nom in imports(chemin)
        if couche_de(nom) > niveau
    ]
    assert fautes == []


def test_apps_of_one_layer_do_not_import_each_other():
    fautes = [
        f"{chemin.relative_to(RACINE)} -> {nom}"
        for app, autre in (("contenu", "familles"), ("familles", "contenu"))
        for chemin in modules({app})
        for nom in imports(chemin)
        if nom.split(".")[0] == autre
    ]
    assert fautes == []


def test_rules_are_pure():
    fautes = [
        f"{chemin.relative_to(RACINE)} -> {nom}"
        for chemin in [*RACINE.glob("*/regles.py"), *RACINE.glob("*/regles/*.py")]
        for nom in imports(chemin)
        if nom.startswith(INTERDITS_AUX_REGLES) or nom.endswith(".models")
    ]
    assert fautes == []


def test_modules_keep_a_readable_size():
    """The file that is convenient to append to is how a codebase is lost: split by document or gesture."""
    trop_longs = [
        f"{chemin.relative_to(RACINE)} : {nombre} lignes"
        for dossier in (
            "portail",
            "familles",
            "enfants",
            "documents",
            "inscriptions",
            "reservations",
            "facturation",
            "dossiers",
            "contenu",
            "simulateur",
            "tests",
            "bench",
        )
        for chemin in (RACINE / dossier).rglob("*.py")
        if "migrations" not in chemin.parts and (nombre := len(chemin.read_text().splitlines())) > LONGUEUR_MAXIMALE
    ]
    assert trop_longs == []
