"""Embedded PostgreSQL and Redis: where they listen. Their lifecycle is in ``postgres`` and ``redis``."""

import hashlib
import tempfile
from pathlib import Path
from urllib.parse import quote


def dossier_sockets(donnees: Path) -> Path:
    """Return the short folder of the sockets of one data folder: a socket path is at most 107 characters."""
    empreinte = hashlib.sha256(str(donnees.resolve()).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"portail-{empreinte}"


def adresse_postgres(donnees: Path) -> str:
    return f"postgres://portail@{quote(str(dossier_sockets(donnees)), safe='')}/portail"


def adresse_redis(donnees: Path) -> str:
    return f"unix://{dossier_sockets(donnees)}/redis.sock"
