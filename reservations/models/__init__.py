"""Reservations, split by subject: the calendar, the offer, the requests, the absences, the rules to accept."""

from reservations.models.absence import DeclarationAbsence, MotifAbsence
from reservations.models.agenda import LienAgenda
from reservations.models.attribution import Attribution, LigneAttribution
from reservations.models.calendrier import JourFerme, RegleDelai, VacancesScolaires
from reservations.models.demande import ChoixBrouillon, Demande, EtapePresence, LigneDemande, Presence, Reservation
from reservations.models.fermeture import Fermeture, JourAnnule
from reservations.models.historique import LignePas, PasBrouillon
from reservations.models.offre import Accueil, Creneau, Etablissement, Periode, Prestation
from reservations.models.places import JourSalle, LienPrestation, Salle
from reservations.models.reglement import AcceptationReglement, Reglement, VersionReglement
from reservations.models.regles_particulieres import RegleParticuliere

__all__ = [
    "AcceptationReglement",
    "Accueil",
    "Attribution",
    "ChoixBrouillon",
    "Creneau",
    "DeclarationAbsence",
    "Demande",
    "Etablissement",
    "EtapePresence",
    "Fermeture",
    "JourAnnule",
    "JourFerme",
    "JourSalle",
    "LienAgenda",
    "LienPrestation",
    "LigneAttribution",
    "LigneDemande",
    "LignePas",
    "MotifAbsence",
    "PasBrouillon",
    "Periode",
    "Presence",
    "Prestation",
    "RegleDelai",
    "RegleParticuliere",
    "Reglement",
    "Reservation",
    "Salle",
    "VacancesScolaires",
    "VersionReglement",
]
