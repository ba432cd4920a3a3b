"""Photograph the screens that README shows, in a browser, on a running demonstration.

Run by ``bin/captures``. What the pictures show is dated around today, so they change from one day to the next.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tests.navigateur.gestes import PARENT, cocher_des_matins, mois_suivant, ouvrir_le_planning, se_connecter
from tests.services import chromium

RACINE = Path(__file__).resolve().parent.parent
DESTINATION = RACINE / "docs" / "captures"
DONNEES = RACINE / "var" / "captures"
OCTETS_MAXIMUM = 120_000
#: From the finest to the coarsest palette, until the picture is light enough.
COULEURS = (256, 128, 64, 32)
ORDINATEUR: ViewportSize = {"width": 1280, "height": 860}
#: The staff's lists have more columns.
BUREAU: ViewportSize = {"width": 1600, "height": 860}
TELEPHONE: ViewportSize = {"width": 360, "height": 740}
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


def principal(arguments: list[str]) -> None:
    analyse = argparse.ArgumentParser(prog="bin/captures", description="Refait les images de docs/captures/.")
    analyse.add_argument("--site", help="adresse d’une démonstration en marche, comme http://127.0.0.1:8000")
    options = analyse.parse_args(arguments)
    executable = chromium()
    if executable is None:
        sys.exit("Chromium manque. À lancer : sudo apt-get install chromium")
    DESTINATION.mkdir(exist_ok=True)
    marche = contextlib.nullcontext(options.site.rstrip("/")) if options.site else demonstration()
    with marche as site, sync_playwright() as outils:
        navigateur = outils.chromium.launch(executable_path=executable, args=OPTIONS_DE_CHROMIUM)
        with contextlib.closing(navigateur):
            photographier_la_famille(navigateur, site)
            photographier_la_gestion(navigateur, site)


@contextlib.contextmanager
def demonstration() -> Iterator[str]:
    """Run ``bin/demo`` on free ports, its data in a folder of its own that is removed afterwards."""
    port = deux_ports_libres()
    propre = {"DOSSIER_DONNEES": str(DONNEES), "PORT": str(port), "SITE_URL": f"http://127.0.0.1:{port}"}
    dire("Démarrage d’une démonstration…")
    processus = subprocess.Popen(
        [str(RACINE / "bin" / "demo"), "--neuf"],
        env=os.environ | propre,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert processus.stdout is not None  # noqa: S101 - asked for just above
        if not any(ligne.startswith("Mot de passe") for ligne in processus.stdout):
            sys.exit("La démonstration ne démarre pas.")
        yield propre["SITE_URL"]
    finally:
        processus.send_signal(signal.SIGTERM)
        processus.wait()
        shutil.rmtree(DONNEES, ignore_errors=True)


def deux_ports_libres() -> int:
    """Return a free port whose next one is free too, for the simulator."""
    for port in range(8400, 8600, 2):
        with contextlib.suppress(OSError), socket.socket() as un, socket.socket() as deux:
            un.bind(("127.0.0.1", port))
            deux.bind(("127.0.0.1", port + 1))
            return port
    sys.exit("Aucun port libre entre 8400 et 8600.")


def fenetre(navigateur: Browser, site: str, taille: ViewportSize = ORDINATEUR) -> Page:
    contexte = navigateur.new_context(
        base_url=site, viewport=taille, locale="fr-FR", timezone_id="Europe/Paris", reduced_motion="reduce"
    )
    contexte.set_default_timeout(20_000)
    return contexte.new_page()


def photographier_la_famille(navigateur: Browser, site: str) -> None:
    page = fenetre(navigateur, site)
    page.goto("/")
    garder(page, "accueil")
    se_connecter(page, PARENT)
    page.goto("/espace/")
    garder(page, "mon-compte")

    ouvrir_le_planning(page, "BAPTISTE")
    mois_suivant(page, 1)
    cocher_des_matins(page, 3)
    planning = page.url
    page.get_by_role("button", name="Vérifier ma demande").click()
    page.wait_for_url("**/verifier/")
    garder(page, "verifier")
    page.goto(planning)
    montrer(page, "#mois")
    garder(page, "planning")

    telephone = fenetre(navigateur, site, TELEPHONE)
    se_connecter(telephone, PARENT)
    telephone.goto(planning)
    montrer(telephone, "td.jour:has(input:checked)")
    garder(telephone, "planning-telephone")

    photographier_les_factures(page)
    page.goto(planning)
    page.get_by_role("button", name="Oublier les modifications non envoyées").click()


def photographier_les_factures(page: Page) -> None:
    page.goto("/factures/")
    garder(page, "factures")
    page.locator("tr", has_text="Non soldée").get_by_role("link", name=re.compile("Détail")).first.click()
    garder(page, "facture")
    page.goto("/factures/payer/")
    page.get_by_role("button", name="Accéder au paiement").first.click()
    page.wait_for_url(re.compile("/tpa/"))
    garder(page, "paiement")
    page.goto("/factures/payer/")
    page.get_by_role("button", name="Je n’ai pas payé, recommencer").click()


def photographier_la_gestion(navigateur: Browser, site: str) -> None:
    page = fenetre(navigateur, site, BUREAU)
    se_connecter(page, "agent@exemple.fr")
    page.goto("/gestion/")
    page.get_by_role("link", name=re.compile("attend(ent)? une réponse")).click()
    page.wait_for_url("**/presence/**")
    garder(page, "demandes")


def montrer(page: Page, selecteur: str) -> None:
    """Bring the first such element to the top of the window."""
    page.locator(selecteur).first.evaluate("element => element.scrollIntoView({block: 'start'})")


def garder(page: Page, nom: str) -> None:
    """Write what the window shows as a small PNG of few colours."""
    page.wait_for_load_state("networkidle")
    image = Image.open(io.BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
    for couleurs in COULEURS:
        memoire = io.BytesIO()
        image.quantize(couleurs, dither=Image.Dither.NONE).save(memoire, "PNG", optimize=True)
        if memoire.tell() <= OCTETS_MAXIMUM:
            break
    chemin = DESTINATION / f"{nom}.png"
    chemin.write_bytes(memoire.getvalue())
    dire(f"{chemin.relative_to(RACINE)} : {memoire.tell() // 1000} ko")


def dire(phrase: str) -> None:
    sys.stdout.write(f"{phrase}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    principal(sys.argv[1:])
