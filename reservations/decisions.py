"""What becomes of each unsent edit: the check page shows it, the sending applies it under lock, by one function."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import QuerySet

from portail.commun.dates import aujourdhui
from portail.commun.preparees import UnParmi, preparee
from portail.commun.templatetags.typographie import heure
from reservations.attente import Listes, lire_les_listes
from reservations.calendrier import avec_les_sorties, jours_fermes_pour, regles_pour
from reservations.enums import (
    ETATS_CLOS,
    Acceptation,
    ApresDelai,
    EtatPresence,
    GenrePrestation,
    MotifRefus,
    Sens,
    TraitementAnnulation,
)
from reservations.factures import jours_factures
from reservations.journees import Impositions, acquis_par_jour, impositions, liens_de, salles_depassees
from reservations.models import ChoixBrouillon, Creneau, Presence, Reservation
from reservations.regles import (
    EffetTardif,
    Liens,
    Majoration,
    ReglesDePeriode,
    changement_de_places,
    est_permise,
    heures_admises,
)
from reservations.regles.attente import Liste
from reservations.regles.modifications import AutreChoix, est_modification


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of one day: its new state, or the reasons of the refusal; and until when it may be cancelled."""

    creneau: Creneau
    sens: Sens
    presence: Presence | None
    etat: EtatPresence | None
    motifs: list[MotifRefus]
    limite_annulation: datetime | None
    #: What the rules make of this gesture because its deadline is over; None: it is in time.
    tardif: ApresDelai | None = None
    majoration: Majoration | None = None
    #: Names what the reasons only allude to: « « Repas » demande aussi « Matin ». »
    precision: str = ""
    #: Is it a cancellation of a day that an issued invoice holds? The service puts the account right.
    deja_facture: bool = False
    #: Hours asked, of a prestation by the hour.
    arrivee: time | None = None
    depart: time | None = None
    #: Another household is billed for this day: no price is told.
    paye_par_l_autre: bool = False

    @property
    def heures(self) -> tuple[time, time] | None:
        return (self.arrivee, self.depart) if self.arrivee and self.depart else None

    @property
    def heures_en_mots(self) -> str:
        return f"de {heure(self.arrivee)} à {heure(self.depart)}" if self.arrivee and self.depart else ""

    def phrases(self) -> list[str]:
        """Tell every reason of a refusal, in the words that the family reads."""
        return [str(motif.label) for motif in self.motifs] + ([self.precision] if self.precision else [])

    #: Place in the waiting list, when the day goes there.
    rang: int | None = None


@dataclass(frozen=True, slots=True)
class Derogation:
    """What the service sets aside when it acts in a household's place; its own gesture needs no answer."""

    motifs: frozenset[MotifRefus] = frozenset()


#: What an agent's gesture becomes at once, instead of waiting for an agent.
SANS_REPONSE = {
    EtatPresence.DEMANDEE: EtatPresence.ACCEPTEE,
    EtatPresence.ANNULATION_DEMANDEE: EtatPresence.ANNULEE,
}


