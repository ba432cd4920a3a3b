"""The calendar that parents will see of a période, before it is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from portail.commun.templatetags.typographie import mois_annee
from reservations.actions.creneaux import jours_ouverts
from reservations.calendrier import jours_fermes_entre
from reservations.models import Periode, Prestation, VacancesScolaires
from reservations.planning.cases import limite_courte
from reservations.planning.mois import mois_suivant, premier_du_mois
from reservations.regles import date_limite
from reservations.regles.annees import Vacances

SEPT_JOURS = range(7)


@dataclass(frozen=True, slots=True)
class JourApercu:
    numero: int
    ouvert: bool
    #: The prestations that can be booked, or why nothing can.
    texte: str
    #: Last moment to book, in words.
    limite: str


@dataclass(frozen=True, slots=True)
class MoisApercu:
    titre: str
    semaines: list[list[JourApercu | None]]


@dataclass(frozen=True, slots=True)
class CalendrierApercu:
    mois: list[MoisApercu]
    ouverts: int
    #: Weekdays of opening that holidays or closed days take away.
    ecartes: int


def vacances_connues() -> list[Vacances]:
    """Read every school holiday of the calendar; one query."""
    lues = VacancesScolaires.objects.order_by("premier_jour")
    return [Vacances(une.libelle, une.premier_jour, une.dernier_jour) for une in lues]


def apercu_du_calendrier(periode: Periode, prestations: Sequence[Prestation]) -> CalendrierApercu:
    """Return the months of a période, saved or not, with the days that its rules open; four queries."""
    ouverts, ecartes = jours_ouverts(periode)
    fermes = jours_fermes_entre(periode.du, periode.au)
    calendrier, motifs, delai = fermes.calendrier(), fermes.motifs(), periode.regle_reservation.delai
    noms = ", ".join(une.nom_court for une in prestations if not une.jour_unique)
    textes: dict[date, str] = dict.fromkeys(ouverts, noms) if noms else {}
    for une in prestations:
        if une.jour_unique:
            textes[une.jour_unique] = ", ".join(filter(None, [textes.get(une.jour_unique, ""), une.nom_court]))
    cellules = {
        jour: JourApercu(
            jour.day,
            ouvert=True,
            texte=texte,
            limite=limite_courte(date_limite(jour, delai, calendrier, debut_periode=periode.du)),
        )
        for jour, texte in textes.items()
    }
    mois, premier = [], premier_du_mois(periode.du)
    while premier <= periode.au:
        mois.append(MoisApercu(mois_annee(premier).capitalize(), _semaines(premier, cellules, motifs)))
        premier = mois_suivant(premier)
    return CalendrierApercu(mois, len(cellules), ecartes)


def _semaines(
    premier: date, cellules: dict[date, JourApercu], motifs: dict[date, str]
) -> list[list[JourApercu | None]]:
    lundi, semaines = premier - timedelta(days=premier.weekday()), []
    while lundi < mois_suivant(premier):
        jours = [lundi + timedelta(days=rang) for rang in SEPT_JOURS]
        semaines.append(
            [
                (cellules.get(jour) or JourApercu(jour.day, ouvert=False, texte=motifs.get(jour, ""), limite=""))
                if jour.month == premier.month
                else None
                for jour in jours
            ]
        )
        lundi += timedelta(weeks=1)
    return semaines
