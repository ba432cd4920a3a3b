"""How many are booked, asked, waiting and left, by day and prestation, on the sites of a member of the staff."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q

from familles.models import Utilisateur
from reservations import acces
from reservations.enums import ETATS_TENUS, EtatPresence
from reservations.models import Creneau, Etablissement

ENTETES = ("Jour", "Établissement", "Accueil", "Prestation", "Réservés", "À traiter", "En attente", "Places", "Restent")
#: Days of the longest reading: a month of the longest kind.
JOURS_AU_PLUS = 31


@dataclass(frozen=True, slots=True)
class LigneDeCompte:
    jour: date
    etablissement: str
    accueil: str
    prestation: str
    #: Accepted, then whatever happened on the day.
    reserves: int
    #: Places that are held and not answered yet: requests, cancellations asked, places offered.
    a_traiter: int
    en_attente: int
    places: int
    libres: int
    ferme: bool
    #: Name of the shared room whose places come first; empty when the prestation shares none.
    salle: str


@dataclass(frozen=True, slots=True)
class Etendue:
    """Days read, both ends included, and where « before » and « after » lead."""

    nom: str
    du: date
    au: date

    @property
    def avant(self) -> date:
        return self.du - timedelta(days=1)

    @property
    def apres(self) -> date:
        return self.au + timedelta(days=1)


def etendue(nom: str, jour: date) -> Etendue:
    """Return the day, the week (from Monday) or the month of that day; anything else is the week."""
    if nom == "jour":
        return Etendue(nom, jour, jour)
    if nom == "mois":
        premier = jour.replace(day=1)
        dernier = (premier + timedelta(days=JOURS_AU_PLUS)).replace(day=1) - timedelta(days=1)
        return Etendue(nom, premier, dernier)
    lundi = jour - timedelta(days=jour.weekday())
    return Etendue("semaine", lundi, lundi + timedelta(days=6))


def lire_les_comptes(
    utilisateur: Utilisateur, voulue: Etendue, etablissement: Etablissement | None
) -> list[LigneDeCompte]:
    """Return one line for each créneau of the range; one query, whatever the bookings."""
    creneaux = acces.limiter_aux_sites(
        Creneau.objects.entre(voulue.du, voulue.au), utilisateur, "prestation__periode__accueil__etablissement"
    )
    if etablissement is not None:
        creneaux = creneaux.filter(prestation__periode__accueil__etablissement=etablissement)
    lus = (
        creneaux.select_related("prestation__periode__accueil__etablissement", "jour_salle__salle")
        .annotate(
            reserves=Count("presences", filter=Q(presences__etat__in=[*ETATS_TENUS])),
            a_traiter=Count(
                "presences",
                filter=Q(
                    presences__etat__in=[
                        EtatPresence.DEMANDEE,
                        EtatPresence.ANNULATION_DEMANDEE,
                        EtatPresence.PLACE_PROPOSEE,
                    ]
                ),
            ),
            en_attente=Count(
                "presences",
                filter=Q(presences__etat__in=[EtatPresence.LISTE_ATTENTE, EtatPresence.EN_ATTRIBUTION]),
            ),
        )
        .order_by(
            "jour",
            "prestation__periode__accueil__etablissement__ordre",
            "prestation__periode__accueil__etablissement__nom",
            "prestation__periode__accueil__ordre",
            "prestation__ordre",
            "prestation__nom",
        )
    )
    return [_ligne(un) for un in lus]


def _ligne(creneau: Creneau) -> LigneDeCompte:
    compte: object = creneau
    accueil = creneau.prestation.periode.accueil
    return LigneDeCompte(
        creneau.jour,
        accueil.etablissement.nom,
        accueil.nom,
        creneau.prestation.nom,
        compte.reserves,  # type: ignore[attr-defined]
        compte.a_traiter,  # type: ignore[attr-defined]
        compte.en_attente,  # type: ignore[attr-defined]
        creneau.capacite,
        creneau.places_libres,
        creneau.ferme,
        creneau.jour_salle.salle.nom if creneau.jour_salle else "",
    )


def en_tableau(lignes: Iterable[LigneDeCompte]) -> list[list[object]]:
    """Return the lines as a spreadsheet reads them."""
    return [
        [
            f"{une.jour:%d/%m/%Y}",
            une.etablissement,
            une.accueil,
            une.prestation,
            une.reserves,
            une.a_traiter,
            une.en_attente,
            une.places,
            0 if une.ferme else une.libres,
        ]
        for une in lignes
    ]
