"""The one way to a file: for its household, the signed key that was mailed to it; for staff, by permission."""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from familles.models import Famille, Utilisateur
from inscriptions import jetons
from inscriptions.models import AdulteDossier, DossierInscription, EnfantDossier, PieceDossier

Ligne = TypeVar("Ligne", AdulteDossier, EnfantDossier, PieceDossier)


def dossier(jeton: str) -> DossierInscription:
    """Return the file whose key this is; a false key and a file that is gone answer alike."""
    cle = jetons.lire_dossier(jeton)
    if cle is None:
        raise Http404
    return get_object_or_404(DossierInscription, cle=cle)


def ligne(lignes: QuerySet[Ligne], cle: UUID) -> Ligne:
    """Return an adult, a child or a piece of one's own file; another file's does not exist."""
    return get_object_or_404(lignes, cle=cle)


def dossier_a_examiner(agent: Utilisateur, pk: int) -> DossierInscription:
    """Return a file for staff; 403 without the right, 404 for a draft: it is not sent yet."""
    if not agent.has_perm("inscriptions.view_dossierinscription"):
        raise PermissionDenied
    return get_object_or_404(DossierInscription.objects.envoyes(), pk=pk)


def peut_traiter(agent: Utilisateur) -> bool:
    """Answering creates a household: it takes that right too."""
    return agent.has_perms(["inscriptions.change_dossierinscription", "familles.add_famille", "enfants.add_enfant"])


def dossier_a_traiter(agent: Utilisateur, pk: int) -> DossierInscription:
    """Return a file that this agent may answer."""
    if not peut_traiter(agent):
        raise PermissionDenied
    return dossier_a_examiner(agent, pk)


def famille_de_rattachement(pk: int) -> Famille:
    return get_object_or_404(Famille, pk=pk, archivee_le=None)
