"""What the reservations ask of the invoices."""

from __future__ import annotations

from collections.abc import Collection

from facturation.enums import EtatFacture
from facturation.models import PresenceFacturee


def jours_factures(*, presences: Collection[int]) -> set[int]:
    """Return those of these présences (ids) that an issued invoice holds; a draft may still be made again."""
    reclamees = PresenceFacturee.objects.filter(presence__in=list(presences)).exclude(
        ligne__facture__etat__in=[EtatFacture.BROUILLON, EtatFacture.ANNULEE]
    )
    return set(reclamees.values_list("presence_id", flat=True))