def decider(
    reservation: Reservation,
    choix: Sequence[ChoixBrouillon],
    creneaux: Mapping[int, Creneau],
    *,
    maintenant: datetime,
    accepte_d_attendre: bool = True,
    derogation: Derogation | None = None,
) -> list[Decision]:
    """Apply the rules to each edit, with the créneaux as the caller read them: locked, when it is going to write.

    A day that is full goes to the waiting list when the période has one and the household accepts to wait.
    """
    jours = {un.creneau.jour for un in choix}
    regles = regles_pour(reservation, jours_fermes_pour(reservation, min(jours), max(jours)))
    miennes, ailleurs = presences_sur(reservation, creneaux)
    for presence in miennes.values():
        presence.creneau = creneaux[presence.creneau_id]
    juge = _Juge(reservation, avec_les_sorties(regles, creneaux.values()), miennes, ailleurs, maintenant)
    juge.listes = listes_de(reservation, regles, creneaux, maintenant)
    juge.accepte_d_attendre, juge.derogation = accepte_d_attendre, derogation
    if regles.distingue_les_modifications:
        juge.lire_les_autres(min(jours), max(jours))
    # What is linked to nothing changes nothing of the day: no query for it.
    liens = liens_de(reservation.periode) if any(getattr(un, "liee", True) for un in choix) else Liens()
    acquis = acquis_par_jour(reservation, jours) if liens else {}
    juge.rendre([miennes[un.creneau_id] for un in choix if un.sens == Sens.RETRAIT and un.creneau_id in miennes])
    juge.factures = jours_factures(
        [
            presence.pk
            for un in choix
            if un.sens == Sens.RETRAIT
            and (presence := miennes.get(un.creneau_id)) is not None
            and presence.etat == EtatPresence.ACCEPTEE
        ]
    )
    while True:
        decisions = juge.juger(choix, creneaux)
        nouvelles = salles_depassees(decisions) or (impositions(decisions, acquis, liens) if liens else {})
        if not nouvelles:
            return decisions
        # What one refusal changes for the other edits is decided again, each time with one reason more.
        juge.imposees |= nouvelles


