"""The household that is measured: the tutorial's, its two children booked side by side for a whole school year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from familles.models import Utilisateur
    from reservations.models import Reservation

COURRIEL = "famille.aabelium@exemple.fr"
#: Weekdays of the evenings that are booked; the mornings and the Fridays stay free to be saved.
SOIRS = (0, 1, 3)


@dataclass(frozen=True)
class Foyer:
    parent: Utilisateur
    #: Of the present school year, one for each child.
    reservations: list[Reservation]


def foyer(maintenant: datetime) -> Foyer:
    """Return the measured household; its evenings of the year are booked if they were not."""
    from django.db import transaction
    from django.utils import timezone

    from enfants.models import Enfant
    from familles.models import Famille, Utilisateur
    from reservations.models import Periode, Reservation

    parent = Utilisateur.objects.get(email=COURRIEL)
    famille = Famille.objects.de(parent).get()
    aujourdhui = timezone.localdate(maintenant)
    periode = Periode.objects.filter(accueil__nom="PERISCOLAIRE", au__gt=aujourdhui).earliest("du")
    reservations = []
    with transaction.atomic():
        for enfant in Enfant.objects.filter(rattachements__famille=famille).order_by("date_naissance"):
            reservation, _ = Reservation.objects.get_or_create(
                famille=famille, enfant=enfant, periode=periode, defaults={"cree_le": maintenant}
            )
            reservation.brouillons.all().delete()  # of a run that was cut
            _reserver_l_annee(reservation, parent, maintenant)
            reservations.append(reservation)
    return Foyer(parent, reservations)


def _reserver_l_annee(reservation: Reservation, parent: Utilisateur, maintenant: datetime) -> None:
    from django.db.models import F, Max
    from django.utils import timezone

    from reservations.enums import EtatPresence
    from reservations.models import Creneau, Demande, EtapePresence, Presence

    aujourdhui = timezone.localdate(maintenant)
    libres = Creneau.objects.filter(
        prestation__periode=reservation.periode,
        prestation__nom_court="Soir",
        jour__iso_week_day__in=[jour + 1 for jour in SOIRS],
    ).exclude(presences__enfant=reservation.enfant)
    creneaux = list(libres)
    if not creneaux:
        return
    rang = (reservation.demandes.aggregate(rang=Max("rang"))["rang"] or 0) + 1
    demande = Demande.objects.create(reservation=reservation, rang=rang, envoyee_le=maintenant, auteur=parent)
    presences = Presence.objects.bulk_create(
        Presence(
            reservation=reservation,
            enfant=reservation.enfant,
            creneau=creneau,
            etat=EtatPresence.ACCEPTEE if creneau.jour >= aujourdhui else EtatPresence.PRESENTE,
            demande=demande,
            modifiee_le=maintenant,
        )
        for creneau in creneaux
    )
    EtapePresence.objects.bulk_create(
        EtapePresence(presence=presence, avant="", apres=presence.etat, le=maintenant, auteur=parent)
        for presence in presences
    )
    Creneau.objects.filter(pk__in=[creneau.pk for creneau in creneaux]).update(
        capacite=F("capacite") + 1, places_prises=F("places_prises") + 1
    )
