"""What a closure would do, day by day and family by family, before anything is written."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.conf import settings
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from reservations.enums import ETATS_CLOS, EtatPresence, JoursDeClasse
from reservations.models import Accueil, Creneau, Fermeture, JourFerme, Presence, VacancesScolaires

#: What a closure cancels; what was already checked on the day stays as it is.
ETATS_ANNULES = frozenset(
    {
        EtatPresence.DEMANDEE,
        EtatPresence.EN_ATTRIBUTION,
        EtatPresence.ACCEPTEE,
        EtatPresence.LISTE_ATTENTE,
        EtatPresence.PLACE_PROPOSEE,
        EtatPresence.ANNULATION_DEMANDEE,
    }
)


@dataclass(frozen=True, slots=True)
class FactureDuJour:
    """The issued invoice on which a day is, and who keeps the régie."""

    numero: str
    regie: str
    courriel: str


@dataclass(frozen=True, slots=True)
class JourTouche:
    """One day of a closure: prestations that close, those closed already, bookings cancelled, and invoiced already."""

    jour: date
    prestations: int
    deja_fermees: int
    annulees: int
    facturees: int


@dataclass(slots=True)
class ApercuFermeture:
    #: The day of each prestation that closes, and whether it is closed already.
    jours_fermes: list[tuple[date, bool]]
    touchees: list[Presence]
    pointees: list[Presence]
    factures: Mapping[int, FactureDuJour] = field(default_factory=dict)

    @property
    def creneaux(self) -> int:
        return len(self.jours_fermes)

    @property
    def deja_fermes(self) -> int:
        return sum(ferme for _, ferme in self.jours_fermes)

    @property
    def jours(self) -> list[JourTouche]:
        """Every day that closes, booked or not."""
        prestations = Counter(jour for jour, _ in self.jours_fermes)
        fermees = Counter(jour for jour, ferme in self.jours_fermes if ferme)
        annulees = Counter(une.creneau.jour for une in self.touchees)
        facturees = Counter(une.creneau.jour for une in self.touchees if une.pk in self.factures)
        return [
            JourTouche(jour, prestations[jour], fermees[jour], annulees[jour], facturees[jour])
            for jour in sorted(prestations)
        ]

    @property
    def deja_facturees(self) -> list[tuple[Presence, FactureDuJour]]:
        return [(une, self.factures[une.pk]) for une in self.touchees if une.pk in self.factures]

    @property
    def familles(self) -> int:
        return len({une.reservation.famille_id for une in self.touchees})

    @property
    def empreinte(self) -> str:
        """Digest of what was shown: the closing refuses to do something else without showing it first."""
        lignes = sorted(f"{une.pk}{une.etat}" for une in [*self.touchees, *self.pointees])
        return hashlib.sha256("|".join([str(self.creneaux), *lignes]).encode()).hexdigest()[:16]


def apercu_de_fermeture(fermeture: Fermeture) -> ApercuFermeture:
    """Read what a closure would cancel; five queries, whatever the number of days."""
    creneaux = list(fermeture.creneaux().values_list("pk", "jour", "ferme"))
    presences = presences_des([pk for pk, *_ in creneaux])
    return trier([(jour, ferme) for _, jour, ferme in creneaux], presences)


def presences_des(creneaux: Collection[int]) -> QuerySet[Presence]:
    return (
        Presence.objects.filter(creneau__in=creneaux)
        .exclude(etat__in=ETATS_CLOS)
        .select_related("enfant", "creneau__prestation__periode__accueil__etablissement", "reservation__famille")
        .order_by("creneau__jour", "reservation__famille__nom_recherche", "pk")
    )


def trier(jours_fermes: Iterable[tuple[date, bool]], presences: Iterable[Presence]) -> ApercuFermeture:
    toutes = list(presences)
    touchees = [une for une in toutes if une.etat in ETATS_ANNULES]
    return ApercuFermeture(
        jours_fermes=list(jours_fermes),
        touchees=touchees,
        pointees=[une for une in toutes if une.etat not in ETATS_ANNULES],
        factures=factures_des_jours([une.pk for une in touchees]),
    )


def factures_des_jours(presences: Collection[int]) -> dict[int, FactureDuJour]:
    """Return the issued invoice of each of these days that has one, by présence id: asked of the app that bills."""
    if not presences or not settings.FACTURES_DES_JOURS:
        return {}
    factures: dict[int, FactureDuJour] = import_string(settings.FACTURES_DES_JOURS)(presences)
    return factures


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Days that the calendar says closed and that families can still book, and the closure that would settle it."""

    nom: str
    creneaux: int
    reservations: int
    #: Fields of the closure's form.
    fermeture: dict[str, str]


def jours_encore_ouverts(jour: JourFerme) -> list[Contradiction]:
    """List the days still open on a day when the accueils close; two queries."""
    ouverts = Creneau.objects.filter(jour=jour.jour, ferme=False)
    if not (nombre := ouverts.count()):
        return []
    champs = {"cible": "tout", "du": f"{jour.jour:%d/%m/%Y}", "au": f"{jour.jour:%d/%m/%Y}", "motif": jour.libelle}
    return [Contradiction("Tous les établissements", nombre, _reservations(ouverts), champs)]


def classes_pendant_les_vacances(vacances: VacancesScolaires) -> list[Contradiction]:
    """List, by accueil, the days of school-time périodes that are open during these holidays."""
    bornes = (vacances.premier_jour, vacances.dernier_jour)
    ouverts = Creneau.objects.filter(
        jour__range=bornes, ferme=False, prestation__periode__jours_de_classe=JoursDeClasse.HORS_VACANCES
    )
    accueils = Accueil.objects.filter(periodes__prestations__creneaux__in=ouverts).distinct()
    trouvees = []
    for accueil in accueils.select_related("etablissement"):
        siens = ouverts.filter(prestation__periode__accueil=accueil)
        champs = {
            "cible": f"a{accueil.pk}",
            "du": f"{bornes[0]:%d/%m/%Y}",
            "au": f"{bornes[1]:%d/%m/%Y}",
            "motif": vacances.libelle,
        }
        trouvees.append(Contradiction(str(accueil), siens.count(), _reservations(siens), champs))
    return trouvees


def _reservations(creneaux: QuerySet[Creneau]) -> int:
    return Presence.objects.filter(creneau__in=creneaux, etat__in=ETATS_ANNULES).count()