class _Juge:
    """What the decisions on one sending share."""

    def __init__(
        self,
        reservation: Reservation,
        regles: ReglesDePeriode,
        miennes: Mapping[int, Presence],
        ailleurs: Collection[int],
        maintenant: datetime,
    ) -> None:
        self.reservation, self.regles, self.maintenant = reservation, regles, maintenant
        self.miennes, self.ailleurs = miennes, ailleurs
        self.jour_meme = aujourdhui(maintenant)
        self.listes, self.accepte_d_attendre = Listes(), True
        self.derogation: Derogation | None = None
        #: By day: the créneaux that are booked, and what was decided so far.
        self.actifs: dict[date, set[int]] = {}
        self.decides: dict[date, dict[int, Sens]] = {}
        #: By créneau: what the day as a whole refuses; by day of a room: places that the removals may free.
        self.imposees: Impositions = {}
        #: Days that an issued invoice holds, among those to cancel.
        self.factures: set[int] = set()
        self.rendues: Counter[int] = Counter()

    def juger(self, choix: Sequence[ChoixBrouillon], creneaux: Mapping[int, Creneau]) -> list[Decision]:
        """Decide every edit. Additions first: a removal is a modification only if what replaces it is accepted."""
        self.decides = {}
        ordre = sorted(choix, key=lambda un: un.sens != Sens.AJOUT)
        decisions = {un.creneau_id: self.decider(creneaux[un.creneau_id], un) for un in ordre}
        return [decisions[un.creneau_id] for un in choix]

    def rendre(self, presences: Sequence[Presence]) -> None:
        """Count for the additions the places of a room that the same sending gives back."""
        for presence in presences:
            etat = EtatPresence(presence.etat)
            if presence.creneau.jour_salle_id is not None and est_permise(etat, EtatPresence.ANNULEE):
                apres = _etat_apres_retrait(self.reservation, etat, tardif=False)
                self.rendues[presence.creneau.jour_salle_id] -= changement_de_places(etat, apres)

    def places_libres(self, creneau: Creneau) -> int:
        if creneau.jour_salle_id is None:
            return creneau.places_libres
        dans_la_salle = creneau.jour_salle.places_libres + self.rendues[creneau.jour_salle_id]
        return min(creneau.capacite - creneau.places_prises, dans_la_salle)

    def lire_les_autres(self, du: date, au: date) -> None:
        """Read what the reservation has on these days: a change of a booked day has its own deadline; one query."""
        lues = Presence.objects.filter(reservation=self.reservation.pk, creneau__jour__range=(du, au)).actives()
        for creneau, jour in lues.values_list("creneau_id", "creneau__jour"):
            self.actifs.setdefault(jour, set()).add(creneau)

    def decider(self, creneau: Creneau, un: ChoixBrouillon) -> Decision:
        sens, presence = Sens(un.sens), self.miennes.get(creneau.pk)
        modification = est_modification(sens, self._autres(creneau))
        annulable = self.regles.limite_annulation(creneau.jour, creneau.prestation_id)
        if sens == Sens.RETRAIT:
            etat, motifs, effet = self._retrait(creneau, presence, modification)
        else:
            etat, motifs, effet = self._ajout(creneau, presence, modification)
            motifs += motifs_des_heures(creneau, un)
        impose, precision = self.imposees.get(creneau.pk, (None, ""))
        if impose is not None and impose not in motifs:
            motifs.append(impose)
        if self.derogation is not None:
            motifs = [motif for motif in motifs if motif not in self.derogation.motifs]
            etat = SANS_REPONSE.get(etat, etat)
        if sens == Sens.AJOUT and motifs == [MotifRefus.COMPLET] and self.peut_attendre(creneau):
            etat, motifs = EtatPresence.LISTE_ATTENTE, []
        if not motifs:
            self.decides.setdefault(creneau.jour, {})[creneau.pk] = sens
        return Decision(
            creneau,
            sens,
            presence,
            None if motifs else etat,
            motifs,
            annulable,
            effet.nature if effet else None,
            effet.majoration if effet else None,
            precision=precision,
            deja_facture=sens == Sens.RETRAIT and presence is not None and presence.pk in self.factures,
            arrivee=un.arrivee,
            depart=un.depart,
            rang=self.liste(creneau).rang_du_prochain if etat == EtatPresence.LISTE_ATTENTE and not motifs else None,
            paye_par_l_autre=self.regles.paye_par_l_autre(creneau.jour),
        )

    def liste(self, creneau: Creneau) -> Liste:
        return self.listes.de(creneau, self.places_libres(creneau))

    def liste_ouverte(self, creneau: Creneau) -> bool:
        return self.reservation.periode.liste_attente and self.regles.liste_ouverte(
            creneau.jour, self.maintenant, creneau.prestation_id
        )

    def peut_attendre(self, creneau: Creneau) -> bool:
        return self.accepte_d_attendre and self.liste_ouverte(creneau)

    def _autres(self, creneau: Creneau) -> list[AutreChoix]:
        actifs, decides = self.actifs.get(creneau.jour, set()), self.decides.get(creneau.jour, {})
        return [AutreChoix(pk in actifs, decides.get(pk)) for pk in (actifs | decides.keys()) - {creneau.pk}]

    def _retrait(
        self,
        creneau: Creneau,
        presence: Presence | None,
        modification: bool,  # noqa: FBT001 - private
    ) -> tuple[EtatPresence, list[MotifRefus], EffetTardif | None]:
        etat = EtatPresence(presence.etat) if presence else None
        motifs = self.regles.motifs_retrait(
            creneau.jour,
            etat,
            prestation=creneau.prestation_id,
            modification=modification,
            maintenant=self.maintenant,
            aujourdhui=self.jour_meme,
        )
        effet = self.regles.effet_retrait(
            creneau.jour,
            creneau.prestation_id,
            modification=modification,
            maintenant=self.maintenant,
            aujourdhui=self.jour_meme,
        )
        return _etat_apres_retrait(self.reservation, etat, tardif=effet is not None), motifs, effet

    def _ajout(
        self,
        creneau: Creneau,
        presence: Presence | None,
        modification: bool,  # noqa: FBT001 - private
    ) -> tuple[EtatPresence, list[MotifRefus], EffetTardif | None]:
        etat = EtatPresence(presence.etat) if presence else None
        motifs = self.regles.motifs_ajout(
            creneau.jour,
            prestation=creneau.prestation_id,
            modification=modification,
            places_libres=self.liste(creneau).places_ouvertes(ouverte=self.liste_ouverte(creneau)),
            ferme=creneau.ferme,
            deja_actif=creneau.pk in self.ailleurs or (etat is not None and etat not in ETATS_CLOS),
            maintenant=self.maintenant,
            aujourdhui=self.jour_meme,
        )
        effet = self.regles.effet_ajout(
            creneau.jour,
            creneau.prestation_id,
            modification=modification,
            maintenant=self.maintenant,
            aujourdhui=self.jour_meme,
        )
        return _etat_apres_ajout(self.reservation, effet.nature if effet else None), motifs, effet


