"""Deadlines: pure functions, without a database or a clock.

Source: the town's règlement intérieur; vocabulary of days of the Code du travail (ouvrés, ouvrables) and of
procedure (jours francs). Everything is Europe/Paris wall clock, right on both sides of a clock change; the bound is
included.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from portail.commun.dates import instant
from reservations.enums import GenreDelai, SiLimiteFermee, TypeJours

UN_JOUR = timedelta(days=1)
UNE_MINUTE = timedelta(minutes=1)
DIMANCHE = 6
SAMEDI = 5
JOURS_DE_CLASSE = frozenset({0, 1, 3, 4})
MOIS_PAR_AN = 12
#: A calendar without a single day that counts is a fault of set-up: give up rather than walk back for ever.
RECUL_MAXIMAL = timedelta(days=1000)


@dataclass(frozen=True, slots=True)
class Delai:
    """One rule. ``nombre`` counts days, hours, weeks or months according to ``genre``; unused fields are ignored.

    Hours are those of the days that ``type_jours`` counts: « 72 h hors samedi et dimanche » are hours of worked days.
    """

    nombre: int
    type_jours: TypeJours
    #: Limit hour, included; for ``HEURES``, hour of the service from which the hours are counted back.
    heure: time
    genre: GenreDelai = GenreDelai.JOURS
    #: Whole days between the two dates, neither end counted.
    francs: bool = False
    #: 0 = Monday, of the weekday on which the limit falls (``SEMAINE``).
    jour_semaine: int = 0
    #: (weekday wanted, weekday of the limit, hour): the last such weekday before the day wanted (``TABLEAU``).
    tableau: tuple[tuple[int, int, time], ...] = ()
    date_fixe: date | None = None
    si_fermee: SiLimiteFermee = SiLimiteFermee.GARDER


@dataclass(frozen=True, slots=True)
class Calendrier:
    """Days on which the town hall does not work, and school holidays, as of the range that the caller loaded."""

    jours_fermes: frozenset[date]
    vacances: frozenset[date] = frozenset()
    #: Among the closed days, those that are no public holiday: they stay « ouvrables » (Code du travail).
    non_feries: frozenset[date] = frozenset()
    #: Among the closed days, those on which only the town hall closes: children are at school.
    mairie_seule: frozenset[date] = frozenset()

    def compte(self, jour: date, type_jours: TypeJours) -> bool:
        """Tell whether a day is one that this kind of deadline counts."""
        ferme = jour in self.jours_fermes
        if type_jours == TypeJours.CALENDAIRES:
            return True
        if type_jours == TypeJours.SCOLAIRES:
            classe = jour.weekday() in JOURS_DE_CLASSE and jour not in self.vacances
            return classe and (not ferme or jour in self.mairie_seule)
        if type_jours == TypeJours.OUVRABLES:
            return jour.weekday() < DIMANCHE and (not ferme or jour in self.non_feries)
        return jour.weekday() < SAMEDI and not ferme


def date_limite(
    jour: date, delai: Delai, calendrier: Calendrier, *, debut_periode: date | None = None
) -> datetime | None:
    """Return the last instant (included) to book or cancel ``jour``; None when the rule never lets it be.

    When the clock shows that hour twice, the second time is meant: nobody is late before the clock says so.
    """
    brute = CALCULS[delai.genre](jour, delai, calendrier, debut_periode)
    if brute is None:
        return None
    if delai.si_fermee == SiLimiteFermee.RECULER:
        brute = datetime.combine(_reculer_si_ferme(brute.date(), calendrier), brute.time())
    limite = instant(brute.date(), brute.time())
    seconde_fois = limite.replace(fold=1)
    return seconde_fois if _utc(seconde_fois) > _utc(limite) else limite


def _utc(un: datetime) -> datetime:
    return un.astimezone(UTC)


def _reculer(jour: date, nombre: int, type_jours: TypeJours, calendrier: Calendrier) -> date:
    depart = jour
    while nombre > 0 and depart - jour < RECUL_MAXIMAL:
        jour -= UN_JOUR
        nombre -= calendrier.compte(jour, type_jours)
    return jour


def _reculer_si_ferme(jour: date, calendrier: Calendrier) -> date:
    depart = jour
    while not calendrier.compte(jour, TypeJours.OUVRES) and depart - jour < RECUL_MAXIMAL:
        jour -= UN_JOUR
    return jour


def _jours_avant(jour: date, delai: Delai, calendrier: Calendrier, debut: date | None) -> datetime:
    nombre = delai.nombre + delai.francs
    return datetime.combine(_reculer(jour, nombre, delai.type_jours, calendrier), delai.heure)


def _heures_avant(jour: date, delai: Delai, calendrier: Calendrier, debut: date | None) -> datetime:
    """Count hours of the wall clock; midnight is said 23 h 59 of the day before, since the bound is included."""
    depart, reste = jour, timedelta(hours=delai.nombre)
    #: Hours of the day that is looked at, before the service or before midnight.
    heures = timedelta(hours=delai.heure.hour, minutes=delai.heure.minute)
    while reste and depart - jour < RECUL_MAXIMAL:
        if calendrier.compte(jour, delai.type_jours):
            if reste <= heures:
                break
            reste -= heures
        jour, heures = jour - UN_JOUR, UN_JOUR
    limite = datetime.combine(jour, time()) + heures - reste
    return limite - UNE_MINUTE if limite.time() == time() else limite


def _semaine_precedente(jour: date, delai: Delai, calendrier: Calendrier, debut: date | None) -> datetime:
    lundi = jour - timedelta(days=jour.weekday(), weeks=delai.nombre)
    return datetime.combine(lundi + timedelta(days=delai.jour_semaine), delai.heure)


def _selon_le_tableau(jour: date, delai: Delai, calendrier: Calendrier, debut: date | None) -> datetime | None:
    for voulu, limite, heure in delai.tableau:
        if voulu == jour.weekday():
            ecart = (jour.weekday() - limite) % 7 or 7
            return datetime.combine(jour - timedelta(days=ecart), heure)
    return None


def _date_fixe(jour: date, delai: Delai, calendrier: Calendrier, debut: date | None) -> datetime | None:
    return None if delai.date_fixe is None else datetime.combine(delai.date_fixe, delai.heure)


def _avant_la_periode(jour: date, delai: Delai, calendrier: Calendrier, debut: date | None) -> datetime:
    return _jours_avant(jour if debut is None else debut, delai, calendrier, None)


def _mois_avant_la_periode(jour: date, delai: Delai, calendrier: Calendrier, debut: date | None) -> datetime:
    return datetime.combine(mois_avant(jour if debut is None else debut, delai.nombre), delai.heure)


def _jamais(jour: date, delai: Delai, calendrier: Calendrier, debut: date | None) -> None:
    return None


def mois_avant(jour: date, nombre: int) -> date:
    """Return the same day of an earlier month, or its last day when it is shorter."""
    annee, mois = divmod(jour.year * MOIS_PAR_AN + jour.month - 1 - nombre, MOIS_PAR_AN)
    suivant = date(annee + (mois + 1) // MOIS_PAR_AN, (mois + 1) % MOIS_PAR_AN + 1, 1)
    return min(date(annee, mois + 1, 1) + timedelta(days=jour.day - 1), suivant - UN_JOUR)


CALCULS: dict[GenreDelai, Callable[[date, Delai, Calendrier, date | None], datetime | None]] = {
    GenreDelai.JOURS: _jours_avant,
    GenreDelai.HEURES: _heures_avant,
    GenreDelai.SEMAINE: _semaine_precedente,
    GenreDelai.TABLEAU: _selon_le_tableau,
    GenreDelai.DATE: _date_fixe,
    GenreDelai.PERIODE: _avant_la_periode,
    GenreDelai.MOIS: _mois_avant_la_periode,
    GenreDelai.JAMAIS: _jamais,
}
