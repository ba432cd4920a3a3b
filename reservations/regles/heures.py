"""Care by the hour: what is booked, how many half-hours are due, and whether the hours of a day may still change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from reservations.enums import ETATS_CLOS, ApresDelai, EtatPresence, MotifRefus
from reservations.regles.jours import ETATS_D_ATTENTE, ETATS_POINTES, ReglesDePeriode
from reservations.regles.regimes import Majoration

DEMI_HEURE = 30


def demi_heures_commencees(arrivee: time, depart: time) -> int:
    """Count the half-hours started between two hours of one day, from the arrival; 0 when it does not last.

    « Toute demi-heure commencée est due » : 8 h 30 → 9 h 01 is two of them.
    """
    minutes = (depart.hour - arrivee.hour) * 60 + depart.minute - arrivee.minute
    return max(-(-minutes // DEMI_HEURE), 0)


def heures_admises(arrivee: time | None, depart: time | None, ouverture: time, fermeture: time) -> bool:
    """Tell whether these hours are complete, in order and within the opening, both ends included."""
    return arrivee is not None and depart is not None and ouverture <= arrivee < depart <= fermeture


#: States of a day by the hour whose hours its household may change.
ETATS_A_L_HEURE = frozenset({EtatPresence.DEMANDEE, EtatPresence.ACCEPTEE}) | ETATS_D_ATTENTE


@dataclass(frozen=True, slots=True)
class VerdictHeures:
    """May the hours of one day that is sent change, and how: ``limite`` is the last instant without a consequence."""

    motifs: list[MotifRefus]
    limite: datetime | None
    #: It waits for an agent: the day was accepted, and the période is not accepted automatically, or the rules say so
    #: after the deadline. What no agent has accepted yet is corrected as it waits.
    par_un_agent: bool = False
    #: What the rules add because the deadline is over.
    majoration: Majoration | None = None

    @property
    def conditions(self) -> str:
        """What the household is told before it confirms, to be compared with what holds at the confirmation."""
        return f"{'agent' if self.par_un_agent else 'aussitôt'} {self.majoration.en_mots() if self.majoration else ''}"


def verdict_des_heures(
    regles: ReglesDePeriode,
    etat: EtatPresence,
    jour: date,
    prestation: int,
    *,
    automatique: bool,
    facture: bool,
    maintenant: datetime,
    aujourdhui: date,
) -> VerdictHeures:
    """Decide on a change of hours: the rule to modify a day if the période has one, else both to book and to cancel.

    A longer day would else be booked late, and a shorter one cancelled late. ``facture``: an issued invoice holds it.
    """
    limites = [
        regles.limite_reservation(jour, prestation, modification=True),
        regles.limite_annulation(jour, prestation, modification=True),
    ]
    effets = [
        effet(jour, prestation, modification=True, maintenant=maintenant, aujourdhui=aujourdhui)
        for effet in (regles.effet_ajout, regles.effet_retrait)
    ]
    attend = etat in ETATS_D_ATTENTE
    refuse = any(
        (limite is None or maintenant > limite)
        and (effet is None or effet.nature not in {ApresDelai.AGENT, ApresDelai.MAJORATION})
        for limite, effet in zip(limites, effets, strict=True)
    )
    constats = {
        MotifRefus.RIEN_A_CHANGER: etat in ETATS_CLOS,
        MotifRefus.DEJA_POINTE: etat in ETATS_POINTES,
        MotifRefus.PLACE_A_ACCEPTER: etat == EtatPresence.PLACE_PROPOSEE,
        MotifRefus.TRANSITION_IMPOSSIBLE: etat not in ETATS_A_L_HEURE
        and etat not in ETATS_CLOS
        and etat not in ETATS_POINTES
        and etat != EtatPresence.PLACE_PROPOSEE,
        MotifRefus.JOUR_PASSE: jour < aujourdhui,
        MotifRefus.HEURES_HORS_DELAI: jour >= aujourdhui and refuse and not attend,
        MotifRefus.HEURES_FACTUREES: facture,
    }
    tardifs = [] if attend else [effet for effet in effets if effet is not None]
    par_un_agent = etat == EtatPresence.ACCEPTEE and (
        not automatique or any(effet.nature == ApresDelai.AGENT for effet in tardifs)
    )
    return VerdictHeures(
        motifs=[motif for motif, vrai in constats.items() if vrai],
        limite=min((limite for limite in limites if limite is not None), default=None) if all(limites) else None,
        par_un_agent=par_un_agent,
        majoration=None if par_un_agent else next((une.majoration for une in tardifs if une.majoration), None),
    )
