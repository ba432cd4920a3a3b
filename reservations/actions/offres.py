"""Places that are freed: each is held for the first of its waiting list, for a limited time.

Everything here runs under the lock of the créneaux, so that a place is never free and unoffered between two gestures.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from enfants.garde import garde_ordinaire, gardes_des_foyers
from familles.models import Utilisateur
from portail.commun.traces import tracer
from reservations import courriels
from reservations.actions.verrous import Changement, appliquer, verrouiller_creneaux
from reservations.calendrier import jours_fermes_entre, regles_communes
from reservations.enums import EtatPresence
from reservations.models import JourSalle, Periode, Presence, Reservation
from reservations.regles.attente import fin_de_l_offre

MOTIF_HORS_GARDE = "Ce n’est plus un jour de garde de votre foyer."
MOTIF_EXPIRE = "La place proposée n’a pas été acceptée à temps."


def proposer_les_places(creneaux: Collection[int], *, maintenant: datetime) -> int:
    """Offer the free places of these créneaux, locked by the caller, to the first of their lists; return how many.

    Nothing is offered once too little time is left before the deadline: an agent may still accept someone by hand.
    """
    candidats = _premiers_de_liste(creneaux)
    if candidats and rayer_hors_garde(creneaux, maintenant=maintenant):
        candidats = _premiers_de_liste(creneaux)
    fins = _fins_des_offres(candidats, maintenant)
    changements = [
        Changement(presence, EtatPresence.PLACE_PROPOSEE, offre_expire_le=fins[presence.pk])
        for presence in _servis([un for un in candidats if fins[un.pk] is not None])
    ]
    if changements:
        # Neighbours of the same room: whoever locks a créneau locks its room first, and the caller holds the room.
        verrouiller_creneaux({c.presence.creneau_id for c in changements} - set(creneaux))
        appliquer(changements, auteur=None, maintenant=maintenant)
        for reservation, offertes in par_reservation(c.presence for c in changements).items():
            noter("place_proposee", reservation, offertes, auteur=None, maintenant=maintenant)
            courriels.places_proposees(reservation=reservation, presences=offertes, maintenant=maintenant)
    return len(changements)


def rayer_hors_garde(creneaux: Collection[int], *, maintenant: datetime) -> int:
    """Take off the lists of these créneaux, locked by the caller, the days that are no longer those of their household.

    Custody changed while they waited. Left there, they would keep a free place from those who may take it: a place is
    offered to whoever can accept it, or to the next. Return how many were taken off.
    """
    a_regarder = Reservation.objects.annotate(ordinaire=garde_ordinaire()).filter(
        Q(ordinaire=False) | Q(famille__archivee_le__isnull=False), pk=OuterRef("reservation")
    )
    attendent = Presence.objects.filter(
        _avec_les_voisins(creneaux), Exists(a_regarder), etat=EtatPresence.LISTE_ATTENTE
    )
    lues = list(completes(attendent).order_by("pk"))
    if not lues:
        return 0
    jours = [une.creneau.jour for une in lues]
    gardes = gardes_des_foyers({une.enfant_id for une in lues}, min(jours), max(jours))
    rayees = []
    for une in lues:
        garde = gardes.get((une.enfant_id, une.reservation.famille_id))
        if garde is None or garde.obstacle(une.creneau.jour):
            rayees.append(une)
    if not rayees:
        return 0
    # Neighbours of the same room, as for an offer: the caller holds the room.
    verrouiller_creneaux({une.creneau_id for une in rayees} - set(creneaux))
    changements = [Changement(une, EtatPresence.REFUSEE, MOTIF_HORS_GARDE) for une in rayees]
    appliquer(changements, auteur=None, maintenant=maintenant)
    for reservation, siennes in par_reservation(rayees).items():
        noter("liste_hors_garde", reservation, siennes, auteur=None, maintenant=maintenant)
        courriels.retires_de_la_liste(reservation=reservation, presences=siennes, maintenant=maintenant)
    return len(rayees)


def expirer_les_offres(creneaux: Collection[int], *, maintenant: datetime) -> int:
    """Take back the offers that nobody accepted in time on these créneaux, locked by the caller; return how many.

    Those of the other créneaux of their rooms too. The next of each list is served in the same transaction.
    """
    presences = Presence.objects.offres_echues(maintenant).filter(_avec_les_voisins(creneaux))
    echues = list(completes(presences).order_by("pk"))
    if echues:
        verrouiller_creneaux({une.creneau_id for une in echues} - set(creneaux))
        changements = [Changement(une, EtatPresence.ANNULEE, MOTIF_EXPIRE) for une in echues]
        appliquer(changements, auteur=None, maintenant=maintenant)
        for reservation, perdues in par_reservation(echues).items():
            noter("place_expiree", reservation, perdues, auteur=None, maintenant=maintenant)
            courriels.places_perdues(reservation=reservation, presences=perdues, maintenant=maintenant)
    return len(echues)


def tenir_la_liste(creneaux: Collection[int], *, maintenant: datetime) -> None:
    """Lock these créneaux, take back what expired, and offer what is free."""
    verrouillees = verrouiller_creneaux(creneaux)
    expirer_les_offres(verrouillees.keys(), maintenant=maintenant)
    proposer_les_places(verrouillees.keys(), maintenant=maintenant)


def _avec_les_voisins(creneaux: Collection[int]) -> Q:
    """Keep the days of these créneaux, and of those that share a room with them: a place freed there is freed here."""
    salles = JourSalle.objects.filter(creneaux__in=creneaux)
    return Q(creneau__in=creneaux) | Q(creneau__jour_salle__in=salles)


def _premiers_de_liste(creneaux: Collection[int]) -> list[Presence]:
    """Return, for each créneau, as many waiting days as it has free places of its own; first come first."""
    rang = Window(RowNumber(), partition_by=F("creneau"), order_by=F("ordre_attente").asc())
    libres = F("creneau__capacite") - F("creneau__places_prises")
    presences = (
        Presence.objects.filter(_avec_les_voisins(creneaux), creneau__ferme=False, etat=EtatPresence.LISTE_ATTENTE)
        # Free places of an allotment that is being applied belong to those whom it has not served yet.
        .exclude(reservation__periode__prereservation_au__isnull=False, reservation__periode__attribuee_le=None)
        .annotate(rang=rang)
    )
    return list(completes(presences.filter(rang__lte=libres)).order_by("ordre_attente"))


def _servis(candidats: Iterable[Presence]) -> list[Presence]:
    """Keep those for whom the rooms have places too, in the order of their requests."""
    restent: dict[int, int] = {}
    servis = []
    for presence in candidats:
        salle = presence.creneau.jour_salle
        if salle is not None:
            if restent.setdefault(salle.pk, salle.places_libres) < 1:
                continue
            restent[salle.pk] -= 1
        servis.append(presence)
    return servis


def _fins_des_offres(presences: Collection[Presence], maintenant: datetime) -> dict[int, datetime | None]:
    """Return until when each day may be offered; the calendar is read once for each période."""
    par_periode: defaultdict[Periode, list[Presence]] = defaultdict(list)
    for presence in presences:
        par_periode[presence.reservation.periode].append(presence)
    fins = {}
    for periode, siennes in par_periode.items():
        jours = [une.creneau.jour for une in siennes]
        regles = regles_communes(periode, jours_fermes_entre(min(jours), max(jours)))
        for une in siennes:
            fins[une.pk] = fin_de_l_offre(
                regles.limite_attente(une.creneau.jour, une.creneau.prestation_id),
                duree_heures=periode.duree_offre_heures,
                maintenant=maintenant,
            )
    return fins


def completes(presences: QuerySet[Presence]) -> QuerySet[Presence]:
    """Load with each day what the rules, the traces and the mails read."""
    return presences.select_related(
        "creneau__prestation",
        "creneau__jour_salle",
        "reservation__famille",
        "reservation__enfant",
        "reservation__periode__accueil__etablissement",
        "reservation__periode__regle_reservation",
        "reservation__periode__regle_annulation",
        "reservation__periode__regle_attente",
    )


def par_reservation(presences: Iterable[Presence]) -> dict[Reservation, list[Presence]]:
    """Gather days by reservation: one mail and one trace for each."""
    groupes: defaultdict[Reservation, list[Presence]] = defaultdict(list)
    for presence in presences:
        groupes[presence.reservation].append(presence)
    return groupes


def noter(
    geste: str,
    reservation: Reservation,
    presences: Iterable[Presence],
    *,
    auteur: Utilisateur | None,
    maintenant: datetime,
) -> None:
    tracer(
        geste=f"reservation.{geste}",
        objet="reservations.reservation",
        objet_cle=reservation.cle,
        libelle=str(reservation),
        famille_cle=reservation.famille.cle,
        auteur=auteur,
        maintenant=maintenant,
        apres={"jours": [[f"{une.creneau.jour:%Y-%m-%d}", une.etat] for une in presences]},
    )
