"""In whose charge a child is on a day, and who pays for it: pure functions over the links to its households."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from enfants.enums import Garde, GardeVacances, NatureConflit, ObstacleGarde
from portail.commun.dates import jours


@dataclass(frozen=True, slots=True)
class Conges:
    """School holidays: first and last day without class, both included."""

    premier: date
    dernier: date


@dataclass(frozen=True, slots=True)
class LienDeGarde:
    """A household's link to a child. All the bounds are included; ``payeur`` is another household, or nothing."""

    famille: int
    garde: str = Garde.TOUJOURS
    vacances: str = GardeVacances.COMME_D_HABITUDE
    du: date | None = None
    au: date | None = None
    dates: tuple[tuple[date, date], ...] = ()
    payeur: int | None = None

    def vaut(self, jour: date) -> bool:
        return (self.du is None or self.du <= jour) and (self.au is None or jour <= self.au)


@dataclass(frozen=True, slots=True)
class FoyerDuJour:
    #: The household in charge; nothing when there is none, or when several claim the day.
    foyer: int | None
    #: Whom the invoice of this day is for.
    payeur: int | None
    conflit: NatureConflit | None = None
    #: Every household that has the day.
    candidats: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Conflit:
    """Days in a row, both included, that nobody has or that several households have."""

    du: date
    au: date
    nature: NatureConflit
    familles: tuple[int, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class GardeDuFoyer:
    """The custody of one child as one household meets it; it never tells who the other household is."""

    famille: int
    liens: tuple[LienDeGarde, ...]
    vacances: tuple[Conges, ...] = ()

    def obstacle(self, jour: date) -> ObstacleGarde | None:
        """Tell why this household may not book that day; a day that nobody has, or that it claims too, stays open."""
        if not any(lien.famille == self.famille and lien.vaut(jour) for lien in self.liens):
            return ObstacleGarde.SANS_LIEN
        candidats = foyer_responsable(self.liens, jour, self.vacances).candidats
        return ObstacleGarde.AUTRE_FOYER if candidats and self.famille not in candidats else None

    def conteste(self, jour: date) -> bool:
        """Do several households claim that day, this one among them?"""
        candidats = foyer_responsable(self.liens, jour, self.vacances).candidats
        return len(candidats) > 1 and self.famille in candidats

    def payeur(self, jour: date) -> int:
        """Return who pays what this household books that day: itself, or the household named on its link."""
        liens = [lien for lien in self.liens if lien.famille == self.famille and lien.vaut(jour)]
        return next((lien.payeur for lien in liens if lien.payeur), self.famille)


def foyer_responsable(liens: Sequence[LienDeGarde], jour: date, vacances: Iterable[Conges]) -> FoyerDuJour:
    """Return the household in charge that day and the one that pays.

    Dates agreed one by one come before the sharing of the holidays, which comes before the rhythm of the weeks.
    A household alone that has the child every other week is no conflict: the rest of the time is simply not here.
    """
    actifs = [lien for lien in liens if lien.vaut(jour)]
    convenus = [lien for lien in actifs if any(du <= jour <= au for du, au in lien.dates)]
    conges = next((conges for conges in vacances if conges.premier <= jour <= conges.dernier), None)
    presents = convenus or [lien for lien in actifs if _a_la_garde(lien, jour, conges)]
    candidats = tuple(lien.famille for lien in presents)
    if len(presents) == 1:
        lien = presents[0]
        return FoyerDuJour(lien.famille, lien.payeur or lien.famille, candidats=candidats)
    if presents:
        return FoyerDuJour(None, None, NatureConflit.PLUSIEURS, candidats)
    return FoyerDuJour(None, None, NatureConflit.PERSONNE if len(actifs) > 1 else None)


def conflits(liens: Sequence[LienDeGarde], du: date, au: date, vacances: Sequence[Conges]) -> list[Conflit]:
    """Return the disagreements between the links from ``du`` to ``au`` included, days in a row put together."""
    trouves: list[Conflit] = []
    for jour in jours(du, au):
        etat = foyer_responsable(liens, jour, vacances)
        if etat.conflit is None:
            continue
        precedent = trouves[-1] if trouves else None
        if (
            precedent
            and (jour - precedent.au).days == 1
            and (precedent.nature, precedent.familles) == (etat.conflit, etat.candidats)
        ):
            trouves[-1] = Conflit(precedent.du, jour, etat.conflit, etat.candidats)
        else:
            trouves.append(Conflit(jour, jour, etat.conflit, etat.candidats))
    return trouves


def _a_la_garde(lien: LienDeGarde, jour: date, conges: Conges | None) -> bool:
    if conges is not None and lien.vacances != GardeVacances.COMME_D_HABITUDE:
        return _premiere_moitie(conges, jour) == _veut_la_premiere(lien.vacances, conges)
    if lien.garde == Garde.TOUJOURS:
        return True
    if lien.garde == Garde.DATES:
        return False
    semaine_paire = jour.isocalendar().week % 2 == 0
    return semaine_paire == (lien.garde == Garde.SEMAINES_PAIRES)


def _premiere_moitie(conges: Conges, jour: date) -> bool:
    """Tell whether the day is in the first half; of an odd number of days, the middle one is."""
    nombre = (conges.dernier - conges.premier).days + 1
    return (jour - conges.premier).days < (nombre + 1) // 2


def _veut_la_premiere(vacances: str, conges: Conges) -> bool:
    """The parity is that of the year in which the holidays begin: those of Christmas 2026 are of an even year."""
    annee_paire = conges.premier.year % 2 == 0
    return {
        GardeVacances.PREMIERE_MOITIE: True,
        GardeVacances.SECONDE_MOITIE: False,
        GardeVacances.PREMIERE_ANNEES_PAIRES: annee_paire,
        GardeVacances.PREMIERE_ANNEES_IMPAIRES: not annee_paire,
    }[GardeVacances(vacances)]
