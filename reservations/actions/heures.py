"""Hours of the days that are not sent yet, for prestations by the hour."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time

from django.db import transaction

from portail.commun.reprises import reprise_sur_verrou
from reservations.actions.historique import noter_le_pas
from reservations.actions.verrous import verrouiller_reservation
from reservations.enums import GenrePrestation, Sens
from reservations.models import ChoixBrouillon, Reservation


@reprise_sur_verrou
@transaction.atomic
def noter_les_heures(*, reservation: Reservation, heures: Mapping[int, tuple[time, time]], maintenant: datetime) -> int:
    """Keep arrivals and departures, by créneau id, of unsent days by the hour; return how many were kept.

    A day that was sent or given up meanwhile is left out. The rules judge the hours at the check and at the sending.
    """
    verrouiller_reservation(reservation)
    choix = list(
        ChoixBrouillon.objects.filter(
            reservation=reservation,
            creneau__in=heures,
            sens=Sens.AJOUT,
            creneau__prestation__genre=GenrePrestation.HEURES,
        ).order_by("pk")
    )
    noter_le_pas(
        famille=reservation.famille,
        libelle="Heures indiquées",
        avant={(reservation.pk, un.creneau_id): un for un in choix},
        maintenant=maintenant,
    )
    for un in choix:
        un.arrivee, un.depart = heures[un.creneau_id]
        un.le = maintenant
    ChoixBrouillon.objects.bulk_update(choix, ["arrivee", "depart", "le"])
    return len(choix)
