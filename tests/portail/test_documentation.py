"""README and the guides speak of settings, commands, files and pictures that exist."""

import re
from pathlib import Path

import pytest

from tests.documentation import cellules
from tests.services import RACINE

PAGES = [RACINE / "README.md", RACINE / "CHANGELOG.md", *sorted((RACINE / "docs").glob("*.md"))]
OCTETS_MAXIMUM_D_UNE_IMAGE = 120_000
#: Of Markdown, or of a picture whose width is given.
LIEN = re.compile(r"(?:\]\(|src=\")(?!https?:)([^)#\"]+)")
#: Read by ``bin/demo`` and by gunicorn, not by the settings.
HORS_REGLAGES = {"PORT", "WEB_CONCURRENCY"}
#: Readers of the environment that know nothing of ``NAME_FILE``.
SANS_FICHIER = {"booleen", "entier", "liste", "hotes"}


def reglages():
    """Return each setting that the environment gives, with the name of its reader."""
    texte = (RACINE / "portail" / "settings.py").read_text() + (RACINE / "portail" / "configuration.py").read_text()
    return {nom: lecteur for lecteur, nom in re.findall(r'(?:config|self)\.(\w+)\(\s*"([A-Z_]+)"', texte)}


def table_des_reglages():
    """Return the settings of README's table, with whether they are marked as without a file."""
    lignes = cellules(RACINE / "README.md", "Settings")
    return {re.search(r"`(\w+)`", ligne["Setting"])[1]: "¹" in ligne["Setting"] for ligne in lignes}


def test_the_table_of_settings_is_complete():
    assert set(table_des_reglages()) == set(reglages()) | HORS_REGLAGES


def test_the_settings_without_a_file_are_marked():
    attendus = {nom: lecteur in SANS_FICHIER for nom, lecteur in reglages().items()}
    assert {nom: marque for nom, marque in table_des_reglages().items() if nom not in HORS_REGLAGES} == attendus


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_to_a_file(page: Path):
    manquants = [cible for cible in LIEN.findall(page.read_text()) if not (page.parent / cible).is_file()]
    assert manquants == []


def test_every_picture_is_light_and_shown():
    images = set((RACINE / "docs" / "captures").glob("*.png"))
    montrees = {(page.parent / cible).resolve() for page in PAGES for cible in LIEN.findall(page.read_text())}
    assert images
    assert images <= montrees
    assert [image.name for image in images if image.stat().st_size > OCTETS_MAXIMUM_D_UNE_IMAGE] == []


def test_the_command_of_the_pictures_makes_all_of_them():
    """A picture that ``bin/captures`` no longer makes would show screens of the past."""
    faites = re.findall(r'garder\(\w+, "([a-z-]+)"\)', (RACINE / "bin" / "captures.py").read_text())
    assert sorted(faites) == sorted(image.stem for image in (RACINE / "docs" / "captures").iterdir())


def test_every_command_of_management_is_one(db):
    from django.core.management import get_commands

    connues = set(get_commands())
    nommees = {nom for page in PAGES for nom in re.findall(r"manage\.py ([a-z_]+)", page.read_text())}
    assert nommees
    assert nommees <= connues


def mots_des_ecrans():
    """Return what the screens can say: the templates and the code, with plain spaces, without the tags of a menu."""
    dossiers = ["templates", "portail", "contenu", "familles", "enfants", "documents", "inscriptions", "reservations"]
    dossiers += ["facturation", "dossiers"]
    fichiers = [
        chemin
        for dossier in dossiers
        for suffixe in ("html", "py")
        for chemin in (RACINE / dossier).rglob(f"*.{suffixe}")
    ]
    return sans_typographie(" ".join(chemin.read_text() for chemin in fichiers))


def sans_typographie(texte):
    texte = texte.replace("\\xa0", " ").replace("&nbsp;", " ").replace("&amp;", "&")
    return re.sub(r"[\s\u00a0\u202f]+", " ", texte.replace("’", "'")).casefold()


@pytest.mark.parametrize("nom", ["parents.md", "agents.md"])
def test_the_words_in_bold_are_words_of_the_screens(nom):
    """A guide puts in bold what the reader looks for: a button, a link, a list. A phrase in bold is not one."""
    ecrans = mots_des_ecrans()
    gras = re.findall(r"\*\*(.+?)\*\*", (RACINE / "docs" / nom).read_text(), re.DOTALL)
    cherches = [mot.strip(" .:,") for passage in gras for mot in passage.split(" › ")]
    assert [mot for mot in cherches if sans_typographie(mot) not in ecrans] == []
