"""Where documents are kept: outside of the web root, under random names, each file complete or absent."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

PARTIEL = ".partiel"


@dataclass(frozen=True, slots=True)
class Range:
    """What was written: its name in the store, its SHA-256, its size."""

    nom: str
    empreinte: str
    octets: int


def racine() -> Path:
    return Path(settings.DOSSIER_DONNEES) / "documents"


def atelier() -> Path:
    """Return where files are worked on before they are stored: what a death leaves there is found."""
    return Path(settings.DOSSIER_DONNEES) / "atelier"


@contextmanager
def dossier_de_travail() -> Iterator[Path]:
    """Give a folder of one's own, removed at the end; raise ``OSError`` when the disk refuses."""
    atelier().mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=atelier()) as nom:
        yield Path(nom)


def ranger(source: Path) -> Range:
    """Copy a file into the store, durably; raise ``OSError`` and leave nothing when the disk refuses."""
    nom = secrets.token_hex(16)
    cible = racine() / nom[:2] / nom
    cible.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partiel = cible.with_suffix(PARTIEL)
    try:
        with (
            source.open("rb") as entree,
            open(os.open(partiel, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as sortie,
        ):
            shutil.copyfileobj(entree, sortie)
            sortie.flush()
            os.fsync(sortie.fileno())
        partiel.replace(cible)
        _synchroniser(cible.parent)
    except OSError:
        partiel.unlink(missing_ok=True)
        cible.unlink(missing_ok=True)
        raise
    return Range(f"{nom[:2]}/{nom}", empreinte_de(cible), cible.stat().st_size)


def chemin(nom: str) -> Path:
    """Return where a stored file is; raise ``ValueError`` for a name that the store did not give."""
    dossier, _, fichier = nom.partition("/")
    if not (len(fichier) == 32 and fichier.startswith(dossier) and all(c in "0123456789abcdef" for c in fichier)):  # noqa: PLR2004
        msg = f"nom étranger au coffre : {nom!r}"
        raise ValueError(msg)
    return racine() / dossier / fichier


def effacer(nom: str) -> None:
    chemin(nom).unlink(missing_ok=True)


def empreinte_de(fichier: Path) -> str:
    with fichier.open("rb") as ouvert:
        return hashlib.file_digest(ouvert, "sha256").hexdigest()


def fichiers_anciens(maintenant: datetime, age: timedelta) -> Iterator[Path]:
    """Iterate over what the store holds since longer than ``age``, unfinished copies included."""
    limite = (maintenant.astimezone(UTC) - age).timestamp()
    for fichier in racine().glob("??/*"):
        if fichier.is_file() and fichier.stat().st_mtime < limite:
            yield fichier


def travaux_abandonnes(maintenant: datetime, age: timedelta) -> Iterator[Path]:
    """Iterate over the working folders older than ``age``: those of processes that were killed."""
    limite = (maintenant.astimezone(UTC) - age).timestamp()
    for dossier in atelier().glob("*"):
        if dossier.stat().st_mtime < limite:
            yield dossier


def _synchroniser(dossier: Path) -> None:
    descripteur = os.open(dossier, os.O_RDONLY)
    try:
        os.fsync(descripteur)
    finally:
        os.close(descripteur)
