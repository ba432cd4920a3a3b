"""Lifecycle of the embedded PostgreSQL: the truth is ``pg_isready``, pid files and socket locks only remains."""

import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

from portail.embarque import processus
from portail.embarque.binaires import VERSION_POSTGRES, programmes_postgres
from portail.embarque.erreurs import EmbarqueErreur
from portail.embarque.lieux import Lieux, dossier_prive, lier_la_grappe

#: Only names the socket: nothing listens on a network.
PORT = 5432
DEMARRAGE_SECONDES = 60
#: Fast shutdown, then immediate, then none at all.
ARRET = [(signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)]
#: Without their postmaster they end by themselves, unless they are stuck.
ARRET_DES_ORPHELINS = [(signal.SIGQUIT, 2.0), (signal.SIGKILL, 5.0)]
REGLAGES = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "64MB",
    # Small shared memory of containers: everything else is in the anonymous map.
    "max_parallel_workers": "0",
    "io_method": "sync",
    "max_wal_senders": "0",
    "wal_level": "minimal",
    "log_min_messages": "warning",
    "log_line_prefix": "%m ",
    "timezone": "Europe/Paris",
}
#: Nothing survives a power cut, which a test database does not have to; four times faster.
REGLAGES_JETABLES = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "autovacuum": "off"}
CREATION = "CREATE ROLE portail LOGIN CREATEDB;\nCREATE DATABASE portail OWNER portail;\n"

#: Kept so that a server started by this very process is reaped when it stops.
_lances: dict[Path, subprocess.Popen[bytes]] = {}


def repond(endroit: Lieux) -> bool:
    """Tell whether the server of this very cluster accepts connections."""
    if not (endroit.grappe / "postmaster.pid").exists():
        return False
    commande = [str(programmes_postgres(endroit) / "pg_isready"), "-q", "-h", str(endroit.sockets), "-p", str(PORT)]
    commande += ["-U", "portail", "-d", "portail", "-t", "2"]
    return subprocess.run(commande, cwd="/", check=False, env=_environnement()).returncode == 0


def demarrer(endroit: Lieux, *, durable: bool, lie_au_parent: bool = False) -> int | None:
    """Start the server unless it answers already; return its process number when it was started here.

    ``durable`` keeps every acknowledged commit through a power cut. ``lie_au_parent``: it stops when the caller dies.
    The caller holds the lock of the data folder. Raises ``EmbarqueErreur``.
    """
    dossier_prive(endroit.sockets, endroit.compte)
    if repond(endroit):
        return None
    if _attendre_un_demarrage_en_cours(endroit):
        return None
    arreter(endroit)
    _verifier_version(endroit)
    if not endroit.grappe.exists():
        _creer(endroit)
    lier_la_grappe(endroit)
    return _lancer(endroit, durable=durable, lie_au_parent=lie_au_parent)


def arreter(endroit: Lieux) -> None:
    """Stop the server, and its orphans when it was killed, then clear what it left."""
    processus.terminer(_postmasters(endroit), ARRET)
    orphelins = processus.attendre_la_fin(_orphelins(endroit), 2.0)
    processus.terminer(orphelins, ARRET_DES_ORPHELINS)
    lance = _lances.pop(endroit.grappe, None)
    if lance is not None:
        lance.wait()
    (endroit.grappe / "postmaster.pid").unlink(missing_ok=True)
    for reste in (f".s.PGSQL.{PORT}", f".s.PGSQL.{PORT}.lock"):
        (endroit.sockets / reste).unlink(missing_ok=True)


def numero(endroit: Lieux) -> int | None:
    """Return the process number of the running server."""
    return next(iter(_postmasters(endroit)), None)


def _postmasters(endroit: Lieux) -> list[int]:
    def est_le_notre(ligne: list[str]) -> bool:
        return Path(ligne[0]).name == "postgres" and str(endroit.grappe) in ligne and "--single" not in ligne

    return processus.chercher(est_le_notre)


def _orphelins(endroit: Lieux) -> list[int]:
    return processus.chercher(lambda ligne: ligne[0].startswith(f"postgres: {endroit.nom}: "))


def _attendre_un_demarrage_en_cours(endroit: Lieux) -> bool:
    """Wait for a living server that does not answer yet: it may be replaying its journal after a crash."""
    limite = time.monotonic() + DEMARRAGE_SECONDES
    while (endroit.grappe / "postmaster.pid").exists() and _postmasters(endroit) and time.monotonic() < limite:
        if repond(endroit):
            return True
        time.sleep(0.1)
    return False


