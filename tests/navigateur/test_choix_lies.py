"""Choices that go together: what the script of the planning does to the boxes is what the server would have kept."""

import json
import random
from pathlib import Path

import pytest

from reservations.regles import Liens, completer

pytestmark = pytest.mark.navigateur

SCRIPT = Path(__file__).parents[2] / "static" / "js" / "planning-liens.js"
CHOIX = range(1, 6)


def code(choix):
    return f"{choix:08x}"


def page_du_jour(liens, coches, fixes=()):
    """One day of one child, as the planning writes it."""
    donnees = {
        "noms": {code(un): f"C{un}" for un in CHOIX},
        **{
            nom: {code(un): [code(autre) for autre in autres] for un, autres in getattr(liens, nom).items()}
            for nom in ("exige", "exclut", "ajoute")
        },
    }
    cases = "".join(
        f'<div data-acquis="20180115-{code(un)}"></div>'
        if un in fixes
        else f'<input type="checkbox" name="jours" value="20180115-{code(un)}"{" checked" * (un in coches)}>'
        for un in CHOIX
    )
    attribut = json.dumps(donnees).replace('"', "&quot;")
    return (
        f'<form id="planning" data-liens="{attribut}"><table><tr><td class="jour">{cases}</td></tr></table>'
        '<p data-annonce role="status"></p></form>'
    )


@pytest.fixture
def jour(navigateur):
    page = navigateur.new_page()

    def montrer(liens, coches, fixes=()):
        page.set_content(page_du_jour(liens, coches, fixes))
        page.add_script_tag(path=SCRIPT)
        return page

    yield montrer
    page.close()


def case(page, choix):
    return page.locator(f'input[value="20180115-{code(choix)}"]')


def coches(page):
    valeurs = page.eval_on_selector_all("input:checked", "cases => cases.map((une) => une.value)")
    return {int(valeur.partition("-")[2], 16) for valeur in valeurs}


def tirer(hasard):
    def liens_au_hasard():
        return {
            un: frozenset(hasard.sample([autre for autre in CHOIX if autre != un], hasard.randint(1, 2)))
            for un in hasard.sample(CHOIX, hasard.randint(0, 3))
        }

    liens = Liens(exige=liens_au_hasard(), exclut={}, ajoute=liens_au_hasard())
    return liens, {un for un in CHOIX if hasard.random() < 0.5}, hasard.choice(CHOIX)


def test_a_tick_brings_and_takes_away_what_the_server_would(jour):
    hasard = random.Random(8)  # noqa: S311 - cases, not secrets
    for _ in range(50):
        liens, avant, touche = tirer(hasard)
        page = jour(liens, avant)
        case(page, touche).click()
        voulus, non_voulus = (set(), {touche}) if touche in avant else ({touche}, set())
        ajouts, retraits = completer(frozenset(avant), voulus, non_voulus, liens)
        assert coches(page) == (avant | ajouts) - retraits, (liens, avant, touche)


MATIN, JOURNEE, REPAS = 1, 2, 3
CENTRE = Liens(
    exige={REPAS: frozenset({MATIN, JOURNEE})},
    exclut={MATIN: frozenset({JOURNEE}), JOURNEE: frozenset({MATIN})},
    ajoute={JOURNEE: frozenset({REPAS})},
)


def test_what_follows_a_tick_is_announced(jour):
    page = jour(CENTRE, set())
    case(page, JOURNEE).click()
    annonce = page.locator("[role=status]")
    assert annonce.text_content() == "Coché aussi\xa0: «\xa0C3\xa0», qui va avec «\xa0C2\xa0»."
    case(page, MATIN).click()
    attendu = "«\xa0C1\xa0» ne va pas avec «\xa0C2\xa0»\xa0: gardez l’un ou l’autre."
    assert annonce.text_content() == attendu
    assert page.locator(".jour-alerte").text_content() == attendu
    case(page, MATIN).click()
    assert page.locator(".jour-alerte").count() == 0


def test_a_booked_choice_that_is_locked_counts(jour):
    page = jour(CENTRE, set(), fixes={MATIN})
    case(page, REPAS).click()
    assert page.locator(".jour-alerte").count() == 0
    case(page, JOURNEE).click()
    assert "ne va pas avec" in page.locator(".jour-alerte").text_content()


def test_the_down_arrow_keeps_the_choice_and_the_child(navigateur):
    """Of the second Monday, only the second choice can be changed."""
    page = navigateur.new_page()
    lignes = ""
    for jour, choix in (("20180115", (1, 2)), ("20180122", (2, 3))):
        cases = "".join(
            f'<label><input type="checkbox" name="jours" value="{jour}-{code(un)}"></label>' for un in choix
        )
        lignes += f"<tr><td>{cases}</td></tr>"
    page.set_content(f'<form id="planning"><table>{lignes}</table><p data-resume></p></form>')
    page.add_script_tag(path=SCRIPT.with_name("planning.js"))
    page.locator(f'input[value="20180115-{code(2)}"]').press("ArrowDown")
    assert page.evaluate("document.activeElement.value") == f"20180122-{code(2)}"
    page.close()
