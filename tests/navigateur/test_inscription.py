"""SITUATION 1 of the tutorial, in a browser: from no file at all to an account, with and without JavaScript."""

import itertools
import re
import time

import pytest
from playwright.sync_api import Page, expect

from tests.navigateur.gestes import se_connecter
from tests.navigateur.regard import Regard

pytestmark = pytest.mark.navigateur

NUMEROS = itertools.count()
#: The form is signed with the instant it was given; nobody types an address in less than three seconds.
SECONDES_DE_LECTURE = 3.2


def courriel() -> str:
    return f"lena{next(NUMEROS)}.{time.time_ns() % 10**6}@exemple.fr"


def lien_recu(page: Page, motif: str) -> str:
    page.goto("/demo/courriels/")
    return re.search(motif, page.content())[0].replace("&amp;", "&")


def demander_le_lien(page: Page, adresse: str) -> None:
    page.goto("/")
    page.get_by_role("link", name="Inscrire ma famille en ligne").click()
    page.get_by_label("Votre adresse électronique").fill(adresse)
    time.sleep(SECONDES_DE_LECTURE)
    page.get_by_role("button", name="Recevoir le lien").click()
    expect(page.get_by_text("Un courriel part à l’adresse")).to_be_visible()


def remplir(page: Page, regarder) -> None:
    """Fill every step; ``regarder`` is called on each page, once its title is there."""

    def arriver(titre: str) -> None:
        expect(page.get_by_role("heading", name=titre, level=1)).to_be_visible()
        regarder()

    arriver("Confirmez votre adresse")
    page.get_by_role("button", name="Confirmer et commencer").click()
    page.get_by_role("button", name="Enregistrer et continuer").click()
    expect(page.get_by_text("4 points sont à corriger")).to_be_visible()
    arriver("Votre foyer")
    page.get_by_label("Nom du foyer").fill("KERMARREC")
    page.get_by_label("Adresse", exact=False).first.fill("3 rue du Traict")
    page.get_by_label("Code postal").fill("44740")
    page.get_by_label("Ville").fill("Batz-sur-Mer")
    page.get_by_role("button", name="Enregistrer et continuer").click()
    arriver("Vous, qui faites la demande")
    page.get_by_label("Prénom").fill("Léna")
    page.get_by_label("Lien avec les enfants").select_option("mere")
    page.get_by_label("Téléphone portable").fill("0611223344")
    page.get_by_role("button", name="Enregistrer").click()
    arriver("Les adultes du foyer")
    page.get_by_role("link", name="Continuer").click()
    arriver("Un enfant à inscrire")
    page.get_by_label("Prénom").fill("Éloïse")
    page.get_by_label("Date de naissance").fill("02/05/2018")
    page.get_by_role("button", name="Enregistrer").click()
    arriver("Les enfants à inscrire")
    page.get_by_role("link", name="Continuer").click()
    arriver("Les pièces justificatives")
    page.get_by_role("link", name="Continuer").click()
    arriver("Vérifiez votre demande")
    page.get_by_label("Je certifie que ces informations").check()
    page.get_by_role("button", name="Envoyer ma demande").click()
    expect(page.get_by_text("Le service a reçu votre demande.")).to_be_visible()
    arriver("Votre demande d’inscription")


def test_a_family_files_its_dui_on_a_phone_without_javascript(ouvrir):
    page = ouvrir("telephone", java_script_enabled=False)
    demander_le_lien(page, courriel())
    page.goto(lien_recu(page, r"/inscription/commencer/[^\s\"<]+"))
    remplir(page, lambda: None)
    page.get_by_role("button", name="Corriger ma demande").click()
    expect(page.get_by_role("heading", name="Vérifiez votre demande")).to_be_visible()


def test_from_the_request_to_the_account_every_page_can_be_read(ouvrir):
    regard = Regard(ouvrir())
    page, adresse = regard.page, courriel()
    demander_le_lien(page, adresse)
    page.goto(lien_recu(page, r"/inscription/commencer/[^\s\"<]+"))
    remplir(page, regard.regarder)
    reference = re.search(r"DUI-[0-9A-F]{8}", page.content())[0]
    bureau = Regard(ouvrir())
    se_connecter(bureau.page, "agent@exemple.fr")
    bureau.aller("/gestion/inscriptions/dossierinscription/")
    bureau.page.get_by_role("link", name=reference).click()
    bureau.regarder()
    bureau.page.get_by_role("link", name="Accepter et créer la famille").click()
    bureau.regarder()
    for choix in bureau.page.get_by_label("C’est un autre enfant").all():
        choix.check()
    bureau.page.get_by_role("button", name="Accepter et créer la famille").click()
    expect(bureau.page.get_by_text(f"La demande {reference} est acceptée")).to_be_visible()
    bureau.regarder()
    page.goto(lien_recu(page, r"/compte/activer/[^\s\"<]+"))
    page.locator("#id_password1").fill("Falaise-Ocre-77")
    page.locator("#id_password2").fill("Falaise-Ocre-77")
    page.get_by_role("button", name="Ouvrir mon compte").click()
    expect(page.get_by_text("Éloïse").first).to_be_visible()
    # The form that was sent empty on purpose is answered 422, which the browser's console tells.
    regard.defauts = [defaut for defaut in regard.defauts if "422" not in defaut]
    regard.rien_a_redire()
    bureau.rien_a_redire()
