"""Reading of the requests of a pre-booking window and of the places there are for them, as the rule wants them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from familles.enums import Activite
from familles.models import Responsable
from reservations import regles
from reservations.enums import ETATS_CLOS, EtatAttribution, EtatPresence
from reservations.journees import liens_de
from reservations.models import Attribution, Creneau, JourSalle, Periode, Presence
from reservations.regles.attribution import Places, Resultat, Situation, Voeu, attribuer, ensembles, tirage


@dataclass(frozen=True, slots=True)
class Calcul:
    """What the rule was given and what it answers, by présence id."""

    voeux: list[Voeu]
    resultats: dict[int, Resultat]
    liens: regles.Liens

    @property
    def donnes(self) -> dict[int, bool]:
        return {pk: une.donnee for pk, une in self.resultats.items()}


def calculer(periode: Periode, impositions: Mapping[int, bool]) -> Calcul:
    """Allot the places of a période as it is now; ten queries at most, whatever the number of requests.

    ``impositions``: what the service decided by itself, by présence id.
    """
    lignes = list(
        en_attribution(periode).values_list(
            "pk",
            "reservation_id",
            "reservation__cle",
            "reservation__famille_id",
            "reservation__famille__residente",
            "enfant_id",
            "creneau__jour",
            "creneau__prestation_id",
            "creneau_id",
            "creneau__jour_salle_id",
            "demande__envoyee_le",
            "modifiee_le",
            named=True,
        )
    )
    familles = {une.reservation__famille_id for une in lignes}
    actifs, fratries = _parents_actifs(familles), _fratries(periode, familles)
    voeux = [
        Voeu(
            presence=une.pk,
            dossier=une.reservation_id,
            jour=une.creneau__jour,
            prestation=une.creneau__prestation_id,
            creneau=une.creneau_id,
            salle=une.creneau__jour_salle_id,
            situation=Situation(
                residente=une.reservation__famille__residente,
                parents_actifs=une.reservation__famille_id in actifs,
                fratrie=bool(fratries.get(une.reservation__famille_id, set()) - {une.enfant_id}),
                demandee_le=une.demande__envoyee_le or une.modifiee_le,
                tirage=tirage(periode.cle, une.reservation__cle),
            ),
            impose=impositions.get(une.pk),
        )
        for une in lignes
    ]
    liens = liens_de(periode)
    acquis = _acquis({une.reservation_id for une in lignes}) if liens else {}
    resultats = attribuer(voeux, places_a_attribuer(voeux), periode.criteres, liens=liens, acquis=acquis)
    return Calcul(voeux, resultats, liens)


def sans_attribution(periodes: QuerySet[Periode]) -> QuerySet[Periode]:
    """Keep the périodes with a pre-booking window whose places no allotment gives, be it only proposed."""
    faites = Attribution.objects.filter(periode=OuterRef("pk"))
    return periodes.filter(
        ~Exists(faites.exclude(etat=EtatAttribution.ABANDONNEE)), prereservation_au__isnull=False, attribuee_le=None
    )


def a_preparer(periodes: QuerySet[Periode], maintenant: datetime) -> QuerySet[Periode]:
    """Keep those whose window is over and whose requests wait for somebody to prepare their allotment."""
    attendent = Presence.objects.filter(reservation__periode=OuterRef("pk"), etat=EtatPresence.EN_ATTRIBUTION)
    return sans_attribution(periodes).filter(Exists(attendent), prereservation_au__lt=maintenant)


def en_attribution(periode: Periode) -> QuerySet[Presence]:
    """Return the days that wait for the allotment of this période."""
    return Presence.objects.filter(reservation__periode=periode, etat=EtatPresence.EN_ATTRIBUTION).order_by("pk")


def places_a_attribuer(voeux: Collection[Voeu]) -> Places:
    """Read the places left on each créneau and in each room that these wishes name; two queries."""
    creneaux = Creneau.objects.filter(pk__in={un.creneau for un in voeux})
    salles = JourSalle.objects.filter(pk__in={un.salle for un in voeux if un.salle is not None})
    return Places(
        {
            pk: 0 if ferme else max(capacite - prises, 0)
            for pk, capacite, prises, ferme in creneaux.values_list("pk", "capacite", "places_prises", "ferme")
        },
        {
            pk: max(capacite - prises, 0)
            for pk, capacite, prises in salles.values_list("pk", "capacite", "places_prises")
        },
    )


def _parents_actifs(familles: Collection[int]) -> set[int]:
    """Return the households in which every adult is said to work; one query."""
    activites: defaultdict[int, list[str]] = defaultdict(list)
    for famille, activite in Responsable.objects.filter(famille__in=familles).values_list("famille_id", "activite"):
        activites[famille].append(activite)
    return {famille for famille, dites in activites.items() if set(dites) == {Activite.TRAVAILLE}}


def _fratries(periode: Periode, familles: Collection[int]) -> dict[int, set[int]]:
    """Return the children of each household who have, or ask for, a day in this accueil meanwhile; one query."""
    trouvees: defaultdict[int, set[int]] = defaultdict(set)
    lues = (
        Presence.objects.filter(
            reservation__famille__in=familles,
            creneau__prestation__periode__accueil=periode.accueil_id,
            creneau__jour__range=(periode.du, periode.au),
        )
        .exclude(etat__in=ETATS_CLOS)
        .order_by()
    )
    for famille, enfant in lues.values_list("reservation__famille_id", "enfant_id").distinct():
        trouvees[famille].add(enfant)
    return trouvees


def _acquis(dossiers: Collection[int]) -> dict[tuple[int, date], frozenset[int]]:
    """Return what each file has already, by day: prestations that are no longer to be allotted; one query."""
    trouves: defaultdict[tuple[int, date], set[int]] = defaultdict(set)
    lues = Presence.objects.filter(reservation__in=dossiers).exclude(
        etat__in=[
            *ETATS_CLOS,
            EtatPresence.ANNULATION_DEMANDEE,
            EtatPresence.EN_ATTRIBUTION,
            EtatPresence.LISTE_ATTENTE,
        ]
    )
    for dossier, jour, prestation in lues.values_list("reservation_id", "creneau__jour", "creneau__prestation_id"):
        trouves[dossier, jour].add(prestation)
    return {cle: frozenset(prestations) for cle, prestations in trouves.items()}


def avec_les_lies(voeux: Sequence[Voeu], liens: regles.Liens, presences: Collection[int]) -> set[int]:
    """Return these présences, and those of the same child and day that are linked to them."""
    return {
        voeu.presence
        for ensemble in ensembles(voeux, liens)
        if any(voeu.presence in presences for voeu in ensemble)
        for voeu in ensemble
    }


def champs_de_la_ligne(voeu: Voeu, resultat: Resultat) -> dict[str, Any]:
    """Return the columns of ``LigneAttribution`` that a computation writes."""
    return {
        "donnee": resultat.donnee,
        "rang": resultat.rang,
        "demandes": resultat.demandes,
        "places": resultat.places,
        "raison": resultat.raison,
        "critere": resultat.critere or "",
        "manque_id": resultat.manque,
        "residente": voeu.situation.residente,
        "parents_actifs": voeu.situation.parents_actifs,
        "fratrie": voeu.situation.fratrie,
        "demandee_le": voeu.situation.demandee_le,
    }