def motifs_des_heures(creneau: Creneau, un: ChoixBrouillon) -> list[MotifRefus]:
    """A day by the hour is booked with its hours, within those of the prestation."""
    prestation = creneau.prestation
    if prestation.genre != GenrePrestation.HEURES or prestation.heure_debut is None or prestation.heure_fin is None:
        return []
    admises = heures_admises(un.arrivee, un.depart, prestation.heure_debut, prestation.heure_fin)
    return [] if admises else [MotifRefus.HEURES_MANQUANTES]


def listes_de(
    reservation: Reservation, regles: ReglesDePeriode, creneaux: Collection[int], maintenant: datetime
) -> Listes:
    """Read the waiting lists of these créneaux; no query for a période that has none."""
    if reservation.periode.liste_attente or regles.liste_les_tardifs:
        return lire_les_listes(creneaux, maintenant)
    return Listes()


def presences_sur(reservation: Reservation, creneaux: Collection[int]) -> tuple[dict[int, Presence], set[int]]:
    """Return this reservation's days on these créneaux, and the créneaux that the child already has elsewhere."""
    return presences_de([reservation], creneaux)[reservation.pk]


def presences_de(
    reservations: Collection[Reservation], creneaux: Collection[int]
) -> dict[int | None, tuple[dict[int, Presence], set[int]]]:
    """The same for several reservations, by reservation id; one query."""
    par_enfant: dict[int, list[Presence]] = {une.enfant_id: [] for une in reservations}
    for presence in _presences_des_enfants().lire(enfants=[*par_enfant], creneaux=list(creneaux)):
        par_enfant[presence.enfant_id].append(presence)
    trouvees: dict[int | None, tuple[dict[int, Presence], set[int]]] = {}
    for une in reservations:
        toutes = par_enfant[une.enfant_id]
        miennes = {presence.creneau_id: presence for presence in toutes if presence.reservation_id == une.pk}
        ailleurs = {p.creneau_id for p in toutes if p.reservation_id != une.pk and p.etat not in ETATS_CLOS}
        trouvees[une.pk] = (miennes, ailleurs)
    return trouvees


@preparee
def _presences_des_enfants() -> QuerySet[Presence]:
    return Presence.objects.filter(enfant=UnParmi("enfants"), creneau=UnParmi("creneaux")).order_by("pk")


def _etat_apres_ajout(reservation: Reservation, tardif: ApresDelai | None) -> EtatPresence:
    """After the deadline, a period may put the day on its waiting list, or let an agent answer.

    Until the places of a pre-booking window are allotted, every request waits for it.
    """
    prereservation = reservation.periode.prereservation
    if prereservation is not None and not prereservation.attribuee:
        return EtatPresence.EN_ATTRIBUTION
    if tardif == ApresDelai.LISTE_ATTENTE:
        return EtatPresence.LISTE_ATTENTE
    automatique = reservation.periode.acceptation == Acceptation.AUTOMATIQUE and tardif != ApresDelai.AGENT
    return EtatPresence.ACCEPTEE if automatique else EtatPresence.DEMANDEE


def _etat_apres_retrait(reservation: Reservation, etat: EtatPresence | None, *, tardif: bool) -> EtatPresence:
    """A day that was never accepted is simply withdrawn; one that is cancelled late waits for an agent."""
    par_un_agent = tardif or reservation.periode.annulation == TraitementAnnulation.MANUELLE
    if etat == EtatPresence.ACCEPTEE and par_un_agent:
        return EtatPresence.ANNULATION_DEMANDEE
    return EtatPresence.ANNULEE
