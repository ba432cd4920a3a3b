"""The calendar of the town: closed days, school holidays of zone B, school years."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from portail.commun.dates import SAMEDI, jours
from reservations.enums import NatureJourFerme
from reservations.models import JourFerme, VacancesScolaires

SEPTEMBRE = 9
UN_JOUR = timedelta(days=1)


def ecrire_le_calendrier(annees: Iterable[int]) -> None:
    """Write the closed days and the school holidays of these civil years."""
    import holidays  # noqa: PLC0415 - costs 0.4 s and 45 MB: only for the command that needs it

    annees = list(annees)
    feries = holidays.country_holidays("FR", years=annees, language="fr")
    classe = holidays.country_holidays("FR", subdiv="Zone B", years=annees, language="fr", categories=("school",))
    fermes = [
        JourFerme(jour=jour, libelle=libelle.replace("'", "’"), nature=NatureJourFerme.FERIE)
        for jour, libelle in sorted(feries.items())
    ]
    ponts = [jour + UN_JOUR for jour, libelle in sorted(feries.items()) if libelle == "Ascension"]
    fermes += [
        JourFerme(jour=jour, libelle="Pont de l’Ascension", nature=NatureJourFerme.PONT)
        for jour in ponts
        if jour not in feries
    ]
    JourFerme.objects.bulk_create(fermes, ignore_conflicts=True)
    VacancesScolaires.objects.bulk_create(_plages(sorted(classe.items())), ignore_conflicts=True)


def _plages(jours_sans_classe: list[tuple[date, str]]) -> list[VacancesScolaires]:
    """Gather days that follow each other under the same name."""
    plages: list[VacancesScolaires] = []
    for jour, libelle in jours_sans_classe:
        libelle = libelle.replace("'", "’")  # noqa: PLW2901 - typography of the town
        if plages and plages[-1].libelle == libelle and plages[-1].dernier_jour == jour - UN_JOUR:
            plages[-1].dernier_jour = jour
        else:
            plages.append(VacancesScolaires(libelle=libelle, premier_jour=jour, dernier_jour=jour))
    return plages


@dataclass(frozen=True)
class Calendrier:
    """What is written in the database, read once."""

    fermes: frozenset[date]
    vacances: tuple[VacancesScolaires, ...]

    @classmethod
    def lu(cls) -> Calendrier:
        return cls(
            frozenset(JourFerme.objects.values_list("jour", flat=True)),
            tuple(VacancesScolaires.objects.order_by("premier_jour")),
        )

    @cached_property
    def sans_classe(self) -> frozenset[date]:
        return frozenset(jour for plage in self.vacances for jour in jours(plage.premier_jour, plage.dernier_jour))

    def jours_de_classe(self, du: date, au: date, semaine: Iterable[int]) -> list[date]:
        """List the school days of a range that fall on these weekdays (0 = Monday)."""
        voulus = frozenset(semaine)
        return [
            jour
            for jour in jours(du, au)
            if jour.weekday() in voulus and jour not in self.fermes and jour not in self.sans_classe
        ]

    def jours_de_vacances(self, du: date, au: date) -> list[date]:
        """List the weekdays of a range on which a holiday centre opens."""
        return [jour for jour in jours(du, au) if jour.weekday() < SAMEDI and jour not in self.fermes]

    def annee_scolaire(self, debut: int) -> tuple[date, date]:
        """Return the first and the last day of class of the school year that starts in ``debut``."""
        ete = [plage for plage in self.vacances if "été" in plage.libelle]
        rentree = next(plage.dernier_jour for plage in ete if plage.premier_jour.year == debut) + UN_JOUR
        while rentree.weekday() >= SAMEDI:
            rentree += UN_JOUR
        return rentree, next(plage.premier_jour for plage in ete if plage.premier_jour.year == debut + 1) - UN_JOUR


def annee_scolaire_de(jour: date) -> int:
    """Return the civil year in which the school year of this day started; it changes on 1 September."""
    return jour.year if jour.month >= SEPTEMBRE else jour.year - 1


def mois_plus(jour: date, nombre: int) -> date:
    """Return the first day of the month ``nombre`` months away from that of ``jour``."""
    annee, mois = divmod(jour.year * 12 + jour.month - 1 + nombre, 12)
    return date(annee, mois + 1, 1)


#: Bills leave on that day of the month that follows, or the next weekday.
JOUR_D_EMISSION = 6


def emission_du_mois(mois: date) -> date:
    """Return the day on which the month that starts on ``mois`` is billed."""
    jour = mois_plus(mois, 1).replace(day=JOUR_D_EMISSION)
    while jour.weekday() >= SAMEDI:
        jour += UN_JOUR
    return jour


def mois_factures(jour: date, nombre: int) -> list[date]:
    """List, of the ``nombre`` months before this one, those whose bills have left before ``jour``; oldest first."""
    mois = [mois_plus(jour, -recul) for recul in range(nombre, 0, -1)]
    return [debut for debut in mois if emission_du_mois(debut) < jour]
