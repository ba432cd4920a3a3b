"""Confirmation of an allotment: one transaction for each household, so that it can be killed and resumed anywhere.

The rows are the truth: an allotment in ``EtatAttribution.CONFIRMATION`` has lines to apply, whoever applies them. Until
the last one is, the période takes no new request and its free places are offered to nobody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import OuterRef, Subquery

from familles.models import Utilisateur
from portail.commun.erreurs import RefusMetier
from portail.commun.reprises import reprise_sur_verrou
from reservations import courriels_attribution
from reservations.actions.attribution import decisions_de, tracer_attribution, verrouiller_proposition
from reservations.actions.offres import noter
from reservations.actions.verrous import (
    Changement,
    appliquer,
    places_de,
    verrouiller_creneaux,
    verrouiller_en_ordre,
    verrouiller_presences,
)
from reservations.attributions import calculer, champs_de_la_ligne
from reservations.enums import EtatAttribution, EtatPresence, MotifAttribution
from reservations.explications import PLACE_PERDUE
from reservations.journees import liens_de
from reservations.models import Attribution, Creneau, LigneAttribution, Periode, Presence, Reservation
from reservations.regles.attribution import manques, ordre_complet

#: Why a day is refused when the période has no waiting list; the line explains it in full.
MOTIF_NON_ATTRIBUE = "Pas de place à l’attribution."


@reprise_sur_verrou
@transaction.atomic
def confirmer_attribution(*, attribution: Attribution, agent: Utilisateur, maintenant: datetime) -> Attribution:
    """Decide to apply a proposal as it was read; raise ``RefusMetier`` when what it was computed from has moved since.

    From here on nothing is asked for this période until everybody is served: every day of it is locked, so that a
    request being sent is either in the proposal or refused.
    """
    verrouiller_creneaux(
        set(Creneau.objects.filter(prestation__periode=attribution.periode_id).values_list("pk", flat=True))
    )
    attribution = verrouiller_proposition(attribution)
    fenetre = attribution.periode.prereservation
    if fenetre is None or not attribution.lignes.exists():
        raise RefusMetier([MotifAttribution.AUCUNE_DEMANDE])
    if maintenant <= fenetre.au:
        # Its end was put off since the proposal: families were told that they may still ask.
        raise RefusMetier([MotifAttribution.FENETRE_OUVERTE])
    if not _est_a_jour(attribution):
        raise RefusMetier([MotifAttribution.PERIMEE])
    _ranger_la_liste_d_attente(attribution)
    attribution.etat = EtatAttribution.CONFIRMATION
    attribution.confirmee_par, attribution.confirmee_le = agent, maintenant
    attribution.save(update_fields=["etat", "confirmee_par", "confirmee_le"])
    Periode.objects.filter(pk=attribution.periode_id).update(confirmation_le=maintenant)
    demandes = attribution.lignes.count()
    tracer_attribution("attribution.confirmee", attribution, agent, maintenant, {"demandes": demandes})
    transaction.on_commit(lambda: reveiller(attribution), robust=True)
    return attribution


def _est_a_jour(attribution: Attribution) -> bool:
    """Would a computation made now write the same lines? Ranks and reasons too, that families read."""
    if attribution.criteres != ordre_complet(attribution.periode.criteres):
        return False
    calcul = calculer(attribution.periode, {pk: une["impose"] for pk, une in decisions_de(attribution).items()})
    attendues = {un.presence: champs_de_la_ligne(un, calcul.resultats[un.presence]) for un in calcul.voeux}
    champs = next(iter(attendues.values()), {}).keys()
    return attendues == {une.pop("presence_id"): une for une in attribution.lignes.values("presence_id", *champs)}


def _ranger_la_liste_d_attente(attribution: Attribution) -> None:
    """Draw now the place in its list of every day that gets none: in the order of the ranks, whoever is told first.

    What the service withheld comes after what the criteria did.
    """
    with connection.cursor() as curseur:
        curseur.execute(
            """
            UPDATE reservations_ligneattribution AS ligne SET ordre_attente = tiree.ordre
            FROM (
                SELECT pk, nextval('reservation_attente') AS ordre
                FROM (
                    SELECT l.id AS pk FROM reservations_ligneattribution l
                    WHERE l.attribution_id = %s
                    ORDER BY l.impose IS NOT NULL, l.rang, l.id
                ) AS rangees
            ) AS tiree
            WHERE tiree.pk = ligne.id
            """,
            [attribution.pk],
        )


def reveiller(attribution: Attribution) -> None:
    """Wake the worker up; when the queue is away, the beat finds the allotment within a minute."""
    from reservations.tasks import appliquer_l_attribution  # noqa: PLC0415 - tasks import this module

    appliquer_l_attribution.delay(attribution.pk)


@reprise_sur_verrou
@transaction.atomic
def appliquer_suivante(*, attribution_id: int, maintenant: datetime) -> bool:
    """Serve the next household of an allotment being confirmed; return whether there was one."""
    suivante = (
        LigneAttribution.objects.filter(
            attribution=attribution_id, attribution__etat=EtatAttribution.CONFIRMATION, appliquee_le=None
        )
        .order_by("pk")
        .values_list("presence__reservation__famille", flat=True)
        .first()
    )
    if suivante is None:
        return False
    attribution = Attribution.objects.select_related("periode", "confirmee_par").get(pk=attribution_id)
    siennes = Reservation.objects.filter(famille=suivante, periode=attribution.periode_id)
    # A parent of the household who sends waits, and so does another worker.
    verrouiller_en_ordre(siennes)
    # Read once the household is locked: another worker may have served it while this one waited.
    lignes = list(
        LigneAttribution.objects.filter(attribution=attribution, presence__reservation__in=siennes, appliquee_le=None)
        .select_related("manque")
        .order_by("pk")
    )
    if lignes:
        _servir(attribution, lignes, maintenant)
    return True


@dataclass(frozen=True, slots=True)
class Servie:
    """A line that is served, and its day in the state that this gave it."""

    ligne: LigneAttribution
    presence: Presence


def _servir(attribution: Attribution, lignes: Sequence[LigneAttribution], maintenant: datetime) -> None:
    """Move the days of one household, in the transaction and under the lock of the caller, and write to it."""
    par_presence = {une.presence_id: une for une in lignes}
    presences = [une for une in verrouiller_presences(par_presence) if une.etat == EtatPresence.EN_ATTRIBUTION]
    donnees = _encore_possibles(attribution, [une for une in presences if par_presence[une.pk].donnee])
    lignes_servies = [Servie(par_presence[une.pk], une) for une in presences]
    for une in lignes_servies:
        une.ligne.perdue = une.ligne.donnee and une.presence.pk not in donnees
    en_liste = attribution.periode.liste_attente
    changements = [
        Changement(
            une.presence,
            EtatPresence.ACCEPTEE
            if une.presence.pk in donnees
            else (EtatPresence.LISTE_ATTENTE if en_liste else EtatPresence.REFUSEE),
            PLACE_PERDUE if une.ligne.perdue else ("" if une.ligne.donnee or en_liste else MOTIF_NON_ATTRIBUE),
        )
        for une in lignes_servies
    ]
    appliquer(changements, auteur=attribution.confirmee_par, maintenant=maintenant)
    en_attente = [c.presence.pk for c in changements if c.apres == EtatPresence.LISTE_ATTENTE]
    if en_attente:
        ordres = LigneAttribution.objects.filter(attribution=attribution, presence=OuterRef("pk"))
        Presence.objects.filter(pk__in=en_attente).update(ordre_attente=Subquery(ordres.values("ordre_attente")[:1]))
    LigneAttribution.objects.filter(pk__in=[une.pk for une in lignes]).update(appliquee_le=maintenant)
    if perdues := [une.ligne.pk for une in lignes_servies if une.ligne.perdue]:
        LigneAttribution.objects.filter(pk__in=perdues).update(perdue=True)
    par_reservation: defaultdict[Reservation, list[Presence]] = defaultdict(list)
    for une in lignes_servies:
        par_reservation[une.presence.reservation].append(une.presence)
    for reservation, siennes in par_reservation.items():
        noter("places_attribuees", reservation, siennes, auteur=attribution.confirmee_par, maintenant=maintenant)
    if lignes_servies:
        courriels_attribution.places_attribuees(attribution=attribution, servies=lignes_servies, maintenant=maintenant)


def _encore_possibles(attribution: Attribution, donnees: Sequence[Presence]) -> set[int]:
    """Return the given days whose place is still there, now that all are locked, and whose linked choices are too."""
    libres: dict[tuple[str, int], int] = {}
    servies = []
    for une in donnees:
        creneau = une.creneau
        lignes = places_de(creneau)
        for ligne, nombre in lignes.items():
            libres.setdefault(ligne, nombre)
        if not creneau.ferme and all(libres[ligne] > 0 for ligne in lignes):
            libres.update({ligne: libres[ligne] - 1 for ligne in lignes})
            servies.append(une)
    if len(servies) == len(donnees):
        return {une.pk for une in servies}
    return _sans_les_orphelines(attribution, servies)


def _sans_les_orphelines(attribution: Attribution, servies: Collection[Presence]) -> set[int]:
    """Leave out the days that make no sense without one whose place was lost."""
    liens = liens_de(attribution.periode)
    par_jour: defaultdict[tuple[int, date], list[Presence]] = defaultdict(list)
    for une in servies:
        par_jour[une.reservation_id, une.creneau.jour].append(une)
    gardees = set()
    for (reservation, jour), siennes in par_jour.items():
        acquis = frozenset(
            Presence.objects.actives()
            .filter(reservation=reservation, creneau__jour=jour)
            .exclude(etat__in=[EtatPresence.EN_ATTRIBUTION, EtatPresence.LISTE_ATTENTE])
            .values_list("creneau__prestation_id", flat=True)
        )
        seules = manques(acquis, {une.creneau.prestation_id for une in siennes}, liens)
        gardees |= {une.pk for une in siennes if une.creneau.prestation_id not in seules}
    return gardees


@reprise_sur_verrou
@transaction.atomic
def clore_attribution(*, attribution_id: int, maintenant: datetime) -> bool:
    """Open the bookings of a période whose every household is served; return whether they are."""
    attribution = (
        Attribution.objects.select_for_update(no_key=True, of=("self",))
        .select_related("periode", "confirmee_par")
        .get(pk=attribution_id)
    )
    if attribution.etat != EtatAttribution.CONFIRMATION:
        return attribution.etat == EtatAttribution.CONFIRMEE
    if attribution.lignes.filter(appliquee_le=None).exists():
        return False
    attribution.etat = EtatAttribution.CONFIRMEE
    attribution.save(update_fields=["etat"])
    Periode.objects.filter(pk=attribution.periode_id).update(attribuee_le=maintenant)
    tracer_attribution("attribution.appliquee", attribution, attribution.confirmee_par, maintenant, {})
    return True
