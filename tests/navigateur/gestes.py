"""What people do on the screens, in their words: shared by the journeys."""

import re

from playwright.sync_api import Page, expect

from portail.demonstration import MOT_DE_PASSE

PARENT = "famille.aabelium@exemple.fr"
CARTE_ACCEPTEE = "4970100000000006"


def se_connecter(page: Page, adresse: str) -> None:
    page.goto("/compte/connexion/")
    page.locator("main input[name=login]").fill(adresse)
    page.locator("main input[name=password]").fill(MOT_DE_PASSE)
    page.locator("main").get_by_role("button", name="Connexion").click()
    page.wait_for_url(re.compile(r"/(espace|gestion)/"))


def ouvrir_le_planning(page: Page, prenom: str) -> None:
    """Walk the wizard: child, établissement, période."""
    page.goto("/reservations/nouvelle/")
    page.get_by_role("link", name=re.compile(rf"^AABELIUM {prenom}")).click()
    page.get_by_role("link", name=re.compile("ACCUEIL PERISCOLAIRE")).click()
    expect(page.get_by_text("2 jours ouvrés").first).to_be_visible()
    expect(page.get_by_text("Heure limite").first).to_contain_text("12:00")
    page.get_by_role("button", name="Continuer").first.click()
    page.wait_for_url("**/planning/**")


def mois_suivant(page: Page, fois: int) -> None:
    """Go forward, each time until the month that the button named is the one shown."""
    for _ in range(fois):
        suivant = page.locator("button[name=aller]").last
        mois = suivant.inner_text().strip()
        suivant.click()
        expect(page.locator(".calendrier caption").first).to_have_text(mois)


def cocher_des_matins(page: Page, nombre: int) -> None:
    """Tick the first mornings that are free, from the 8th of the month on."""
    libres = page.locator("label.creneau", has_text="Matin").locator("input[name=jours]:not(:checked)")
    for _ in range(nombre):
        libres.nth(2).check()


def envoyer_la_demande(page: Page) -> str:
    """Check, send, and return the number of the request."""
    page.get_by_role("button", name="Vérifier ma demande").click()
    page.get_by_role("button", name="Envoyer ma demande").click()
    expect(page.get_by_text("Votre demande est envoyée")).to_be_visible()
    return re.search(r"Demande n°\s*(\d+-\d+)", page.locator("main").inner_text()).group(1)


def payer_par_carte(page: Page) -> None:
    """On the payment service's own site."""
    page.get_by_role("link", name=re.compile("carte", re.IGNORECASE)).first.click()
    page.get_by_label("Numéro de carte").fill(CARTE_ACCEPTEE)
    page.get_by_label("Mois").select_option(index=12)
    page.get_by_label("Année").select_option(index=3)
    page.get_by_label("Cryptogramme visuel").fill("123")
    page.get_by_role("button", name="JE VALIDE mon paiement").click()
