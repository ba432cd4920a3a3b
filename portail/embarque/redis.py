"""Lifecycle of the embedded Redis: a socket, no persistence. The truth is its answer to PING."""

import os
import signal
import socket
import subprocess
import time
from pathlib import Path

from portail.embarque import processus
from portail.embarque.binaires import programme_redis
from portail.embarque.erreurs import EmbarqueErreur
from portail.embarque.lieux import Lieux, dossier_prive

DEMARRAGE_SECONDES = 20
ARRET = [(signal.SIGTERM, 5.0), (signal.SIGKILL, 5.0)]
#: Only cached values, which all expire, may be thrown away when memory is short: never a message of the queue.
REGLAGES = ["--maxmemory", "128mb", "--maxmemory-policy", "volatile-lru", "--save", "", "--appendonly", "no"]
NOMBRE_D_ESPACES = "64"

_lances: dict[Path, subprocess.Popen[bytes]] = {}


def adresse_socket(endroit: Lieux) -> Path:
    return endroit.sockets / "redis.sock"


def repond(endroit: Lieux) -> bool:
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as prise:
            prise.settimeout(2)
            prise.connect(str(adresse_socket(endroit)))
            prise.sendall(b"PING\r\n")
            return prise.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def demarrer(endroit: Lieux, *, lie_au_parent: bool = False) -> int | None:
    """Start the server unless it answers already; return its process number when it was started here."""
    dossier_prive(endroit.sockets, endroit.compte)
    if repond(endroit):
        return None
    arreter(endroit)
    commande = [str(programme_redis(endroit)), "--port", "0", "--unixsocket", str(adresse_socket(endroit))]
    commande += ["--unixsocketperm", "700", "--databases", NOMBRE_D_ESPACES, "--dir", str(endroit.sockets), *REGLAGES]
    journal = endroit.journaux / "redis.log"
    with journal.open("ab") as sortie:
        lance = subprocess.Popen(
            commande,
            stdin=subprocess.DEVNULL,
            stdout=sortie,
            stderr=subprocess.STDOUT,
            cwd="/",
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
            start_new_session=True,
            preexec_fn=processus.mourir_avec_le_parent(signal.SIGTERM) if lie_au_parent else None,
            **endroit.compte.options,
        )
    _lances[endroit.sockets] = lance
    _attendre(endroit, lance, journal)
    return lance.pid


def _attendre(endroit: Lieux, lance: subprocess.Popen[bytes], journal: Path) -> None:
    limite = time.monotonic() + DEMARRAGE_SECONDES
    while not repond(endroit):
        if lance.poll() is not None or time.monotonic() > limite:
            raise EmbarqueErreur(f"Redis ne démarre pas ; son journal : {journal}")
        time.sleep(0.02)


def arreter(endroit: Lieux) -> None:
    processus.terminer(_serveurs(endroit), ARRET)
    lance = _lances.pop(endroit.sockets, None)
    if lance is not None:
        lance.wait()
    adresse_socket(endroit).unlink(missing_ok=True)


def numero(endroit: Lieux) -> int | None:
    """Return the process number of the running server."""
    return next(iter(_serveurs(endroit)), None)


def _serveurs(endroit: Lieux) -> list[int]:
    """A server shows its socket in its title, and in its arguments until it has set its title."""
    adresse = str(adresse_socket(endroit))
    return processus.chercher(lambda ligne: "redis-server" in ligne[0] and adresse in " ".join(ligne))
