"""Compulsory vaccinations, by birth date and age (code de la santé publique, L. 3111-2, R. 3111-2 and R. 3111-8)."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from enfants.enums import EtatVaccin, EtatVaccinal
from portail.commun.dates import MOIS_PAR_AN, age

#: A child who lacks a dose is admitted provisionally (R. 3111-8).
TOLERANCE_MOIS = 3


@dataclass(frozen=True, slots=True)
class Exigence:
    """One dose. Bounds of birth dates are included; ``age_mois`` is the age from which the dose is due."""

    code: str
    obligatoire: bool
    nes_du: date | None = None
    nes_au: date | None = None
    age_mois: int = 0


@dataclass(frozen=True, slots=True)
class ReponseVaccin:
    effectue: bool = False
    contre_indication: bool = False


@dataclass(frozen=True, slots=True)
class BilanVaccinal:
    etat: EtatVaccinal
    #: Codes of the compulsory doses that are due and missing.
    manquants: list[str] = field(default_factory=list)
    #: Last day, included, of a provisional admission.
    jusqu_au: date | None = None

    @property
    def precision(self) -> str:
        return f"jusqu’au {self.jusqu_au:%d/%m/%Y}" if self.jusqu_au else ""


def concerne(exigence: Exigence, naissance: date) -> bool:
    """Tell whether the line is shown for this birth date: of the others no proof may be asked."""
    return (exigence.nes_du is None or naissance >= exigence.nes_du) and (
        exigence.nes_au is None or naissance <= exigence.nes_au
    )


def etat_vaccin(exigence: Exigence, reponse: ReponseVaccin, naissance: date, jour: date) -> EtatVaccin:
    if reponse.effectue:
        return EtatVaccin.FAIT
    if reponse.contre_indication:
        return EtatVaccin.CONTRE_INDIQUE
    if not exigence.obligatoire:
        return EtatVaccin.FACULTATIF
    ans, mois = age(naissance, jour)
    return EtatVaccin.A_FAIRE if ans * MOIS_PAR_AN + mois >= exigence.age_mois else EtatVaccin.PLUS_TARD


def bilan_vaccinal(
    exigences: Iterable[Exigence],
    reponses: Mapping[str, ReponseVaccin],
    *,
    naissance: date,
    jour: date,
    admis_le: date | None,
) -> BilanVaccinal:
    """Say whether the child may be received: up to date, provisionally for three months from admission, or not."""
    manquants = [
        exigence.code
        for exigence in exigences
        if concerne(exigence, naissance)
        and etat_vaccin(exigence, reponses.get(exigence.code, ReponseVaccin()), naissance, jour) == EtatVaccin.A_FAIRE
    ]
    if not manquants:
        return BilanVaccinal(EtatVaccinal.A_JOUR)
    if admis_le is not None and jour <= (fin := fin_de_tolerance(admis_le)):
        return BilanVaccinal(EtatVaccinal.PROVISOIRE, manquants, fin)
    return BilanVaccinal(EtatVaccinal.MANQUANT, manquants)


def fin_de_tolerance(admis_le: date) -> date:
    """Return the last day, included, of the three months: 30/11 gives 28/02, or 29/02 in a leap year."""
    annee, mois = divmod(admis_le.month - 1 + TOLERANCE_MOIS, MOIS_PAR_AN)
    annee += admis_le.year
    return date(annee, mois + 1, min(admis_le.day, calendar.monthrange(annee, mois + 1)[1]))
