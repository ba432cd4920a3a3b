"""Root and ordinary users: who runs the services, where, and what is left untouched."""

import os
import pwd
import shutil
import stat
from pathlib import Path

import pytest

from portail.embarque import binaires, dossier_sockets, postgres, services
from portail.embarque import lieux as module_lieux
from portail.embarque.comptes import compte_de_service
from portail.embarque.erreurs import EmbarqueErreur
from portail.embarque.lieux import dossier_prive, lieux

sous_root = pytest.mark.skipif(os.geteuid() != 0, reason="ne se vérifie que sous root")
ORDINAIRE = pwd.getpwnam("daemon")


@pytest.fixture
def caches_vides():
    """Which binaries are usable is decided once for each process: here it changes."""
    yield
    binaires.programmes_postgres.cache_clear()
    binaires.programme_redis.cache_clear()


def proprietaire(pid: int) -> int:
    return Path(f"/proc/{pid}").stat().st_uid


def sous_le_compte(compte: pwd.struct_passwd, geste) -> str:
    """Run a function in a child that has become this user, and return the sentence of its error, if any."""
    lecture, ecriture = os.pipe()
    pid = os.fork()
    if pid == 0:
        resultat = "échec inattendu"
        try:
            os.setgroups([])
            os.setresgid(compte.pw_gid, compte.pw_gid, compte.pw_gid)
            os.setresuid(compte.pw_uid, compte.pw_uid, compte.pw_uid)
            geste()
            resultat = ""
        except EmbarqueErreur as erreur:
            resultat = str(erreur)
        finally:
            os.write(ecriture, resultat.encode())
            os._exit(0)
    os.close(ecriture)
    with os.fdopen(lecture) as tube:
        resultat = tube.read()
    os.waitpid(pid, 0)
    return resultat


def exiger_un_environnement_lisible(dossier: Path) -> None:
    programme = postgres.programmes_postgres(lieux(dossier)) / "postgres"
    if sous_le_compte(ORDINAIRE, lambda: programme.stat()):
        pytest.skip("l'environnement Python n'est lisible que par root")


def demarrer(dossier: Path) -> dict[str, int]:
    return services.demarrer(dossier, durable=False, choix=services.LES_DEUX)


@sous_root
def test_under_root_the_services_run_without_rights(dossier):
    pids = demarrer(dossier).values()
    assert {proprietaire(pid) for pid in pids} == {pwd.getpwnam("nobody").pw_uid}


@sous_root
@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_an_ordinary_user_runs_them_under_their_own_name(dossier):
    exiger_un_environnement_lisible(dossier)
    services.effacer(dossier)
    shutil.rmtree(dossier / "journaux")
    (dossier / "embarque.verrou").unlink()
    os.chown(dossier, ORDINAIRE.pw_uid, ORDINAIRE.pw_gid)
    assert sous_le_compte(ORDINAIRE, lambda: demarrer(dossier)) == ""
    pids = [pid for pid in services.etat(dossier).values() if pid]
    assert [proprietaire(pid) for pid in pids] == [ORDINAIRE.pw_uid] * 2
    assert sous_le_compte(ORDINAIRE, lambda: services.arreter(dossier)) == ""
    # Root may come afterwards: the services keep their owner.
    assert {proprietaire(pid) for pid in demarrer(dossier).values()} == {ORDINAIRE.pw_uid}


@sous_root
@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_an_ordinary_user_cannot_use_the_cluster_of_another_and_is_told_so(dossier):
    assert "appartient à un autre compte" in sous_le_compte(ORDINAIRE, lambda: compte_de_service(dossier / "postgres"))


@sous_root
def test_a_checkout_that_only_root_can_enter_stays_closed(tmp_path, monkeypatch, caches_vides):
    """As below ``/root``: the cluster goes elsewhere, the binaries are copied with their libraries."""
    ferme = tmp_path / "ferme"
    ferme.mkdir(mode=0o700)
    abri = Path(f"/var/lib/portail-essai-{os.getpid()}")
    monkeypatch.setattr(module_lieux, "ABRI", abri)
    monkeypatch.setattr(binaires, "_dossier_du_paquet", lambda nom: paquet_ferme(ferme, nom))
    dossier = ferme / "var"
    try:
        pids = demarrer(dossier)
        commande = Path(f"/proc/{pids['PostgreSQL']}/cmdline").read_text().split("\0")[0]
        assert commande.startswith(f"{abri}/")
        # A wheel built on the machine itself links to its libraries and carries no ``.libs`` folder.
        assert {copie.name for copie in abri.rglob("*.libs")} == {copie.name for copie in ferme.glob("*.libs")}
        assert (dossier / "postgres").resolve().is_relative_to(abri)
        assert stat.S_IMODE(ferme.stat().st_mode) == 0o700
        services.arreter(dossier)
        assert set(demarrer(dossier)) == {"PostgreSQL", "Redis"}
    finally:
        services.effacer(dossier)
        shutil.rmtree(abri, ignore_errors=True)


def paquet_ferme(ferme: Path, nom: str) -> Path:
    """Return a copy of an installed package that only root can reach, its libraries beside it."""
    origine = Path(__import__("importlib.util").util.find_spec(nom).origin).parent
    for dossier in (origine, origine.with_name(f"{nom}.libs")):
        cible = ferme / dossier.name
        if dossier.is_dir() and not cible.exists():
            shutil.copytree(dossier, cible, ignore=shutil.ignore_patterns("pginstall", "include", "*.a"))
    return ferme / nom


@sous_root
def test_the_home_of_root_is_left_as_it_was(dossier):
    avant = Path("/root").stat().st_mode
    demarrer(dossier)
    assert Path("/root").stat().st_mode == avant


def test_the_folder_of_the_sockets_is_private(dossier):
    demarrer(dossier)
    fiche = dossier_sockets(dossier).stat()
    assert (stat.S_IMODE(fiche.st_mode), fiche.st_uid) == (0o700, lieux(dossier).compte.uid)


@pytest.mark.parametrize("prepare", ["ouvert à tous", "lien", "fichier"])
def test_a_folder_of_sockets_prepared_by_somebody_else_is_refused(dossier, prepare):
    sockets = dossier_sockets(dossier)
    if prepare == "ouvert à tous":
        sockets.mkdir()
        sockets.chmod(0o777)
    elif prepare == "lien":
        sockets.symlink_to(dossier)
    else:
        sockets.touch()
    try:
        with pytest.raises(EmbarqueErreur, match="n'est pas le dossier privé attendu"):
            demarrer(dossier)
    finally:
        sockets.rmdir() if prepare == "ouvert à tous" else sockets.unlink()


@sous_root
def test_a_private_folder_of_another_account_is_refused(dossier):
    sockets = dossier_sockets(dossier)
    sockets.mkdir(mode=0o700)
    os.chown(sockets, ORDINAIRE.pw_uid, ORDINAIRE.pw_gid)
    with pytest.raises(EmbarqueErreur, match="vérifiez qui l'a créé"):
        dossier_prive(sockets, lieux(dossier).compte)
    sockets.rmdir()
