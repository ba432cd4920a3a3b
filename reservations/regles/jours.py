"""May this day be booked, or cancelled? One answer for the page that shows it and the action that enforces it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from reservations.enums import ETATS_CLOS, EtatPresence, MotifRefus
from reservations.regles.delais import Calendrier, Delai, date_limite

#: States that a household may ask to cancel.
ETATS_ANNULABLES = frozenset({EtatPresence.DEMANDEE, EtatPresence.ACCEPTEE, EtatPresence.LISTE_ATTENTE})
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


@dataclass(frozen=True, slots=True)
class FenetreDeReservation:
    """When a période takes requests: from an instant, until a day included."""

    ouverture: datetime | None
    dernier_jour: date


def _est_passee(limite: datetime | None, maintenant: datetime) -> bool:
    return limite is None or maintenant > limite


def motifs_de_refus(
    demande: JourDemande, fenetre: FenetreDeReservation, *, maintenant: datetime, aujourdhui: date
) -> list[MotifRefus]:
    """List every reason why a day cannot be booked; empty when it can."""
    constats = {
        MotifRefus.FERME: demande.ferme,
        MotifRefus.DEJA_DEMANDE: demande.deja_actif,
        MotifRefus.PAS_ENCORE_OUVERT: fenetre.ouverture is not None and maintenant < fenetre.ouverture,
        MotifRefus.RESERVATIONS_CLOSES: aujourdhui > fenetre.dernier_jour,
        MotifRefus.JOUR_PASSE: demande.jour < aujourdhui,
        MotifRefus.HORS_DELAI: demande.jour >= aujourdhui and _est_passee(demande.limite, maintenant),
        MotifRefus.COMPLET: demande.places_libres < 1 and not demande.deja_actif,
    }
    return [motif for motif, vrai in constats.items() if vrai]


def motifs_de_refus_annulation(
    etat: EtatPresence | None, jour: date, limite: datetime | None, *, maintenant: datetime, aujourdhui: date
) -> list[MotifRefus]:
    """List every reason why a day cannot be cancelled by the household; ``None``: there is nothing that day."""
    constats = {
        MotifRefus.RIEN_A_ANNULER: etat is None or etat in ETATS_CLOS,
        MotifRefus.DEJA_POINTE: etat in ETATS_POINTES,
        MotifRefus.TRANSITION_IMPOSSIBLE: etat == EtatPresence.ANNULATION_DEMANDEE,
        MotifRefus.JOUR_PASSE: jour < aujourdhui,
        MotifRefus.HORS_DELAI_ANNULATION: jour >= aujourdhui and _est_passee(limite, maintenant),
    }
    return [motif for motif, vrai in constats.items() if vrai]


@dataclass(slots=True)
class ReglesDePeriode:
    """Every rule of one période, with the calendar of the range that the caller loaded."""

    fenetre: FenetreDeReservation
    delai_reservation: Delai
    delai_annulation: Delai
    calendrier: Calendrier
    #: First day of the période, for the deadlines that are counted from it.
    debut: date | None = None
    _limites: dict[tuple[date, Delai], datetime | None] = field(default_factory=dict)

    def limite_reservation(self, jour: date) -> datetime | None:
        return self._limite(jour, self.delai_reservation)

    def limite_annulation(self, jour: date) -> datetime | None:
        return self._limite(jour, self.delai_annulation)

    def _limite(self, jour: date, delai: Delai) -> datetime | None:
        """Compute once a day, however many prestations it has."""
        if (jour, delai) not in self._limites:
            self._limites[jour, delai] = date_limite(jour, delai, self.calendrier, debut_periode=self.debut)
        return self._limites[jour, delai]

    def motifs_ajout(
        self, jour: date, *, places_libres: int, ferme: bool, deja_actif: bool, maintenant: datetime, aujourdhui: date
    ) -> list[MotifRefus]:
        demande = JourDemande(
            jour=jour,
            limite=self.limite_reservation(jour),
            places_libres=places_libres,
            ferme=ferme,
            deja_actif=deja_actif,
        )
        return motifs_de_refus(demande, self.fenetre, maintenant=maintenant, aujourdhui=aujourdhui)

    def motifs_retrait(
        self, jour: date, etat: EtatPresence | None, *, maintenant: datetime, aujourdhui: date
    ) -> list[MotifRefus]:
        return motifs_de_refus_annulation(
            etat, jour, self.limite_annulation(jour), maintenant=maintenant, aujourdhui=aujourdhui
        )