def _verifier_version(endroit: Lieux) -> None:
    fichier = endroit.grappe / "PG_VERSION"
    if not endroit.grappe.exists():
        return
    trouvee = fichier.read_text().strip() if fichier.exists() else "inconnue"
    if trouvee != str(VERSION_POSTGRES):
        raise EmbarqueErreur(
            f"{endroit.grappe} vient de PostgreSQL {trouvee}, le portail embarque la version {VERSION_POSTGRES} : "
            "« bin/demo --neuf » repart de zéro ; pour garder les données, exportez-les avant avec l’ancienne version."
        )


def _creer(endroit: Lieux) -> None:
    """Create the cluster under a provisional name: an interrupted creation leaves nothing that looks finished."""
    provisoire = endroit.grappe.with_name("postgres.nouveau")
    shutil.rmtree(provisoire, ignore_errors=True)
    dossier_prive(provisoire, endroit.compte)
    programmes = programmes_postgres(endroit)
    # The build has neither ICU nor system collations; the built-in one knows the case of accented letters.
    _executer(
        endroit,
        [str(programmes / "initdb"), "-D", str(provisoire), "-U", "administration", "-A", "trust", "-E", "UTF8"]
        + ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--no-instructions"],
    )
    _executer(endroit, [str(programmes / "postgres"), "--single", "-j", "-D", str(provisoire), "postgres"], CREATION)
    provisoire.rename(endroit.grappe)


def _executer(endroit: Lieux, commande: list[str], entree: str = "") -> None:
    """Run a program to its end, its output in a file: a pipe would be kept open by what it leaves behind."""
    journal = endroit.journaux / "postgres-creation.log"
    with journal.open("ab") as sortie:
        fini = subprocess.run(
            commande,
            input=entree.replace(";\n", ";\n\n").encode(),
            stdout=sortie,
            stderr=subprocess.STDOUT,
            cwd="/",
            env=_environnement(),
            check=False,
            **endroit.compte.options,
        )
    if fini.returncode:
        raise EmbarqueErreur(f"PostgreSQL n'a pas pu créer sa base : {dernieres_lignes(journal)}")


def _lancer(endroit: Lieux, *, durable: bool, lie_au_parent: bool) -> int:
    reglages = REGLAGES | ({} if durable else REGLAGES_JETABLES)
    reglages |= {"unix_socket_directories": str(endroit.sockets), "cluster_name": endroit.nom, "port": str(PORT)}
    journal = endroit.journaux / "postgres.log"
    commande = [str(programmes_postgres(endroit) / "postgres"), "-D", str(endroit.grappe)]
    for nom, valeur in reglages.items():
        commande += ["-c", f"{nom}={valeur}"]
    with journal.open("ab") as sortie:
        lance = subprocess.Popen(
            commande,
            stdin=subprocess.DEVNULL,
            stdout=sortie,
            stderr=subprocess.STDOUT,
            cwd="/",
            env=_environnement(),
            start_new_session=True,
            preexec_fn=processus.mourir_avec_le_parent(signal.SIGINT) if lie_au_parent else None,
            **endroit.compte.options,
        )
    _lances[endroit.grappe] = lance
    _attendre(endroit, lance, journal)
    return lance.pid


def _attendre(endroit: Lieux, lance: subprocess.Popen[bytes], journal: Path) -> None:
    limite = time.monotonic() + DEMARRAGE_SECONDES
    while not repond(endroit):
        if lance.poll() is not None:
            raise EmbarqueErreur(f"PostgreSQL ne démarre pas : {dernieres_lignes(journal)}")
        if time.monotonic() > limite:
            raise EmbarqueErreur(f"PostgreSQL ne répond pas après {DEMARRAGE_SECONDES} s ; son journal : {journal}")
        time.sleep(0.03)


def _environnement() -> dict[str, str]:
    """Keep out what would redirect the programs (PGHOST, PGDATA…) or translate what they say."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}


def dernieres_lignes(journal: Path, nombre: int = 3) -> str:
    texte = journal.read_text(errors="replace").strip()
    return re.sub(r"\s*\n\s*", " / ", "\n".join(texte.splitlines()[-nombre:])) or f"voir {journal}"
