"""Locks and places. The order is the same everywhere: reservation, days of rooms by pk, créneaux by pk, présences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.db.models import F, Func, QuerySet, Value

from familles.models import Utilisateur
from reservations.enums import EtatPresence
from reservations.erreurs import PlacesIncoherentes
from reservations.models import Creneau, Demande, EtapePresence, JourSalle, Presence, Reservation
from reservations.regles import changement_de_places, est_permise

#: Whoever enters a waiting list comes after all those who are in it.
ORDRE_SUIVANT = Func(Value("reservation_attente"), function="nextval")


#: Hours that wait for an answer do not outlive the state in which they were asked.
SANS_HEURES_DEMANDEES: dict[str, Any] = dict.fromkeys(("arrivee_demandee", "depart_demande", "heures_demandees_le"))


@dataclass(frozen=True, slots=True)
class Changement:
    """One transition to write, of a présence whose row and créneau are locked."""

    presence: Presence
    apres: EtatPresence
    motif: str = ""
    #: The sending that asked for it, when there is one.
    demande: Demande | None = None
    #: Arrival and departure, of a day that is asked again by the hour.
    heures: tuple[time, time] | None = None
    #: For a place that is offered: last instant to accept it.
    offre_expire_le: datetime | None = None


def verrouiller_reservation(reservation: Reservation) -> None:
    Reservation.objects.select_for_update(no_key=True).values_list("pk").get(pk=reservation.pk)


def verrouiller_l_enfant(reservation: Reservation) -> None:
    """Lock every reservation of this child in this période by pk, those of its other household too.

    What goes together or not on a day is judged on all that the child has: two households that book at once different
    choices of one day meet here, and nowhere else.
    """
    verrouiller_en_ordre(Reservation.objects.filter(enfant=reservation.enfant_id, periode=reservation.periode_id))


def verrouiller_les_enfants(presences: Collection[int]) -> None:
    """The same for the children of these days, in their périodes."""
    couples = set(Presence.objects.filter(pk__in=presences).values_list("enfant_id", "reservation__periode_id"))
    enfants, periodes = {enfant for enfant, _ in couples}, {periode for _, periode in couples}
    verrouiller_en_ordre(Reservation.objects.filter(enfant__in=enfants, periode__in=periodes))


def verrouiller_reservations(reservations: Collection[Reservation]) -> None:
    """Lock several that are read already."""
    verrouiller_en_ordre(Reservation.objects.filter(pk__in=[une.pk for une in reservations]))


def verrouiller_en_ordre(reservations: QuerySet[Reservation]) -> None:
    """Lock several by pk, in one query: the order of every gesture."""
    list(reservations.select_for_update(no_key=True).order_by("pk").values_list("pk"))


def relire(reservation: Reservation) -> Reservation:
    """Return a reservation with its child, its household and its période's rules as they are at this moment."""
    return Reservation.objects.avec_les_regles().get(pk=reservation.pk)


def verrouiller_creneaux(ids: Collection[int], jours_salles: Collection[int] | None = None) -> dict[int, Creneau]:
    """Lock the days by pk, their rooms first; return them as they are once locked, by id, ready for ``places_libres``.

    One query locks and reads the rooms, the other the créneaux: a créneau joined to its room in one statement would be
    locked in the order of the plan, and read as it was before the wait. ``jours_salles``: their rooms, when the caller
    has read them; none is then no query.
    """
    if jours_salles is None:
        salles = verrouiller_salles(JourSalle.objects.filter(creneaux__in=list(ids)).values("pk"))
    else:
        salles = verrouiller_salles(jours_salles) if jours_salles else {}
    lignes = Creneau.objects.select_for_update(no_key=True, of=("self",)).select_related("prestation")
    creneaux = {creneau.pk: creneau for creneau in lignes.filter(pk__in=ids).order_by("pk")}
    # A prestation that entered another room since its rooms were read: out of the order, and replayed if that is fatal.
    arrivees = {un.jour_salle_id for un in creneaux.values() if un.jour_salle_id is not None} - salles.keys()
    if arrivees:
        salles |= verrouiller_salles(arrivees)
    for creneau in creneaux.values():
        if creneau.jour_salle_id is not None:
            creneau.jour_salle = salles[creneau.jour_salle_id]
    return creneaux


def places_de(creneau: Creneau) -> dict[tuple[str, int], int]:
    """Return what is left on each row that a place of this day takes from: its own, and the one of its room."""
    places = {("creneau", creneau.pk): creneau.capacite - creneau.places_prises}
    if creneau.jour_salle is not None:
        places["salle", creneau.jour_salle.pk] = creneau.jour_salle.places_libres
    return places


def verrouiller_salles(ids: Collection[int] | QuerySet[Any]) -> dict[int, JourSalle]:
    """Lock days of rooms by pk and return them as they are once locked, by id."""
    lignes = JourSalle.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=ids).order_by("pk")
    return {une.pk: une for une in lignes}


def verrouiller_presences(ids: Collection[int]) -> list[Presence]:
    """Lock the créneaux of these présences, then the présences, and return both as they are once locked."""
    creneaux = verrouiller_creneaux(set(Presence.objects.filter(pk__in=ids).values_list("creneau_id", flat=True)))
    presences = list(
        Presence.objects.select_for_update(no_key=True, of=("self",))
        .filter(pk__in=ids)
        .select_related("reservation__famille", "reservation__enfant", "reservation__periode__accueil")
        .order_by("pk")
    )
    for presence in presences:
        presence.creneau = creneaux[presence.creneau_id]
    return presences


