"""Runs the sub-process for one file and reads its answer. What dies there is refused here."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from documents.enums import FormatDocument, MotifRefus
from documents.erreurs import FichierRefuse
from documents.traitement import limites

journal = logging.getLogger(__name__)

BAC = Path(__file__).with_name("bac.py")


@dataclass(frozen=True, slots=True)
class FichierSain:
    """A file that the portal made itself."""

    chemin: Path
    format: FormatDocument
    pages: int


def refaire(chemin: Path, extension: str, sortie: Path) -> FichierSain:
    """Make a clean copy of a received file; raise ``FichierRefuse``."""
    return _lancer({"geste": "refaire", "chemin": str(chemin), "extension": extension}, sortie)


def assembler(pages: list[Path], sortie: Path) -> FichierSain:
    """Make one PDF of several clean files; raise ``FichierRefuse``."""
    return _lancer({"geste": "assembler", "pages": [str(page) for page in pages]}, sortie)


def apercu(chemin: Path, sortie: Path, cote: int) -> FichierSain:
    """Make a picture to look at of a clean picture; raise ``FichierRefuse``."""
    return _lancer({"geste": "apercu", "chemin": str(chemin), "cote": cote}, sortie)


def _lancer(ordre: dict[str, Any], sortie: Path) -> FichierSain:
    reponse = _executer(
        ordre
        | {
            "sortie": str(sortie),
            "secondes_cpu": limites.SECONDES_CPU,
            "octets_memoire": limites.OCTETS_MEMOIRE,
            "octets_fichier": 3 * limites.OCTETS_PAR_DOCUMENT,
        }
    )
    if "refus" in reponse:
        raise FichierRefuse(MotifRefus(reponse["refus"]))
    return FichierSain(sortie, FormatDocument(reponse["type"]), int(reponse["pages"]))


def _executer(ordre: dict[str, Any]) -> dict[str, Any]:
    try:
        fini = subprocess.run(
            [sys.executable, "-I", str(BAC)],
            input=json.dumps(ordre).encode(),
            capture_output=True,
            timeout=limites.SECONDES_ATTENTE,
            env={},
            cwd=Path(ordre["sortie"]).parent,
            start_new_session=True,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {"refus": MotifRefus.TROP_COMPLEXE}
    if fini.returncode == 0:
        return dict(json.loads(fini.stdout))
    # Out of time or memory, or a library that fell: never the parent's fault to understand.
    erreur = fini.stderr[-500:].decode(errors="replace")
    journal.warning("fichier refusé, sous-processus %s : %s", fini.returncode, erreur)
    return {"refus": MotifRefus.TROP_COMPLEXE if fini.returncode < 0 else MotifRefus.ILLISIBLE}
