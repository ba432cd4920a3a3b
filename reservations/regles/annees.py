"""A période of the next school year, from the one of this year: pure functions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

#: 52 weeks: a date moved by them falls on the same weekday.
UN_AN = timedelta(weeks=52)
SAMEDI = 5
#: Longer than that, a période is one of a school year; shorter, one of some weeks.
DUREE_D_UNE_ANNEE = timedelta(days=200)
ANNEE = re.compile(r"(?<!\d)20\d\d(?!\d)")
#: Holidays of one year and of the next begin within that time of each other, less 52 weeks.
ECART = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class Vacances:
    """School holidays, both days included."""

    libelle: str
    premier: date
    dernier: date


def nom_suivant(nom: str) -> str:
    """« CANTINE 2017-2018 » → « CANTINE 2018-2019 »; a name without a year gets none."""
    return ANNEE.sub(lambda trouvee: str(int(trouvee[0]) + 1), nom)


def dates_suivantes(du: date, au: date, vacances: Sequence[Vacances]) -> tuple[date, date]:
    """Return the dates of the same période a year later, on the calendar of that year.

    A school year goes from the first to the last day of class; holidays go to the same holidays; anything else moves
    by 52 weeks. Where the calendar does not know the next year, 52 weeks too.
    """
    if au - du >= DUREE_D_UNE_ANNEE:
        return annee_de_classe(du + UN_AN, vacances) or (du + UN_AN, au + UN_AN)
    siennes = next((v for v in vacances if v.premier <= au and du <= v.dernier and _dans(du, au, v)), None)
    if siennes is None:
        return du + UN_AN, au + UN_AN
    memes = next((v for v in vacances if v.libelle == siennes.libelle and _un_an_apres(siennes, v)), None)
    return bornes_ouvrees(memes) if memes else (du + UN_AN, au + UN_AN)


def _un_an_apres(avant: Vacances, apres: Vacances) -> bool:
    return abs(apres.premier - avant.premier - UN_AN) <= ECART


def _dans(du: date, au: date, vacances: Vacances) -> bool:
    """Is the période one of these holidays? A day of class on each side is of no account."""
    marge = timedelta(days=3)
    return vacances.premier - marge <= du and au <= vacances.dernier + marge


def annee_de_classe(rentree: date, vacances: Sequence[Vacances]) -> tuple[date, date] | None:
    """Return the first and last weekday of class of the school year that begins about that day."""
    ete = sorted(v.dernier for v in vacances if _est_l_ete(v) and abs(v.dernier - rentree) <= ECART)
    suivant = sorted(v.premier for v in vacances if _est_l_ete(v) and v.premier > rentree)
    if not ete or not suivant:
        return None
    return _en_semaine(ete[0] + timedelta(days=1), 1), _en_semaine(suivant[0] - timedelta(days=1), -1)


def bornes_ouvrees(vacances: Vacances) -> tuple[date, date]:
    """Return the first Monday-to-Friday day of some holidays, and the last."""
    return _en_semaine(vacances.premier, 1), _en_semaine(vacances.dernier, -1)


def _est_l_ete(vacances: Vacances) -> bool:
    return "été" in vacances.libelle.lower() or vacances.dernier - vacances.premier > timedelta(days=40)


def _en_semaine(jour: date, pas: int) -> date:
    while jour.weekday() >= SAMEDI:
        jour += timedelta(days=pas)
    return jour
