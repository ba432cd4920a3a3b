"""With JavaScript, ticks are kept as they are made, without leaving the page; a reload finds them."""

import pytest
from playwright.sync_api import expect

from tests.navigateur.gestes import PARENT, cocher_des_matins, mois_suivant, ouvrir_le_planning, se_connecter

pytestmark = pytest.mark.navigateur


def test_ticks_are_kept_without_a_button_and_undone(ouvrir):
    page = ouvrir("telephone")
    se_connecter(page, PARENT)
    ouvrir_le_planning(page, "BAPTISTE")
    mois_suivant(page, 6)
    adresse = page.url
    with page.expect_response(lambda reponse: reponse.url.endswith("/planning/enregistrer/")) as gardee:
        cocher_des_matins(page, 1)
    assert gardee.value.status == 204
    assert page.url == adresse
    expect(page.locator("[data-resume]")).to_contain_text("1 à réserver")
    page.reload()
    expect(page.locator("[data-resume]")).to_contain_text("1 à réserver")
    page.get_by_role("button", name="Annuler le dernier geste").click()
    expect(page.locator("[data-resume]")).to_contain_text("Aucune modification à envoyer")
