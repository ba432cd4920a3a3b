"""Answers of the agents: accept or refuse days, one by one or by hundreds, one mail for each reservation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from familles.models import Utilisateur
from portail.commun.reprises import reprise_sur_verrou
from portail.commun.traces import tracer
from reservations import courriels, courriels_factures
from reservations.actions.heures_envoyees import repondre_aux_heures
from reservations.actions.verrous import (
    Changement,
    appliquer,
    places_de,
    verrouiller_les_enfants,
    verrouiller_presences,
)
from reservations.enums import EtatPresence, MotifRefus
from reservations.journees import retenues_par_leur_journee
from reservations.models import Presence, Reservation
from reservations.regles import changement_de_places

#: What « accept » and « refuse » make of each state that waits for an answer.
ACCEPTATION = {
    EtatPresence.DEMANDEE: EtatPresence.ACCEPTEE,
    EtatPresence.LISTE_ATTENTE: EtatPresence.ACCEPTEE,
    EtatPresence.PLACE_PROPOSEE: EtatPresence.ACCEPTEE,
    EtatPresence.ANNULATION_DEMANDEE: EtatPresence.ANNULEE,
}
REFUS = {
    EtatPresence.DEMANDEE: EtatPresence.REFUSEE,
    EtatPresence.EN_ATTRIBUTION: EtatPresence.REFUSEE,
    EtatPresence.LISTE_ATTENTE: EtatPresence.REFUSEE,
    EtatPresence.PLACE_PROPOSEE: EtatPresence.REFUSEE,
    EtatPresence.ANNULATION_DEMANDEE: EtatPresence.ACCEPTEE,
}


@dataclass(frozen=True, slots=True)
class BilanReponse:
    """``ignorees``: days that no longer waited for an answer when their row was locked; nothing was changed there."""

    traitees: int
    ignorees: list[Presence]
    #: Days that go on waiting, each with why: no place is left, it is closed, it is allotted, another choice needs it.
    retenues: list[tuple[Presence, MotifRefus]] = field(default_factory=list)


@reprise_sur_verrou
@transaction.atomic
def accepter(*, presences: Collection[int], agent: Utilisateur, maintenant: datetime, motif: str = "") -> BilanReponse:
    """Say yes to days that are asked for, to cancellations, and to those who wait for a place when one is free.

    A day that closed meanwhile is not accepted. ``motif``: a word that the family reads with the answer.
    """
    return _repondre(presences, ACCEPTATION, agent=agent, maintenant=maintenant, motif=motif.strip(), geste="acceptee")


@reprise_sur_verrou
@transaction.atomic
def refuser(*, presences: Collection[int], agent: Utilisateur, motif: str, maintenant: datetime) -> BilanReponse:
    """Say no, with the reason that the family reads; raise ``ValueError`` without one.

    A day that another choice of the same day needs waits until both are refused: no meal is left without its morning.
    """
    if not motif.strip():
        msg = "un refus se motive"
        raise ValueError(msg)
    verrouiller_les_enfants(presences)
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
    a_l_heure = [une for une in verrouillees if une.heures_demandees_le is not None]
    repondre_aux_heures(a_l_heure, accepte=transitions is ACCEPTATION, agent=agent, motif=motif, maintenant=maintenant)
    verrouillees = [une for une in verrouillees if une not in a_l_heure]
    sans_reponse = [une for une in verrouillees if une.etat not in transitions]
    # The allotment alone gives their places: they are no answer that comes second.
    en_attribution = [une for une in sans_reponse if une.etat == EtatPresence.EN_ATTRIBUTION]
    ignorees = [une for une in sans_reponse if une not in en_attribution]
    visees = [
        Changement(une, transitions[EtatPresence(une.etat)], motif) for une in verrouillees if une.etat in transitions
    ]
    liees = retenues_par_leur_journee([(changement.presence, changement.apres) for changement in visees])
    retenues = [
        *((une, MotifRefus.ATTRIBUTION_EN_COURS) for une in en_attribution),
        *((un.presence, liees[un.presence.pk]) for un in visees if un.presence.pk in liees),
        *_impossibles([un for un in visees if un.presence.pk not in liees]),
    ]
    sauf = {une.pk for une, _ in retenues}
    changements = [changement for changement in visees if changement.presence.pk not in sauf]
    par_reservation: defaultdict[Reservation, list[tuple[Presence, str]]] = defaultdict(list)
    for changement in changements:
        par_reservation[changement.presence.reservation].append((changement.presence, changement.presence.etat))
    appliquer(changements, auteur=agent, maintenant=maintenant)
    annulees = [changement.presence for changement in changements if changement.apres == EtatPresence.ANNULEE]
    courriels_factures.jours_annules(presences=annulees, motif=motif, maintenant=maintenant)
    for reservation, jours in par_reservation.items():
        _annoncer(reservation, jours, agent=agent, maintenant=maintenant, motif=motif, geste=geste)
    return BilanReponse(len(changements) + len(a_l_heure), ignorees, retenues)


def _impossibles(changements: Sequence[Changement]) -> list[tuple[Presence, MotifRefus]]:
    """Return the days that cannot be accepted: closed, or without a place, the first of the list served first.

    The places that the same answer frees count. The days, their créneaux and their rooms are locked: what is read
    here is what ``deplacer_places`` finds.
    """
    libres: dict[tuple[str, int], int] = {}
    demandeurs = []
    fermees = [
        changement.presence
        for changement in changements
        if changement.apres == EtatPresence.ACCEPTEE
        and changement.presence.etat != EtatPresence.ANNULATION_DEMANDEE
        and changement.presence.creneau.ferme
    ]
    for changement in changements:
        creneau = changement.presence.creneau
        lignes = places_de(creneau)
        prises = changement_de_places(EtatPresence(changement.presence.etat), changement.apres)
        for ligne, nombre in lignes.items():
            libres[ligne] = libres.get(ligne, nombre) - min(prises, 0)
        if prises > 0 and not creneau.ferme:
            demandeurs.append((changement.presence, list(lignes)))
    retenues = [(presence, MotifRefus.FERME) for presence in fermees]
    for presence, cles in sorted(demandeurs, key=lambda un: un[0].ordre_attente or 0):
        if any(libres[cle] < 1 for cle in cles):
            retenues.append((presence, MotifRefus.COMPLET))
        else:
            libres.update({cle: libres[cle] - 1 for cle in cles})
    return retenues


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
