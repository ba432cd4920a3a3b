"""Pieces of a draft: the file first, the row after, so that a death in between loses nothing that was told kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Sum

from documents import coffre
from documents.actions import ranger_avec_sa_ligne
from documents.enums import MotifRefus
from documents.erreurs import FichierRefuse
from documents.models import TypeDocument
from documents.traitement.lanceur import FichierSain
from inscriptions.actions.saisie import verrouiller_brouillon
from inscriptions.models import DossierInscription, EnfantDossier, PieceDossier
from inscriptions.regles import OCTETS_DES_PIECES, PIECES_AU_PLUS


def ajouter_piece(
    *,
    dossier: DossierInscription,
    enfant: EnfantDossier | None,
    type_document: TypeDocument,
    fichier: FichierSain,
    cle_envoi: UUID,
    maintenant: datetime,
) -> PieceDossier | None:
    """Keep a clean file with the draft; ``None`` when this very form was already received.

    Raise ``FichierRefuse`` when the draft has used its place or the disk refuses, ``DossierRefuse`` once it is sent.
    """

    def ecrire(colonnes: dict[str, Any]) -> PieceDossier | None:
        piece = PieceDossier(
            cle=cle_envoi,
            dossier=dossier,
            enfant=enfant,
            type=type_document,
            nom=type_document.nom,
            envoyee_le=maintenant,
            **colonnes,
        )
        return piece if _ecrire(piece, maintenant) else None

    return ranger_avec_sa_ligne(fichier, ecrire)


@transaction.atomic
def _ecrire(piece: PieceDossier, maintenant: datetime) -> bool:
    verrouille = verrouiller_brouillon(piece.dossier, maintenant)
    if PieceDossier.objects.filter(cle=piece.cle).exists():
        return False
    pris = verrouille.pieces.aggregate(nombre=Count("pk"), octets=Sum("octets"))
    if pris["nombre"] >= PIECES_AU_PLUS or (pris["octets"] or 0) + piece.octets > OCTETS_DES_PIECES:
        raise FichierRefuse(MotifRefus.QUOTA)
    piece.save(force_insert=True)
    return True


def retirer_piece(*, dossier: DossierInscription, piece: PieceDossier, maintenant: datetime) -> None:
    """Take a piece out: the row first, the file once that is certain."""
    retirer_fichiers(_retirer(dossier, dossier.pieces.filter(pk=piece.pk).values_list("pk", flat=True), maintenant))


@transaction.atomic
def _retirer(dossier: DossierInscription, pks: object, maintenant: datetime) -> list[str]:
    verrouille = verrouiller_brouillon(dossier, maintenant)
    retirees = verrouille.pieces.filter(pk__in=pks)  # type: ignore[misc]
    fichiers = list(retirees.values_list("fichier", flat=True))
    retirees.delete()
    return fichiers


def retirer_enfant(*, dossier: DossierInscription, enfant: EnfantDossier, maintenant: datetime) -> None:
    """Take a child out, with its pieces and their files."""
    retirer_fichiers(_retirer_enfant(dossier, enfant, maintenant))


@transaction.atomic
def _retirer_enfant(dossier: DossierInscription, enfant: EnfantDossier, maintenant: datetime) -> list[str]:
    fichiers = _retirer(dossier, enfant.pieces.values("pk"), maintenant)
    dossier.enfants.filter(pk=enfant.pk).delete()
    return fichiers


def retirer_fichiers(noms: list[str]) -> None:
    """Erase files whose rows are gone; called after the transaction. What a crash leaves, the reconciliation takes."""
    for nom in noms:
        coffre.effacer(nom)
