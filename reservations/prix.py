"""What days cost a household: asked of the app that bills, through the setting ``TARIFICATEUR``.

The planning, the check page and the invoice all read the same function.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from enfants.models import Enfant
from familles.models import Famille
from reservations.models import Creneau


@dataclass(frozen=True, slots=True)
class Prix:
    """Price of one day, in euros, and the sentence that explains it."""

    montant: Decimal
    explication: str


@lru_cache(maxsize=1)
def _tarificateur(chemin: str) -> Any:
    return import_string(chemin)


def prix_des_creneaux(*, famille: Famille, enfant: Enfant, creneaux: Sequence[Creneau]) -> dict[int, Prix]:
    """Return the price of each créneau that has one, by créneau id, in a bounded number of queries.

    Each créneau needs only ``pk``, ``prestation_id`` and ``jour``. A créneau without a voted tariff is absent.
    """
    prix: dict[int, Prix] = _tarificateur(settings.TARIFICATEUR)(famille=famille, enfant=enfant, creneaux=creneaux)
    return prix
