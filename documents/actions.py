"""The gestures on documents: send, withdraw, validate, refuse."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Sum

from documents import coffre, courriels
from documents.enums import EtatDocument, MotifRefus
from documents.erreurs import DejaTraite, FichierRefuse
from documents.models import Document, TypeDocument
from documents.traitement.lanceur import FichierSain
from enfants.models import Enfant
from familles.models import Famille, Utilisateur
from portail.commun.envois import est_le_premier
from portail.commun.traces import tracer

#: Place of one household, so that none can fill the disk.
DOCUMENTS_PAR_FAMILLE = 300
OCTETS_PAR_FAMILLE = 200 * 1024 * 1024
Ligne = TypeVar("Ligne")


def envoyer(
    *,
    famille: Famille,
    enfant: Enfant | None,
    type_document: TypeDocument,
    nom: str,
    fichier: FichierSain,
    auteur: Utilisateur,
    cle_envoi: UUID,
    maintenant: datetime,
) -> Document | None:
    """Keep a clean file. Return ``None`` when this very form was already received.

    Raise ``FichierRefuse`` when the household has used its place, or when the disk refuses.
    """

    def ecrire(colonnes: dict[str, Any]) -> Document | None:
        document = Document(
            famille=famille,
            enfant=enfant,
            type=type_document,
            nom=nom or type_document.nom,
            envoye_par=auteur,
            envoye_le=maintenant,
            **colonnes,
        )
        return document if _ecrire(document, cle_envoi, auteur, maintenant) else None

    return ranger_avec_sa_ligne(fichier, ecrire)


def ranger_avec_sa_ligne(fichier: FichierSain, ecrire: Callable[[dict[str, Any]], Ligne | None]) -> Ligne | None:
    """Store a clean file, then have its row written with the columns that name it: the file first, the row after.

    Without a row, be it refused, failed or already there, the file is erased. A death in between leaves a file that no
    row names: ``reconcilier`` removes it. Raise ``FichierRefuse`` when the disk refuses.
    """
    try:
        range_ = coffre.ranger(fichier.chemin)
    except OSError as erreur:
        raise FichierRefuse(MotifRefus.INDISPONIBLE) from erreur
    colonnes = {
        "fichier": range_.nom,
        "empreinte": range_.empreinte,
        "octets": range_.octets,
        "format": fichier.format,
        "pages": fichier.pages,
    }
    try:
        ligne = ecrire(colonnes)
    except BaseException:
        coffre.effacer(range_.nom)
        raise
    if ligne is None:
        coffre.effacer(range_.nom)
    return ligne


@transaction.atomic
def _ecrire(document: Document, cle_envoi: UUID, auteur: Utilisateur, maintenant: datetime) -> bool:
    Famille.objects.select_for_update(no_key=True).get(pk=document.famille_id)
    if not est_le_premier(cle=cle_envoi, geste="document.envoye", utilisateur=auteur, maintenant=maintenant):
        return False
    pris = Document.objects.filter(famille=document.famille_id).aggregate(nombre=Count("pk"), octets=Sum("octets"))
    if pris["nombre"] >= DOCUMENTS_PAR_FAMILLE or (pris["octets"] or 0) + document.octets > OCTETS_PAR_FAMILLE:
        raise FichierRefuse(MotifRefus.QUOTA)
    document.save(force_insert=True)
    _tracer(
        document, "document.envoye", auteur, maintenant, apres={"type": document.type.nom, "octets": document.octets}
    )
    return True


@transaction.atomic
def retirer(*, document: Document, auteur: Utilisateur, maintenant: datetime) -> None:
    """Take back a document that the service has not dealt with yet; raise ``DejaTraite`` otherwise."""
    document = _verrouiller(document)
    _tracer(document, "document.retire", auteur, maintenant, avant={"type": document.type.nom})
    nom = document.fichier
    document.delete()
    transaction.on_commit(lambda: coffre.effacer(nom), robust=True)


@transaction.atomic
def valider(*, document: Document, expire_le: date | None, auteur: Utilisateur, maintenant: datetime) -> Document:
    """Accept a piece, good until that day included; raise ``DejaTraite`` when it no longer waits."""
    document = _verrouiller(document)
    document.etat = EtatDocument.VALIDE
    document.expire_le = expire_le
    document.traite_par, document.traite_le = auteur, maintenant
    document.save(update_fields=["etat", "expire_le", "traite_par", "traite_le"])
    _tracer(document, "document.valide", auteur, maintenant, apres={"expire_le": str(expire_le or "")})
    courriels.valide(document=document, maintenant=maintenant)
    return document


@transaction.atomic
def refuser(*, document: Document, motif: str, auteur: Utilisateur, maintenant: datetime) -> Document:
    """Refuse a piece, saying why; raise ``DejaTraite`` when it no longer waits."""
    document = _verrouiller(document)
    document.etat = EtatDocument.REFUSE
    document.motif_refus = motif
    document.traite_par, document.traite_le = auteur, maintenant
    document.save(update_fields=["etat", "motif_refus", "traite_par", "traite_le"])
    _tracer(document, "document.refuse", auteur, maintenant, motif=motif)
    courriels.refuse(document=document, maintenant=maintenant)
    return document


def _verrouiller(document: Document) -> Document:
    verrouille = Document.objects.select_for_update(of=("self",)).select_related("type", "famille", "enfant")
    recent = verrouille.filter(pk=document.pk, etat=EtatDocument.ENVOYE).first()
    if recent is None:
        raise DejaTraite
    return recent


def _tracer(document: Document, geste: str, auteur: Utilisateur, maintenant: datetime, **valeurs: object) -> None:
    """The name typed by a parent may tell of health: traces carry the type only."""
    tracer(
        geste=geste,
        objet="document",
        objet_cle=document.cle,
        libelle=f"{document.type.nom} – {document.dossier}",
        famille_cle=document.famille.cle,
        auteur=auteur,
        maintenant=maintenant,
        **valeurs,  # type: ignore[arg-type]
    )
