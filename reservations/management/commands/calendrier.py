"""Fill the calendar: public holidays and school holidays of the town's zone. Staff edit the rows afterwards."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from reservations.enums import NatureJourFerme
from reservations.models import JourFerme, VacancesScolaires

UN_JOUR = timedelta(days=1)
JEUDI, MARDI = 3, 1
#: Holidays of one summer and the next never touch; a gap of more than a day is another holiday.
TERRITOIRES = {
    "metropole": None,
    "alsace-moselle": "6AE",
    "guadeloupe": "971",
    "martinique": "972",
    "guyane": "973",
    "la-reunion": "974",
    "mayotte": "976",
}


class Command(BaseCommand):
    help = "Remplit les jours fériés et les vacances scolaires ; ce qui existe déjà n’est pas modifié."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--zone", default="B", choices=["A", "B", "C"], help="zone de vacances scolaires")
        parser.add_argument("--annees", required=True, help="années civiles, par exemple 2017-2028 ou 2026")
        parser.add_argument("--territoire", default="metropole", choices=TERRITOIRES)
        parser.add_argument(
            "--ponts",
            action="store_true",
            help="ajoute les ponts : vendredi après un jeudi férié, lundi avant un mardi",
        )

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        annees = lire_annees(options["annees"])
        feries = jours_feries(annees, TERRITOIRES[options["territoire"]])
        lignes = [
            JourFerme(jour=jour, libelle=libelle[:80], nature=NatureJourFerme.FERIE) for jour, libelle in feries.items()
        ]
        if options["ponts"]:
            lignes += [JourFerme(jour=jour, libelle="Pont", nature=NatureJourFerme.PONT) for jour in ponts(feries)]
        avant = JourFerme.objects.count(), VacancesScolaires.objects.count()
        JourFerme.objects.bulk_create(lignes, ignore_conflicts=True)
        VacancesScolaires.objects.bulk_create(vacances(annees, options["zone"]), ignore_conflicts=True)
        self.stdout.write(
            f"{JourFerme.objects.count() - avant[0]} jours fermés et "
            f"{VacancesScolaires.objects.count() - avant[1]} vacances scolaires ajoutés."
        )


def lire_annees(texte: str) -> range:
    """Read « 2017-2028 » or « 2026 »; raise ``CommandError`` for anything else."""
    debut, _, fin = texte.partition("-")
    try:
        annees = range(int(debut), int(fin or debut) + 1)
    except ValueError as erreur:
        msg = "--annees s’écrit 2017-2028 ou 2026."
        raise CommandError(msg) from erreur
    if not annees or annees.start < 2000 or annees.stop > 2101:  # noqa: PLR2004 - years that the package knows
        msg = "--annees va d’une année à une autre, entre 2000 et 2100."
        raise CommandError(msg)
    return annees


def jours_feries(annees: range, subdivision: str | None) -> dict[date, str]:
    # The package costs 0.4 s and 45 MB to import: only this command pays for it.
    import holidays  # noqa: PLC0415

    feries = holidays.country_holidays("FR", subdiv=subdivision, years=annees, language="fr")
    return {jour: nom.replace("'", "’") for jour, nom in feries.items()}


def ponts(feries: Mapping[date, str]) -> list[date]:
    """Return the single worked days between a public holiday and a week-end."""
    apres_jeudi = [jour + UN_JOUR for jour in feries if jour.weekday() == JEUDI]
    avant_mardi = [jour - UN_JOUR for jour in feries if jour.weekday() == MARDI]
    return sorted(jour for jour in [*apres_jeudi, *avant_mardi] if jour not in feries)


def vacances(annees: range, zone: str) -> list[VacancesScolaires]:
    """Return the school holidays that overlap these years, whole: a winter holiday is not cut by New Year."""
    import holidays  # noqa: PLC0415

    elargies = range(annees.start - 1, annees.stop + 1)
    jours = holidays.country_holidays("FR", subdiv=f"Zone {zone}", years=elargies, language="fr", categories="school")
    retenues = []
    for libelle, premier, dernier in suites(sorted(jours.items())):
        if premier.year < annees.stop and dernier.year >= annees.start:
            retenues.append(VacancesScolaires(libelle=libelle[:80], premier_jour=premier, dernier_jour=dernier))
    return retenues


def suites(jours: Iterable[tuple[date, str]]) -> list[tuple[str, date, date]]:
    """Group consecutive days that bear the same name."""
    groupes: list[tuple[str, date, date]] = []
    for jour, libelle in jours:
        if groupes and groupes[-1][0] == libelle and groupes[-1][2] == jour - UN_JOUR:
            groupes[-1] = (libelle, groupes[-1][1], jour)
        else:
            groupes.append((libelle, jour, jour))
    return groupes
