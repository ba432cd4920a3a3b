"""The invoices, as a block of the household's page."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from facturation.models import Facture
from familles.models import Famille
from portail.commun.blocs import DERNIERS, Bloc, Ligne
from portail.commun.montants import en_euros


def de_la_famille(famille: Famille, agent: Any) -> Bloc | None:
    if not agent.has_perm("facturation.view_facture"):
        return None
    lignes = tuple(
        Ligne(
            reverse("admin:facturation_facture_change", args=[facture.pk]),
            f"{facture} du {facture.date_emission:%d/%m/%Y}, {en_euros(facture.montant)}"
            + (f", reste {en_euros(facture.reste_a_payer)}" if facture.reste_a_payer else ""),
            str(facture.etat_affiche.label),
        )
        for facture in Facture.objects.visibles().filter(famille=famille)[:DERNIERS]
    )
    tout = f"{reverse('admin:facturation_facture_changelist')}?famille__id__exact={famille.pk}"
    return Bloc("Factures", lignes, tout, "Aucune facture.")
