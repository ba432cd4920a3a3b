"""May this day be booked, or cancelled? One answer for the page that shows it and the action that enforces it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from enfants.enums import ObstacleGarde
from enfants.regles import GardeDuFoyer
from reservations.enums import ETATS_CLOS, ApresDelai, EtatPresence, Geste, MotifRefus
from reservations.regles.acces import Candidat, Conditions, motifs_d_acces
from reservations.regles.attente import liste_ouverte
from reservations.regles.delais import Calendrier, Delai, date_limite
from reservations.regles.prereservation import Prereservation
from reservations.regles.regimes import REFUS, EffetTardif, Particularite, Regime, regime_applicable

#: States that a household may ask to cancel.
ETATS_ANNULABLES = frozenset(
    {EtatPresence.DEMANDEE, EtatPresence.EN_ATTRIBUTION, EtatPresence.ACCEPTEE, EtatPresence.LISTE_ATTENTE}
)
#: States that hold no place: who only waits may stop waiting at any time.
ETATS_D_ATTENTE = frozenset({EtatPresence.LISTE_ATTENTE, EtatPresence.EN_ATTRIBUTION})
ETATS_POINTES = frozenset(
    {
        EtatPresence.PRESENTE,
        EtatPresence.ABSENTE_JUSTIFIEE,
        EtatPresence.ABSENTE_INJUSTIFIEE,
        EtatPresence.PRESENTE_NON_RESERVEE,
    }
)


@dataclass(frozen=True, slots=True)
class JourDemande:
    """What the rules look at to let one day be booked."""

    jour: date
    #: None: the rule gives this weekday no way to be booked.
    limite: datetime | None
    places_libres: int
    ferme: bool
    deja_actif: bool
    #: What the rules allow after the deadline; None: nothing.
    tardif: ApresDelai | None = None


@dataclass(frozen=True, slots=True)
class FenetreDeReservation:
    """When a période takes requests: from an instant, until a day included."""

    ouverture: datetime | None
    dernier_jour: date
    prereservation: Prereservation | None = None

    @property
    def sans_places(self) -> bool:
        """Are days asked without taking a place, to be allotted later?"""
        return self.prereservation is not None and not self.prereservation.attribuee


def motifs_de_refus(
    demande: JourDemande, fenetre: FenetreDeReservation, *, maintenant: datetime, aujourdhui: date
) -> list[MotifRefus]:
    """List every reason why a day cannot be booked; empty when it can."""
    constats = {
        MotifRefus.FERME: demande.ferme,
        MotifRefus.DEJA_DEMANDE: demande.deja_actif,
        MotifRefus.PAS_ENCORE_OUVERT: fenetre.ouverture is not None and maintenant < fenetre.ouverture,
        MotifRefus.ATTRIBUTION_EN_COURS: fenetre.prereservation is not None
        and fenetre.prereservation.close(maintenant),
        MotifRefus.RESERVATIONS_CLOSES: aujourdhui > fenetre.dernier_jour,
        MotifRefus.JOUR_PASSE: demande.jour < aujourdhui,
        MotifRefus.JAMAIS_RESERVABLE: demande.jour >= aujourdhui and demande.limite is None,
        MotifRefus.HORS_DELAI: demande.jour >= aujourdhui
        and demande.tardif is None
        and demande.limite is not None
        and maintenant > demande.limite,
        MotifRefus.COMPLET: demande.places_libres < 1
        and not fenetre.sans_places
        and not demande.deja_actif
        and demande.tardif != ApresDelai.LISTE_ATTENTE,
    }
    return [motif for motif, vrai in constats.items() if vrai]


def motifs_de_refus_annulation(
    etat: EtatPresence | None,
    jour: date,
    limite: datetime | None,
    *,
    maintenant: datetime,
    aujourdhui: date,
    tardif: ApresDelai | None = None,
) -> list[MotifRefus]:
    """List every reason why a day cannot be cancelled by the household; ``None``: there is nothing that day.

    ``tardif``: what the rules allow after the deadline.
    """
    constats = {
        MotifRefus.RIEN_A_ANNULER: etat is None or etat in ETATS_CLOS,
        MotifRefus.DEJA_POINTE: etat in ETATS_POINTES,
        MotifRefus.TRANSITION_IMPOSSIBLE: etat == EtatPresence.ANNULATION_DEMANDEE,
        MotifRefus.PLACE_A_ACCEPTER: etat == EtatPresence.PLACE_PROPOSEE,
        MotifRefus.JOUR_PASSE: jour < aujourdhui,
        MotifRefus.JAMAIS_ANNULABLE: jour >= aujourdhui and etat not in ETATS_D_ATTENTE and limite is None,
        MotifRefus.HORS_DELAI_ANNULATION: jour >= aujourdhui
        and etat not in ETATS_D_ATTENTE
        and tardif is None
        and limite is not None
        and maintenant > limite,
    }
    return [motif for motif, vrai in constats.items() if vrai]


@dataclass(slots=True)
class ReglesDePeriode:
    """Every rule of one période for one child of one household, with the calendar of the range that was loaded."""

    fenetre: FenetreDeReservation
    delai_reservation: Delai
    delai_annulation: Delai
    calendrier: Calendrier
    #: First day of the période, for the deadlines that are counted from it.
    debut: date | None = None
    effet_reservation: EffetTardif = REFUS
    effet_annulation: EffetTardif = REFUS
    particularites: tuple[Particularite, ...] = ()
    candidat: Candidat | None = None
    conditions: Conditions | None = None
    #: By prestation: last instant to book or cancel an outing that has its own, whatever the other rules say.
    limites_propres: dict[int, datetime] = field(default_factory=dict)
    #: Until when a freed place is offered to the waiting list; None: the deadline to book.
    delai_attente: Delai | None = None
    #: Custody of a child of several households, or whose link has rules; None: always and only in this household.
    garde: GardeDuFoyer | None = None
    _limites: dict[tuple[date, Delai], datetime | None] = field(default_factory=dict)
    _acces: dict[date, list[MotifRefus]] = field(default_factory=dict)

    @property
    def distingue_les_modifications(self) -> bool:
        """Has a day that is already booked a deadline of its own to be changed?"""
        return any(une.geste == Geste.MODIFIER for une in self.particularites)

    @property
    def liste_les_tardifs(self) -> bool:
        """May a late booking go to the waiting list?"""
        effets = (self.effet_reservation, *(une.regime.effet for une in self.particularites))
        return any(effet.nature == ApresDelai.LISTE_ATTENTE for effet in effets)

    def regime_ajout(self, jour: date, prestation: int | None = None, *, modification: bool = False) -> Regime:
        return self._regime(
            Geste.RESERVER, jour, prestation, modification, Regime(self.delai_reservation, self.effet_reservation)
        )

    def regime_retrait(self, jour: date, prestation: int | None = None, *, modification: bool = False) -> Regime:
        return self._regime(
            Geste.ANNULER, jour, prestation, modification, Regime(self.delai_annulation, self.effet_annulation)
        )

    def regime_absence(self, jour: date, prestation: int | None = None) -> Regime | None:
        """Return the rule to declare an absence; None when the période has none."""
        return regime_applicable(self.particularites, Geste.ABSENCE, jour, prestation)

    def _regime(
        self,
        geste: Geste,
        jour: date,
        prestation: int | None,
        modification: bool,  # noqa: FBT001 - private
        defaut: Regime,
    ) -> Regime:
        propre = regime_applicable(self.particularites, Geste.MODIFIER, jour, prestation) if modification else None
        return propre or regime_applicable(self.particularites, geste, jour, prestation) or defaut

    def limite_reservation(
        self, jour: date, prestation: int | None = None, *, modification: bool = False
    ) -> datetime | None:
        if prestation in self.limites_propres:
            return self.limites_propres[prestation]
        return self._limite(jour, self.regime_ajout(jour, prestation, modification=modification).delai)

    def limite_de_demande(
        self, jour: date, prestation: int | None = None, *, modification: bool = False
    ) -> datetime | None:
        """Return the last instant to ask for that day: its deadline, or the end of the pre-booking window before it."""
        limite = self.limite_reservation(jour, prestation, modification=modification)
        if limite is None or self.fenetre.prereservation is None or not self.fenetre.sans_places:
            return limite
        return min(limite, self.fenetre.prereservation.au)

    def limite_annulation(
        self, jour: date, prestation: int | None = None, *, modification: bool = False
    ) -> datetime | None:
        if prestation in self.limites_propres:
            return self.limites_propres[prestation]
        return self._limite(jour, self.regime_retrait(jour, prestation, modification=modification).delai)

    def limite_absence(self, jour: date, prestation: int | None = None) -> datetime | None:
        regime = self.regime_absence(jour, prestation)
        return self._limite(jour, regime.delai) if regime else None

    def absence_tardive_par_un_agent(self, jour: date, prestation: int | None = None) -> bool:
        regime = self.regime_absence(jour, prestation)
        return regime is not None and regime.effet.nature == ApresDelai.AGENT

    def limite_absence_tardive(self, jour: date, prestation: int | None = None) -> datetime | None:
        regime = self.regime_absence(jour, prestation)
        return self._limite(jour, regime.effet.delai) if regime and regime.effet.delai else None

    def limite_attente(self, jour: date, prestation: int | None = None) -> datetime | None:
        return self._limite(jour, self.delai_attente or self.regime_ajout(jour, prestation).delai)

    def liste_ouverte(self, jour: date, maintenant: datetime, prestation: int | None = None) -> bool:
        """Tell whether a place freed now for that day would still be offered to those who wait."""
        return liste_ouverte(self.limite_attente(jour, prestation), maintenant)

    def _limite(self, jour: date, delai: Delai) -> datetime | None:
        """Compute once a day, however many prestations it has."""
        if (jour, delai) not in self._limites:
            self._limites[jour, delai] = date_limite(jour, delai, self.calendrier, debut_periode=self.debut)
        return self._limites[jour, delai]

    def effet_ajout(
        self,
        jour: date,
        prestation: int | None = None,
        *,
        modification: bool = False,
        maintenant: datetime,
        aujourdhui: date,
    ) -> EffetTardif | None:
        """Return what a late booking becomes; None: it is in time, or nothing is allowed late any more."""
        if prestation in self.limites_propres:
            return None
        regime = self.regime_ajout(jour, prestation, modification=modification)
        return self._effet(jour, regime, maintenant, aujourdhui)

    def effet_retrait(
        self,
        jour: date,
        prestation: int | None = None,
        *,
        modification: bool = False,
        maintenant: datetime,
        aujourdhui: date,
    ) -> EffetTardif | None:
        """Return what a late cancellation becomes; None: it is in time, or nothing is allowed late any more."""
        if prestation in self.limites_propres:
            return None
        regime = self.regime_retrait(jour, prestation, modification=modification)
        return self._effet(jour, regime, maintenant, aujourdhui)

    def _effet(self, jour: date, regime: Regime, maintenant: datetime, aujourdhui: date) -> EffetTardif | None:
        """A weekday to which the rule gives no limit is never open, late or not."""
        limite, effet = self._limite(jour, regime.delai), regime.effet
        if effet.nature == ApresDelai.REFUS or limite is None or maintenant <= limite:
            return None
        if effet.delai is None:
            return effet if aujourdhui < jour else None
        derniere = self._limite(jour, effet.delai)
        return effet if derniere is not None and maintenant <= derniere else None

    def motifs_d_acces(self, jour: date) -> list[MotifRefus]:
        """List why this child may not book that day, whatever the deadlines and the places."""
        if self.candidat is None or self.conditions is None:
            return []
        if jour not in self._acces:
            self._acces[jour] = motifs_d_acces(self.candidat, self.conditions, jour, jour)
        return self._acces[jour]

    def motif_de_garde(self, jour: date) -> MotifRefus | None:
        """Tell why that day is not for this household to book, without a word on the other one."""
        obstacle = self.garde.obstacle(jour) if self.garde else None
        if obstacle is None:
            return None
        return {ObstacleGarde.AUTRE_FOYER: MotifRefus.AUTRE_FOYER, ObstacleGarde.SANS_LIEN: MotifRefus.SANS_LIEN}.get(
            obstacle
        )

    def paye_par_l_autre(self, jour: date) -> bool:
        """Is what this household books that day billed to another one? Its price is then not for it to know."""
        return self.garde is not None and self.garde.payeur(jour) != self.garde.famille

    def motifs_ajout(
        self,
        jour: date,
        *,
        prestation: int | None = None,
        modification: bool = False,
        places_libres: int,
        ferme: bool,
        deja_actif: bool,
        maintenant: datetime,
        aujourdhui: date,
    ) -> list[MotifRefus]:
        effet = self.effet_ajout(
            jour, prestation, modification=modification, maintenant=maintenant, aujourdhui=aujourdhui
        )
        # On a day of the other household, whether it is booked by it or full is its own business.
        if (de_garde := self.motif_de_garde(jour)) is not None:
            return [*self.motifs_d_acces(jour), de_garde]
        demande = JourDemande(
            jour=jour,
            limite=self.limite_reservation(jour, prestation, modification=modification),
            places_libres=places_libres,
            ferme=ferme,
            deja_actif=deja_actif,
            tardif=effet.nature if effet else None,
        )
        return self.motifs_d_acces(jour) + motifs_de_refus(
            demande, self.fenetre, maintenant=maintenant, aujourdhui=aujourdhui
        )

    def motifs_retrait(
        self,
        jour: date,
        etat: EtatPresence | None,
        *,
        prestation: int | None = None,
        modification: bool = False,
        maintenant: datetime,
        aujourdhui: date,
    ) -> list[MotifRefus]:
        effet = self.effet_retrait(
            jour, prestation, modification=modification, maintenant=maintenant, aujourdhui=aujourdhui
        )
        return motifs_de_refus_annulation(
            etat,
            jour,
            self.limite_annulation(jour, prestation, modification=modification),
            maintenant=maintenant,
            aujourdhui=aujourdhui,
            tardif=effet.nature if effet else None,
        )
