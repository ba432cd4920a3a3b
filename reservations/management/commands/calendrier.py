"""Fill the calendar: public holidays and school holidays of the town. Staff edit the rows afterwards."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from reservations.calendrier_scolaire import FichierIllisible, borner, lire_le_fichier
from reservations.enums import NatureJourFerme
from reservations.models import JourFerme, VacancesScolaires
from reservations.regles.annees import Vacances

UN_JOUR = timedelta(days=1)
JEUDI, MARDI = 3, 1
#: Where public holidays are those of metropole, with more: codes of the package.
TERRITOIRES = {
    "metropole": None,
    "alsace-moselle": "6AE",
    "guadeloupe": "971",
    "martinique": "972",
    "guyane": "973",
    "la-reunion": "974",
    "mayotte": "976",
    "saint-martin": "MF",
    "saint-barthelemy": "BL",
    "saint-pierre-et-miquelon": "PM",
    "nouvelle-caledonie": "NC",
    "polynesie-francaise": "PF",
    "wallis-et-futuna": "WF",
}
EN_METROPOLE = {"metropole", "alsace-moselle"}
#: Days that the law does not give, kept by custom on these islands.
USAGES_LOCAUX = {
    "guadeloupe": {"Mi-Carême", "Vendredi saint", "Fête de Victor Schoelcher"},
    "martinique": {"Fête de Victor Schoelcher"},
    "saint-martin": {"Fête de Victor Schoelcher"},
}
#: Zones whose calendars are in the package, with the last one published: arrêté of 21 July 2026, school year 2027-2028.
ZONES_CONNUES = ("A", "B", "C")
PREMIERE_ANNEE, DERNIERE_ANNEE = 2017, 2028
#: The return of September 2028 is not published: its summer is written until then.
FIN_DU_CALENDRIER = date(2028, 8, 31)
#: Zones of the ministry's file.
ZONES_DU_FICHIER = {
    "corse": "Corse",
    "guadeloupe": "Guadeloupe",
    "guyane": "Guyane",
    "martinique": "Martinique",
    "mayotte": "Mayotte",
    "la-reunion": "Réunion",
    "saint-martin": "Saint-Martin",
    "saint-barthelemy": "Saint-Barthélemy",
    "saint-pierre-et-miquelon": "Saint Pierre et Miquelon",
    "nouvelle-caledonie": "Nouvelle Calédonie",
    "polynesie-francaise": "Polynésie",
    "wallis-et-futuna": "Wallis et Futuna",
}


class Command(BaseCommand):
    help = "Remplit les jours fériés et les vacances scolaires ; ce qui existe déjà n’est pas modifié."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--annees", required=True, help="années civiles, par exemple 2017-2028 ou 2026")
        parser.add_argument(
            "--territoire", default="metropole", choices=TERRITOIRES, help="jours fériés de ce territoire"
        )
        parser.add_argument(
            "--zone",
            choices=[*ZONES_CONNUES, *ZONES_DU_FICHIER],
            help="zone de vacances scolaires (B par défaut en métropole) ; hors A, B et C, il faut --fichier",
        )
        parser.add_argument(
            "--fichier",
            help="calendrier scolaire du ministère, en CSV, tel que data.education.gouv.fr le donne (Corse, outre-mer)",
        )
        parser.add_argument(
            "--ponts",
            action="store_true",
            help="ajoute les ponts de la mairie : vendredi après un jeudi férié, lundi avant un mardi ; "
            "les accueils restent ouverts",
        )
        parser.add_argument(
            "--usages",
            action="store_true",
            help="ajoute les jours chômés par usage local (Antilles), que la loi ne donne pas",
        )

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        annees = lire_annees(options["annees"])
        territoire = options["territoire"]
        feries, usages = jours_feries(annees, territoire)
        if options["usages"]:
            feries |= usages
        lignes = [
            JourFerme(jour=jour, libelle=libelle[:80], nature=NatureJourFerme.FERIE) for jour, libelle in feries.items()
        ]
        if options["ponts"]:
            lignes += [
                JourFerme(jour=jour, libelle="Pont", nature=NatureJourFerme.PONT, ferme_les_accueils=False)
                for jour in ponts(feries)
            ]
        avant = JourFerme.objects.count(), VacancesScolaires.objects.count()
        JourFerme.objects.bulk_create(lignes, ignore_conflicts=True)
        trouvees, remarques = self._vacances(annees, options)
        VacancesScolaires.objects.bulk_create(
            [
                VacancesScolaires(libelle=une.libelle[:80], premier_jour=une.premier, dernier_jour=une.dernier)
                for une in trouvees
            ],
            ignore_conflicts=True,
        )
        self.stdout.write(
            f"{JourFerme.objects.count() - avant[0]} jours fermés et "
            f"{VacancesScolaires.objects.count() - avant[1]} vacances scolaires ajoutés."
        )
        if usages and not options["usages"]:
            noms = ", ".join(sorted(set(usages.values())))
            remarques.append(f"Jours d’usage local non ajoutés ({noms}) : l’option --usages les ajoute.")
        if territoire == "alsace-moselle":
            remarques.append(
                "Le Vendredi saint n’est férié que dans les communes qui ont un temple protestant ou une église "
                "mixte : ailleurs, supprimez-le dans la gestion."
            )
        for une in remarques:
            self.stdout.write(une)

    def _vacances(self, annees: range, options: Mapping[str, Any]) -> tuple[list[Vacances], list[str]]:
        """Return what is known of the school holidays, and what has to be said of what is not."""
        zone = options["zone"] or ("B" if options["territoire"] in EN_METROPOLE else options["territoire"])
        if options["fichier"]:
            return self._du_fichier(annees, options["fichier"], ZONES_DU_FICHIER.get(zone, f"Zone {zone}"))
        if zone in ZONES_CONNUES:
            return vacances(annees, zone), remarques_sur_les_annees(annees, zone)
        return [], [
            f"Aucunes vacances scolaires ajoutées : le calendrier de « {ZONES_DU_FICHIER[zone]} » est fixé par son "
            "académie. Donnez le fichier du ministère avec --fichier, ou écrivez-les dans la gestion."
        ]

    def _du_fichier(self, annees: range, chemin: str, zone: str) -> tuple[list[Vacances], list[str]]:
        try:
            lu = lire_le_fichier(Path(chemin).read_text(encoding="utf-8-sig"), zone)
        except (OSError, UnicodeDecodeError) as erreur:
            msg = f"Le fichier {chemin} ne se lit pas."
            raise CommandError(msg) from erreur
        except FichierIllisible as erreur:
            raise CommandError(str(erreur)) from erreur
        trouvees = borner(lu.vacances, annees)
        remarques = [f"Retour non publié, à écrire dans la gestion : {', '.join(lu.sans_retour)}."]
        return trouvees, remarques if lu.sans_retour else []


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


def jours_feries(annees: range, territoire: str) -> tuple[dict[date, str], dict[date, str]]:
    """Return the public holidays that the law gives to a territory, then those that only its custom keeps."""
    # The package costs 0.4 s and 45 MB to import: only this command pays for it.
    import holidays  # noqa: PLC0415

    lus = holidays.country_holidays("FR", subdiv=TERRITOIRES[territoire], years=annees, language="fr")
    locaux = USAGES_LOCAUX.get(territoire, set())
    noms = {jour: nom.replace("'", "’") for jour, nom in lus.items()}
    usages = {jour: nom for jour, nom in noms.items() if nom in locaux}
    return {jour: nom for jour, nom in noms.items() if jour not in usages}, usages


def ponts(feries: Mapping[date, str]) -> list[date]:
    """Return the single worked days between a public holiday and a week-end."""
    apres_jeudi = [jour + UN_JOUR for jour in feries if jour.weekday() == JEUDI]
    avant_mardi = [jour - UN_JOUR for jour in feries if jour.weekday() == MARDI]
    return sorted(jour for jour in [*apres_jeudi, *avant_mardi] if jour not in feries)


def vacances(annees: range, zone: str) -> list[Vacances]:
    """Return the published school holidays that overlap these years; none is guessed beyond them."""
    import holidays  # noqa: PLC0415

    connues = range(max(annees.start - 1, PREMIERE_ANNEE), min(annees.stop, DERNIERE_ANNEE) + 1)
    jours = holidays.country_holidays("FR", subdiv=f"Zone {zone}", years=connues, language="fr", categories="school")
    publies = sorted((jour, nom.replace("'", "’")) for jour, nom in jours.items() if jour <= FIN_DU_CALENDRIER)
    return borner(suites(publies), annees)


def remarques_sur_les_annees(annees: range, zone: str) -> list[str]:
    remarques = []
    if annees.stop > DERNIERE_ANNEE:
        remarques.append(
            f"Zone {zone} : le calendrier scolaire n’est connu que jusqu’à l’été {DERNIERE_ANNEE} ; rien n’est inventé "
            "au-delà. Quand le ministère aura publié la suite, donnez son fichier avec --fichier."
        )
    if annees.start < PREMIERE_ANNEE:
        remarques.append(f"Zone {zone} : le calendrier scolaire d’avant {PREMIERE_ANNEE} n’est pas connu.")
    return remarques


def suites(jours: Iterable[tuple[date, str]]) -> list[Vacances]:
    """Group consecutive days that bear the same name."""
    groupes: list[Vacances] = []
    for jour, libelle in jours:
        if groupes and groupes[-1].libelle == libelle and groupes[-1].dernier == jour - UN_JOUR:
            groupes[-1] = Vacances(libelle, groupes[-1].premier, jour)
        else:
            groupes.append(Vacances(libelle, jour, jour))
    return groupes
