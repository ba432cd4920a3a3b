from enfants.models.enfant import Classe, Ecole, Enfant, EnfantQuerySet, Menu, PeriodeDeGarde, Rattachement
from enfants.models.entourage import Autorisation, PersonneAutorisee, TypeAutorisation
from enfants.models.sante import FicheSanitaire, LectureSante, Vaccin, Vaccination
from enfants.models.scolarite import PassageAnnee, Scolarite

__all__ = [
    "Autorisation",
    "Classe",
    "Ecole",
    "Enfant",
    "EnfantQuerySet",
    "FicheSanitaire",
    "LectureSante",
    "Menu",
    "PassageAnnee",
    "PeriodeDeGarde",
    "PersonneAutorisee",
    "Rattachement",
    "Scolarite",
    "TypeAutorisation",
    "Vaccin",
    "Vaccination",
]
