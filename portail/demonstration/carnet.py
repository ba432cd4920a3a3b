"""The book of requests: notes days one by one in memory, then writes them set by set, with their history."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from enfants.models import Enfant
from familles.models import Utilisateur
from portail.demonstration.copie import copier, reserver_numeros
from portail.demonstration.foyers import Foyer
from portail.demonstration.hasard import Tirage
from reservations.enums import ETATS_QUI_PRENNENT_UNE_PLACE, Acceptation, EtatPresence
from reservations.models import Creneau, Demande, EtapePresence, Periode, Presence, Reservation

LOT = 5000
CleReservation = tuple[int, int, int]


@dataclass(slots=True)
class Jour:
    """One day of one child, as it will be written; the instants in the order of its history."""

    reservation: CleReservation
    enfant: Enfant
    creneau: Creneau
    etat: EtatPresence
    envoyee_le: datetime
    traitee_le: datetime | None
    #: When it was checked on the day, or when its cancellation was asked.
    suite_le: datetime | None
    motif: str


@dataclass(slots=True)
class Envoi:
    """One sending of a household; ``ligne`` is the row, once made."""

    foyer: Foyer
    envoyee_le: datetime
    ligne: Demande | None = None


class Carnet:
    """Everything that households asked. ``inscrire`` keeps the rules that the database checks."""

    def __init__(self, *, graine: int, agent: Utilisateur, pointeur: Utilisateur) -> None:
        self.tirage = Tirage(graine, "carnet")
        self.agent = agent
        self.pointeur = pointeur
        self.periodes: dict[CleReservation, Periode] = {}
        self.foyers: dict[CleReservation, Foyer] = {}
        self.enfants: dict[CleReservation, Enfant] = {}
        self.envois: dict[CleReservation, dict[datetime, Envoi]] = {}
        self.jours: list[Jour] = []
        self.pris: set[tuple[int, int]] = set()
        self.occupation: Counter[int] = Counter()

    def libre(self, enfant: Enfant, creneau: Creneau) -> bool:
        return (enfant.pk, creneau.pk) not in self.pris

    def reste(self, creneau: Creneau) -> int:
        return creneau.capacite - self.occupation[creneau.pk]

    def inscrire(
        self,
        foyer: Foyer,
        enfant: Enfant,
        creneau: Creneau,
        etat: EtatPresence,
        *,
        envoyee_le: datetime,
        traitee_le: datetime | None = None,
        suite_le: datetime | None = None,
        motif: str = "",
    ) -> Jour:
        """Note one day; the caller has checked that it is free, and that a place is left when the state takes one."""
        periode = creneau.prestation.periode
        cle = (foyer.famille.pk, enfant.pk, periode.pk)
        if cle not in self.periodes:
            self.periodes[cle], self.foyers[cle], self.enfants[cle] = periode, foyer, enfant
            self.envois[cle] = {}
        jour = Jour(cle, enfant, creneau, etat, envoyee_le, traitee_le, suite_le, motif)
        self._noter_envoi(cle, foyer, envoyee_le)
        if etat in ANNULATIONS:
            self._noter_envoi(cle, foyer, suite_le or envoyee_le)
        self.pris.add((enfant.pk, creneau.pk))
        self.occupation[creneau.pk] += etat in ETATS_QUI_PRENNENT_UNE_PLACE
        self.jours.append(jour)
        return jour

    def demander_l_annulation(self, jour: Jour, demandee_le: datetime) -> None:
        """Turn an accepted day into one whose cancellation waits for an agent; it keeps its place."""
        jour.etat, jour.suite_le = EtatPresence.ANNULATION_DEMANDEE, demandee_le
        self._noter_envoi(jour.reservation, self.foyers[jour.reservation], demandee_le)

    def _noter_envoi(self, cle: CleReservation, foyer: Foyer, envoyee_le: datetime) -> None:
        self.envois[cle].setdefault(envoyee_le, Envoi(foyer, envoyee_le))

    # --- writing -----------------------------------------------------------------------------------------------

    def ecrire(self) -> None:
        """Write the reservations, their sendings, their days, the history of the days and the places taken."""
        reservations = self._ecrire_reservations()
        self._ecrire_demandes(reservations)
        numeros = reserver_numeros(Presence, len(self.jours))
        self._ecrire_presences(numeros, reservations)
        self._ecrire_etapes(numeros)
        compter_les_places()

    def _ecrire_reservations(self) -> dict[CleReservation, Reservation]:
        ordre = sorted(self.periodes, key=lambda cle: (min(self.envois[cle]), cle))
        lignes = {
            cle: Reservation(
                cle=self.tirage.cle(),
                famille=self.foyers[cle].famille,
                enfant=self.enfants[cle],
                periode=self.periodes[cle],
                cree_le=min(self.envois[cle]),
            )
            for cle in ordre
        }
        Reservation.objects.bulk_create(lignes.values(), batch_size=LOT)
        return lignes

    def _ecrire_demandes(self, reservations: dict[CleReservation, Reservation]) -> None:
        """Number the sendings of each reservation in the order in which they were sent."""
        tous = []
        for cle, envois in self.envois.items():
            for rang, envoyee_le in enumerate(sorted(envois), start=1):
                envoi = envois[envoyee_le]
                envoi.ligne = Demande(
                    cle=self.tirage.cle(),
                    reservation=reservations[cle],
                    rang=rang,
                    envoyee_le=envoyee_le,
                    auteur=envoi.foyer.parent,
                )
                tous.append(envoi.ligne)
        # Newest first on the pages, by primary key.
        Demande.objects.bulk_create(sorted(tous, key=lambda demande: demande.envoyee_le), batch_size=LOT)

    def _ecrire_presences(self, numeros: list[int], reservations: dict[CleReservation, Reservation]) -> None:
        champs = ("id", "cle", "reservation", "enfant", "creneau", "etat", "demande", "motif", "modifiee_le")
        lignes = (
            (
                numero,
                self.tirage.cle(),
                reservations[jour.reservation].pk,
                jour.enfant.pk,
                jour.creneau.pk,
                jour.etat.value,
                self._demande(jour).pk,
                jour.motif,
                _derniere_etape(jour),
            )
            for numero, jour in zip(numeros, self.jours, strict=True)
        )
        copier(Presence, champs, lignes)

    def _demande(self, jour: Jour) -> Demande:
        """Return the sending that asked for the present state."""
        le = jour.suite_le if jour.etat in ANNULATIONS and jour.suite_le else jour.envoyee_le
        ligne = self.envois[jour.reservation][le].ligne
        assert ligne is not None  # noqa: S101 - written just before
        return ligne

    def _ecrire_etapes(self, numeros: list[int]) -> None:
        """Write the history, the oldest step of every day first: pages read it by primary key."""
        rangs: list[list[tuple[object, ...]]] = [[], [], [], []]
        for numero, jour in zip(numeros, self.jours, strict=True):
            parent = self.foyers[jour.reservation].parent
            for rang, (avant, apres, le, auteur) in enumerate(self._etapes(jour, parent)):
                motif = jour.motif if apres == jour.etat else ""
                rangs[rang].append((numero, avant, apres.value, le, auteur.pk if auteur else None, motif))
        champs = ("presence", "avant", "apres", "le", "auteur", "motif")
        for etapes in rangs:
            copier(EtapePresence, champs, etapes)

    def _etapes(self, jour: Jour, parent: Utilisateur) -> list[tuple[str, EtatPresence, datetime, Utilisateur | None]]:
        """List the transitions of one day: ``(before, after, instant, author)``."""
        etat, demandee = jour.etat, EtatPresence.DEMANDEE
        etapes: list[tuple[str, EtatPresence, datetime, Utilisateur | None]] = [("", demandee, jour.envoyee_le, parent)]
        if jour.traitee_le is None:
            return etapes
        automatique = self.periodes[jour.reservation].acceptation == Acceptation.AUTOMATIQUE
        decideur = None if automatique else self.agent
        decision = etat if etat in DECISIONS else EtatPresence.ACCEPTEE
        etapes.append((demandee.value, decision, jour.traitee_le, decideur))
        if etat in POINTAGES and jour.suite_le:
            etapes.append((EtatPresence.ACCEPTEE.value, etat, jour.suite_le, self.pointeur))
        elif etat in ANNULATIONS and jour.suite_le:
            etapes.append((EtatPresence.ACCEPTEE.value, EtatPresence.ANNULATION_DEMANDEE, jour.suite_le, parent))
            if etat == EtatPresence.ANNULEE:
                etapes.append((EtatPresence.ANNULATION_DEMANDEE.value, etat, _derniere_etape(jour), decideur))
        return etapes


#: Answers of an agent to a request.
DECISIONS = frozenset({EtatPresence.ACCEPTEE, EtatPresence.REFUSEE, EtatPresence.LISTE_ATTENTE})
POINTAGES = frozenset({EtatPresence.PRESENTE, EtatPresence.ABSENTE_JUSTIFIEE, EtatPresence.ABSENTE_INJUSTIFIEE})
ANNULATIONS = frozenset({EtatPresence.ANNULEE, EtatPresence.ANNULATION_DEMANDEE})
DELAI_DE_REPONSE = timedelta(hours=17)


def _derniere_etape(jour: Jour) -> datetime:
    if jour.suite_le is None:
        return jour.traitee_le or jour.envoyee_le
    return jour.suite_le + DELAI_DE_REPONSE if jour.etat == EtatPresence.ANNULEE else jour.suite_le


def compter_les_places() -> None:
    """Set the places taken of every créneau from its days, and of every room from its créneaux."""
    with connection.cursor() as curseur:
        curseur.execute(
            "UPDATE reservations_creneau c SET places_prises = p.nombre FROM ("
            " SELECT creneau_id, count(*) AS nombre FROM reservations_presence WHERE etat = ANY(%s) GROUP BY creneau_id"
            ") p WHERE p.creneau_id = c.id",
            [[etat.value for etat in ETATS_QUI_PRENNENT_UNE_PLACE]],
        )
        curseur.execute(
            "UPDATE reservations_joursalle s SET places_prises = p.nombre FROM ("
            " SELECT jour_salle_id, sum(places_prises) AS nombre FROM reservations_creneau"
            " WHERE jour_salle_id IS NOT NULL GROUP BY jour_salle_id"
            ") p WHERE p.jour_salle_id = s.id"
        )
