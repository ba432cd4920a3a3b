"""Answers of the agents: accept or refuse days, one by one or by hundreds, one mail for each reservation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from familles.models import Utilisateur
from portail.commun.traces import tracer
from reservations import courriels
from reservations.actions.verrous import Changement, appliquer, verrouiller_presences
from reservations.enums import EtatPresence
from reservations.models import Presence, Reservation

#: What « accept » and « refuse » make of each state that waits for an answer.
ACCEPTATION = {
    EtatPresence.DEMANDEE: EtatPresence.ACCEPTEE,
    EtatPresence.PLACE_PROPOSEE: EtatPresence.ACCEPTEE,
    EtatPresence.ANNULATION_DEMANDEE: EtatPresence.ANNULEE,
}
REFUS = {
    EtatPresence.DEMANDEE: EtatPresence.REFUSEE,
    EtatPresence.LISTE_ATTENTE: EtatPresence.REFUSEE,
    EtatPresence.PLACE_PROPOSEE: EtatPresence.REFUSEE,
    EtatPresence.ANNULATION_DEMANDEE: EtatPresence.ACCEPTEE,
}


@dataclass(frozen=True, slots=True)
class BilanReponse:
    """``ignorees``: days that no longer waited for an answer when their row was locked; nothing was changed there."""

    traitees: int
    ignorees: list[Presence]


@transaction.atomic
def accepter(*, presences: Collection[int], agent: Utilisateur, maintenant: datetime) -> BilanReponse:
    """Say yes to days that are asked for, and to cancellations that are asked for."""
    return _repondre(presences, ACCEPTATION, agent=agent, maintenant=maintenant, motif="", geste="acceptee")


@transaction.atomic
def refuser(*, presences: Collection[int], agent: Utilisateur, motif: str, maintenant: datetime) -> BilanReponse:
    """Say no, with the reason that the family reads; raise ``ValueError`` without one."""
    if not motif.strip():
        msg = "un refus se motive"
        raise ValueError(msg)
    return _repondre(presences, REFUS, agent=agent, maintenant=maintenant, motif=motif.strip(), geste="refusee")


def _repondre(
    ids: Collection[int],
    transitions: Mapping[EtatPresence, EtatPresence],
    *,
    agent: Utilisateur,
    maintenant: datetime,
    motif: str,
    geste: str,
) -> BilanReponse:
    verrouillees = verrouiller_presences(ids)
    ignorees = [une for une in verrouillees if une.etat not in transitions]
    changements = [
        Changement(une, transitions[EtatPresence(une.etat)], motif) for une in verrouillees if une.etat in transitions
    ]
    par_reservation: defaultdict[Reservation, list[tuple[Presence, str]]] = defaultdict(list)
    for changement in changements:
        par_reservation[changement.presence.reservation].append((changement.presence, changement.presence.etat))
    appliquer(changements, auteur=agent, maintenant=maintenant)
    for reservation, jours in par_reservation.items():
        _annoncer(reservation, jours, agent=agent, maintenant=maintenant, motif=motif, geste=geste)
    return BilanReponse(len(changements), ignorees)


def _annoncer(
    reservation: Reservation,
    jours: Sequence[tuple[Presence, str]],
    *,
    agent: Utilisateur,
    maintenant: datetime,
    motif: str,
    geste: str,
) -> None:
    tracer(
        geste=f"reservation.{geste}",
        objet="reservations.reservation",
        objet_cle=reservation.cle,
        libelle=str(reservation),
        famille_cle=reservation.famille.cle,
        auteur=agent,
        maintenant=maintenant,
        avant={"jours": [[f"{une.creneau.jour:%Y-%m-%d}", avant] for une, avant in jours]},
        apres={"jours": [[f"{une.creneau.jour:%Y-%m-%d}", une.etat] for une, _ in jours]},
        motif=motif,
    )
    courriels.reponse(reservation=reservation, jours=jours, motif=motif, maintenant=maintenant)
