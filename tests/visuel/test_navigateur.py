"""The components in a real browser: axe, small screens, the keyboard, no script, the strict CSP."""

import pytest
from django.conf import settings

from tests.fabriques import FabriqueUtilisateur

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]

CATALOGUE = "/demo/composants/"


def test_axe_finds_nothing_wrong_on_any_screen(ouvrir, fautes):
    trouvees = {largeur: fautes(ouvrir(CATALOGUE, largeur)) for largeur in (320, 360, 1280)}
    assert trouvees == {320: [], 360: [], 1280: []}


def test_axe_does_find_a_fault_when_there_is_one(ouvrir, fautes):
    page = ouvrir(CATALOGUE)
    page.evaluate("document.querySelector('label[for=id_nom]').remove()")
    assert any(faute.startswith("label : ") for faute in fautes(page))


def test_nothing_overflows_sideways_on_any_screen(ouvrir):
    mesure = "document.documentElement.scrollWidth"
    largeurs = {largeur: ouvrir(CATALOGUE, largeur).evaluate(mesure) for largeur in (320, 360, 768, 1024, 1280)}
    assert {largeur: vue for largeur, vue in largeurs.items() if vue > largeur} == {}


def test_the_browser_blocks_nothing_of_the_page(ouvrir):
    assert ouvrir(CATALOGUE).plaintes == []


def test_the_admin_is_accessible_and_blocks_nothing(ouvrir, fautes, client):
    client.force_login(FabriqueUtilisateur(is_staff=True, is_superuser=True))
    for chemin in ("/gestion/", "/gestion/familles/utilisateur/"):
        page = ouvrir(chemin, session=client.cookies[settings.SESSION_COOKIE_NAME].value)
        assert page.locator("#site-name").inner_text().startswith("Gestion du portail famille")
        assert fautes(page) == []
        assert page.plaintes == []


def test_a_page_that_does_not_exist_is_accessible(ouvrir, fautes):
    page = ouvrir("/adresse-inconnue/", 360)
    assert page.locator("h1").inner_text() == "Cette page n’existe pas"
    assert fautes(page) == []


def test_the_phone_menu_opens_without_script_and_by_keyboard(ouvrir):
    page = ouvrir(CATALOGUE, 360, script=False)
    assert not page.locator(".colonne").is_visible()
    page.locator(".bascule summary").focus()
    page.keyboard.press("Enter")
    assert page.get_by_text("Mairie de Batz-sur-Mer").first.is_visible()


def test_escape_closes_the_phone_menu_and_gives_the_cursor_back(ouvrir):
    page = ouvrir(CATALOGUE, 360)
    page.locator(".bascule summary").click()
    page.keyboard.press("Escape")
    assert not page.locator(".colonne").is_visible()
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_the_first_stop_of_the_keyboard_leads_to_the_content(ouvrir):
    page = ouvrir("/adresse-inconnue/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Aller au contenu"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "contenu"


def test_the_error_summary_takes_the_focus_and_leads_to_the_field(ouvrir):
    page = ouvrir(CATALOGUE)
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    page.locator("[role=alert] a", has_text="Régime alimentaire").click()
    assert page.evaluate("document.activeElement.id") == "id_repas_0"


@pytest.mark.parametrize("script", [True, False])
def test_targets_are_large_enough_for_a_thumb(ouvrir, script):
    page = ouvrir(CATALOGUE, 360, script=script)
    hauteurs = [
        boite.bounding_box()["height"] for boite in page.locator(".bouton:visible, label.creneau, select").all()
    ]
    assert len(hauteurs) > 20
    assert min(hauteurs) >= 44


def test_a_table_becomes_cards_that_keep_the_titles_of_their_columns(ouvrir):
    page = ouvrir(CATALOGUE, 360)
    cellule = page.locator("td[data-label=Montant]").first
    assert cellule.evaluate("e => getComputedStyle(e, '::before').content").startswith('"Montant"')
    assert cellule.evaluate("e => getComputedStyle(e).display") == "flex"


def test_the_printed_page_has_no_navigation(ouvrir):
    page = ouvrir(CATALOGUE)
    page.emulate_media(media="print")
    assert [s for s in (".colonne", ".fil", ".barre-actions", ".pied") if page.locator(s).first.is_visible()] == []
    assert page.locator(".calendrier").is_visible()
