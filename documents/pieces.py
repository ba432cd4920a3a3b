"""What each child and household owes, and how it stands: a bounded number of queries for any number of children."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.module_loading import import_string

from documents.enums import EtatDocument, EtatPiece, Portee
from documents.models import Document, PieceRequise, TypeDocument
from documents.regles import Envoi, Situation, concerne, situation
from enfants.models import Enfant
from familles.models import Famille
from portail.commun.dates import age
from portail.commun.texte import de_qui


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece owed by a household or a child. ``document`` is the household's own sending that decides, if any."""

    type: TypeDocument
    famille: Famille
    enfant: Enfant | None
    situation: Situation
    document: Document | None
    bloquante: bool
    #: Names of the accueils that ask for it; empty when all do.
    pour: str

    @property
    def etat(self) -> EtatPiece:
        return self.situation.etat

    @property
    def manque(self) -> bool:
        return self.situation.manque

    @property
    def concerne(self) -> str:
        """Value of the form's choice « Ce document concerne »."""
        return f"enfant-{self.enfant.cle}-{self.famille.cle}" if self.enfant else f"famille-{self.famille.cle}"

    @property
    def lien_d_ajout(self) -> str:
        """Address of the form, already filled for this piece."""
        return f"{reverse('documents:ajouter')}?{urlencode({'type': self.type.cle, 'concerne': self.concerne})}"

    @property
    def phrase(self) -> str:
        """What a refusal and a button say: the piece, and whose."""
        return f"«\u202f{self.type.nom}\u202f» {de_qui(self.enfant.prenom) if self.enfant else 'de la famille'}"


@dataclass(frozen=True, slots=True)
class Dossier:
    """The pieces of one household, or of one child in it."""

    famille: Famille
    enfant: Enfant | None
    pieces: list[Piece]

    @property
    def titre(self) -> str:
        return self.enfant.prenom if self.enfant else f"Famille {self.famille.nom}"

    @property
    def manquantes(self) -> int:
        return sum(piece.manque for piece in self.pieces)


def dossiers(couples: Iterable[tuple[Famille, Enfant | None]], jour: date) -> list[Dossier]:
    """Return what each owes on ``jour``: ``(famille, None)`` is a household, ``(famille, enfant)`` a child of it."""
    couples = list(couples)
    enfants = [enfant for _, enfant in couples if enfant]
    frequentes: Mapping[int, set[UUID]] = import_string(settings.ACCUEILS_FREQUENTES)(enfants, jour)
    exigences = list(PieceRequise.objects.filter(type__actif=True).select_related("type"))
    envois = _envois([famille for famille, _ in couples], enfants)
    return [
        Dossier(famille, enfant, _pieces(famille, enfant, exigences, envois, _frequentes(enfant, frequentes), jour))
        for famille, enfant in couples
    ]


def manquantes(
    *, famille: Famille, enfants: Sequence[Enfant], accueils: Iterable[UUID], jour: date
) -> dict[UUID, list[Piece]]:
    """Return, by accueil, what is missing for these children to attend it, their household's included; two queries."""
    couples: list[tuple[Famille, Enfant | None]] = [(famille, None), *((famille, enfant) for enfant in enfants)]
    exigences = list(PieceRequise.objects.filter(type__actif=True).select_related("type"))
    envois = _envois([famille], list(enfants))
    return {
        accueil: [
            piece
            for une_famille, un_enfant in couples
            for piece in _pieces(une_famille, un_enfant, exigences, envois, {accueil}, jour)
            if piece.manque
        ]
        for accueil in accueils
    }