def deplacer_places(mouvements: Mapping[int, int], jours_salles: Mapping[int, int | None] | None = None) -> None:
    """Take or free places, by créneau id, on the days and in their rooms; all of it or ``PlacesIncoherentes``.

    Each UPDATE says again what the lock has already made sure of. A room is moved by the sum of its créneaux, so that
    one choice given up for another of the same room needs no free place. ``jours_salles``: the room of each créneau,
    when the caller has read it.
    """
    utiles = {creneau: nombre for creneau, nombre in mouvements.items() if nombre}
    if not utiles:
        return
    if jours_salles is None:
        jours_salles = dict(Creneau.objects.filter(pk__in=utiles).values_list("pk", "jour_salle_id"))
    par_salle: defaultdict[int, int] = defaultdict(int)
    for creneau, nombre in utiles.items():
        salle = jours_salles.get(creneau)
        if salle is not None:
            par_salle[salle] += nombre
    _deplacer(JourSalle.objects.all(), par_salle)
    _deplacer(Creneau.objects.all(), utiles)


def _deplacer(lignes: QuerySet[Any], mouvements: Mapping[int, int]) -> None:
    """Add to the places taken of each row, in as many UPDATE as there are different numbers."""
    par_nombre: defaultdict[int, list[int]] = defaultdict(list)
    for pk, nombre in mouvements.items():
        par_nombre[nombre].append(pk)
    for nombre, ids in sorted(par_nombre.items()):
        if nombre == 0:
            continue
        possibles = lignes.filter(pk__in=ids, places_prises__lte=F("capacite") - nombre, places_prises__gte=-nombre)
        if possibles.update(places_prises=F("places_prises") + nombre) != len(ids):
            msg = f"{nombre:+d} place sur {len(ids)} lignes de {lignes.model._meta.label}"
            raise PlacesIncoherentes(msg)


def compter_les_places(transitions: Iterable[tuple[int, EtatPresence | None, EtatPresence]]) -> dict[int, int]:
    """Sum what transitions ``(créneau, before, after)`` do to the places, by créneau id."""
    mouvements: defaultdict[int, int] = defaultdict(int)
    for creneau, avant, apres in transitions:
        mouvements[creneau] += changement_de_places(avant, apres)
    return mouvements


def appliquer(
    changements: Sequence[Changement],
    *,
    auteur: Utilisateur | None,
    maintenant: datetime,
    nouvelles: Sequence[Presence] = (),
    ensuite: Callable[[], None] | None = None,
) -> None:
    """Write transitions, their history and their places, in a number of queries that the days do not change.

    A place that is freed goes at once to the first of the waiting list, whatever the gesture.

    ``nouvelles``: days just written, whose history and places go with the transitions. ``ensuite``: what is written
    once the places are moved, before any place that is free is given to somebody else. Raises ``PlacesIncoherentes``
    when a day was not in the state it was read in: nothing of the transaction may be kept.
    """
    par_transition: defaultdict[tuple[Any, ...], list[Changement]] = defaultdict(list)
    for changement in changements:
        avant = EtatPresence(changement.presence.etat)
        if not est_permise(avant, changement.apres):
            msg = f"{avant} -> {changement.apres}"
            raise PlacesIncoherentes(msg)
        fin = changement.offre_expire_le
        cle = (avant, changement.apres, changement.motif, changement.demande, changement.heures, fin)
        par_transition[cle].append(changement)
    for (ancien, apres, motif, demande, heures, fin), groupe in par_transition.items():
        champs = {
            "etat": apres,
            "motif": motif,
            "modifiee_le": maintenant,
            "offre_expire_le": fin,
            **SANS_HEURES_DEMANDEES,
        }
        champs |= {"demande": demande} if demande else {}
        champs |= {"ordre_attente": ORDRE_SUIVANT} if apres == EtatPresence.LISTE_ATTENTE else {}
        champs |= {"arrivee": heures[0], "depart": heures[1]} if heures else {}
        ecrites = Presence.objects.filter(pk__in=[c.presence.pk for c in groupe], etat=ancien).update(**champs)
        if ecrites != len(groupe):
            msg = f"{ecrites} jours sur {len(groupe)} étaient encore en état {ancien}"
            raise PlacesIncoherentes(msg)
    EtapePresence.objects.bulk_create(
        [
            *(
                EtapePresence(presence=une, apres=une.etat, le=maintenant, auteur=auteur, motif=une.motif)
                for une in nouvelles
            ),
            *(
                EtapePresence(
                    presence=c.presence,
                    avant=c.presence.etat,
                    apres=c.apres,
                    le=maintenant,
                    auteur=auteur,
                    motif=c.motif,
                )
                for c in changements
            ),
        ]
    )
    mouvements = compter_les_places(
        [
            *((une.creneau_id, None, EtatPresence(une.etat)) for une in nouvelles),
            *((c.presence.creneau_id, EtatPresence(c.presence.etat), c.apres) for c in changements),
        ]
    )
    touchees = [*nouvelles, *(c.presence for c in changements)]
    deplacer_places(mouvements, {une.creneau_id: une.creneau.jour_salle_id for une in touchees})
    if ensuite is not None:
        ensuite()
    for changement in changements:
        changement.presence.etat = changement.apres
        changement.presence.offre_expire_le = changement.offre_expire_le
    liberes = [creneau for creneau, nombre in mouvements.items() if nombre < 0]
    if liberes:
        from reservations.actions.offres import proposer_les_places  # noqa: PLC0415 - which writes by this function

        proposer_les_places(liberes, maintenant=maintenant)
