"""The one way to obtain an invoice, an attempt or a payment: a stranger's answers like one that does not exist."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from facturation.models import Facture, Paiement, TentativePaiement
from facturation.models.facture import FactureQuerySet
from familles.models import Famille, Utilisateur


def familles(utilisateur: Utilisateur) -> QuerySet[Famille]:
    return Famille.objects.de(utilisateur)


def factures(utilisateur: Utilisateur) -> FactureQuerySet:
    """Return the invoices of one's households, never a draft."""
    return Facture.objects.visibles().filter(famille__in=familles(utilisateur))


def facture(utilisateur: Utilisateur, cle: UUID) -> Facture:
    return get_object_or_404(factures(utilisateur).select_related("regie", "famille"), cle=cle)


def facture_a_imprimer(utilisateur: Utilisateur, cle: UUID) -> Facture:
    """Return an issued invoice: one's own, or anyone's for staff who may see invoices."""
    if peut_voir_les_factures(utilisateur):
        return get_object_or_404(Facture.objects.visibles().select_related("regie", "famille"), cle=cle)
    return facture(utilisateur, cle)


def paiements(utilisateur: Utilisateur) -> QuerySet[Paiement]:
    return Paiement.objects.filter(famille__in=familles(utilisateur))


def tentatives(utilisateur: Utilisateur) -> QuerySet[TentativePaiement]:
    return TentativePaiement.objects.filter(famille__in=familles(utilisateur))


def tentative(utilisateur: Utilisateur, cle: UUID) -> TentativePaiement:
    return get_object_or_404(tentatives(utilisateur).select_related("regie"), cle=cle)


def peut_voir_les_factures(utilisateur: Utilisateur) -> bool:
    return utilisateur.is_staff and utilisateur.has_perm("facturation.view_facture")
