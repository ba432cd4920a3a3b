"""What an agent looks at: a picture that the server made of each page, never the file itself."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from documents import coffre
from documents.enums import FormatDocument
from documents.erreurs import FichierRefuse
from documents.models import FichierGarde
from documents.traitement import lanceur, limites

COTE = 1600
#: Program of the package ``poppler-utils``; without it a PDF is downloaded to be read.
PROGRAMME_PDF = "pdftoppm"


def sait_dessiner(document: FichierGarde) -> bool:
    return document.format != FormatDocument.PDF or shutil.which(PROGRAMME_PDF) is not None


def dessiner(document: FichierGarde, page: int) -> bytes | None:
    """Return a PNG of one page, from 1; ``None`` when there is no such page or it cannot be drawn."""
    source = coffre.chemin(document.fichier)
    if not 1 <= page <= document.pages or not source.is_file() or not sait_dessiner(document):
        return None
    with coffre.dossier_de_travail() as dossier:
        if document.format == FormatDocument.PDF:
            return _page_de_pdf(source, page, dossier)
        try:
            return lanceur.apercu(source, dossier / "apercu", COTE).chemin.read_bytes()
        except FichierRefuse:
            return None


def _page_de_pdf(source: Path, page: int, dossier: Path) -> bytes | None:
    """Draw one page of a PDF that the portal wrote, in a limited process."""
    rang = str(page)
    commande = [PROGRAMME_PDF, "-png", "-singlefile", "-f", rang, "-l", rang, "-scale-to", str(COTE)]
    limite = ["prlimit", f"--as={limites.OCTETS_MEMOIRE}", f"--cpu={limites.SECONDES_CPU}"]
    if shutil.which("prlimit"):
        commande = [*limite, *commande]
    try:
        subprocess.run(
            [*commande, str(source), str(dossier / "page")],
            capture_output=True,
            timeout=limites.SECONDES_ATTENTE,
            check=True,
            cwd=dossier,
        )
        return (dossier / "page.png").read_bytes()
    except (subprocess.SubprocessError, OSError):
        return None
