"""School years run from 1 September to 31 August."""

from datetime import date

SEPTEMBRE = 9
JUIN = 6


def annee_scolaire(jour: date) -> int:
    """Return the calendar year in which the school year of this day began: 2017 for 15/02/2018."""
    return jour.year if jour.month >= SEPTEMBRE else jour.year - 1


def fin_de_validite(jour: date) -> date:
    """Return the last day, included, for which what a family signs this day holds.

    It is 31 August; from 1 June on, families prepare the next school year, and what they sign holds for it too.
    """
    return date(annee_scolaire(jour) + (2 if JUIN <= jour.month < SEPTEMBRE else 1), 8, 31)
