"""Unsent edits: opening a planning, ticking days, giving up."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from enfants.models import Enfant
from familles.models import Famille
from portail.commun.erreurs import RefusMetier
from portail.commun.reprises import reprise_sur_verrou
from reservations.actions.historique import noter_le_pas
from reservations.actions.verrous import verrouiller_reservation
from reservations.brouillons import code_creneau, est_liee, jour_du_code
from reservations.calendrier import candidat_de, conditions_de, motifs_d_ouverture
from reservations.enums import ETATS_CLOS, Issue, Sens
from reservations.journees import choix_apportes
from reservations.models import ChoixBrouillon, Creneau, Periode, Presence, Reservation
from reservations.regles import motifs_d_acces
from reservations.remplissage import Apercu


@reprise_sur_verrou
@transaction.atomic
def ouvrir_reservation(*, famille: Famille, enfant: Enfant, periode: Periode, maintenant: datetime) -> Reservation:
    """Return the one reservation of this child for this période, made at the first visit of its planning.

    Raises ``RefusMetier`` when this child may book none of its days, or when bookings are not open yet for its
    household; a planning that exists stays readable whatever happens.
    """
    if not Reservation.objects.filter(famille=famille, enfant=enfant, periode=periode).exists():
        motifs = motifs_d_ouverture(famille=famille, enfant=enfant, periode=periode, maintenant=maintenant)
        if motifs:
            raise RefusMetier(motifs)
    reservation, _ = Reservation.objects.get_or_create(
        famille=famille, enfant=enfant, periode=periode, defaults={"cree_le": maintenant}
    )
    return reservation


@dataclass(frozen=True, slots=True)
class ChoixVoulus:
    """Days that a page wants booked, and not booked, for one reservation; codes that name no day are ignored."""

    reservation: Reservation
    voulus: Collection[str]
    non_voulus: Collection[str]


@reprise_sur_verrou
@transaction.atomic
def enregistrer_brouillon(
    *, reservation: Reservation, coches: Collection[str], depart: Collection[str], maintenant: datetime
) -> int:
    """Keep what the person changed on a page, and nothing else; return how many days changed.

    ``depart`` holds the codes that were ticked when the page was shown and ``coches`` those that are ticked now. Only
    the difference counts, so that a page left open does not undo what another tab or the other parent did meanwhile.
    """
    return enregistrer_brouillons(pages=[(reservation, coches, depart)], maintenant=maintenant)


@reprise_sur_verrou
@transaction.atomic
def enregistrer_brouillons(
    *, pages: Collection[tuple[Reservation, Collection[str], Collection[str]]], maintenant: datetime
) -> int:
    """The same for several children of one household side by side: one gesture, that one undo puts back."""
    choix = [
        ChoixVoulus(reservation, set(coches) - set(depart), set(depart) - set(coches))
        for reservation, coches, depart in pages
    ]
    return garder_choix(choix=choix, libelle="Jours cochés ou décochés", maintenant=maintenant)


@reprise_sur_verrou
@transaction.atomic
def garder_choix(*, choix: Collection[ChoixVoulus], libelle: str, maintenant: datetime) -> int:
    """Write the edits that lead to the days wanted and not wanted, as one gesture; return how many days it names.

    Raises ``RefusMetier`` for a day that a child may not book because of who it is.
    """
    utiles = sorted((un for un in choix if un.voulus or un.non_voulus), key=lambda un: un.reservation.pk)
    for un in utiles:
        verrouiller_reservation(un.reservation)
    edits = [lus for lus in map(_lire, utiles) if lus.sens]
    if edits:
        noter_le_pas(
            famille=edits[0].reservation.famille,
            libelle=libelle,
            touches=[(lus.reservation, lus.sens) for lus in edits],
            maintenant=maintenant,
        )
    for lus in edits:
        _ecrire(lus, maintenant)
    return sum(len(lus.sens) for lus in edits)


@dataclass(frozen=True, slots=True)
class _Edits:
    """What a gesture means for each créneau of one reservation, and those that are booked already."""

    reservation: Reservation
    sens: dict[int, Sens]
    actifs: set[int]


def _lire(choix: ChoixVoulus) -> _Edits:
    """Read the créneaux that the codes name, and the edits that others bring along."""
    reservation = choix.reservation
    creneaux = creneaux_des_codes(reservation.periode, {*choix.voulus, *choix.non_voulus})
    _refuser_qui_n_est_pas_admis(reservation, {creneaux[code].jour for code in choix.voulus if code in creneaux})
    sens = {creneaux[code].pk: Sens.AJOUT for code in choix.voulus if code in creneaux}
    sens |= {creneaux[code].pk: Sens.RETRAIT for code in choix.non_voulus if code in creneaux}
    actifs = set(
        Presence.objects.filter(reservation=reservation, creneau__in=sens)
        .exclude(etat__in=ETATS_CLOS)
        .values_list("creneau_id", flat=True)
    )
    apportes = choix_apportes(reservation, list(creneaux.values()), sens)
    sens |= {pk: apporte for pk, (apporte, _) in apportes.items()}
    actifs |= {pk for pk, (_, actif) in apportes.items() if actif}
    return _Edits(reservation, sens, actifs)


def _ecrire(edits: _Edits, maintenant: datetime) -> None:
    """Keep an edit where it changes something, forget it elsewhere: to cancel what is not booked is nothing."""
    reservation, sens, actifs = edits.reservation, edits.sens, edits.actifs
    a_garder = {pk: choix for pk, choix in sens.items() if (choix == Sens.RETRAIT) == (pk in actifs)}
    ChoixBrouillon.objects.filter(reservation=reservation, creneau__in=sens.keys() - a_garder.keys()).delete()
    ChoixBrouillon.objects.bulk_create(
        [
            ChoixBrouillon(reservation=reservation, creneau_id=pk, sens=choix, le=maintenant)
            for pk, choix in a_garder.items()
        ],
        update_conflicts=True,
        unique_fields=["reservation", "creneau"],
        update_fields=["sens", "le"],
    )


def _refuser_qui_n_est_pas_admis(reservation: Reservation, jours: Collection[date]) -> None:
    candidat = candidat_de(reservation.enfant, reservation.famille)
    conditions = conditions_de(reservation.periode)
    motifs = [motif for jour in jours for motif in motifs_d_acces(candidat, conditions, jour, jour)]
    if motifs:
        raise RefusMetier(list(dict.fromkeys(motifs)))


def creneaux_des_codes(periode: Periode, codes: Collection[str]) -> dict[str, Creneau]:
    """Return the créneaux of this période that the codes name; one query."""
    jours = {jour for code in codes if (jour := jour_du_code(code)) is not None}
    trouves = Creneau.objects.filter(prestation__periode=periode, jour__in=jours).select_related("prestation")
    trouves = trouves.annotate(liee=est_liee("prestation"))
    nommes = {code_creneau(creneau.jour, creneau.prestation.cle): creneau for creneau in trouves}
    return {code: nommes[code] for code in codes if code in nommes}


@reprise_sur_verrou
@transaction.atomic
def abandonner_brouillon(*, reservation: Reservation, maintenant: datetime) -> int:
    """Forget every unsent edit of a reservation; return how many there were. The undo brings them back."""
    return abandonner_brouillons(reservations=[reservation], maintenant=maintenant)


@reprise_sur_verrou
@transaction.atomic
def abandonner_brouillons(*, reservations: Collection[Reservation], maintenant: datetime) -> int:
    """Forget every unsent edit of these reservations of one household, as one gesture."""
    ordonnees = sorted(reservations, key=lambda une: une.pk)
    for une in ordonnees:
        verrouiller_reservation(une)
    brouillons: dict[int, set[int]] = {}
    choix = ChoixBrouillon.objects.filter(reservation__in=ordonnees)
    for reservation, creneau in choix.values_list("reservation_id", "creneau_id"):
        brouillons.setdefault(reservation, set()).add(creneau)
    touches = [(une, brouillons[une.pk]) for une in ordonnees if une.pk in brouillons]
    if touches:
        noter_le_pas(
            famille=touches[0][0].famille,
            libelle="Modifications oubliées",
            touches=touches,
            maintenant=maintenant,
        )
    nombre, _ = choix.delete()
    return nombre


@reprise_sur_verrou
@transaction.atomic
def appliquer_apercus(*, apercus: Collection[Apercu], libelle: str, maintenant: datetime) -> list[Reservation]:
    """Keep as unsent edits what previews show, as one gesture; return the reservations that have some."""
    choix = []
    for apercu in apercus:
        voulus, non_voulus = apercu.codes(Issue.AJOUT, Issue.ATTENTE), apercu.codes(Issue.RETRAIT)
        if not voulus and not non_voulus:
            continue
        cible = apercu.reservation
        reservation = ouvrir_reservation(
            famille=cible.famille, enfant=cible.enfant, periode=cible.periode, maintenant=maintenant
        )
        choix.append(ChoixVoulus(reservation, voulus, non_voulus))
    garder_choix(choix=choix, libelle=libelle, maintenant=maintenant)
    return [un.reservation for un in choix]
