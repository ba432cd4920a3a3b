"""From the files of a form to one clean file: names, sizes, then the sub-process, one file after the other."""

from __future__ import annotations

import re
import shutil
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile

from documents import coffre
from documents.enums import MotifRefus
from documents.erreurs import FichierRefuse
from documents.traitement import lanceur, limites
from documents.traitement.lanceur import FichierSain

EXTENSIONS_HEIC = {"heic", "heif"}


def nom_lisible(nom: str, longueur: int = 80) -> str:
    """Return a name as text to read: NFKC, no control or direction character, no path, no markup of a file system."""
    base = re.split(r"[/\\]", unicodedata.normalize("NFKC", nom))[-1]
    lettres = (" " if unicodedata.category(c).startswith(("C", "Z")) else c for c in base)
    return " ".join("".join(lettres).split())[:longueur].strip()


def extension(nom: str) -> str:
    """Return the extension in lower case, that of the very end of the name."""
    return nom_lisible(nom, 1000).rpartition(".")[2].lower() if "." in nom else ""


@contextmanager
def preparer(
    envois: Sequence[UploadedFile[bytes]], *, octets_pdf: int = limites.OCTETS_PAR_FICHIER
) -> Iterator[FichierSain]:
    """Give one clean file made of all those that were sent; raise ``FichierRefuse`` for the first that cannot be.

    ``octets_pdf``: what one PDF may weigh; a photo is reduced.
    """
    if len(envois) > limites.FICHIERS_PAR_ENVOI:
        raise FichierRefuse(MotifRefus.TROP_DE_FICHIERS)
    try:
        with coffre.dossier_de_travail() as dossier:
            pages = [_preparer_un(envoi, dossier, rang, octets_pdf) for rang, envoi in enumerate(envois)]
            yield _reunir(pages, dossier)
    except OSError as erreur:
        raise FichierRefuse(MotifRefus.INDISPONIBLE) from erreur


def _preparer_un(envoi: UploadedFile[bytes], dossier: Path, rang: int, octets_pdf: int) -> FichierSain:
    nom = nom_lisible(envoi.name or "")
    try:
        sorte = _verifier_avant(envoi, octets_pdf)
        brut = dossier / f"{rang}.brut"
        with brut.open("wb") as sortie:
            envoi.seek(0)
            shutil.copyfileobj(envoi, sortie)
        return lanceur.refaire(brut, sorte, dossier / f"{rang}.sain")
    except FichierRefuse as refus:
        raise FichierRefuse(MotifRefus(refus.motifs[0]), nom) from refus


def _verifier_avant(envoi: UploadedFile[bytes], octets_pdf: int) -> str:
    """Return the extension of what may go to the sub-process."""
    sorte = extension(envoi.name or "")
    taille = envoi.size or 0
    if sorte in EXTENSIONS_HEIC:
        raise FichierRefuse(MotifRefus.HEIC)
    if sorte not in limites.EXTENSIONS:
        raise FichierRefuse(MotifRefus.EXTENSION)
    if taille == 0:
        raise FichierRefuse(MotifRefus.VIDE)
    if sorte == "pdf" and taille > octets_pdf:
        raise FichierRefuse(MotifRefus.TROP_GROS)
    if taille > limites.OCTETS_RECUS_PAR_FICHIER:
        raise FichierRefuse(MotifRefus.PHOTO_TROP_GROSSE)
    return sorte


def _reunir(pages: list[FichierSain], dossier: Path) -> FichierSain:
    if len(pages) == 1:
        return pages[0]
    if sum(page.chemin.stat().st_size for page in pages) > limites.OCTETS_PAR_DOCUMENT:
        raise FichierRefuse(MotifRefus.ENVOI_TROP_GROS)
    return lanceur.assembler([page.chemin for page in pages], dossier / "tout.sain")
