"""A year of Mondays and Thursdays for two children: how many gestures, and how long for a person."""

import re

import pytest
from playwright.sync_api import expect

from tests.navigateur.gestes import PARENT, se_connecter

pytestmark = pytest.mark.navigateur

#: Every press of a person, in any page of the window: what a script does by itself is not trusted by the browser.
COMPTEUR = """addEventListener('pointerdown', evenement => {
  if (evenement.isTrusted) window.compterUnGeste(evenement.target.textContent.trim().slice(0, 40));
}, {capture: true});
addEventListener('keydown', evenement => evenement.isTrusted && window.compterUnGeste(evenement.key), {capture: true});
"""
#: The two screens share one town: each books its own days.
JOURS = {"telephone": ("Lundi", "Jeudi"), "ordinateur": ("Mardi", "Vendredi")}
#: To find a control, point at it and press it: 1.35 s of thought, 1.1 s of pointing, 0.2 s of pressing, and 1.5 s to
#: look at what came (keystroke-level model of Card, Moran and Newell, made slower for a tired person).
SECONDES_PAR_GESTE = 1.35 + 1.1 + 0.2 + 1.5


def test_a_year_of_mondays_and_thursdays_for_two_children(ouvrir, ecran):
    page = ouvrir(ecran)
    se_connecter(page, PARENT)
    page.goto("/espace/")
    gestes = []
    page.expose_function("compterUnGeste", lambda geste: gestes.append(geste))  # noqa: PLW0108 - it is given attributes
    page.add_init_script(COMPTEUR)
    page.reload()

    page.get_by_role("link", name="Nouvelle réservation").first.click()
    page.get_by_role("link", name=re.compile("BAPTISTE et LOUISE, ensemble")).click()
    page.get_by_role("link", name=re.compile("RESTAURANT SCOLAIRE")).click()
    page.get_by_role("button", name="Continuer").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("BAPTISTE et LOUISE")
    for jour in JOURS[ecran]:
        page.locator(".choix-semaine").get_by_text(jour).click()
    page.get_by_role("button", name=re.compile("Voir et remplir")).click()
    expect(page.locator("#apercu")).to_contain_text("LOUISE")
    page.get_by_role("button", name="Garder et vérifier").click()
    total = page.locator(".total dd").inner_text()
    assert re.fullmatch(r"[\d\s]+,\d\d\s€", total), total
    expect(page.get_by_role("button", name="Envoyer ma demande")).to_be_visible()
    # The press that sends is counted and not made: the town is shared with the tests of billing. One press more, and
    # both plannings are as they were.
    gestes.append("Envoyer ma demande")
    assert 1 < len(gestes) < 10, gestes
    assert len(gestes) * SECONDES_PAR_GESTE < 60
    page.get_by_role("button", name="Annuler le dernier geste").click()
    expect(page.get_by_text("Annulé : planning rempli.")).to_be_visible()
