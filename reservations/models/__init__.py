"""Reservations, split in three: the calendar, the offer, the requests."""

from reservations.models.agenda import LienAgenda
from reservations.models.calendrier import JourFerme, RegleDelai, VacancesScolaires
from reservations.models.demande import ChoixBrouillon, Demande, EtapePresence, LigneDemande, Presence, Reservation
from reservations.models.offre import Accueil, Creneau, Etablissement, Periode, Prestation

__all__ = [
    "Accueil",
    "ChoixBrouillon",
    "Creneau",
    "Demande",
    "Etablissement",
    "EtapePresence",
    "JourFerme",
    "LienAgenda",
    "LigneDemande",
    "Periode",
    "Presence",
    "Prestation",
    "RegleDelai",
    "Reservation",
    "VacancesScolaires",
]
