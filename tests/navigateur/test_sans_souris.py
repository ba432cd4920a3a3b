"""The booking for those who have no JavaScript, and for those who have no mouse, on a phone-sized screen."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from portail.demonstration import MOT_DE_PASSE
from tests.navigateur.gestes import (
    PARENT,
    cocher_des_matins,
    envoyer_la_demande,
    mois_suivant,
    ouvrir_le_planning,
    se_connecter,
)

pytestmark = pytest.mark.navigateur

TABULATIONS = 150
#: Is the middle of the focused control on the screen, and not under a bar that sticks to it?
A_DECOUVERT = """element => {
  const cadre = element.getBoundingClientRect();
  const dessus = document.elementFromPoint(cadre.x + cadre.width / 2, cadre.y + cadre.height / 2);
  return dessus !== null && (element.contains(dessus) || dessus.contains(element));
}"""


def atteindre(page: Page, cible: Locator) -> None:
    """Press the tabulation until the control has the focus, and check that it can be seen there."""
    for _ in range(TABULATIONS):
        page.keyboard.press("Tab")
        if cible.evaluate("element => element === document.activeElement"):
            assert cible.evaluate(A_DECOUVERT), f"caché sous une barre : {cible}"
            return
    pytest.fail(f"inaccessible au clavier : {cible}")


def suivre(page: Page, cible: Locator) -> None:
    atteindre(page, cible)
    page.keyboard.press("Enter")
    page.wait_for_load_state()


def test_a_booking_without_javascript(ouvrir):
    page = ouvrir("telephone", java_script_enabled=False)
    se_connecter(page, PARENT)
    ouvrir_le_planning(page, "LOUISE")
    mois_suivant(page, 4)
    cocher_des_matins(page, 2)
    page.get_by_role("button", name="Vérifier ma demande").click()
    expect(page.locator("main")).to_contain_text("À réserver (2)")
    expect(page.locator("main")).to_contain_text("3,50\xa0€")
    page.get_by_role("link", name="Modifier", exact=True).click()
    expect(page.locator("[data-resume]")).to_contain_text("2 à réserver")
    numero = envoyer_la_demande(page)
    page.get_by_text("Les 2 jours").click()
    expect(page.locator(".liste-de-jours td").first).to_be_hidden()
    page.emulate_media(media="print")
    expect(page.locator(".liste-de-jours td").first).to_be_visible()
    expect(page.get_by_text("Annuler cette demande")).to_be_hidden()
    page.emulate_media(media="screen")
    page.goto("/reservations/")
    expect(page.locator("main")).to_contain_text(numero.partition("-")[0])


def test_a_booking_with_the_keyboard_alone(ouvrir):
    page = ouvrir("telephone")
    page.goto("/compte/connexion/")
    atteindre(page, page.locator("main input[name=login]"))
    page.keyboard.type(PARENT)
    atteindre(page, page.locator("main input[name=password]"))
    page.keyboard.type(MOT_DE_PASSE)
    page.keyboard.press("Enter")
    page.wait_for_url("**/espace/")

    suivre(page, page.get_by_role("link", name="Nouvelle réservation"))
    suivre(page, page.get_by_role("link", name=re.compile("^AABELIUM LOUISE")))
    suivre(page, page.get_by_role("link", name=re.compile("ACCUEIL PERISCOLAIRE")))
    suivre(page, page.get_by_role("button", name="Continuer").first)
    page.wait_for_url("**/planning/**")
    for _ in range(5):
        suivant = page.locator("#mois button[name=aller]").last
        mois = suivant.inner_text().strip()
        suivre(page, suivant)
        expect(page.locator(".calendrier caption")).to_have_text(mois)

    libres = page.locator("label.creneau", has_text="Matin").locator("input[name=jours]:not(:checked)")
    premier, autre = (page.locator(f"input[value='{libres.nth(rang).input_value()}']") for rang in (1, 2))
    atteindre(page, premier)
    page.keyboard.press("Space")
    expect(premier).to_be_checked()
    expect(premier.locator("xpath=..")).to_contain_text("À envoyer")
    atteindre(page, autre)
    page.keyboard.press("Enter")
    expect(autre).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.locator("[data-resume]")).to_contain_text("1 à réserver")

    suivre(page, page.get_by_role("button", name="Vérifier ma demande"))
    expect(page.locator("main")).to_contain_text("À réserver (1)")
    suivre(page, page.get_by_role("button", name="Envoyer ma demande"))
    expect(page.get_by_text("Votre demande est envoyée")).to_be_visible()
