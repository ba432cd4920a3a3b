"""Embedded PostgreSQL and Redis: where they listen. Their lifecycle is in ``services``, which needs no Django."""

import hashlib
from pathlib import Path
from urllib.parse import quote

#: Not ``tempfile.gettempdir()``: the address must be the same for every process, whatever its ``TMPDIR``.
DOSSIER_COURT = Path("/tmp")  # noqa: S108  (the folder made in it is private, see ``sockets``)


def empreinte(donnees: Path) -> str:
    """Return the short name that tells one data folder from the others of the machine."""
    return hashlib.sha256(str(donnees.resolve()).encode()).hexdigest()[:12]


def dossier_sockets(donnees: Path) -> Path:
    """Return the short folder of the sockets of one data folder: a socket path is at most 107 characters."""
    return DOSSIER_COURT / f"portail-{empreinte(donnees)}"


def adresse_postgres(donnees: Path, base: str = "portail") -> str:
    return f"postgres://portail@{quote(str(dossier_sockets(donnees)), safe='')}/{base}"


def adresse_redis(donnees: Path, numero: int = 0) -> str:
    """Return the address of one of the 64 numbered keyspaces."""
    suffixe = f"?db={numero}" if numero else ""
    return f"unix://{dossier_sockets(donnees)}/redis.sock{suffixe}"
