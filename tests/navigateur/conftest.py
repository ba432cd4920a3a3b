import pytest
from django.db import connection
from playwright.sync_api import expect, sync_playwright

from tests.navigateur.pile import pile_en_marche
from tests.services import chromium

OPTIONS_DE_CHROMIUM = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
#: How long a page may take on a busy machine: an expectation waits as long as a click.
PATIENCE_MILLISECONDES = 15_000
expect.set_options(timeout=PATIENCE_MILLISECONDES)
ECRANS = {"telephone": {"width": 360, "height": 740}, "ordinateur": {"width": 1280, "height": 900}}


@pytest.fixture(scope="module")
def navigateur(pile):
    """Chromium; while Playwright's loop runs in this thread, Django must be told that the thread is its own."""
    with pytest.MonkeyPatch.context() as environnement, sync_playwright() as outils:
        environnement.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "oui")
        fenetre = outils.chromium.launch(executable_path=chromium(), args=OPTIONS_DE_CHROMIUM)
        yield fenetre
        fenetre.close()


@pytest.fixture(scope="session")
def pile(django_db_setup, tmp_path_factory):
    """The demonstration town, small, with every process running."""
    modele = connection.settings_dict["TEST"].get("TEMPLATE")
    dossier = tmp_path_factory.mktemp("pile")
    with pile_en_marche(dossier, modele, ("demo", "--familles", "6", "--graine", "1")) as en_marche:
        yield en_marche


@pytest.fixture(params=list(ECRANS))
def ecran(request):
    return request.param


@pytest.fixture
def ouvrir(navigateur, pile):
    """Open a new visitor's browser window: ``ouvrir("telephone")`` returns its page."""
    contextes = []

    def nouvelle(taille="ordinateur", **options):
        usuelles = {"base_url": pile.site, "viewport": ECRANS[taille], "locale": "fr-FR", "timezone_id": "Europe/Paris"}
        contexte = navigateur.new_context(**usuelles | options)
        contexte.set_default_timeout(PATIENCE_MILLISECONDES)
        contextes.append(contexte)
        return contexte.new_page()

    yield nouvelle
    for contexte in contextes:
        contexte.close()
