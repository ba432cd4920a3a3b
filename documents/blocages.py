"""What a household must send before it may book."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from documents.pieces import Piece, manquantes
from enfants.models import Enfant
from familles.models import Famille, Utilisateur
from portail.commun.blocages import Blocage
from portail.commun.dates import aujourdhui


def pieces_manquantes(
    *, utilisateur: Utilisateur, famille: Famille, enfant: Enfant, periode: Any, maintenant: datetime
) -> list[Blocage]:
    """Name each piece without which this accueil may not be booked; staff who book for a household know better."""
    if utilisateur.is_staff:
        return []
    pieces = manquantes(famille=famille, enfant=enfant, accueil_cle=periode.accueil.cle, jour=aujourdhui(maintenant))
    return [
        Blocage(
            code="piece_manquante",
            phrase=f"Il manque {piece.phrase}{_precision(piece)}.",
            lien=piece.lien_d_ajout,
            libelle_lien="Ajouter le document",
        )
        for piece in pieces
        if piece.bloquante
    ]


def _precision(piece: Piece) -> str:
    if piece.situation.motif:
        return f" (refusé\u00a0: {piece.situation.motif})"
    if piece.situation.expire_le:
        return f" (expiré le {piece.situation.expire_le:%d/%m/%Y})"
    return ""
