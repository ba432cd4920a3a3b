"""Pytest plugin: every test runs against a real PostgreSQL and a real Redis of this checkout.

Loaded before Django's settings (``-p`` in ``pytest.ini``). The services start under ``var/tests`` in their fast mode
and stop with the last run that uses them. Several runs and several workers at once do not meet: each run takes a
numbered place, which gives it its own databases and keyspace; each worker of ``-n`` has its own inside it.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from portail import embarque
from portail.embarque import services
from portail.embarque.erreurs import EmbarqueErreur
from portail.embarque.verrou import VerrouPris, prendre, verrou

RACINE = Path(__file__).resolve().parent.parent
DOSSIER = RACINE / "var" / "tests"
NOMBRE_DE_PLACES = 3
#: Keyspaces of Redis for one run: one for the run itself, then one for each worker.
ESPACES_PAR_PLACE = 20
NAVIGATEURS = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str | None:
    """Return the path of the browser for the tests, if the machine has one."""
    return os.environ.get("CHROMIUM") or next((trouve for nom in NAVIGATEURS if (trouve := shutil.which(nom))), None)


class Services:
    """The services of one run, held by its controller."""

    def __init__(self) -> None:
        DOSSIER.mkdir(parents=True, exist_ok=True)
        self.choix = services.choix_de(os.environ)
        self.place, self.descripteur = _prendre_une_place()

    def demarrer(self) -> None:
        if not (self.choix.postgres or self.choix.redis):
            return
        with verrou(DOSSIER / "usage.verrou"):
            try:
                services.demarrer(DOSSIER, durable=False, choix=self.choix)
            except EmbarqueErreur:
                # A throw-away cluster that a power cut or an older version left unusable is simply made again.
                services.effacer(DOSSIER)
                services.demarrer(DOSSIER, durable=False, choix=self.choix)
        if self.choix.postgres:
            os.environ["DATABASE_URL"] = embarque.adresse_postgres(DOSSIER, f"portail_{self.place}")
            os.environ["PORTAIL_BASE_MODELE"] = "oui"
        if self.choix.redis:
            os.environ["REDIS_URL"] = embarque.adresse_redis(DOSSIER, self.place * ESPACES_PAR_PLACE)

    def rendre(self) -> None:
        """Leave the place; the last one out stops the services."""
        with verrou(DOSSIER / "usage.verrou"):
            os.close(self.descripteur)
            if _places_libres():
                services.arreter(DOSSIER)


def _prendre_une_place() -> tuple[int, int]:
    """Return the number of a free place and the descriptor that holds it; wait for one when all are taken."""
    for place in range(NOMBRE_DE_PLACES):
        try:
            return place, prendre(DOSSIER / f"place-{place}.verrou")
        except VerrouPris:
            continue
    return 0, prendre(DOSSIER / "place-0.verrou", attente_secondes=3600)


def _places_libres() -> bool:
    for place in range(NOMBRE_DE_PLACES):
        try:
            os.close(prendre(DOSSIER / f"place-{place}.verrou"))
        except VerrouPris:
            return False
    return True


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--complet", action="store_true", help="joue aussi les longues séries (marque « complet »)")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    """Give the environment its addresses before pytest-django reads the settings."""
    _preparer_l_environnement(early_config)
    return (yield)


def _preparer_l_environnement(early_config: pytest.Config) -> None:
    os.environ.setdefault("DEMO", "oui")
    ouvrier = os.environ.get("PYTEST_XDIST_WORKER", "")
    if ouvrier:
        _adresses_de_l_ouvrier(int(ouvrier.removeprefix("gw")) + 1)
        return
    if early_config.known_args_namespace.help or early_config.known_args_namespace.version:
        return
    en_cours = Services()
    early_config.add_cleanup(en_cours.rendre)
    en_cours.demarrer()
    _dossier_de_fichiers(f"donnees-{en_cours.place}")


def _adresses_de_l_ouvrier(rang: int) -> None:
    """A worker inherits the addresses of its run; its files and its keyspace are its own."""
    adresse, _, numero = os.environ["REDIS_URL"].partition("?db=")
    if adresse.startswith("unix://") and os.environ.get("PORTAIL_BASE_MODELE"):
        os.environ["REDIS_URL"] = f"{adresse}?db={int(numero or 0) + rang}"
    _dossier_de_fichiers(f"{Path(os.environ['DOSSIER_DONNEES']).name}-{rang}")


def _dossier_de_fichiers(nom: str) -> None:
    """Start from an empty folder of uploads; the folder of collected static files, empty too, is expected to exist."""
    dossier = DOSSIER / nom
    shutil.rmtree(dossier, ignore_errors=True)
    (dossier / "static").mkdir(parents=True)
    os.environ["DOSSIER_DONNEES"] = str(dossier)


def pytest_configure(config: pytest.Config) -> None:
    # Registered late, so that its fixture replaces pytest-django's.
    config.pluginmanager.import_plugin("tests.base_copiee")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    sans_navigateur = pytest.mark.skip(reason="pas de navigateur : apt-get install chromium")
    trop_long = pytest.mark.skip(reason="longue série, jouée avec --complet")
    for item in items:
        if "navigateur" in item.keywords and chromium() is None:
            item.add_marker(sans_navigateur)
        if "complet" in item.keywords and not config.getoption("complet"):
            item.add_marker(trop_long)
