"""The embedded services start, stop and start again whatever happened before. See also ``test_comptes``."""

import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest

from portail.embarque import dossier_sockets, postgres, processus, redis, services
from portail.embarque.erreurs import EmbarqueErreur
from portail.embarque.lieux import lieux
from tests.services import RACINE


def demarrer(dossier: Path) -> dict[str, int]:
    return services.demarrer(dossier, durable=False, choix=services.LES_DEUX)


def connexion(dossier: Path):
    liaison = psycopg2.connect(host=str(dossier_sockets(dossier)), user="portail", dbname="portail")
    liaison.autocommit = True
    return closing(liaison)


def valeur(dossier: Path, requete: str):
    with connexion(dossier) as liaison, liaison.cursor() as curseur:
        curseur.execute(requete)
        return curseur.fetchone()[0]


def executer(dossier: Path, requete: str) -> None:
    with connexion(dossier) as liaison, liaison.cursor() as curseur:
        curseur.execute(requete)


def ecrire_le_fichier_de_numero(dossier: Path, pid: int) -> None:
    """Leave what a server with this process number would have left."""
    sockets = dossier_sockets(dossier)
    contenu = f"{pid}\n{dossier / 'postgres'}\n1700000000\n{postgres.PORT}\n{sockets}\n\n  1 1\nready   \n"
    compte = lieux(dossier).compte
    sockets.mkdir(mode=0o700)
    os.chown(sockets, compte.uid, compte.gid)
    for fichier in (dossier / "postgres" / "postmaster.pid", sockets / ".s.PGSQL.5432.lock"):
        fichier.write_text(contenu)
        os.chown(fichier, compte.uid, compte.gid)


def postgres_brut_refuse(dossier: Path) -> bool:
    """Negative control: PostgreSQL alone, in front of what is left, does not start."""
    endroit = lieux(dossier)
    commande = [str(postgres.programmes_postgres(endroit) / "postgres"), "-D", str(endroit.grappe)]
    commande += ["-c", f"unix_socket_directories={endroit.sockets}", "-c", "listen_addresses="]
    fini = subprocess.run(
        commande, capture_output=True, text=True, check=False, timeout=20, cwd="/", **endroit.compte.options
    )
    return fini.returncode != 0 and "postmaster.pid" in fini.stderr


def test_a_second_start_finds_the_services_running_and_starts_nothing(dossier):
    lances = demarrer(dossier)
    assert set(lances) == {"PostgreSQL", "Redis"}
    assert demarrer(dossier) == {}
    assert services.etat(dossier) == lances


def test_stopping_leaves_neither_process_nor_socket(dossier):
    lances = demarrer(dossier)
    services.arreter(dossier)
    assert not any(map(processus.vivant, lances.values()))
    assert not dossier_sockets(dossier).exists()
    assert services.etat(dossier) == {"PostgreSQL": None, "Redis": None}


def test_stopping_twice_is_harmless(dossier):
    services.arreter(dossier)
    services.arreter(dossier)


def test_two_starts_at_once_make_one_set_of_services(dossier):
    commande = [sys.executable, "-m", "portail.embarque", "demarrer", str(dossier), "--jetable"]
    propre = {nom: v for nom, v in os.environ.items() if nom not in {"DATABASE_URL", "REDIS_URL"}}
    ensemble = [subprocess.Popen(commande, cwd=RACINE, env=propre, stdout=subprocess.PIPE) for _ in range(3)]
    sorties = {essai.communicate(timeout=60)[0] for essai in ensemble}
    assert [essai.returncode for essai in ensemble] == [0, 0, 0]
    # All three name the same processes.
    assert len(sorties) == 1
    assert len(postgres._postmasters(lieux(dossier))) == 1


def test_the_remains_of_a_dead_server_are_cleared(dossier):
    mort = subprocess.Popen(["true"])
    mort.wait()
    ecrire_le_fichier_de_numero(dossier, mort.pid)
    demarrer(dossier)
    assert valeur(dossier, "SELECT 1") == 1


def test_a_pid_file_that_names_a_zombie_is_cleared(dossier):
    # Of the very account of the server: PostgreSQL rightly takes no notice of the processes of others.
    zombie = subprocess.Popen(["true"], cwd="/", **lieux(dossier).compte.options)
    while processus.vivant(zombie.pid):
        time.sleep(0.01)
    ecrire_le_fichier_de_numero(dossier, zombie.pid)
    try:
        assert postgres_brut_refuse(dossier)
        demarrer(dossier)
    finally:
        zombie.wait()
    assert valeur(dossier, "SELECT 1") == 1


def test_a_pid_file_that_names_an_unrelated_process_is_cleared_and_the_process_left_alone(dossier):
    with subprocess.Popen(["sleep", "60"], cwd="/", **lieux(dossier).compte.options) as etranger:
        try:
            ecrire_le_fichier_de_numero(dossier, etranger.pid)
            assert postgres_brut_refuse(dossier)
            demarrer(dossier)
            assert valeur(dossier, "SELECT 1") == 1
            services.arreter(dossier)
            assert etranger.poll() is None
        finally:
            etranger.kill()


