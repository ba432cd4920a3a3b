"""Locks and places. The order is the same everywhere: reservation, créneaux by pk, présences by pk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from familles.models import Utilisateur
from reservations.enums import EtatPresence
from reservations.erreurs import PlacesIncoherentes
from reservations.models import Creneau, Demande, EtapePresence, Presence, Reservation
from reservations.regles import changement_de_places, est_permise


@dataclass(frozen=True, slots=True)
class Changement:
    """One transition to write, of a présence whose row and créneau are locked."""

    presence: Presence
    apres: EtatPresence
    motif: str = ""
    #: The sending that asked for it, when there is one.
    demande: Demande | None = None


def verrouiller_reservation(reservation: Reservation) -> None:
    Reservation.objects.select_for_update(no_key=True).values_list("pk").get(pk=reservation.pk)


def relire(reservation: Reservation) -> Reservation:
    """Return a reservation with its child, its household and its période's rules as they are at this moment."""
    return Reservation.objects.avec_les_regles().get(pk=reservation.pk)


def verrouiller_creneaux(ids: Collection[int]) -> dict[int, Creneau]:
    """Lock the days by pk and return them as they are once locked, by id, with their prestation."""
    lignes = Creneau.objects.select_for_update(no_key=True, of=("self",)).select_related("prestation")
    return {creneau.pk: creneau for creneau in lignes.filter(pk__in=ids).order_by("pk")}


def verrouiller_presences(ids: Collection[int]) -> list[Presence]:
    """Lock the créneaux of these présences, then the présences, and return them as they are once locked."""
    verrouiller_creneaux(set(Presence.objects.filter(pk__in=ids).values_list("creneau_id", flat=True)))
    return list(
        Presence.objects.select_for_update(no_key=True, of=("self",))
        .filter(pk__in=ids)
        .select_related(
            "creneau__prestation", "reservation__famille", "reservation__enfant", "reservation__periode__accueil"
        )
        .order_by("pk")
    )


def deplacer_places(mouvements: Mapping[int, int]) -> None:
    """Take or free places, by créneau id; each UPDATE says again what the lock has already made sure of."""
    par_nombre: defaultdict[int, list[int]] = defaultdict(list)
    for creneau, nombre in mouvements.items():
        par_nombre[nombre].append(creneau)
    for nombre, creneaux in par_nombre.items():
        if nombre == 0:
            continue
        possibles = Creneau.objects.filter(
            pk__in=creneaux, places_prises__lte=F("capacite") - nombre, places_prises__gte=-nombre
        )
        if possibles.update(places_prises=F("places_prises") + nombre) != len(creneaux):
            msg = f"{nombre:+d} place sur {len(creneaux)} créneaux"
            raise PlacesIncoherentes(msg)


def compter_les_places(transitions: Iterable[tuple[int, EtatPresence | None, EtatPresence]]) -> dict[int, int]:
    """Sum what transitions ``(créneau, before, after)`` do to the places, by créneau id."""
    mouvements: defaultdict[int, int] = defaultdict(int)
    for creneau, avant, apres in transitions:
        mouvements[creneau] += changement_de_places(avant, apres)
    return mouvements


def appliquer(changements: Sequence[Changement], *, auteur: Utilisateur | None, maintenant: datetime) -> None:
    """Write transitions, their history and their places, in a number of queries that the days do not change."""
    par_transition: defaultdict[tuple[str, EtatPresence, str, Demande | None], list[Changement]] = defaultdict(list)
    for changement in changements:
        avant = EtatPresence(changement.presence.etat)
        if not est_permise(avant, changement.apres):
            msg = f"{avant} -> {changement.apres}"
            raise PlacesIncoherentes(msg)
        par_transition[avant, changement.apres, changement.motif, changement.demande].append(changement)
    for (ancien, apres, motif, demande), groupe in par_transition.items():
        champs = {"etat": apres, "motif": motif, "modifiee_le": maintenant} | ({"demande": demande} if demande else {})
        Presence.objects.filter(pk__in=[c.presence.pk for c in groupe], etat=ancien).update(**champs)
    EtapePresence.objects.bulk_create(
        EtapePresence(
            presence=c.presence, avant=c.presence.etat, apres=c.apres, le=maintenant, auteur=auteur, motif=c.motif
        )
        for c in changements
    )
    deplacer_places(
        compter_les_places((c.presence.creneau_id, EtatPresence(c.presence.etat), c.apres) for c in changements)
    )
    for changement in changements:
        changement.presence.etat = changement.apres
