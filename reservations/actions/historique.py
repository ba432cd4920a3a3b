"""Undoing the last gesture on the unsent edits of a household."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from familles.models import Famille
from portail.commun.preparees import Parametre, UnParmi, preparee
from portail.commun.reprises import reprise_sur_verrou
from reservations.actions.verrous import verrouiller_en_ordre
from reservations.enums import ETATS_CLOS, Sens
from reservations.models import ChoixBrouillon, LignePas, PasBrouillon, Presence, Reservation

#: Gestures that a household may undo one after the other.
PAS_GARDES = 20
#: What créneaux are before a gesture, by ids of reservation and créneau: an unsent edit, or none.
ChoixAvant = Mapping[tuple[int, int], ChoixBrouillon | None]


def choix_avant(touches: Collection[tuple[Reservation, Collection[int]]]) -> ChoixAvant:
    """Read the unsent edit of each of these créneaux; their reservations are locked by the caller."""
    couples = {(reservation.pk, creneau) for reservation, creneaux in touches for creneau in creneaux}
    if not couples:
        return {}
    lus = _choix_actuels().lire(reservations=list({un for un, _ in couples}), creneaux=list({un for _, un in couples}))
    trouves = {(un.reservation_id, un.creneau_id): un for un in lus}
    return {couple: trouves.get(couple) for couple in couples}


def noter_le_pas(*, famille: Famille, libelle: str, avant: ChoixAvant, maintenant: datetime) -> PasBrouillon | None:
    """Write what a gesture is about to change, so that it can be undone; a gesture that changes nothing is none."""
    if not avant:
        return None
    pas = PasBrouillon.objects.create(famille=famille, libelle=libelle, le=maintenant)
    LignePas.objects.bulk_create(_ligne(pas, couple, choix) for couple, choix in avant.items())
    for ancien in _pas_en_trop().lire(famille=famille.pk):  # one at most, when each gesture forgets its own
        ancien.delete()
    return pas


@preparee
def _choix_actuels() -> QuerySet[ChoixBrouillon]:
    return ChoixBrouillon.objects.filter(reservation=UnParmi("reservations"), creneau=UnParmi("creneaux"))


@preparee
def _pas_en_trop() -> QuerySet[PasBrouillon]:
    return PasBrouillon.objects.filter(famille=Parametre("famille")).order_by("-pk")[PAS_GARDES:]


def _ligne(pas: PasBrouillon, couple: tuple[int, int], avant: ChoixBrouillon | None) -> LignePas:
    reservation, creneau = couple
    ligne = LignePas(pas=pas, reservation_id=reservation, creneau_id=creneau)
    if avant is not None:
        ligne.avant, ligne.arrivee, ligne.depart = avant.sens, avant.arrivee, avant.depart
    return ligne


@reprise_sur_verrou
@transaction.atomic
def annuler_le_dernier_pas(*, famille: Famille, maintenant: datetime) -> PasBrouillon | None:
    """Put the days of the last gesture back as they were; return it, or nothing when there is none left.

    A day that was sent since then, or that somebody else changed the state of, is left alone. Which gesture is the last
    is read once the plannings of the household are locked: a sending or a tick that was being written comes first.
    """
    verrouiller_en_ordre(Reservation.objects.filter(famille=famille))
    pas, lignes = _dernier_pas(famille)
    if pas is None:
        return None
    reservations = sorted({ligne.reservation_id for ligne in lignes})
    creneaux = {ligne.creneau_id for ligne in lignes}
    actifs = set(
        Presence.objects.filter(reservation__in=reservations, creneau__in=creneaux)
        .exclude(etat__in=ETATS_CLOS)
        .values_list("reservation_id", "creneau_id")
    )
    actuels = {
        (un.reservation_id, un.creneau_id): un
        for un in ChoixBrouillon.objects.filter(reservation__in=reservations, creneau__in=creneaux)
    }
    a_effacer = [actuels[cle].pk for ligne in lignes if (cle := (ligne.reservation_id, ligne.creneau_id)) in actuels]
    ChoixBrouillon.objects.filter(pk__in=a_effacer).delete()
    ChoixBrouillon.objects.bulk_create(
        ChoixBrouillon(
            reservation_id=ligne.reservation_id,
            creneau_id=ligne.creneau_id,
            sens=ligne.avant,
            arrivee=ligne.arrivee,
            depart=ligne.depart,
            le=maintenant,
        )
        for ligne in lignes
        if ligne.avant and (ligne.avant == Sens.RETRAIT) == ((ligne.reservation_id, ligne.creneau_id) in actifs)
    )
    pas.delete()
    return pas


def _dernier_pas(famille: Famille) -> tuple[PasBrouillon | None, list[LignePas]]:
    """Return the last gesture that still has something to put back, and its days.

    Two children sent at once by two windows may each leave the other's half of a gesture to be forgotten.
    """
    for pas in PasBrouillon.objects.filter(famille=famille):
        lignes = list(pas.lignes.all())
        if lignes:
            return pas, lignes
        pas.delete()
    return None, []


def oublier_les_pas(reservation: Reservation) -> None:
    """Forget what concerns a reservation whose edits are sent: there is nothing to go back to."""
    LignePas.objects.filter(reservation=reservation).delete()
    PasBrouillon.objects.filter(famille=reservation.famille, lignes=None).delete()
