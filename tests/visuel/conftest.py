from pathlib import Path

import axe_core_python
import pytest
from django.conf import settings
from playwright.sync_api import sync_playwright

from tests.navigateur.regard import ABANDONNEE
from tests.services import chromium

OPTIONS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = (Path(axe_core_python.__file__).parent / "axe.min.js").read_text()


@pytest.fixture(scope="session", autouse=True)
def dossier_statique():
    """WhiteNoise warns when the folder of collected files is missing, and a warning is an error here."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture(scope="module")
def navigateur():
    """Chromium; while Playwright's loop runs in this thread, Django must be told that the thread is its own."""
    with pytest.MonkeyPatch.context() as environnement, sync_playwright() as playwright:
        environnement.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "oui")
        ouvert = playwright.chromium.launch(executable_path=chromium(), args=OPTIONS)
        yield ouvert
        ouvert.close()


def echec(page, requete):
    """Note a request that failed; one that was given up because the page was left is nobody's fault."""
    if requete.failure != ABANDONNEE:
        page.plaintes.append(requete.url)


@pytest.fixture
def ouvrir(navigateur, live_server, commune):
    """``ouvrir(chemin, largeur, script, session)``: the page; its ``.plaintes`` are the browser’s."""
    contextes = []

    def ouvre(chemin, largeur=1280, script=True, session=None):
        contexte = navigateur.new_context(viewport={"width": largeur, "height": 740}, java_script_enabled=script)
        contextes.append(contexte)
        if session:
            temoin = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}
            contexte.add_cookies([temoin])
        page = contexte.new_page()
        page.plaintes = []
        page.on("console", lambda message: page.plaintes.append(message.text))
        page.on("requestfailed", lambda requete: echec(page, requete))
        page.goto(live_server.url + chemin)
        return page

    yield ouvre
    for contexte in contextes:
        contexte.close()


@pytest.fixture
def fautes():
    """``fautes(page)``: what axe finds wrong, as ``règle : éléments``."""

    def cherche(page):
        page.evaluate(AXE + ";0")
        trouvees = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
        return [f"{faute['id']} : {[noeud['target'] for noeud in faute['nodes']]}" for faute in trouvees]

    return cherche
