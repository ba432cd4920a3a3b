"""A lock between processes: the kernel releases it when its holder dies, however it dies."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portail.embarque.erreurs import EmbarqueErreur

PAS_SECONDES = 0.05


class VerrouPris(EmbarqueErreur):
    """Somebody else holds the lock."""


@contextmanager
def verrou(chemin: Path, *, attente_secondes: float = 120, partage: bool = False) -> Iterator[int]:
    """Hold the lock of a file; the file stays, only the lock on it counts. Raises ``VerrouPris``."""
    descripteur = prendre(chemin, attente_secondes=attente_secondes, partage=partage)
    try:
        yield descripteur
    finally:
        os.close(descripteur)


def prendre(chemin: Path, *, attente_secondes: float = 0, partage: bool = False) -> int:
    """Take the lock and return its descriptor, to be closed to release it. Raises ``VerrouPris``."""
    try:
        descripteur = os.open(chemin, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    except PermissionError as erreur:
        raise EmbarqueErreur(
            f"{chemin} appartient à un autre compte : lancez la commande avec le compte de la première fois."
        ) from erreur
    limite = time.monotonic() + attente_secondes
    while not _essayer(descripteur, partage=partage):
        if time.monotonic() >= limite:
            os.close(descripteur)
            raise VerrouPris(f"{chemin} est tenu par un autre processus.")
        time.sleep(PAS_SECONDES)
    return descripteur


def _essayer(descripteur: int, *, partage: bool) -> bool:
    mode = fcntl.LOCK_SH if partage else fcntl.LOCK_EX
    try:
        fcntl.flock(descripteur, mode | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
