"""What becomes of the supporting documents when a household is exported or erased."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from documents import coffre
from portail.commun.donnees import Politique, Sort


def _effacer_les_fichiers(documents: QuerySet[Any]) -> None:
    """Remove the files once the erasure is committed; a death in between leaves orphans, which are reconciled."""
    noms = list(documents.values_list("fichier", flat=True))
    transaction.on_commit(lambda: [coffre.effacer(nom) for nom in noms] and None)


POLITIQUES = [
    Politique(
        "documents.Document",
        Sort.EFFACER,
        "Pièces envoyées, avec leurs fichiers.",
        lambda p: Q(famille=p.famille),
        exporte=("type.nom", "nom", "enfant.prenom", "etat", "motif_refus", "expire_le", "envoye_le", "traite_le"),
        tus=(
            "famille",
            "type",
            "fichier",
            "empreinte",
            "octets",
            "format",
            "pages",
            "envoye_par",
            "traite_par",
            "rappele_le",
        ),
        avant=_effacer_les_fichiers,
    ),
]
