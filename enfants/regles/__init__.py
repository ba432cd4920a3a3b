"""Rules about children: pure functions."""

from enfants.regles.annee import annee_scolaire, fin_de_validite
from enfants.regles.autorisations import accord_effectif
from enfants.regles.garde import Conflit, Conges, FoyerDuJour, GardeDuFoyer, LienDeGarde, conflits, foyer_responsable
from enfants.regles.scolarite import libelle_annee, niveau_suivant
from enfants.regles.vaccins import (
    BilanVaccinal,
    Exigence,
    ReponseVaccin,
    bilan_vaccinal,
    concerne,
    etat_vaccin,
    fin_de_tolerance,
)

__all__ = [
    "BilanVaccinal",
    "Conflit",
    "Conges",
    "Exigence",
    "FoyerDuJour",
    "GardeDuFoyer",
    "LienDeGarde",
    "ReponseVaccin",
    "accord_effectif",
    "annee_scolaire",
    "bilan_vaccinal",
    "concerne",
    "conflits",
    "etat_vaccin",
    "fin_de_tolerance",
    "fin_de_validite",
    "foyer_responsable",
    "libelle_annee",
    "niveau_suivant",
]
