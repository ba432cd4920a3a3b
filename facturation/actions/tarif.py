"""Tariffs taken over by the prestations of a new période."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from facturation.models import Tarif, TrancheTarif
from reservations.models import Prestation


@transaction.atomic
def copier_tarifs(*, paires: Sequence[tuple[Prestation, Prestation]], du: date) -> int:
    """Give each second prestation the last tariff of the first, from ``du`` on; return how many had one.

    A prestation that has a tariff already keeps it.
    """
    copies = 0
    deja = set(Tarif.objects.filter(prestation__in=[b for _, b in paires]).values_list("prestation_id", flat=True))
    for source, cible in paires:
        dernier = Tarif.objects.filter(prestation=source).prefetch_related("tranches").order_by("-du").first()
        if dernier is None or cible.pk in deja:
            continue
        tarif = Tarif.objects.create(prestation=cible, du=du, montant=dernier.montant)
        TrancheTarif.objects.bulk_create(
            TrancheTarif(tarif=tarif, qf_minimum=une.qf_minimum, montant=une.montant) for une in dernier.tranches.all()
        )
        copies += 1
    return copies
