"""Booking rules: pure functions, values in, values out."""

from reservations.regles.delais import Calendrier, Delai, date_limite
from reservations.regles.jours import FenetreDeReservation, JourDemande, ReglesDePeriode, motifs_de_refus
from reservations.regles.rythme import Consigne
from reservations.regles.transitions import changement_de_places, est_permise

__all__ = [
    "Calendrier",
    "Consigne",
    "Delai",
    "FenetreDeReservation",
    "JourDemande",
    "ReglesDePeriode",
    "changement_de_places",
    "date_limite",
    "est_permise",
    "motifs_de_refus",
]
