"""Agreement of rows and files, both ways."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils.module_loading import import_string

from documents import coffre
from documents.models import Document

#: A file younger than this may belong to a sending that is not committed yet. The transaction that writes its row is
#: bounded (``statement_timeout`` and ``idle_in_transaction_session_timeout``: 30 seconds each), so none lasts so long.
DELAI = timedelta(minutes=10)
LOT = 500


@dataclass(frozen=True, slots=True)
class Bilan:
    """Files that no row named, removed; rows whose file is missing or is not what was written."""

    orphelins: list[Path]
    sans_fichier: list[Document]


def reconcilier(*, maintenant: datetime, delai: timedelta = DELAI, relire: bool = False) -> Bilan:
    """Remove what no row names and look at every row; ``relire`` also reads every file and compares its SHA-256."""
    orphelins = retirer_les_orphelins(maintenant=maintenant, delai=delai)
    fautifs = [document for document in Document.objects.order_by("pk").iterator() if _est_fautif(document, relire)]
    return Bilan(orphelins, fautifs)


def retirer_les_orphelins(*, maintenant: datetime, delai: timedelta = DELAI) -> list[Path]:
    """Remove what a death left: files without a row, copies not finished, working folders; return what was removed."""
    orphelins: list[Path] = []
    autres = {nom for chemin in settings.AUTRES_FICHIERS_DU_COFFRE for nom in import_string(chemin)()}
    for lot in _lots(list(coffre.fichiers_anciens(maintenant, delai))):
        noms = {f"{fichier.parent.name}/{fichier.name}": fichier for fichier in lot}
        connus = set(Document.objects.filter(fichier__in=noms).values_list("fichier", flat=True))
        orphelins += [fichier for nom, fichier in noms.items() if nom not in connus | autres]
    for fichier in orphelins:
        fichier.unlink(missing_ok=True)
    travaux = list(coffre.travaux_abandonnes(maintenant, delai))
    for dossier in travaux:
        shutil.rmtree(dossier, ignore_errors=True)
    return orphelins + travaux


def _lots(fichiers: list[Path]) -> list[list[Path]]:
    return [fichiers[rang : rang + LOT] for rang in range(0, len(fichiers), LOT)]


def _est_fautif(document: Document, relire: bool) -> bool:  # noqa: FBT001
    fichier = coffre.chemin(document.fichier)
    if not fichier.is_file() or fichier.stat().st_size != document.octets:
        return True
    return relire and coffre.empreinte_de(fichier) != document.empreinte
