"""Agreement of rows and files, both ways."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils.module_loading import import_string

from documents import coffre
from documents.models import Document

#: A file younger than this may belong to a sending that is not committed yet.
DELAI = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Bilan:
    """Files that no row named, removed; rows whose file is missing or is not what was written."""

    orphelins: list[Path]
    sans_fichier: list[Document]


def reconcilier(*, maintenant: datetime, delai: timedelta = DELAI, relire: bool = False) -> Bilan:
    """Remove the files without a row; ``relire`` also reads every file again and compares its SHA-256."""
    anciens = list(coffre.fichiers_anciens(maintenant, delai))
    connus = set(Document.objects.values_list("fichier", flat=True))
    for chemin in settings.AUTRES_FICHIERS_DU_COFFRE:
        connus |= import_string(chemin)()
    orphelins = [fichier for fichier in anciens if f"{fichier.parent.name}/{fichier.name}" not in connus]
    for fichier in orphelins:
        fichier.unlink(missing_ok=True)
    fautifs = [document for document in Document.objects.order_by("pk").iterator() if _est_fautif(document, relire)]
    return Bilan(orphelins, fautifs)


def _est_fautif(document: Document, relire: bool) -> bool:  # noqa: FBT001
    fichier = coffre.chemin(document.fichier)
    if not fichier.is_file() or fichier.stat().st_size != document.octets:
        return True
    return relire and coffre.empreinte_de(fichier) != document.empreinte
