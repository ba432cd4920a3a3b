"""Booking rules: pure functions, values in, values out."""

from reservations.regles.acces import Candidat, Conditions, motifs_d_acces
from reservations.regles.delais import Calendrier, Delai, date_limite
from reservations.regles.jours import FenetreDeReservation, JourDemande, ReglesDePeriode, motifs_de_refus
from reservations.regles.regimes import EffetTardif, Majoration, Particularite, Regime
from reservations.regles.rythme import Consigne
from reservations.regles.transitions import changement_de_places, est_permise

__all__ = [
    "Calendrier",
    "Candidat",
    "Conditions",
    "Consigne",
    "Delai",
    "EffetTardif",
    "FenetreDeReservation",
    "JourDemande",
    "Majoration",
    "Particularite",
    "Regime",
    "ReglesDePeriode",
    "changement_de_places",
    "date_limite",
    "est_permise",
    "motifs_d_acces",
    "motifs_de_refus",
]
