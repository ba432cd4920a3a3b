"""The one way to obtain an object of this app for a login: it is returned, or the page does not exist."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.utils import timezone

from documents.models import Document
from documents.pieces import Dossier, couples_de, dossiers
from enfants.models import Enfant, Rattachement
from familles.models import Famille, Utilisateur
from portail.commun.dates import aujourdhui


def document(utilisateur: Utilisateur, cle: UUID) -> Document:
    """Return a document that one of the login's households sent; 404 otherwise."""
    return get_object_or_404(Document.objects.de(utilisateur).select_related("type", "enfant", "famille"), cle=cle)


def document_a_traiter(agent: Utilisateur, pk: int) -> Document:
    """Return a document for staff; 403 without the right to documents, or to health for a piece of health."""
    if not agent.has_perm("documents.view_document"):
        raise PermissionDenied
    trouve = get_object_or_404(Document.objects.select_related("type", "enfant", "famille", "envoye_par"), pk=pk)
    if trouve.type.sante and not agent.has_perm("documents.voir_document_sante"):
        raise PermissionDenied
    return trouve


def couples(utilisateur: Utilisateur) -> list[tuple[Famille, Enfant | None]]:
    """Return the households of a login, each followed by its children: what a document may concern."""
    return couples_des(list(Famille.objects.de(utilisateur).order_by("nom_recherche", "pk")))


def couples_des(familles: list[Famille]) -> list[tuple[Famille, Enfant | None]]:
    """Return these households, each followed by its children with their school; one query."""
    liens = (
        Rattachement.objects.non_termines(aujourdhui(timezone.now()))
        .filter(famille__in=familles)
        .select_related("enfant__ecole")
        .order_by("enfant__date_naissance", "enfant__pk")
    )
    return couples_de(familles, liens)


def dossiers_de(utilisateur: Utilisateur, jour: date) -> list[Dossier]:
    return dossiers(couples(utilisateur), jour)
