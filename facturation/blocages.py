"""Booking stops when a household owes too much for too long: the threshold is the town's, set by régie."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import F, Sum
from django.urls import reverse

from facturation.models import Facture, Regie, RegieEtablissement
from familles.models import Famille, Utilisateur
from portail.commun.blocages import Blocage, seulement_si
from portail.commun.dates import aujourdhui
from portail.commun.montants import en_euros


@seulement_si(lambda: Regie.objects.filter(seuil_impayes__isnull=False))
def impayes(
    *, utilisateur: Utilisateur, famille: Famille, enfants: Any, periodes: Sequence[Any], maintenant: datetime
) -> dict[int, list[Blocage]]:
    """Name what is overdue, payments being validated taken off, once it reaches the threshold of the régie that bills.

    Two queries at most; staff who book for a household know better.
    """
    if utilisateur.is_staff:
        return {}
    regies = _regies(periodes)
    if not regies:
        return {}
    dus = _en_retard({famille.pk}, regies, maintenant)
    trouves = {}
    for periode in periodes:
        regie = regies.get(periode.accueil.etablissement_id)
        if regie and (du := dus.get((famille.pk, regie.pk))):
            trouves[periode.pk] = [
                Blocage(
                    code="impayes",
                    phrase=f"Des factures sont en retard de paiement\u00a0: {en_euros(du)} pour la régie {regie.nom}.",
                    lien=reverse("facturation:payer"),
                    libelle_lien="Payer",
                )
            ]
    return trouves


def retards_de_paiement(*, suivis: Sequence[Any], maintenant: datetime) -> dict[Any, list[str]]:
    """Say which households owe more than the threshold of the régie that bills them; two queries."""
    regies = _regies([suivi.periode for suivi in suivis])
    if not regies:
        return {}
    dus = _en_retard({suivi.famille.pk for suivi in suivis}, regies, maintenant)
    trouves: dict[Any, list[str]] = {}
    for suivi in suivis:
        regie = regies.get(suivi.periode.accueil.etablissement_id)
        if regie and (du := dus.get((suivi.famille.pk, regie.pk))):
            trouves[suivi.cle] = [f"Factures en retard de paiement\u00a0: {en_euros(du)}"]
    return trouves


def _en_retard(
    familles: Collection[int], regies: Mapping[int, Regie], maintenant: datetime
) -> dict[tuple[int, int], Decimal]:
    """Return what each household owes late to each of these régies, by ids, from its threshold on; one query."""
    seuils = {regie.pk: regie.seuil_impayes for regie in regies.values()}
    lus = (
        Facture.objects.filter(famille__in=familles, regie__in=seuils, date_limite_paiement__lt=aujourdhui(maintenant))
        .a_payer()
        .order_by()
        .values_list("famille", "regie")
        .annotate(du=Sum(F("montant") - F("montant_regle") - F("montant_en_attente")))
    )
    return {(famille, regie): du for famille, regie, du in lus if du >= seuils[regie]}


def _regies(periodes: Sequence[Any]) -> dict[int, Regie]:
    """Return, by établissement, the régie that stops the bookings of those who owe too much; one query."""
    liees = RegieEtablissement.objects.filter(
        etablissement__in={periode.accueil.etablissement_id for periode in periodes},
        regie__seuil_impayes__isnull=False,
    )
    return {une.etablissement_id: une.regie for une in liees.select_related("regie")}
