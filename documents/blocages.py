"""What a household must send before it may book."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from documents.models import PieceRequise
from documents.pieces import Piece, bloquantes_manquantes, manquantes
from enfants.models import Enfant
from familles.models import Famille, Utilisateur
from portail.commun.blocages import Blocage, seulement_si
from portail.commun.dates import aujourdhui


@seulement_si(lambda: PieceRequise.objects.filter(bloquante=True, type__actif=True))
def pieces_manquantes(
    *,
    utilisateur: Utilisateur,
    famille: Famille,
    enfants: Sequence[Enfant],
    periodes: Sequence[Any],
    maintenant: datetime,
) -> dict[int, list[Blocage]]:
    """Name each piece without which an accueil may not be booked; staff who book for a household know better."""
    if utilisateur.is_staff:
        return {}
    accueils = {periode.accueil.cle for periode in periodes}
    manquent = manquantes(famille=famille, enfants=enfants, accueils=accueils, jour=aujourdhui(maintenant))
    return {
        periode.pk: [
            Blocage(
                code="piece_manquante",
                phrase=f"Il manque {piece.phrase}{_precision(piece)}.",
                lien=piece.lien_d_ajout,
                libelle_lien="Ajouter le document",
            )
            for piece in manquent[periode.accueil.cle]
            if piece.bloquante
        ]
        for periode in periodes
    }


def pieces_qui_manquent(*, suivis: Sequence[Any], maintenant: datetime) -> dict[Any, list[str]]:
    """Name, as the service reads it, each piece without which the accueil could not be booked today; two queries."""
    couples = [(suivi.famille, suivi.enfant, suivi.periode.accueil.cle) for suivi in suivis]
    manquent = bloquantes_manquantes(couples, aujourdhui(maintenant))
    return {
        suivi.cle: [f"Pièce\u00a0: {piece.phrase}{_precision(piece) or ' manque'}" for piece in pieces]
        for suivi, pieces in zip(suivis, manquent, strict=True)
    }


def _precision(piece: Piece) -> str:
    if piece.situation.motif:
        return f" (refusé\u00a0: {piece.situation.motif})"
    if piece.situation.expire_le:
        return f" (expiré le {piece.situation.expire_le:%d/%m/%Y})"
    return ""
