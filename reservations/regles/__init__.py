"""Booking rules: pure functions, values in, values out."""

from reservations.regles.acces import Candidat, Conditions, motifs_d_acces
from reservations.regles.combinaisons import Journee, Liens, completer, refus_de_la_journee
from reservations.regles.delais import Calendrier, Delai, date_limite
from reservations.regles.heures import demi_heures_commencees, heures_admises
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
    "Journee",
    "Liens",
    "ReglesDePeriode",
    "changement_de_places",
    "completer",
    "date_limite",
    "demi_heures_commencees",
    "est_permise",
    "motifs_d_acces",
    "heures_admises",
    "motifs_de_refus",
    "refus_de_la_journee",
]
