"""``bin/demo`` itself: what it refuses in one sentence, and its whole life with real processes."""

import contextlib
import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest

from portail.demonstration import MOT_DE_PASSE
from portail.embarque import demonstration, processus, services
from portail.embarque.verrou import verrou
from tests.services import RACINE

ADRESSES = ("DATABASE_URL", "REDIS_URL", "DOSSIER_DONNEES", "PORT", "DEMO")


@pytest.fixture
def donnees():
    dossier = Path(tempfile.mkdtemp(prefix="portail-demo-"))
    dossier.chmod(0o755)
    yield dossier
    services.arreter(dossier)
    shutil.rmtree(dossier)


@pytest.fixture
def environnement(donnees):
    propre = {nom: valeur for nom, valeur in os.environ.items() if nom not in ADRESSES}
    return propre | {"DOSSIER_DONNEES": str(donnees), "PORT": str(deux_ports_libres())}


def deux_ports_libres() -> int:
    while True:
        with socket.socket() as premier, socket.socket() as second:
            premier.bind(("127.0.0.1", 0))
            port = premier.getsockname()[1]
            with contextlib.suppress(OSError):
                second.bind(("127.0.0.1", port + 1))
                return port


def refus(environnement: dict[str, str], *arguments: str) -> str:
    commande = [sys.executable, "-m", "portail.embarque.demonstration", *arguments]
    fini = subprocess.run(
        commande, cwd=RACINE, env=environnement, capture_output=True, text=True, check=False, timeout=60
    )
    assert fini.returncode == 1
    assert "Traceback" not in fini.stderr
    return fini.stderr


@pytest.mark.parametrize("port", ["huit mille", "0", "65535", "-1"])
def test_a_port_that_is_not_one_is_refused(environnement, port):
    assert f"PORT vaut « {port} »" in refus(environnement | {"PORT": port})


@pytest.mark.parametrize("decalage", [0, 1])
def test_a_port_that_is_taken_is_refused_before_anything_starts(environnement, donnees, decalage):
    port = int(environnement["PORT"])
    with socket.socket() as occupant:
        occupant.bind(("127.0.0.1", port + decalage))
        occupant.listen()
        dit = refus(environnement)
    assert f"Le port {port + decalage} est déjà pris" in dit
    assert not (donnees / "postgres").exists()


def test_a_second_demonstration_in_the_same_folder_is_refused(environnement, donnees):
    with verrou(donnees / "demonstration.verrou"):
        assert "La démonstration tourne déjà dans ce dossier" in refus(environnement)


def test_starting_over_never_touches_a_database_given_from_outside(environnement):
    dit = refus(environnement | {"DATABASE_URL": "postgres://base/portail"}, "--neuf")
    assert "DATABASE_URL en donne une autre, laissée intacte" in dit


def test_what_the_person_gives_wins_over_the_defaults(donnees, monkeypatch):
    monkeypatch.setenv("EMAIL_URL", "smtp://localhost:2525")
    monkeypatch.setenv("DATABASE_URL", "postgres://base/portail")
    choix = services.choix_de({"DATABASE_URL": "postgres://base/portail"})
    obtenu = demonstration._environnement(donnees, 8100, choix)
    assert obtenu["DATABASE_URL"] == "postgres://base/portail"
    assert obtenu["EMAIL_URL"] == "smtp://localhost:2525"
    assert obtenu["SITE_URL"] == "http://127.0.0.1:8100"
    assert obtenu["TIPI_URL_PAIEMENT"].startswith("http://127.0.0.1:8101/")
    assert obtenu["REDIS_URL"].startswith("unix://")


def lancer(environnement: dict[str, str]) -> subprocess.Popen[str]:
    """Start the demonstration; it is ended after two minutes whatever happens, so that no test hangs."""
    lance = subprocess.Popen(
        [sys.executable, "-m", "portail.embarque.demonstration"],
        cwd=RACINE,
        env=environnement,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    garde = threading.Timer(180, lance.kill)
    garde.daemon = True
    garde.start()
    return lance


def lire_jusqu_a(lance: subprocess.Popen[str], marque: str) -> str:
    lu = ""
    for ligne in lance.stdout:
        lu += ligne
        if marque in ligne:
            return lu
    pytest.fail(f"« {marque} » n'est jamais venu :\n{lu}")


def repond(port: int, chemin: str) -> int:
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as liaison:
        liaison.request("GET", chemin)
        return liaison.getresponse().status


def du_dossier(donnees: Path, environnement: dict[str, str]) -> list[int]:
    """Return every process of this demonstration: each one names its folder, its port or its socket."""
    propres = (str(donnees), f":{environnement['PORT']}", str(int(environnement["PORT"]) + 1))
    chef = os.getpid()
    return [
        pid for pid in processus.chercher(lambda ligne: any(mot in " ".join(ligne) for mot in propres)) if pid != chef
    ]


def test_it_starts_answers_stops_starts_again_and_survives_being_killed(environnement, donnees):
    port = int(environnement["PORT"])
    with lancer(environnement) as premiere:
        dit = lire_jusqu_a(premiere, "Ctrl-C")
        assert f"http://127.0.0.1:{port}/demo/courriels/" in dit
        assert f"\nMot de passe : {MOT_DE_PASSE}\n" in dit
        assert re.search(r"^  famille\.aabelium@exemple\.fr ", dit, re.MULTILINE)
        assert (repond(port, "/"), repond(port, "/sante/pret/"), repond(port + 1, "/") < 500) == (200, 200, True)
        assert len(du_dossier(donnees, environnement)) >= 5
        premiere.send_signal(signal.SIGTERM)
        premiere.communicate()
    assert premiere.returncode == 0
    assert processus.attendre_la_fin(du_dossier(donnees, environnement), 10) == []
    # A second start finds its data: nothing is loaded again.
    with lancer(environnement) as seconde:
        lire_jusqu_a(seconde, "Ctrl-C")
        assert (donnees / "journaux" / "base.log").read_text() == ""
        seconde.kill()
        seconde.communicate()
    assert processus.attendre_la_fin(du_dossier(donnees, environnement), 30) == []
    # After such an end too, and the death of one process ends the others, with its name.
    with lancer(environnement) as troisieme:
        lire_jusqu_a(troisieme, "Ctrl-C")
        simulateur = processus.chercher(lambda ligne: "simulateur" in ligne and str(port + 1) in ligne)
        os.kill(simulateur[0], signal.SIGKILL)
        dit, _ = troisieme.communicate()
    assert "Le simulateur de paiement s'est arrêté (code -9)" in dit
    assert troisieme.returncode == 1
    assert processus.attendre_la_fin(du_dossier(donnees, environnement), 10) == []