def bloquantes_manquantes(couples: Sequence[tuple[Famille, Enfant, UUID]], jour: date) -> list[list[Piece]]:
    """Return, for each (household, child, accueil), the blocking pieces that are missing; two queries for all.

    None is asked of anybody: one query.
    """
    exigences = list(PieceRequise.objects.filter(type__actif=True, bloquante=True).select_related("type"))
    if not exigences:
        return [[] for _ in couples]
    envois = _envois([famille for famille, _, _ in couples], [enfant for _, enfant, _ in couples])
    des_familles: dict[int, list[Document]] = {}
    des_enfants: dict[int, list[Document]] = {}
    for envoi in envois:
        if envoi.enfant_id is None:
            des_familles.setdefault(envoi.famille_id, []).append(envoi)
        else:
            des_enfants.setdefault(envoi.enfant_id, []).append(envoi)
    return [
        [
            piece
            for un_enfant, siens in ((None, des_familles.get(famille.pk, [])), (enfant, des_enfants.get(enfant.pk, [])))
            for piece in _pieces(famille, un_enfant, exigences, siens, {accueil}, jour)
            if piece.manque
        ]
        for famille, enfant, accueil in couples
    ]


def _frequentes(enfant: Enfant | None, frequentes: Mapping[int, set[UUID]]) -> set[UUID]:
    """A household owes what any of its children's accueils asks for."""
    if enfant:
        return frequentes.get(enfant.pk, set())
    return {cle for cles in frequentes.values() for cle in cles}


def _pieces(
    famille: Famille,
    enfant: Enfant | None,
    exigences: list[PieceRequise],
    envois: list[Document],
    accueils: set[UUID],
    jour: date,
) -> list[Piece]:
    portee = Portee.ENFANT if enfant else Portee.FAMILLE
    ans = age(enfant.date_naissance, jour)[0] if enfant else None
    retenues: dict[int, list[PieceRequise]] = {}
    for exigence in exigences:
        if exigence.type.portee == portee and concerne(
            age=ans,
            age_minimum=exigence.age_minimum,
            age_maximum=exigence.age_maximum,
            exige=exigence.accueil_cle,
            accueils=accueils,
        ):
            retenues.setdefault(exigence.type_id, []).append(exigence)
    return [_piece(famille, enfant, groupe, envois, jour) for groupe in retenues.values()]


def _piece(
    famille: Famille, enfant: Enfant | None, exigences: list[PieceRequise], envois: list[Document], jour: date
) -> Piece:
    type_document = exigences[0].type
    siens = {
        envoi.pk: envoi
        for envoi in envois
        if envoi.type_id == type_document.pk
        and (envoi.enfant_id == enfant.pk if enfant else envoi.enfant_id is None and envoi.famille_id == famille.pk)
    }
    bilan = situation(
        (Envoi(pk, EtatDocument(un.etat), un.expire_le, un.motif_refus) for pk, un in siens.items()), jour
    )
    decisif = siens.get(bilan.rang) if bilan.rang else None
    general = any(exigence.accueil_cle is None for exigence in exigences)
    return Piece(
        type=type_document,
        famille=famille,
        enfant=enfant,
        situation=bilan,
        document=decisif if decisif and decisif.famille_id == famille.pk else None,
        bloquante=any(exigence.bloquante for exigence in exigences),
        pour="" if general else ", ".join(exigence.accueil_nom for exigence in exigences),
    )


def _envois(familles: list[Famille], enfants: list[Enfant]) -> list[Document]:
    """Read what was sent for them. A child's piece sent by its other household counts too; its file stays theirs."""
    des_familles = Q(famille__in=familles, enfant=None)
    return list(Document.objects.filter(des_familles | Q(enfant__in=enfants)).order_by("pk"))


def couples_de(familles: Iterable[Famille], rattachements: Iterable[Any]) -> list[tuple[Famille, Enfant | None]]:
    """Return each household followed by its children."""
    enfants: dict[int, list[Enfant]] = {}
    for lien in rattachements:
        enfants.setdefault(lien.famille_id, []).append(lien.enfant)
    couples: list[tuple[Famille, Enfant | None]] = []
    for famille in familles:
        couples += [(famille, None), *((famille, enfant) for enfant in enfants.get(famille.pk, []))]
    return couples
