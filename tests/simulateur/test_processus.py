"""The program itself: start, stop, where it listens, and that it stands alone."""

import ast
import socket
import subprocess
import sys
import time

import pytest

from tests.simulateur.conftest import RACINE


def test_it_stops_on_term_without_waiting_for_a_late_notification(lancer, demande, carte):
    simulateur = lancer()
    simulateur.mode(retard_ms=60_000)
    simulateur.poster(simulateur.ouvrir(**demande) + "/carte", **carte)
    debut = time.monotonic()
    code, _ = simulateur.arreter()
    assert code == 0
    assert time.monotonic() - debut < 5


def test_each_notification_is_one_line_of_the_log(lancer, recepteur, demande, carte):
    simulateur = lancer()
    simulateur.poster(simulateur.ouvrir(**demande) + "/carte", **carte)
    _, journal = simulateur.arreter()
    (ligne,) = [ligne for ligne in journal.splitlines() if demande["refdet"] in ligne]
    assert f"resultrans=P montant=525 vers {recepteur.origine} : 200 en " in ligne


def test_a_taken_port_is_said_in_one_sentence():
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        prise.listen()
        port = str(prise.getsockname()[1])
        fini = subprocess.run(
            [sys.executable, "-m", "simulateur", "--port", port], cwd=RACINE, capture_output=True, text=True, timeout=20
        )
    assert fini.returncode == 1
    assert fini.stderr.count("\n") == 1
    assert "impossible d’écouter" in fini.stderr


def test_a_nonsensical_origin_is_refused():
    fini = subprocess.run(
        [sys.executable, "-m", "simulateur", "--port", "0", "--autorise", "famille.ville.fr"],
        cwd=RACINE,
        capture_output=True,
        text=True,
        timeout=20,
    )
    assert fini.returncode == 2
    assert "famille.ville.fr" in fini.stderr


def test_a_slow_client_does_not_block_the_others(simulateur):
    with socket.create_connection(("127.0.0.1", simulateur.port)) as lente:
        lente.sendall(b"POST /tpa/operation/x/carte HTTP/1.1\r\n")
        assert simulateur.lire("/simulateur/")[0] == 200


@pytest.mark.parametrize("fichier", sorted((RACINE / "simulateur").glob("*.py")), ids=lambda f: f.name)
def test_it_imports_the_standard_library_only(fichier):
    for noeud in ast.walk(ast.parse(fichier.read_text(encoding="utf-8"))):
        if isinstance(noeud, ast.Import):
            noms = [alias.name for alias in noeud.names]
        elif isinstance(noeud, ast.ImportFrom) and not noeud.level:
            noms = [noeud.module]
        else:
            continue
        permis = sys.stdlib_module_names | {"simulateur"}
        assert [nom for nom in noms if nom.split(".")[0] not in permis] == []
