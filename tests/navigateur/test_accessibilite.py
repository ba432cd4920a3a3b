"""Every main page, as each person sees it, at 320, 360 and 1280 px: axe, reflow, headings, and a silent console."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.navigateur.gestes import PARENT, cocher_des_matins, mois_suivant, ouvrir_le_planning, se_connecter
from tests.navigateur.regard import Regard

pytestmark = pytest.mark.navigateur


def liens(page: Page, motif: str) -> list[str]:
    """Return the addresses of the page shown that match ``motif`` whole, each once."""
    adresses = page.locator("a[href]").evaluate_all("liens => liens.map(lien => lien.getAttribute('href'))")
    return list(dict.fromkeys(adresse for adresse in adresses if re.fullmatch(motif, adresse)))


def test_a_visitor_reads_every_public_page(ouvrir):
    regard = Regard(ouvrir())
    regard.aller("/", "/compte/connexion/", "/compte/mot-de-passe/oublie/", "/contact/", "/actualites/")
    regard.aller(liens(regard.page, r"/actualites/[\w-]+/")[0])
    regard.aller("/recherche/?q=cantine", "/recherche/?q=zzzz", "/plan-du-site/")
    regard.aller(*liens(regard.page, r"/infos/[\w-]+/")[:5])
    regard.aller(
        "/menus/",
        "/telechargements/",
        "/mentions/",
        "/cookies/",
        "/accessibilite/",
        "/inscription/",
        "/inscription/lien-envoye/",
    )
    regard.rien_a_redire()


def test_a_visitor_is_told_what_is_wrong(ouvrir):
    regard = Regard(ouvrir())
    for chemin in ("/compte/connexion/", "/compte/mot-de-passe/oublie/"):
        regard.page.goto(chemin)
        regard.page.locator("main form").first.evaluate("formulaire => { formulaire.noValidate = true }")
        regard.page.locator("main form button[type=submit]").first.click()
        expect(regard.page.locator("main [aria-invalid=true]").first).to_be_visible()
        regard.regarder()
    regard.rien_a_redire()


def test_a_parent_reads_every_page_of_the_account(ouvrir):
    regard = Regard(ouvrir())
    se_connecter(regard.page, PARENT)
    regard.aller("/espace/", "/famille/", "/enfants/")
    regard.aller(liens(regard.page, r"/enfants/[0-9a-f-]{36}/")[0])
    regard.aller("/documents/", "/documents/ajouter/")
    regard.aller("/compte/adresse/", "/compte/mot-de-passe/modifier/", "/compte/sessions/")
    regard.aller("/compte/double-authentification/")
    regard.rien_a_redire()


def test_a_parent_reads_and_pays_invoices(ouvrir):
    regard = Regard(ouvrir())
    se_connecter(regard.page, PARENT)
    regard.aller("/factures/")
    regard.aller(liens(regard.page, r"/factures/[0-9a-f-]{36}/")[0], "/factures/payer/")
    regard.rien_a_redire()


def test_a_parent_books_from_the_list_to_the_confirmation(ouvrir):
    regard = Regard(ouvrir())
    page = regard.page
    se_connecter(page, PARENT)
    regard.aller("/reservations/", "/reservations/nouvelle/")
    page.get_by_role("link", name=re.compile("AABELIUM BAPTISTE")).click()
    regard.regarder()
    page.get_by_role("link", name=re.compile("ACCUEIL PERISCOLAIRE")).click()
    regard.regarder()
    ouvrir_le_planning(page, "BAPTISTE")
    regard.regarder()
    mois_suivant(page, 3)
    cocher_des_matins(page, 2)
    regard.regarder()
    for geste in ("Remplir par dates et rythme…", "Copier vers un autre enfant…"):
        page.get_by_text("Autres outils").click()
        page.get_by_role("button", name=geste).click()
        regard.regarder()
        page.get_by_role("link", name="Retour au planning").click()
    page.get_by_role("link", name="Voir ou imprimer toute la période").click()
    regard.regarder()
    page.go_back()
    page.get_by_role("button", name="Vérifier ma demande").click()
    regard.regarder()
    page.get_by_role("button", name="Envoyer ma demande").click()
    regard.regarder()
    page.get_by_role("link", name="Voir la réservation").click()
    regard.regarder()
    regard.rien_a_redire()


def test_an_agent_reads_the_work_to_do(ouvrir):
    regard = Regard(ouvrir())
    se_connecter(regard.page, "agent@exemple.fr")
    regard.aller("/gestion/", "/gestion/reservations/demande/")
    regard.aller(liens(regard.page, r"/gestion/reservations/demande/\d+/change/.*")[0])
    regard.aller("/gestion/familles/famille/", "/gestion/inscriptions/dossierinscription/")
    regard.page.get_by_role("link", name="AABELIUM", exact=True).click()
    regard.regarder()
    regard.page.get_by_role("link", name="Rattacher à cette famille").first.click()
    regard.regarder()
    regard.rien_a_redire()


def test_the_regisseur_reads_the_work_to_do(ouvrir):
    regard = Regard(ouvrir())
    se_connecter(regard.page, "regisseur@exemple.fr")
    regard.aller("/gestion/", "/gestion/facturation/paiement/", "/gestion/facturation/campagne/")
    regard.aller(liens(regard.page, r"/gestion/facturation/campagne/\d+/change/")[0])
    regard.rien_a_redire()
