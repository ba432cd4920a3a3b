"""A passkey, with the virtual authenticator of Chromium: added, used after the password, then instead of it."""

import re

import pytest
from playwright.sync_api import Page, expect

from portail.demonstration import MOT_DE_PASSE
from tests.navigateur.regard import Regard

pytestmark = pytest.mark.navigateur

ADRESSE = "comptable@exemple.fr"


def brancher_un_appareil(page: Page) -> None:
    """Give the browser a phone that verifies its owner, as a real one does by a fingerprint."""
    protocole = page.context.new_cdp_session(page)
    protocole.send("WebAuthn.enable")
    protocole.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def se_connecter(page: Page) -> None:
    page.goto("/compte/connexion/")
    page.locator("main input[name=login]").fill(ADRESSE)
    page.locator("main input[name=password]").fill(MOT_DE_PASSE)
    page.locator("main").get_by_role("button", name="Connexion", exact=True).click()


def se_deconnecter(page: Page) -> None:
    page.context.clear_cookies()


def test_a_passkey_is_added_then_opens_the_account_both_ways(ouvrir, pile):
    # Keys belong to a name: a numeric address has none.
    regard = Regard(ouvrir(base_url=pile.site.replace("127.0.0.1", "localhost")))
    page = regard.page
    brancher_un_appareil(page)
    se_connecter(page)
    page.wait_for_url(re.compile(r"/gestion/"))
    page.goto("/compte/double-authentification/cles/ajouter/")
    page.locator("main input[name=password]").fill(MOT_DE_PASSE)
    page.get_by_role("button", name="Continuer").click()
    page.get_by_label("Nom de la clé").fill("Téléphone de Gérard")
    regard.regarder()
    page.get_by_role("button", name="Ajouter la clé").click()
    expect(page.get_by_text("La clé d’accès est ajoutée.")).to_be_visible()
    page.goto("/compte/double-authentification/cles/")
    expect(page.get_by_text("Téléphone de Gérard").first).to_be_visible()
    regard.regarder()
    # The password alone does not enter any more; the key does, after it.
    se_deconnecter(page)
    se_connecter(page)
    expect(page.get_by_role("heading", name="Code de vérification")).to_be_visible()
    regard.regarder()
    page.get_by_role("button", name="Utiliser ma clé d’accès").click()
    page.wait_for_url(re.compile(r"/gestion/"))
    # And alone, without any password.
    se_deconnecter(page)
    page.goto("/")
    page.get_by_role("button", name="Me connecter avec une clé d’accès").click()
    page.wait_for_url(re.compile(r"/gestion/"))
    # Taken away, it opens nothing.
    page.goto("/compte/double-authentification/cles/")
    page.get_by_role("link", name=re.compile("Retirer")).click()
    page.get_by_role("link", name="Utiliser ma clé d’accès").click()
    regard.regarder()
    page.get_by_role("button", name="Utiliser ma clé d’accès").click()
    expect(page.get_by_role("heading", name=re.compile("Retirer «"))).to_be_visible()
    regard.regarder()
    page.get_by_role("button", name="Retirer").click()
    expect(page.get_by_text("Vous n’avez pas encore de clé d’accès.")).to_be_visible()
    se_deconnecter(page)
    page.goto("/")
    page.get_by_role("button", name="Me connecter avec une clé d’accès").click()
    expect(page.get_by_text("n’a pas été reconnue").first).to_be_visible()
    regard.rien_a_redire()