def test_a_killed_postmaster_with_a_busy_client_is_replaced_and_keeps_what_was_committed(dossier):
    lances = services.demarrer(dossier, durable=True, choix=services.LES_DEUX)
    executer(dossier, "CREATE TABLE essai (n int)")
    executer(dossier, "INSERT INTO essai VALUES (7)")
    with connexion(dossier) as occupee:
        curseur = occupee.cursor()
        curseur.execute("SELECT pg_backend_pid()")
        orphelin = curseur.fetchone()[0]
        os.kill(orphelin, signal.SIGSTOP)
        os.kill(lances["PostgreSQL"], signal.SIGKILL)
        demarrer(dossier)
    assert valeur(dossier, "SELECT n FROM essai") == 7
    assert not processus.vivant(orphelin)


def test_a_killed_redis_is_replaced(dossier):
    os.kill(demarrer(dossier)["Redis"], signal.SIGKILL)
    assert set(demarrer(dossier)) == {"Redis"}


def test_a_frozen_redis_is_replaced(dossier, monkeypatch):
    monkeypatch.setattr(redis, "ARRET", [(signal.SIGTERM, 0.3), (signal.SIGKILL, 5.0)])
    gele = demarrer(dossier)["Redis"]
    os.kill(gele, signal.SIGSTOP)
    assert set(demarrer(dossier)) == {"Redis"}
    assert not processus.vivant(gele)


def test_a_server_whose_folder_was_removed_is_not_taken_for_ours(dossier, grappe_modele):
    ancien = demarrer(dossier)["PostgreSQL"]
    services.lieux(dossier).grappe.joinpath("postmaster.pid").unlink()
    assert demarrer(dossier)["PostgreSQL"] != ancien
    assert not processus.vivant(ancien)


def test_services_die_with_the_parent_that_asked_for_it_even_killed_outright(dossier):
    programme = (
        "import sys, time; from pathlib import Path; from portail.embarque import services\n"
        f"print(services.demarrer(Path({str(dossier)!r}), choix=services.LES_DEUX, lie_au_parent=True), flush=True)\n"
        "time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", programme], cwd=RACINE, stdout=subprocess.PIPE) as parent:
        parent.stdout.readline()
        pids = [pid for pid in services.etat(dossier).values() if pid]
        assert len(pids) == 2
        parent.kill()
    assert processus.attendre_la_fin(pids, 15) == []


def test_the_services_of_another_folder_are_left_alone(dossier, grappe_modele):
    demarrer(dossier)
    services.arreter(grappe_modele)
    assert all(services.etat(dossier).values())


def test_a_cluster_of_another_major_version_is_refused_in_one_sentence(dossier):
    (dossier / "postgres" / "PG_VERSION").write_text("16\n")
    with pytest.raises(EmbarqueErreur, match=r"vient de PostgreSQL 16, .* version 18 : « bin/demo --neuf »"):
        demarrer(dossier)
    (dossier / "postgres" / "PG_VERSION").write_text("18\n")


def test_an_interrupted_creation_is_made_again(dossier):
    services.effacer(dossier)
    (dossier / "postgres.nouveau").mkdir()
    (dossier / "postgres.nouveau" / "PG_VERSION").write_text("18\n")
    demarrer(dossier)
    assert valeur(dossier, "SELECT current_user") == "portail"


def test_durable_commits_are_written_through(dossier):
    services.demarrer(dossier, durable=True, choix=services.LES_DEUX)
    assert [valeur(dossier, f"SHOW {nom}") for nom in ("fsync", "synchronous_commit", "full_page_writes")] == ["on"] * 3


def test_nothing_listens_on_the_network(dossier):
    demarrer(dossier)
    assert valeur(dossier, "SHOW listen_addresses") == ""


@pytest.mark.parametrize(
    ("environnement", "attendu"),
    [
        ({}, (True, True)),
        ({"DATABASE_URL": "postgres://serveur/base"}, (False, True)),
        ({"DATABASE_URL_FILE": "secret"}, (False, True)),
        ({"REDIS_URL": "redis://serveur"}, (True, False)),
        ({"DATABASE_URL": "postgres://serveur/base", "REDIS_URL": "redis://serveur"}, (False, False)),
        ({"DATABASE_URL": "", "REDIS_URL": ""}, (True, True)),
    ],
)
def test_an_address_given_by_the_environment_replaces_the_embedded_service(environnement, attendu):
    choix = services.choix_de(environnement)
    assert (choix.postgres, choix.redis) == attendu


def test_the_module_starts_without_django():
    programme = "import portail.embarque.services; from django.conf import settings; print(settings.configured)"
    fini = subprocess.run([sys.executable, "-c", programme], cwd=RACINE, capture_output=True, text=True, check=True)
    assert fini.stdout.strip() == "False"
