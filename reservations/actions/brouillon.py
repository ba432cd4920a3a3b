"""Unsent edits: opening a planning, ticking days, giving up."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction

from enfants.models import Enfant
from familles.models import Famille
from portail.commun.erreurs import RefusMetier
from reservations.actions.verrous import verrouiller_reservation
from reservations.brouillons import code_creneau, est_liee, jour_du_code
from reservations.calendrier import candidat_de, conditions_de, motifs_d_ouverture
from reservations.enums import ETATS_CLOS, Issue, Sens
from reservations.journees import choix_apportes
from reservations.models import ChoixBrouillon, Creneau, Periode, Presence, Reservation
from reservations.regles import motifs_d_acces
from reservations.remplissage import Apercu


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


@transaction.atomic
def enregistrer_brouillon(
    *, reservation: Reservation, coches: Collection[str], depart: Collection[str], maintenant: datetime
) -> int:
    """Keep what the person changed on a page, and nothing else; return how many days changed.

    ``depart`` holds the codes that were ticked when the page was shown and ``coches`` those that are ticked now. Only
    the difference counts, so that a page left open does not undo what another tab or the other parent did meanwhile.
    """
    ajoutes, retires = set(coches) - set(depart), set(depart) - set(coches)
    return garder_choix(reservation=reservation, voulus=ajoutes, non_voulus=retires, maintenant=maintenant)


@transaction.atomic
def garder_choix(
    *, reservation: Reservation, voulus: Collection[str], non_voulus: Collection[str], maintenant: datetime
) -> int:
    """Write the edits that lead to the days wanted and not wanted; codes that name no day are ignored.

    Raises ``RefusMetier`` for a day that this child may not book because of who it is.
    """
    verrouiller_reservation(reservation)
    creneaux = creneaux_des_codes(reservation.periode, {*voulus, *non_voulus})
    _refuser_qui_n_est_pas_admis(reservation, {creneaux[code].jour for code in voulus if code in creneaux})
    actifs = set(
        Presence.objects.filter(reservation=reservation, creneau__in=creneaux.values())
        .exclude(etat__in=ETATS_CLOS)
        .values_list("creneau_id", flat=True)
    )
    sens = {creneaux[code].pk: Sens.AJOUT for code in voulus if code in creneaux}
    sens |= {creneaux[code].pk: Sens.RETRAIT for code in non_voulus if code in creneaux}
    apportes = choix_apportes(reservation, list(creneaux.values()), sens)
    sens |= {pk: choix for pk, (choix, _) in apportes.items()}
    actifs |= {pk for pk, (_, actif) in apportes.items() if actif}
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
    return len(sens)


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


@transaction.atomic
def abandonner_brouillon(*, reservation: Reservation) -> int:
    """Forget every unsent edit; return how many there were."""
    verrouiller_reservation(reservation)
    nombre, _ = ChoixBrouillon.objects.filter(reservation=reservation).delete()
    return nombre


@transaction.atomic
def appliquer_apercus(*, apercus: Collection[Apercu], maintenant: datetime) -> list[Reservation]:
    """Keep as unsent edits what previews show; return the reservations that have some."""
    touchees = []
    for apercu in apercus:
        voulus, non_voulus = apercu.codes(Issue.AJOUT), apercu.codes(Issue.RETRAIT)
        if not voulus and not non_voulus:
            continue
        cible = apercu.reservation
        reservation = ouvrir_reservation(
            famille=cible.famille, enfant=cible.enfant, periode=cible.periode, maintenant=maintenant
        )
        garder_choix(reservation=reservation, voulus=voulus, non_voulus=non_voulus, maintenant=maintenant)
        touchees.append(reservation)
    return touchees
