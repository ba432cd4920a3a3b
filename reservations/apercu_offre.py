"""The calendar that parents will see of a période, before it is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Max

from portail.commun.templatetags.typographie import jour_court, mois_annee
from reservations.actions.creneaux import jours_ouverts
from reservations.calendrier import jours_fermes_entre
from reservations.enums import Geste, JoursDeClasse, NatureJourFerme
from reservations.models import JourFerme, Periode, Prestation, VacancesScolaires
from reservations.planning.cases import limite_courte
from reservations.planning.mois import mois_suivant, premier_du_mois
from reservations.regles import Particularite, Regime, date_limite
from reservations.regles.annees import Vacances
from reservations.regles.regimes import regime_applicable

SEPT_JOURS = range(7)


@dataclass(frozen=True, slots=True)
class JourApercu:
    numero: int
    ouvert: bool
    #: The prestations that can be booked, or why nothing can.
    texte: str
    #: Last moment to book, in words; empty when the prestations of that day differ, and ``texte`` says it.
    limite: str
    #: « lun. 15/01 », where the calendar is read as a list.
    nom: str = ""


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


def manques_du_calendrier(periode: Periode) -> list[str]:
    """Say what the town's calendar does not know of these dates: the days that open would be wrong; two queries."""
    annees = set(range(periode.du.year, periode.au.year + 1))
    feries = JourFerme.objects.filter(nature=NatureJourFerme.FERIE, jour__year__in=annees)
    sans_feries = annees - set(feries.values_list("jour__year", flat=True))
    manques = [f"Aucun jour férié n’est écrit pour {annee}." for annee in sorted(sans_feries)]
    connues = VacancesScolaires.objects.aggregate(derniere=Max("dernier_jour"))["derniere"]
    if periode.jours_de_classe != JoursDeClasse.TOUS and (connues is None or connues < periode.au):
        jusqu_au = f"que jusqu’au {connues:%d/%m/%Y}" if connues else "pour aucune date"
        manques.append(f"Les vacances scolaires ne sont connues {jusqu_au}.")
    return manques


def apercu_du_calendrier(
    periode: Periode, prestations: Sequence[Prestation], particularites: Sequence[Particularite] = ()
) -> CalendrierApercu:
    """Return the months of a période, saved or not, with the days that its rules open; four queries.

    ``particularites``: rules that replace the période's to book, each with the rank of its prestation.
    """
    ouverts, ecartes = jours_ouverts(periode)
    fermes = jours_fermes_entre(periode.du, periode.au)
    calendrier, motifs = fermes.calendrier(), fermes.motifs()
    ordinaire = Regime(periode.regle_reservation.delai)

    def limite(jour: date, rang: int) -> str:
        propre = prestations[rang].reponse_avant_le
        regime = regime_applicable(particularites, Geste.RESERVER, jour, rang) or ordinaire
        derniere = propre or date_limite(jour, regime.delai, calendrier, debut_periode=periode.du)
        return f"limite {limite_courte(derniere)}" if derniere else "pas en ligne"

    rangs: dict[date, list[int]] = {}
    for rang, une in enumerate(prestations):
        for jour in [une.jour_unique] if une.jour_unique else ouverts:
            rangs.setdefault(jour, []).append(rang)
    cellules = {}
    for jour, siens in rangs.items():
        limites = {prestations[rang].nom_court: limite(jour, rang) for rang in siens}
        communes = set(limites.values())
        textes = list(limites) if len(communes) == 1 else [f"{nom} : {mots}" for nom, mots in limites.items()]
        cellules[jour] = JourApercu(
            jour.day,
            ouvert=True,
            texte=(", " if len(communes) == 1 else " ; ").join(textes),
            limite=communes.pop() if len(communes) == 1 else "",
            nom=jour_court(jour),
        )
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
