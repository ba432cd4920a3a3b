"""Sending of a request: each day is decided by the rules, under lock, on its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid5

from django.db import transaction

from familles.models import Famille, Utilisateur
from portail.commun.reprises import reprise_sur_verrou
from portail.commun.traces import tracer
from reservations import courriels, courriels_factures
from reservations.actions.historique import oublier_les_pas
from reservations.actions.offres import expirer_les_offres
from reservations.actions.verrous import Changement, appliquer, relire, verrouiller_creneaux, verrouiller_l_enfant
from reservations.blocages import blocages_de
from reservations.brouillons import brouillon_de, brouillons_de, empreinte
from reservations.decisions import Decision, Derogation, decider
from reservations.enums import EtatPresence, Sens
from reservations.erreurs import BrouillonModifie, ReservationBloquee, RienAEnvoyer
from reservations.models import ChoixBrouillon, Creneau, Demande, LigneDemande, Presence, Reservation
from reservations.prix import Prix, prix_decides, prix_des_creneaux
from reservations.regles import Majoration


@reprise_sur_verrou
@transaction.atomic
def envoyer_demande(
    *,
    reservation: Reservation,
    auteur: Utilisateur,
    cle: UUID,
    maintenant: datetime,
    empreinte_verifiee: str | None = None,
    accepte_d_attendre: bool = True,
    envoi: UUID | None = None,
) -> Demande:
    """Send every unsent edit of a reservation, once: the same ``cle`` again returns the same request.

    A day that is late or full by now is refused by itself, with its reasons on its line; the others are kept. A full
    day goes to the waiting list when there is one, unless the household does not accept to wait. ``envoi`` is common
    to the requests that the household sends together.
    Raises ``ReservationBloquee``, ``RienAEnvoyer``, or ``BrouillonModifie`` when the edits are no longer those checked.
    """
    verrouiller_l_enfant(reservation)
    cle = uuid5(reservation.cle, str(cle))
    connues = {demande.cle: demande for demande in Demande.objects.filter(reservation=reservation)}
    if cle in connues:
        return connues[cle]
    choix = brouillon_de(reservation)
    if not choix:
        raise RienAEnvoyer
    if any(un.sens == Sens.AJOUT for un in choix):
        verifier_les_blocages(reservation, auteur, maintenant)
    if empreinte_verifiee is not None and empreinte(choix) != empreinte_verifiee:
        raise BrouillonModifie
    demande = ecrire_la_demande(
        reservation,
        choix,
        cle=cle,
        rang=len(connues) + 1,
        auteur=auteur,
        maintenant=maintenant,
        accepte_d_attendre=accepte_d_attendre,
        envoi=envoi,
    )
    ChoixBrouillon.objects.filter(reservation=reservation).delete()
    oublier_les_pas(reservation)
    return demande


def ecrire_la_demande(
    reservation: Reservation,
    choix: Sequence[ChoixBrouillon],
    *,
    cle: UUID,
    rang: int,
    auteur: Utilisateur,
    maintenant: datetime,
    accepte_d_attendre: bool = True,
    derogation: Derogation | None = None,
    motif: str = "",
    envoi: UUID | None = None,
) -> Demande:
    """Decide these edits and write what becomes of them, in the transaction and under the lock of the caller.

    ``derogation`` and ``motif``: what the service sets aside when it acts in the household's place, and why.
    """
    prix = prix_des_creneaux(
        famille=reservation.famille,
        enfant=reservation.enfant,
        creneaux=[un.creneau for un in choix],
        unites={un.creneau_id: un.unites for un in choix},
    )
    salles = {un.creneau.jour_salle_id for un in choix if un.creneau.jour_salle_id is not None}
    creneaux = _verrouiller(reservation, {un.creneau_id for un in choix}, salles, maintenant)
    # The rules are read once the days are locked: who changes a période locks its days first, and one of us waits.
    reservation = relire(reservation)
    decisions = decider(
        reservation,
        choix,
        creneaux,
        maintenant=maintenant,
        accepte_d_attendre=accepte_d_attendre,
        derogation=derogation,
    )
    prix = prix_decides(prix, decisions)
    demande = Demande.objects.create(
        cle=cle,
        reservation=reservation,
        rang=rang,
        envoyee_le=maintenant,
        auteur=auteur,
        motif_au_nom_de=motif,
        envoi=envoi,
    )
    _ecrire(demande, decisions, prix)
    _annoncer(demande, decisions, prix)
    return demande


def _verrouiller(reservation: Reservation, ids: set[int], salles: set[int], maintenant: datetime) -> dict[int, Creneau]:
    """Lock the days asked; the offers that expired meanwhile pass first to the next of their lists."""
    creneaux = verrouiller_creneaux(ids, salles)
    if reservation.periode.liste_attente and expirer_les_offres(ids, maintenant=maintenant):
        creneaux = verrouiller_creneaux(ids, salles)
    return creneaux


@dataclass(frozen=True, slots=True)
class Envoi:
    """What one press of the button sent, child by child, and what it could not send."""

    cle: UUID
    demandes: list[Demande]
    ecartees: list[tuple[Reservation, ReservationBloquee]]


def envoyer_ensemble(
    *,
    famille: Famille,
    empreintes: Mapping[UUID, str],
    auteur: Utilisateur,
    cle: UUID,
    maintenant: datetime,
    accepte_d_attendre: bool = True,
) -> Envoi:
    """Send the unsent edits of several reservations of a household, each in its own transaction; once for a ``cle``.

    ``empreintes``: what the person checked, by reservation key. A reservation that something blocks is set aside with
    its reasons, and the others are sent. A death between two of them leaves the second unsent, in its draft: the same
    press again sends what is left. Raises ``BrouillonModifie`` before anything is sent when the edits are no longer
    those checked, ``RienAEnvoyer`` when there are none.
    """
    envoi = uuid5(famille.cle, str(cle))
    reservations = list(
        Reservation.objects.avec_les_regles().filter(famille=famille, cle__in=empreintes).order_by("pk")
    )
    deja = set(Demande.objects.filter(envoi=envoi).values_list("reservation_id", flat=True))
    brouillons = brouillons_de(reservations)
    for une in reservations:
        if une.pk not in deja and empreinte(brouillons[une.pk]) != empreintes[une.cle]:
            raise BrouillonModifie
    demandes, ecartees = [], []
    for une in reservations:
        try:
            demandes.append(
                envoyer_demande(
                    reservation=une,
                    auteur=auteur,
                    cle=cle,
                    maintenant=maintenant,
                    empreinte_verifiee=empreintes[une.cle],
                    accepte_d_attendre=accepte_d_attendre,
                    envoi=envoi,
                )
            )
        except ReservationBloquee as refus:
            ecartees.append((une, refus))
    if not demandes and not ecartees:
        raise RienAEnvoyer
    return Envoi(envoi, demandes, ecartees)


def verifier_les_blocages(reservation: Reservation, auteur: Utilisateur, maintenant: datetime) -> None:
    if raisons := blocages_de(auteur, reservation, maintenant=maintenant):
        raise ReservationBloquee(raisons)


def _ecrire(demande: Demande, decisions: Sequence[Decision], prix: Mapping[int, Prix]) -> None:
    """Write the new days, the transitions of the others, and one line for every day asked."""
    nouvelles = Presence.objects.bulk_create(
        Presence(
            reservation=demande.reservation,
            enfant=demande.reservation.enfant,
            creneau=decision.creneau,
            etat=decision.etat,
            demande=demande,
            motif=demande.motif_au_nom_de,
            modifiee_le=demande.envoyee_le,
            **champs_de_majoration(decision.majoration),
            arrivee=decision.arrivee,
            depart=decision.depart,
        )
        for decision in decisions
        if decision.etat and decision.presence is None
    )
    changements = [
        Changement(decision.presence, decision.etat, demande.motif_au_nom_de, demande=demande, heures=decision.heures)
        for decision in decisions
        if decision.etat and decision.presence is not None
    ]
    if changements or nouvelles:
        appliquer(changements, auteur=demande.auteur, maintenant=demande.envoyee_le, nouvelles=nouvelles)
        _redire_les_majorations(decisions)
    LigneDemande.objects.bulk_create(
        LigneDemande(
            demande=demande,
            creneau=decision.creneau,
            sens=decision.sens,
            etat=decision.etat or "",
            motifs=decision.motifs,
            precision=decision.precision[:200],
            arrivee=decision.arrivee,
            depart=decision.depart,
            montant=prix[decision.creneau.pk].montant if decision.creneau.pk in prix else None,
        )
        for decision in decisions
    )


def champs_de_majoration(majoration: Majoration | None) -> dict[str, Decimal | None]:
    return {
        "majoration_montant": majoration.montant if majoration else None,
        "majoration_pourcent": majoration.pourcent if majoration else None,
    }


def _redire_les_majorations(decisions: Sequence[Decision]) -> None:
    """A day that is asked again keeps nothing of the surcharge it had: only that of this sending."""
    par_majoration: defaultdict[Majoration | None, list[int]] = defaultdict(list)
    for une in decisions:
        if (
            une.etat
            and une.sens == Sens.AJOUT
            and une.presence is not None
            and une.presence.majoration != une.majoration
        ):
            par_majoration[une.majoration].append(une.presence.pk)
    for majoration, presences in par_majoration.items():
        Presence.objects.filter(pk__in=presences).update(**champs_de_majoration(majoration))


def _annoncer(demande: Demande, decisions: Sequence[Decision], prix: Mapping[int, Prix]) -> None:
    reservation = demande.reservation
    tracer(
        geste="reservation.demande_envoyee",
        objet="reservations.demande",
        objet_cle=demande.cle,
        libelle=f"{demande.numero} – {reservation.enfant} – {reservation.periode}",
        famille_cle=reservation.famille.cle,
        auteur=demande.auteur,
        maintenant=demande.envoyee_le,
        motif=demande.motif_au_nom_de,
        apres={
            "jours": [
                [f"{une.creneau.jour:%Y-%m-%d}", une.creneau.prestation.nom_court, une.etat or une.motifs]
                for une in decisions
            ]
        },
    )
    courriels.demande_envoyee(demande=demande, decisions=decisions, prix=prix)
    annules = [une.presence for une in decisions if une.deja_facture and une.etat == EtatPresence.ANNULEE]
    factures = [une for une in annules if une is not None]
    for une in factures:
        une.reservation = reservation
    courriels_factures.jours_annules(presences=factures, motif=demande.motif_au_nom_de, maintenant=demande.envoyee_le)
