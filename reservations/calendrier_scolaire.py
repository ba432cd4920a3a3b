"""School holidays read from the ministry's open data file: « Le calendrier scolaire », one row by zone and academy.

Source: data.education.gouv.fr, dataset fr-en-calendrier-scolaire. A row begins on the day that pupils leave, after
class, and ends on the morning of their return; a bridge begins on its first day without class.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from portail.commun.dates import PARIS, SAMEDI
from portail.commun.texte import normaliser
from reservations.regles.annees import Vacances

UN_JOUR = timedelta(days=1)
DIMANCHE = 6
#: Headers of the file, normalised: the names of its columns on the site, then in its programming interface.
COLONNES = {
    "description": "libelle",
    "population": "population",
    "date de debut": "debut",
    "start date": "debut",
    "date de fin": "fin",
    "end date": "fin",
    "academies": "lieu",
    "location": "lieu",
    "zones": "zone",
}
OBLIGATOIRES = {"libelle", "debut", "fin", "zone"}
#: Populations that are every pupil (« - » once normalised).
TOUS_LES_ELEVES = {"", "eleves"}


class FichierIllisible(ValueError):
    """The file is not the ministry's; the message is a sentence in French."""


@dataclass(frozen=True, slots=True)
class Lecture:
    vacances: list[Vacances]
    #: Holidays whose return is not published yet.
    sans_retour: list[str]


def lire_le_fichier(texte: str, zone: str) -> Lecture:
    """Return the holidays of one zone (« Zone B », « Corse », « Guadeloupe »), in order, each of them once."""
    lignes = _lignes(texte)
    siennes = [une for une in lignes if normaliser(zone) in {normaliser(une["zone"]), normaliser(une.get("lieu", ""))}]
    if not siennes:
        connues = ", ".join(sorted({une["zone"] for une in lignes if une["zone"]}))
        msg = f"Ce fichier n’a aucune ligne pour « {zone} ». Zones du fichier : {connues or 'aucune'}."
        raise FichierIllisible(msg)
    retenues = [une for une in siennes if _des_eleves(une.get("population", ""), zone)]
    vacances = {_vacances(une) for une in retenues if not _sans_retour(une)}
    return Lecture(
        sorted(vacances, key=lambda une: (une.premier, une.dernier)),
        sorted({f"{une['libelle']} ({_jour(une['debut']):%d/%m/%Y})" for une in retenues if _sans_retour(une)}),
    )


def _lignes(texte: str) -> list[dict[str, str]]:
    texte = texte.removeprefix("\ufeff")
    entete = texte.split("\n", 1)[0]
    lecteur = csv.reader(texte.splitlines(), delimiter=";" if ";" in entete else ",")
    colonnes = [COLONNES.get(normaliser(titre), "") for titre in next(lecteur, [])]
    if not OBLIGATOIRES.issubset(colonnes):
        msg = "Ce fichier n’est pas le calendrier scolaire du ministère : il lui manque des colonnes."
        raise FichierIllisible(msg)
    return [
        {nom: valeur.strip() for nom, valeur in zip(colonnes, une, strict=False) if nom} for une in lecteur if any(une)
    ]


def _des_eleves(population: str, zone: str) -> bool:
    """Keep pupils' rows: teachers return earlier, and some islands have rows of their own in their academy's."""
    lue = normaliser(population)
    return lue in TOUS_LES_ELEVES or lue == normaliser(zone)


def _sans_retour(ligne: dict[str, str]) -> bool:
    return not ligne["fin"] or normaliser(ligne["libelle"]).startswith("debut")


def _vacances(ligne: dict[str, str]) -> Vacances:
    debut, retour = _jour(ligne["debut"]), _jour(ligne["fin"])
    libelle = ligne["libelle"].replace("'", "’")
    if normaliser(libelle).startswith("pont"):
        return Vacances(libelle, debut, max(retour - UN_JOUR, debut + timedelta(days=DIMANCHE - debut.weekday())))
    premier = debut if debut.weekday() >= SAMEDI else debut + UN_JOUR
    return Vacances(libelle, premier, max(retour - UN_JOUR, premier))


def _jour(texte: str) -> date:
    """Read a day: the file writes midnight in Paris, whatever the zone, mostly as an instant of UTC."""
    try:
        lu = datetime.fromisoformat(texte)
    except ValueError as erreur:
        msg = f"« {texte} » n’est pas une date du calendrier scolaire du ministère."
        raise FichierIllisible(msg) from erreur
    return lu.astimezone(PARIS).date() if lu.tzinfo else lu.date()


def borner(vacances: Iterable[Vacances], annees: range) -> list[Vacances]:
    """Keep the holidays that overlap these civil years, whole: a winter holiday is not cut by New Year."""
    return [une for une in vacances if une.premier.year < annees.stop and une.dernier.year >= annees.start]
