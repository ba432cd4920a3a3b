"""Rules about children: pure functions."""

from enfants.regles.annee import annee_scolaire, fin_de_validite
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
    "Exigence",
    "ReponseVaccin",
    "annee_scolaire",
    "bilan_vaccinal",
    "concerne",
    "etat_vaccin",
    "fin_de_tolerance",
    "fin_de_validite",
]
