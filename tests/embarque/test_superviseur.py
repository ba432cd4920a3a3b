"""The supervisor of the demonstration: it says who died, and leaves nobody behind."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from portail.embarque import processus, superviseur
from portail.embarque.erreurs import EmbarqueErreur
from portail.embarque.superviseur import ArretDemande, Superviseur
from tests.services import RACINE

ECRIT_SES_NUMEROS = "sleep 60 & echo $$ $!; wait"


@pytest.fixture
def chef(tmp_path):
    chef = Superviseur(RACINE, tmp_path, os.environ)
    yield chef
    chef.arreter()


def numeros(journal: Path) -> list[int]:
    limite = time.monotonic() + 10
    while not journal.exists() or not journal.read_text().strip():
        assert time.monotonic() < limite
        time.sleep(0.02)
    return [int(mot) for mot in journal.read_text().split()]


def test_a_child_that_dies_is_named_with_the_end_of_its_log(chef):
    chef.lancer("Le dormeur", ["sleep", "60"], "dormeur.log")
    chef.lancer("Le perdu", ["sh", "-c", "echo plus de place; exit 3"], "perdu.log")
    with pytest.raises(EmbarqueErreur, match=r"(?s)Le perdu s'est arrêté \(code 3\).*plus de place"):
        chef.veiller()


def test_stopping_ends_the_children_and_their_children(chef):
    enfant = chef.lancer("Le père", ["sh", "-c", ECRIT_SES_NUMEROS], "pere.log")
    pids = numeros(enfant.journal)
    chef.arreter()
    assert len(pids) == 2
    assert processus.attendre_la_fin(pids, 5) == []


def test_a_child_that_will_not_stop_is_killed(chef, monkeypatch):
    monkeypatch.setattr(superviseur, "ARRET_SECONDES", 0.3)
    commande = ["sh", "-c", "trap '' TERM; echo $$; while true; do sleep 0.1; done"]
    pid = numeros(chef.lancer("Le sourd", commande, "sourd.log").journal)[0]
    chef.arreter()
    assert not processus.vivant(pid)


def test_a_step_that_fails_says_why(chef):
    with pytest.raises(EmbarqueErreur, match=r"(?s)La préparation a échoué.*table absente"):
        chef.executer("La préparation", ["sh", "-c", "echo table absente; exit 1"], "base.log")
    chef.verifier()


def test_a_watched_service_that_stops_is_named(chef):
    with subprocess.Popen(["true"]) as parti:
        parti.wait()
    chef.surveilles = {"PostgreSQL": parti.pid}
    with pytest.raises(EmbarqueErreur, match="PostgreSQL s'est arrêté"):
        chef.verifier()


@pytest.mark.parametrize("numero", superviseur.SIGNAUX_D_ARRET)
def test_each_stop_signal_is_obeyed(chef, numero):
    chef._noter(numero, None)
    with pytest.raises(ArretDemande):
        chef.veiller()


def test_children_die_with_a_supervisor_killed_outright(tmp_path):
    programme = textwrap.dedent(f"""
        import os, time
        from pathlib import Path
        from portail.embarque.superviseur import Superviseur
        chef = Superviseur(Path("."), Path({str(tmp_path)!r}), os.environ)
        chef.lancer("Un", ["sh", "-c", "echo $$; sleep 60"], "un.log")
        time.sleep(60)
    """)
    with subprocess.Popen([sys.executable, "-c", programme], cwd=RACINE) as parent:
        pids = numeros(tmp_path / "un.log")
        parent.send_signal(signal.SIGKILL)
    assert processus.attendre_la_fin(pids, 5) == []
