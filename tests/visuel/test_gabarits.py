"""What no template may contain, read from the files: the strict CSP would silently drop it."""

import re

import pytest

from tests.visuel.gabarits import FEUILLES, GABARITS, GABARITS_DE_PAGE, nom, sans_commentaires, texte_visible

INTERDITS = {
    "style en ligne": r"\sstyle\s*=|<style\b",
    "script en ligne": r"<script(?![^>]*\bsrc=)",
    "gestionnaire en ligne": r"\son[a-z]+\s*=\s*[\"']",
    "adresse javascript": r"javascript:",
}


@pytest.mark.parametrize("chemin", GABARITS_DE_PAGE, ids=nom)
def test_a_page_template_has_no_inline_code(chemin):
    source = re.sub(r"{%.*?%}", "", sans_commentaires(chemin.read_text()))
    trouves = [quoi for quoi, motif in INTERDITS.items() if re.search(motif, source, re.IGNORECASE)]
    assert trouves == []


@pytest.mark.parametrize("chemin", GABARITS, ids=nom)
def test_a_template_never_marks_a_value_safe(chemin):
    assert not re.search(r"\|\s*safe\b|autoescape off", sans_commentaires(chemin.read_text()))


@pytest.mark.parametrize("chemin", GABARITS, ids=nom)
def test_a_template_loads_nothing_from_elsewhere(chemin):
    source = sans_commentaires(chemin.read_text())
    assert not re.search(r"<(?:link|script|img|source|iframe)\b[^>]*(?:href|src)=[\"'](?:https?:)?//", source)


@pytest.mark.parametrize("chemin", GABARITS, ids=nom)
def test_a_template_borrows_nothing_from_the_state_design_system(chemin):
    assert not re.search(r"\bfr-[a-z]|Marianne|dsfr", chemin.read_text())


@pytest.mark.parametrize("chemin", GABARITS, ids=nom)
def test_french_punctuation_never_starts_a_line(chemin):
    """A plain space before « : ; ! ? » » or after « « » lets the line break there."""
    fautes = re.findall(r".{0,20}(?:\S [:;!?»](?!\S)|« ).{0,20}", texte_visible(chemin.read_text()))
    assert fautes == []


@pytest.mark.parametrize("chemin", FEUILLES, ids=nom)
def test_a_style_sheet_loads_only_drawings_of_the_project(chemin):
    source = chemin.read_text()
    adresses = re.findall(r"url\(\s*[\"']?([^\"')]+)", source)
    assert "@import" not in source
    assert [adresse for adresse in adresses if not (chemin.parent / adresse).is_file()] == []
