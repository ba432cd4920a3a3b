"""Closing days and opening them again: places, states, mails and the régisseur, in one transaction under lock."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from familles.models import Famille, Utilisateur
from portail.commun.dates import jours as jours_entre
from portail.commun.reprises import reprise_sur_verrou
from portail.commun.traces import tracer
from reservations import courriels_fermeture as courriels
from reservations.actions.verrous import Changement, appliquer, verrouiller_creneaux, verrouiller_presences
from reservations.enums import EtatPresence
from reservations.erreurs import FermetureChangee
from reservations.fermetures import ETATS_ANNULES, ApercuFermeture, presences_des, trier
from reservations.models import Creneau, Fermeture, JourAnnule, Periode, Presence
from reservations.regles.jours import ETATS_D_ATTENTE

#: What a day given back becomes, by the state that the closure took from it.
ETATS_RENDUS = {
    EtatPresence.ACCEPTEE: EtatPresence.ACCEPTEE,
    EtatPresence.DEMANDEE: EtatPresence.DEMANDEE,
    EtatPresence.LISTE_ATTENTE: EtatPresence.LISTE_ATTENTE,
    EtatPresence.PLACE_PROPOSEE: EtatPresence.LISTE_ATTENTE,
}


@dataclass(frozen=True, slots=True)
class BilanReouverture:
    jours: int
    rendues: list[Presence]
    #: Bookings that could not be given back: no place any more, or asked again since.
    laissees: list[Presence]


@reprise_sur_verrou
@transaction.atomic
def fermer(
    *, fermeture: Fermeture, auteur: Utilisateur, maintenant: datetime, empreinte_verifiee: str | None = None
) -> ApercuFermeture:
    """Close the days of an unsaved closure, cancel their bookings, tell the families; return what was done.

    Days already checked stay as they are. Raises ``FermetureChangee`` when what it would cancel is no longer what
    ``empreinte_verifiee`` stands for: somebody booked or cancelled meanwhile.
    """
    creneaux = verrouiller_creneaux(set(fermeture.creneaux().values_list("pk", flat=True)))
    apercu = trier([(un.jour, un.ferme) for un in creneaux.values()], presences_des(list(creneaux)))
    if empreinte_verifiee is not None and apercu.empreinte != empreinte_verifiee:
        raise FermetureChangee
    fermeture.decidee_le, fermeture.decidee_par = maintenant, auteur
    fermeture.save()
    Creneau.objects.filter(pk__in=creneaux).update(ferme=True)
    presences = [une for une in verrouiller_presences([une.pk for une in apercu.touchees]) if une.etat in ETATS_ANNULES]
    avant = {une.pk: une.etat for une in presences}
    motif = f"Fermeture : {fermeture.motif}"[:300]
    appliquer([Changement(une, EtatPresence.ANNULEE, motif) for une in presences], auteur=auteur, maintenant=maintenant)
    JourAnnule.objects.bulk_create(
        JourAnnule(fermeture=fermeture, presence=une, etat_avant=avant[une.pk]) for une in presences
    )
    _tracer("fermeture.decidee", fermeture, presences, auteur, maintenant)
    for famille, jours in par_famille(presences).items():
        courriels.fermeture(fermeture=fermeture, famille=famille, presences=jours, maintenant=maintenant)
    courriels.jours_deja_factures(
        fermeture=fermeture, presences=presences, factures=apercu.factures, maintenant=maintenant
    )
    return apercu


@reprise_sur_verrou
@transaction.atomic
def fermer_des_jours(
    *, periode: Periode, jours: Collection[date], motif: str, auteur: Utilisateur, maintenant: datetime
) -> int:
    """Close some days of a période, by one closure for each prestation; return how many bookings were cancelled."""
    du, au = min(jours), max(jours)
    autres = [jour for jour in jours_entre(du, au) if jour not in jours]
    annulees = 0
    # All of them at once, in their order, before the closures one by one.
    vises = Creneau.objects.filter(prestation__periode=periode, jour__in=jours)
    verrouiller_creneaux(set(vises.values_list("pk", flat=True)))
    for prestation in periode.prestations.order_by("pk"):
        fermeture = Fermeture(prestation=prestation, du=du, au=au, jours_rouverts=autres, motif=motif)
        if fermeture.creneaux().exists():
            annulees += len(fermer(fermeture=fermeture, auteur=auteur, maintenant=maintenant).touchees)
    return annulees


@reprise_sur_verrou
@transaction.atomic
def rouvrir(
    *, fermeture: Fermeture, du: date, au: date, rendre: bool, auteur: Utilisateur, maintenant: datetime
) -> BilanReouverture:
    """Open days of a closure again; ``rendre`` gives back the bookings it cancelled, where nothing happened since.

    A day that another closure covers stays closed.
    """
    fermeture = Fermeture.objects.select_for_update(no_key=True, of=("self",)).get(pk=fermeture.pk)
    vises = fermeture.creneaux().filter(jour__range=(du, au), ferme=True)
    creneaux = verrouiller_creneaux(set(vises.values_list("pk", flat=True)))
    ouverts = _que_rien_d_autre_ne_ferme(fermeture, list(creneaux))
    Creneau.objects.filter(pk__in=ouverts).update(ferme=False)
    jours = sorted({creneaux[pk].jour for pk in ouverts})
    # The days that something else closes are no longer closed by this one.
    demandes = jours_entre(max(du, fermeture.du), min(au, fermeture.au))
    fermeture.jours_rouverts = sorted({*fermeture.jours_rouverts, *demandes})
    fermeture.save(update_fields=["jours_rouverts"])
    rendues, laissees = _rendre(fermeture, ouverts, auteur, maintenant) if rendre else ([], [])
    _tracer("fermeture.rouverte", fermeture, rendues, auteur, maintenant, jours)
    annulees = Presence.objects.filter(
        pk__in=JourAnnule.objects.filter(fermeture=fermeture, presence__creneau__in=ouverts).values("presence")
    ).select_related("creneau__prestation", "reservation__famille", "reservation__enfant")
    for famille, presences in par_famille(list(annulees)).items():
        courriels.reouverture(
            fermeture=fermeture,
            famille=famille,
            rendues=[une for une in rendues if une.reservation.famille_id == famille.pk],
            autres=[une for une in presences if une.pk not in {rendue.pk for rendue in rendues}],
            maintenant=maintenant,
        )
    return BilanReouverture(len(jours), rendues, laissees)


def _que_rien_d_autre_ne_ferme(fermeture: Fermeture, ids: Sequence[int]) -> list[int]:
    autres = Fermeture.objects.exclude(pk=fermeture.pk).filter(du__lte=fermeture.au, au__gte=fermeture.du)
    lus = Creneau.objects.filter(pk__in=ids).select_related("prestation__periode__accueil")
    restantes = list(autres)
    return [creneau.pk for creneau in lus if not any(autre.couvre(creneau) for autre in restantes)]


def _rendre(
    fermeture: Fermeture, creneaux: Sequence[int], auteur: Utilisateur, maintenant: datetime
) -> tuple[list[Presence], list[Presence]]:
    annules = {
        un.presence_id: un
        for un in JourAnnule.objects.filter(fermeture=fermeture, presence__creneau__in=creneaux, rendu_le=None)
    }
    presences = verrouiller_presences(list(annules))
    places = verrouiller_creneaux(set(creneaux))
    prises = _ailleurs(presences)
    changements, laissees = [], []
    for une in presences:
        apres = _etat_rendu(une, EtatPresence(annules[une.pk].etat_avant))
        intacte = une.etat == EtatPresence.ANNULEE and une.modifiee_le == fermeture.decidee_le
        sans_place = apres not in ETATS_D_ATTENTE and places[une.creneau_id].places_libres < 1
        if apres is None or not intacte or sans_place or (une.enfant_id, une.creneau_id) in prises:
            laissees.append(une)
            continue
        if apres not in ETATS_D_ATTENTE:
            places[une.creneau_id].compter_une_place()
        changements.append(Changement(une, apres))
    appliquer(changements, auteur=auteur, maintenant=maintenant)
    rendues = [changement.presence for changement in changements]
    JourAnnule.objects.filter(pk__in=[annules[une.pk].pk for une in rendues]).update(rendu_le=maintenant)
    return rendues, laissees


def _etat_rendu(presence: Presence, avant: EtatPresence) -> EtatPresence | None:
    """A request that waited for an allotment waits for it again, or in the list once the allotment is made."""
    if avant != EtatPresence.EN_ATTRIBUTION:
        return ETATS_RENDUS.get(avant)
    periode = presence.reservation.periode
    if periode.prereservation is not None and not periode.prereservation.confirmee:
        return EtatPresence.EN_ATTRIBUTION
    return EtatPresence.LISTE_ATTENTE if periode.liste_attente else None


def _ailleurs(presences: Sequence[Presence]) -> set[tuple[int, int]]:
    """Return the (child, day) that are booked by another household meanwhile."""
    actives = Presence.objects.actives().filter(
        creneau__in={une.creneau_id for une in presences}, enfant__in={une.enfant_id for une in presences}
    )
    return set(actives.values_list("enfant_id", "creneau_id"))


def par_famille(presences: Sequence[Presence]) -> dict[Famille, list[Presence]]:
    groupes: defaultdict[Famille, list[Presence]] = defaultdict(list)
    for une in presences:
        groupes[une.reservation.famille].append(une)
    return dict(groupes)


def _tracer(
    geste: str,
    fermeture: Fermeture,
    presences: Sequence[Presence],
    auteur: Utilisateur,
    maintenant: datetime,
    jours: Sequence[date] = (),
) -> None:
    tracer(
        geste=geste,
        objet="reservations.fermeture",
        objet_cle=fermeture.cle,
        libelle=str(fermeture),
        auteur=auteur,
        maintenant=maintenant,
        apres={"reservations": len(presences), "jours": [f"{jour:%Y-%m-%d}" for jour in jours]},
        motif=fermeture.motif,
    )
