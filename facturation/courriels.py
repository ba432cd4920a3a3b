"""Mails of billing: one function for each, rows written in the transaction of the gesture."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from contenu.models import Commune
from facturation.models import Facture, Paiement
from familles.models import Famille, Utilisateur
from portail.commun.courriels import deposer


def _adresses(famille: Famille, *autres: str) -> list[str]:
    """Return the address of each adult of the household who has a login, then the others, each once."""
    logins = Utilisateur.objects.filter(responsabilites__famille=famille, is_active=True).order_by("pk")
    adresses = [*logins.values_list("email", flat=True), *(autre for autre in autres if autre)]
    return list({adresse.lower(): adresse for adresse in adresses}.values())


def _envoyer(
    nom: str, famille: Famille, adresses: Iterable[str], contexte: Mapping[str, Any], maintenant: datetime
) -> None:
    commune = Commune.objects.filter(pk=1).first()
    for adresse in adresses:
        deposer(
            nom=nom,
            destinataire=adresse,
            maintenant=maintenant,
            contexte={"commune": commune, "famille": famille, **contexte},
            famille_cle=famille.cle,
        )


def facture_emise(facture: Facture, maintenant: datetime) -> None:
    """Tell the household that an invoice has arrived: amount, last date to pay, where to read and pay it."""
    contexte = {
        "facture": facture,
        "regie": facture.regie,
        "url": settings.SITE_URL + reverse("facturation:detail", args=[facture.cle]),
    }
    _envoyer("facture_emise", facture.famille, _adresses(facture.famille), contexte, maintenant)


def paiement_recu(paiement: Paiement, maintenant: datetime) -> None:
    """Confirm a payment made online, which the régisseur still has to check."""
    _envoyer(
        "paiement_recu",
        paiement.famille,
        _adresses(paiement.famille, paiement.tentative.courriel if paiement.tentative else ""),
        _contexte(paiement),
        maintenant,
    )


def paiement_valide(paiement: Paiement, maintenant: datetime) -> None:
    """Send the receipt: the payment is checked and numbered."""
    _envoyer("paiement_valide", paiement.famille, _adresses(paiement.famille), _contexte(paiement), maintenant)


def paiement_annule(paiement: Paiement, maintenant: datetime) -> None:
    """Tell that a payment is cancelled, why, and that its invoices are to be paid again."""
    _envoyer("paiement_annule", paiement.famille, _adresses(paiement.famille), _contexte(paiement), maintenant)


def _contexte(paiement: Paiement) -> dict[str, Any]:
    affectations = list(paiement.affectations.select_related("facture").order_by("facture__numero"))
    return {
        "paiement": paiement,
        "regie": paiement.regie,
        "affectations": affectations,
        "trop_percu": paiement.montant - sum(affectation.montant for affectation in affectations),
        "url": settings.SITE_URL + reverse("facturation:liste"),
    }
