"""Hours of a day that is sent: changed at once, or asked of an agent while the day keeps those it has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, time

from django.db import transaction

from familles.models import Utilisateur
from portail.commun.erreurs import RefusMetier
from portail.commun.reprises import reprise_sur_verrou
from portail.commun.traces import tracer
from reservations import courriels_heures as courriels
from reservations import heures
from reservations.actions.envoi import champs_de_majoration
from reservations.actions.verrous import SANS_HEURES_DEMANDEES, verrouiller_presences, verrouiller_reservation
from reservations.enums import MotifRefus
from reservations.erreurs import ReservationBloquee
from reservations.models import EtapePresence, Presence, Reservation
from reservations.models.demande import plage_en_mots


@reprise_sur_verrou
@transaction.atomic
def changer_les_heures(
    *,
    presence: Presence,
    arrivee: time,
    depart: time,
    auteur: Utilisateur,
    maintenant: datetime,
    conditions: str | None = None,
) -> Presence:
    """Change the hours of one day, or ask an agent to when the période is not accepted automatically.

    ``conditions``: those that the household read before it confirmed. Raises ``RefusMetier`` with every reason, and
    ``ReservationBloquee`` when something prevents the household from booking and the day would last longer.
    """
    verrouiller_reservation(presence.reservation)
    [presence] = verrouiller_presences([presence.pk])
    juge = heures.verdict(presence, maintenant=maintenant)
    refus = juge.motifs + heures.motifs_des_nouvelles_heures(presence, arrivee, depart)
    if refus:
        raise RefusMetier(refus)
    if conditions is not None and conditions != juge.conditions:
        raise RefusMetier([MotifRefus.CONDITIONS_CHANGEES])
    blocages = heures.blocages_des_heures(presence, arrivee, depart, utilisateur=auteur, maintenant=maintenant)
    if blocages:
        raise ReservationBloquee(blocages)
    avant, apres = presence.heures_en_mots, plage_en_mots(arrivee, depart)
    if a_examiner := juge.par_un_agent:
        presence.arrivee_demandee, presence.depart_demande = arrivee, depart
        presence.heures_demandees_le = maintenant
    else:
        presence.arrivee, presence.depart = arrivee, depart
        oublier(presence)
    if juge.majoration:
        for champ, valeur in champs_de_majoration(juge.majoration).items():
            setattr(presence, champ, valeur)
    mots = f"Heures {'demandées' if a_examiner else 'changées'}\u00a0: {apres} (au lieu de\u00a0: {avant})"
    _ecrire(presence, mots, auteur, maintenant)
    _tracer("heures_demandees" if a_examiner else "heures_changees", presence, avant, apres, auteur, maintenant)
    courriels.heures_changees(presence=presence, avant=avant, apres=apres, a_examiner=a_examiner, maintenant=maintenant)
    return presence


@reprise_sur_verrou
@transaction.atomic
def retirer_les_heures(*, presence: Presence, auteur: Utilisateur, maintenant: datetime) -> None:
    """Take back a change of hours that waits for its answer; raise ``RefusMetier`` when there is none any more."""
    [presence] = verrouiller_presences([presence.pk])
    if presence.heures_demandees_le is None:
        raise RefusMetier([MotifRefus.TRANSITION_IMPOSSIBLE])
    demandees = presence.heures_demandees_en_mots
    oublier(presence)
    _ecrire(presence, f"Heures demandées retirées\u00a0: {demandees}", auteur, maintenant)
    _tracer("heures_retirees", presence, presence.heures_en_mots, presence.heures_en_mots, auteur, maintenant)


def repondre_aux_heures(
    presences: Sequence[Presence], *, accepte: bool, agent: Utilisateur, motif: str, maintenant: datetime
) -> None:
    """Give the days the hours that were asked, or keep those they have; their rows are locked by the caller."""
    par_reservation: defaultdict[Reservation, list[Presence]] = defaultdict(list)
    for une in presences:
        avant, demandees = une.heures_en_mots, une.heures_demandees_en_mots
        if accepte:
            une.arrivee, une.depart = une.arrivee_demandee, une.depart_demande
        oublier(une)
        mots = f"Heures changées\u00a0: {demandees}" if accepte else f"Heures refusées\u00a0: {demandees}. {motif}"
        _ecrire(une, mots[:300], agent, maintenant)
        _tracer(
            "heures_acceptees" if accepte else "heures_refusees",
            une,
            avant,
            une.heures_en_mots,
            agent,
            maintenant,
            motif,
        )
        par_reservation[une.reservation].append(une)
    for reservation, siennes in par_reservation.items():
        courriels.heures_repondues(
            reservation=reservation, presences=siennes, accepte=accepte, motif=motif, maintenant=maintenant
        )


def oublier(presence: Presence) -> None:
    for champ, valeur in SANS_HEURES_DEMANDEES.items():
        setattr(presence, champ, valeur)


def _ecrire(presence: Presence, mots: str, auteur: Utilisateur, maintenant: datetime) -> None:
    """Save the day and write its history; neither its state nor its place changes."""
    presence.modifiee_le = maintenant
    presence.save(
        update_fields=[
            "arrivee",
            "depart",
            "majoration_montant",
            "majoration_pourcent",
            "modifiee_le",
            *SANS_HEURES_DEMANDEES,
        ]
    )
    EtapePresence.objects.create(
        presence=presence, avant=presence.etat, apres=presence.etat, le=maintenant, auteur=auteur, motif=mots
    )


def _tracer(
    geste: str,
    presence: Presence,
    avant: str,
    apres: str,
    auteur: Utilisateur,
    maintenant: datetime,
    motif: str = "",
) -> None:
    tracer(
        geste=f"reservation.{geste}",
        objet="reservations.presence",
        objet_cle=presence.cle,
        libelle=f"{presence.creneau.jour:%d/%m/%Y} – {presence.reservation}",
        famille_cle=presence.reservation.famille.cle,
        auteur=auteur,
        maintenant=maintenant,
        avant={"heures": avant},
        apres={"heures": apres},
        motif=motif,
    )
