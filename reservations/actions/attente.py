"""Waiting lists: the answer of a household to a place that is held for it, and what time alone changes."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from familles.models import Utilisateur
from portail.commun.dates import aujourdhui
from portail.commun.reprises import reprise_sur_verrou
from reservations import courriels
from reservations.actions.offres import completes, expirer_les_offres, noter, par_reservation, tenir_la_liste
from reservations.actions.verrous import (
    Changement,
    appliquer,
    verrouiller_creneaux,
    verrouiller_presences,
    verrouiller_reservation,
)
from reservations.calendrier import garde_de
from reservations.enums import EtatPresence
from reservations.models import Creneau, Presence, Reservation

MOTIF_DECLINE = "La famille a refusé la place proposée."
MOTIF_SANS_PLACE = "Aucune place ne s’est libérée à temps."
#: Créneaux handled in one transaction by the periodic work.
LOT = 50


@dataclass(frozen=True, slots=True)
class BilanPlaces:
    """What became of the places that the household answered for."""

    faites: list[Presence]
    #: Too late: the place went to the next of the list.
    perdues: list[Presence]
    #: Answered before: by the other parent, from another mail, by a double click.
    deja: list[Presence]
    #: No longer days of this household to book: custody changed while it waited. The offer stays until its end.
    hors_garde: list[Presence]


@reprise_sur_verrou
@transaction.atomic
def accepter_les_places(
    *, reservation: Reservation, presences: Collection[UUID], auteur: Utilisateur | None, maintenant: datetime
) -> BilanPlaces:
    """Take places that are held; ``auteur`` is None when the link of the mail was enough."""
    bilan = _repondre(reservation, presences, EtatPresence.ACCEPTEE, "", auteur=auteur, maintenant=maintenant)
    if bilan.faites:
        noter("place_acceptee", reservation, bilan.faites, auteur=auteur, maintenant=maintenant)
        courriels.places_acceptees(reservation=reservation, presences=bilan.faites, maintenant=maintenant)
    return bilan


@reprise_sur_verrou
@transaction.atomic
def decliner_les_places(
    *, reservation: Reservation, presences: Collection[UUID], auteur: Utilisateur | None, maintenant: datetime
) -> BilanPlaces:
    """Give up places that are held: each goes at once to the next of its list."""
    bilan = _repondre(reservation, presences, EtatPresence.ANNULEE, MOTIF_DECLINE, auteur=auteur, maintenant=maintenant)
    if bilan.faites:
        noter("place_declinee", reservation, bilan.faites, auteur=auteur, maintenant=maintenant)
    return bilan


def _repondre(
    reservation: Reservation,
    cles: Collection[UUID],
    apres: EtatPresence,
    motif: str,
    *,
    auteur: Utilisateur | None,
    maintenant: datetime,
) -> BilanPlaces:
    """Decide under lock, at the instant of the answer: never accepted once its time is over, or custody gone."""
    verrouiller_reservation(reservation)
    siennes = Presence.objects.filter(reservation=reservation, cle__in=cles)
    visees = verrouiller_presences(siennes.values_list("pk", flat=True))
    proposees = [une for une in visees if une.etat == EtatPresence.PLACE_PROPOSEE]
    a_temps = [une for une in proposees if une.offre_expire_le is not None and maintenant <= une.offre_expire_le]
    garde = garde_de(reservation) if apres == EtatPresence.ACCEPTEE else None
    hors_garde = [une for une in a_temps if garde is not None and garde.obstacle(une.creneau.jour)]
    faites = [une for une in a_temps if une not in hors_garde]
    appliquer([Changement(une, apres, motif) for une in faites], auteur=auteur, maintenant=maintenant)
    perdues = [une for une in proposees if une not in a_temps]
    expirer_les_offres({une.creneau_id for une in perdues}, maintenant=maintenant)
    return BilanPlaces(faites, perdues, [une for une in visees if une not in proposees], hors_garde)


def tenir_les_listes(*, maintenant: datetime) -> int:
    """Take back the offers that expired and offer every free place that someone waits for; return how many créneaux.

    One transaction for each batch of créneaux: stopped anywhere, the next run does what is left.
    """
    attendue = Presence.objects.filter(creneau=OuterRef("pk"), etat=EtatPresence.LISTE_ATTENTE)
    echue = Presence.objects.offres_echues(maintenant).filter(creneau=OuterRef("pk"))
    libre = Q(places_prises__lt=F("capacite"), jour__gte=aujourdhui(maintenant), ferme=False)
    a_voir = Creneau.objects.filter(Exists(echue) | (libre & Exists(attendue)))
    creneaux = list(a_voir.order_by("pk").values_list("pk", flat=True))
    for lot in _par_lots(creneaux):
        reprise_sur_verrou(transaction.atomic(tenir_la_liste))(lot, maintenant=maintenant)
    return len(creneaux)


def clore_les_listes(*, maintenant: datetime) -> int:
    """Tell those who still wait for a day that has come that no place was freed; return how many days."""
    presences = Presence.objects.filter(etat=EtatPresence.LISTE_ATTENTE, creneau__jour__lte=aujourdhui(maintenant))
    creneaux = list(presences.order_by("creneau").values_list("creneau", flat=True).distinct())
    return sum(_clore(lot, maintenant) for lot in _par_lots(creneaux))


@reprise_sur_verrou
@transaction.atomic
def _clore(creneaux: Collection[int], maintenant: datetime) -> int:
    verrouiller_creneaux(creneaux)
    restees = list(
        completes(Presence.objects.filter(creneau__in=creneaux, etat=EtatPresence.LISTE_ATTENTE)).order_by("pk")
    )
    changements = [Changement(une, EtatPresence.REFUSEE, MOTIF_SANS_PLACE) for une in restees]
    appliquer(changements, auteur=None, maintenant=maintenant)
    for reservation, siennes in par_reservation(restees).items():
        noter("liste_close", reservation, siennes, auteur=None, maintenant=maintenant)
        courriels.listes_closes(reservation=reservation, presences=siennes, maintenant=maintenant)
    return len(restees)


def _par_lots(creneaux: list[int]) -> Iterator[list[int]]:
    for debut in range(0, len(creneaux), LOT):
        yield creneaux[debut : debut + LOT]
