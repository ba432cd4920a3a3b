from enfants.models.enfant import Ecole, Enfant, EnfantQuerySet, Menu, Rattachement
from enfants.models.entourage import Autorisation, PersonneAutorisee, TypeAutorisation
from enfants.models.sante import FicheSanitaire, LectureSante, Vaccin, Vaccination

__all__ = [
    "Autorisation",
    "Ecole",
    "Enfant",
    "EnfantQuerySet",
    "FicheSanitaire",
    "LectureSante",
    "Menu",
    "PersonneAutorisee",
    "Rattachement",
    "TypeAutorisation",
    "Vaccin",
    "Vaccination",
]
