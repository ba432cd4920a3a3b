"""The sub-process that opens what strangers send: limits first, then one file, then one line of JSON.

It is given no environment, no network where the system allows it, and one folder. Nothing of Django is here.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import json
import os
import resource
import sys
from pathlib import Path
from typing import Any

RACINE = Path(__file__).resolve().parents[2]
CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000
DESCRIPTEURS = 64
DU_DISQUE = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EFBIG}


def limiter(secondes_cpu: int, octets_memoire: int, octets_fichier: int) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (secondes_cpu, secondes_cpu + 1))
    resource.setrlimit(resource.RLIMIT_AS, (octets_memoire, octets_memoire))
    resource.setrlimit(resource.RLIMIT_FSIZE, (octets_fichier, octets_fichier))
    resource.setrlimit(resource.RLIMIT_NOFILE, (DESCRIPTEURS, DESCRIPTEURS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def couper_le_reseau() -> None:
    """Leave for a network of one's own, empty; where the kernel refuses, the limits and the libraries remain."""
    with contextlib.suppress(OSError, AttributeError):
        unshare = ctypes.CDLL(None, use_errno=True).unshare
        if unshare(CLONE_NEWNET) != 0:
            unshare(CLONE_NEWUSER | CLONE_NEWNET)


def traiter(ordre: dict[str, Any]) -> dict[str, object]:
    from documents.traitement import images, pdf  # noqa: PLC0415 - after the limits

    sortie = Path(ordre["sortie"])
    if ordre["geste"] == "assembler":
        return pdf.assembler([Path(page) for page in ordre["pages"]], sortie)
    chemin = Path(ordre["chemin"])
    if ordre["geste"] == "apercu":
        return images.apercu(chemin, sortie, int(ordre["cote"]))
    return _refaire(chemin, str(ordre["extension"]), sortie)


def _refaire(chemin: Path, extension: str, sortie: Path) -> dict[str, object]:
    from documents.traitement import images, limites, pdf  # noqa: PLC0415 - after the limits
    from documents.traitement.refus import Refus  # noqa: PLC0415

    if _type_reel(chemin) != limites.TYPES_PAR_EXTENSION[extension]:
        raise Refus("contenu")
    return pdf.refaire(chemin, sortie) if extension == "pdf" else images.refaire(chemin, extension, sortie)


def _type_reel(chemin: Path) -> str:
    import pylibmagic  # noqa: F401, I001, PLC0415 - gives libmagic to the next import
    import magic  # noqa: PLC0415

    with chemin.open("rb") as fichier:
        tete = fichier.read(65536)
    # A PDF starts at its first byte: readers look further, and so do those who hide one behind something else.
    trouve = str(magic.from_buffer(tete, mime=True))
    return "" if trouve == "application/pdf" and not tete.startswith(b"%PDF-") else trouve


def principal() -> None:
    ordre = json.load(sys.stdin)
    sys.path.insert(0, str(RACINE))
    os.umask(0o077)
    limiter(ordre["secondes_cpu"], ordre["octets_memoire"], ordre["octets_fichier"])
    couper_le_reseau()
    from documents.traitement.refus import Refus  # noqa: PLC0415

    try:
        reponse = traiter(ordre)
    except Refus as refus:
        reponse = {"refus": refus.motif}
    except (MemoryError, RecursionError):
        reponse = {"refus": "trop_complexe"}
    except OSError as erreur:
        # The disk is at fault, not the file; an output past the limit is.
        if erreur.errno not in DU_DISQUE:
            raise
        reponse = {"refus": "trop_gros" if erreur.errno == errno.EFBIG else "indisponible"}
    json.dump(reponse, sys.stdout)


if __name__ == "__main__":
    principal()
