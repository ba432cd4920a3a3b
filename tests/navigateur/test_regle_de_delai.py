"""The editor of a deadline tells what it means as it is typed; without JavaScript, on a button."""

import re

import pytest
from playwright.sync_api import expect

from portail.demonstration import MOT_DE_PASSE

pytestmark = pytest.mark.navigateur

AJOUTER = "/gestion/reservations/regledelai/add/"


@pytest.fixture
def editeur(ouvrir):
    def _editeur(**options):
        page = ouvrir(**options)
        page.goto("/gestion/login/")
        page.fill("[name=username], [name=login]", "agent@exemple.fr")
        page.fill("[name=password]", MOT_DE_PASSE)
        page.press("[name=password]", "Enter")
        expect(page).to_have_url(re.compile("/gestion/$"))
        page.goto(AJOUTER)
        return page

    return _editeur


def test_the_meaning_follows_what_is_typed_and_only_the_useful_fields_show(editeur):
    page = editeur()
    exemples = page.locator("#exemples")
    expect(page.locator("#id_tableau")).to_be_hidden()
    page.fill("#id_nombre", "2")
    expect(exemples).to_contain_text("2 jours ouvrés avant la date souhaitée")
    page.select_option("#id_genre", "tableau")
    expect(page.locator("#id_nombre, #id_type_jours, #id_heure, #id_nombre_helptext")).not_to_have_count(0)
    for champ in ("#id_nombre", "#id_type_jours", "#id_heure", "#id_nombre_helptext"):
        expect(page.locator(champ)).to_be_hidden()
    page.fill("#id_tableau", "lundi : vendredi 9:00")
    expect(exemples).to_contain_text("pour le lundi, le vendredi à 9")
    expect(exemples).to_contain_text(re.compile(r"Pour le lundi .* : vendredi \d\d/\d\d à"))


def test_without_javascript_the_same_words_come_on_a_page_of_their_own(editeur):
    page = editeur(java_script_enabled=False)
    expect(page.locator("#id_tableau")).to_be_visible()
    page.select_option("#id_genre", "jours")
    page.fill("#id_nombre", "1")
    with page.context.expect_page() as ouverte:
        page.get_by_role("button", name="Voir ce que donne cette règle").click()
    expect(ouverte.value.locator("#exemples")).to_contain_text("1 jour ouvré avant la date souhaitée")
    expect(ouverte.value.locator("#exemples li")).not_to_have_count(0)
