"""Changing how many places there are: a prestation, a room, one day or a range; never silently below what is taken."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.db.models import Case, F, PositiveIntegerField, Q, Value, When

from familles.models import Utilisateur
from portail.commun.reprises import reprise_sur_verrou
from portail.commun.traces import tracer
from reservations import courriels
from reservations.actions.offres import proposer_les_places
from reservations.actions.verrous import (
    Changement,
    appliquer,
    verrouiller_creneaux,
    verrouiller_presences,
    verrouiller_salles,
)
from reservations.enums import EtatPresence, SiDepasse
from reservations.erreurs import CapaciteDepassee, EffetsModifies
from reservations.factures import jours_factures
from reservations.models import Creneau, JourSalle, Presence, Prestation, Reservation, Salle
from reservations.regles.capacite import Occupant, Reduction, reduire

DEPLACABLES = (EtatPresence.DEMANDEE, EtatPresence.ACCEPTEE)


@dataclass(frozen=True, slots=True)
class ChangementDeCapacite:
    """What an agent wants: so many places on each day of a range, both ends included."""

    cible: Prestation | Salle
    capacite: int
    du: date
    au: date
    si_depasse: SiDepasse
    #: The days made later get this capacity too.
    aussi_les_suivants: bool = False


@dataclass(frozen=True, slots=True)
class JourTouche:
    ligne: Creneau | JourSalle
    reduction: Reduction
    deplacees: list[Presence]


@dataclass(slots=True)
class EffetsDuChangement:
    """What a change would do, day by day, before anything is written."""

    changement: ChangementDeCapacite
    jours: list[JourTouche] = field(default_factory=list)

    @property
    def depasses(self) -> list[JourTouche]:
        """Days that hold more than what is asked, once what can be moved is moved."""
        return [un for un in self.jours if un.reduction.depassement]

    @property
    def deplacees(self) -> list[Presence]:
        return [presence for un in self.jours for presence in un.deplacees]

    @property
    def modifies(self) -> list[JourTouche]:
        return [un for un in self.jours if un.reduction.capacite != un.ligne.capacite]

    @property
    def refuse(self) -> bool:
        return self.changement.si_depasse == SiDepasse.REFUSER and bool(self.depasses)

    def empreinte(self) -> str:
        """Return a short digest of what the agent has read: who moves, which days keep more than asked."""
        lignes = [f"{un.ligne.pk}:{un.reduction.capacite}:{un.reduction.deplacees}" for un in self.jours]
        return hashlib.sha256("|".join(lignes).encode()).hexdigest()[:16]


def effets_du_changement(changement: ChangementDeCapacite) -> EffetsDuChangement:
    """Tell what a change would do; three queries at most."""
    effets = EffetsDuChangement(changement)
    lignes = _lignes(changement)
    depassees = [une for une in lignes if une.places_prises > changement.capacite]
    occupants = _occupants(changement, depassees) if changement.si_depasse == SiDepasse.DEPLACER else {}
    for ligne in lignes:
        presences = {une.pk: une for une in occupants.get(ligne.pk, [])}
        reduction = reduire(
            changement.capacite,
            ligne.places_prises,
            [Occupant(une.pk, EtatPresence(une.etat), une.modifiee_le) for une in presences.values()],
            changement.si_depasse,
        )
        effets.jours.append(JourTouche(ligne, reduction, [presences[pk] for pk in reduction.deplacees]))
    return effets


def _lignes(changement: ChangementDeCapacite) -> Sequence[Creneau | JourSalle]:
    if isinstance(changement.cible, Salle):
        return list(
            JourSalle.objects.filter(salle=changement.cible).entre(changement.du, changement.au).order_by("jour")
        )
    return list(
        Creneau.objects.filter(prestation=changement.cible).entre(changement.du, changement.au).order_by("jour")
    )


def _occupants(
    changement: ChangementDeCapacite, depassees: Collection[Creneau | JourSalle]
) -> dict[int, list[Presence]]:
    """Return who may be moved on each day that holds too many, by id of the day."""
    champ = "creneau__jour_salle_id" if isinstance(changement.cible, Salle) else "creneau_id"
    presences = list(
        Presence.objects.filter(**{f"{champ}__in": [une.pk for une in depassees]}, etat__in=DEPLACABLES)
        .select_related("creneau__prestation", "enfant", "reservation__famille")
        .order_by("pk")
    )
    factures = jours_factures([une.pk for une in presences])
    par_jour: defaultdict[int, list[Presence]] = defaultdict(list)
    for une in presences:
        if une.pk not in factures:
            cle = une.creneau.jour_salle_id if isinstance(changement.cible, Salle) else une.creneau_id
            par_jour[cle or 0].append(une)
    return par_jour


@reprise_sur_verrou
@transaction.atomic
def changer_capacite(
    *, changement: ChangementDeCapacite, motif: str, empreinte: str, agent: Utilisateur, maintenant: datetime
) -> EffetsDuChangement:
    """Write a change once its effects were read; the households whose day moves to the waiting list get a mail.

    Raises ``CapaciteDepassee`` when the agent chose to refuse and a day holds more, ``EffetsModifies`` when the effects
    are no longer those read: ``empreinte`` says which. The créneaux of a room are locked with it.
    """
    champ = "jour_salle__salle" if isinstance(changement.cible, Salle) else "prestation"
    creneaux = Creneau.objects.filter(**{champ: changement.cible}).entre(changement.du, changement.au)
    verrouiller_creneaux(list(creneaux.values_list("pk", flat=True)))
    effets = effets_du_changement(changement)
    if effets.refuse:
        raise CapaciteDepassee([un.ligne.jour for un in effets.depasses])
    if effets.empreinte() != empreinte:
        raise EffetsModifies
    presences = verrouiller_presences([une.pk for une in effets.deplacees])
    avant = {une.pk: une.etat for une in presences}
    capacites = {un.ligne.pk: un.reduction.capacite for un in effets.modifies}
    if presences:
        appliquer(
            [Changement(une, EtatPresence.LISTE_ATTENTE, motif) for une in presences],
            auteur=agent,
            maintenant=maintenant,
            ensuite=lambda: _ecrire(changement, capacites),
        )
    else:
        _ecrire(changement, capacites)
    if changement.aussi_les_suivants:
        changement.cible.capacite_par_jour = changement.capacite
        changement.cible.save(update_fields=["capacite_par_jour"])
    proposer_les_places(_agrandis(effets), maintenant=maintenant)
    _annoncer(effets, presences, motif, maintenant)
    _tracer(effets, avant, motif, agent, maintenant)
    return effets


def _agrandis(effets: EffetsDuChangement) -> list[int]:
    """Return the créneaux that have more places than before: their waiting lists come first."""
    lignes = [un.ligne.pk for un in effets.modifies if un.reduction.capacite > un.ligne.capacite]
    if not isinstance(effets.changement.cible, Salle):
        return lignes
    return list(Creneau.objects.filter(jour_salle__in=lignes).order_by("pk").values_list("pk", flat=True))


def _ecrire(changement: ChangementDeCapacite, capacites: dict[int, int]) -> None:
    """Write the new capacities in one UPDATE; the CHECK of the table has the last word."""
    if not capacites:
        return
    modele = JourSalle if isinstance(changement.cible, Salle) else Creneau
    cas = [When(pk=pk, then=Value(capacite)) for pk, capacite in capacites.items()]
    modele.objects.filter(pk__in=capacites).update(
        capacite=Case(*cas, default=F("capacite"), output_field=PositiveIntegerField())
    )


def _annoncer(effets: EffetsDuChangement, presences: Sequence[Presence], motif: str, maintenant: datetime) -> None:
    par_reservation: defaultdict[Reservation, list[Presence]] = defaultdict(list)
    for une in presences:
        par_reservation[une.reservation].append(une)
    for reservation, jours in par_reservation.items():
        courriels.capacite_reduite(reservation=reservation, jours=jours, motif=motif, maintenant=maintenant)


def _tracer(
    effets: EffetsDuChangement, avant: dict[int, str], motif: str, agent: Utilisateur, maintenant: datetime
) -> None:
    changement = effets.changement
    genre = "salle" if isinstance(changement.cible, Salle) else "prestation"
    tracer(
        geste=f"{genre}.capacite_changee",
        objet=f"reservations.{genre}",
        objet_cle=changement.cible.cle,
        libelle=f"{changement.cible} : {changement.capacite} places",
        auteur=agent,
        maintenant=maintenant,
        avant={"jours": {f"{un.ligne.jour:%Y-%m-%d}": un.ligne.capacite for un in effets.modifies}},
        apres={
            "jours": {f"{un.ligne.jour:%Y-%m-%d}": un.reduction.capacite for un in effets.modifies},
            "si_depasse": changement.si_depasse.value,
            "deplaces": [[f"{une.creneau.jour:%Y-%m-%d}", str(une.enfant), avant[une.pk]] for une in effets.deplacees],
        },
        motif=motif,
    )


@reprise_sur_verrou
@transaction.atomic
def placer_dans_la_salle(
    *, prestation: Prestation, salle: Salle | None, agent: Utilisateur, a_partir_du: date, maintenant: datetime
) -> int:
    """Make a prestation share a room from a day on, or no longer share any; return how many days changed.

    Raises ``CapaciteDepassee`` with the days on which the room is too small for what is booked: nothing is written.
    """
    ids = list(
        Creneau.objects.filter(prestation=prestation, jour__gte=a_partir_du).order_by("pk").values_list("pk", flat=True)
    )
    jours_salle: dict[date, JourSalle] = {}
    jours = list(Creneau.objects.filter(pk__in=ids).values_list("jour", flat=True)) if salle is not None else []
    if salle is not None:
        JourSalle.objects.bulk_create(
            [JourSalle(salle=salle, jour=jour, capacite=salle.capacite_par_jour) for jour in jours],
            ignore_conflicts=True,
        )
    # The rooms that are left and those that are entered, in one order: a booking of both days meets the same one.
    quittees_et_rejointes = JourSalle.objects.filter(Q(creneaux__in=ids) | Q(salle=salle, jour__in=jours)).values("pk")
    salles = verrouiller_salles(quittees_et_rejointes)
    if salle is not None:
        jours_salle = {une.jour: une for une in salles.values() if une.salle_id == salle.pk}
    creneaux = [
        un for un in verrouiller_creneaux(ids, salles.keys()).values() if _salle_de(un) != (salle.pk if salle else None)
    ]
    trop_petits = [
        un.jour for un in creneaux if salle is not None and jours_salle[un.jour].places_libres < un.places_prises
    ]
    if trop_petits:
        raise CapaciteDepassee(trop_petits)
    for un in creneaux:
        if un.jour_salle_id is not None:
            JourSalle.objects.filter(pk=un.jour_salle_id).update(places_prises=F("places_prises") - un.places_prises)
        nouveau = jours_salle.get(un.jour)
        if nouveau is not None:
            JourSalle.objects.filter(pk=nouveau.pk).update(places_prises=F("places_prises") + un.places_prises)
        un.jour_salle = nouveau
    Creneau.objects.bulk_update(creneaux, ["jour_salle"], batch_size=500)
    prestation.salle = salle
    prestation.save(update_fields=["salle"])
    tracer(
        geste="prestation.salle_changee",
        objet="reservations.prestation",
        objet_cle=prestation.cle,
        libelle=f"{prestation} : {salle or 'aucune salle'}",
        auteur=agent,
        maintenant=maintenant,
        apres={"salle": str(salle or ""), "jours": len(creneaux), "a_partir_du": f"{a_partir_du:%Y-%m-%d}"},
    )
    return len(creneaux)


def _salle_de(creneau: Creneau) -> int | None:
    return creneau.jour_salle.salle_id if creneau.jour_salle else None
