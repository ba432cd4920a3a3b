"""The processes of the machine, read in ``/proc``: a number in a pid file proves nothing, a command line does."""

import ctypes
import os
import signal
import time
from collections.abc import Callable, Iterable
from pathlib import Path

PROC = Path("/proc")
PAS_SECONDES = 0.02
PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def vivant(pid: int) -> bool:
    """Tell whether a process runs; a zombie, which still answers to ``kill(pid, 0)``, does not."""
    try:
        etat = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return False
    return etat not in {"Z", "X", "x"}


def ligne_de_commande(pid: int) -> list[str]:
    """Return the arguments of a process, none for a zombie or a process that is gone."""
    try:
        brut = (PROC / str(pid) / "cmdline").read_bytes()
    except OSError:
        return []
    return [mot.decode(errors="replace") for mot in brut.rstrip(b"\0").split(b"\0")] if brut else []


def chercher(convient: Callable[[list[str]], bool]) -> list[int]:
    """Return the living processes whose command line suits, oldest number first."""
    numeros = sorted(int(entree.name) for entree in PROC.iterdir() if entree.name.isdigit())
    return [pid for pid in numeros if (ligne := ligne_de_commande(pid)) and convient(ligne) and vivant(pid)]


def terminer(pids: Iterable[int], etapes: Iterable[tuple[signal.Signals, float]]) -> None:
    """Send each signal in turn to those still alive and give them its number of seconds to go."""
    restants = [pid for pid in pids if vivant(pid)]
    for signal_envoye, secondes in etapes:
        if not restants:
            return
        for pid in restants:
            envoyer(pid, signal_envoye)
        restants = attendre_la_fin(restants, secondes)


def envoyer(pid: int, signal_envoye: signal.Signals) -> None:
    try:
        os.kill(pid, signal_envoye)
    except ProcessLookupError:
        return


def attendre_la_fin(pids: Iterable[int], secondes: float) -> list[int]:
    """Wait until all are gone or the time is over; return those that remain."""
    limite = time.monotonic() + secondes
    restants = list(pids)
    while (restants := [pid for pid in restants if vivant(pid)]) and time.monotonic() < limite:
        time.sleep(PAS_SECONDES)
    return restants


def mourir_avec_le_parent(signal_envoye: signal.Signals) -> Callable[[], None]:
    """Return what a child runs before ``exec``: it will receive this signal when its parent dies, even by SIGKILL."""
    parent = os.getpid()

    def preparer() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, int(signal_envoye), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return preparer
