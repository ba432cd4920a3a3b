"""Reading of the rules and of the days of the calendar, for the pages and the actions alike."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from portail.commun.dates import jours
from reservations import regles
from reservations.enums import TypeJours
from reservations.models import JourFerme, Periode, VacancesScolaires

#: How far before a day its deadline may look for days that count.
RECUL = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class JoursFermes:
    """Closed days of a range and of what comes before it, as the deadlines of the range need them."""

    lignes: list[tuple[date, str, bool]]
    #: School holidays, by day, with their names.
    vacances: dict[date, str]

    def calendrier(self) -> regles.Calendrier:
        return regles.Calendrier(frozenset(jour for jour, _, _ in self.lignes), frozenset(self.vacances))

    def motifs(self) -> dict[date, str]:
        """Return why days are closed: school holidays, and closed days on which the accueils close too."""
        return self.vacances | {
            jour: libelle for jour, libelle, ferme_les_accueils in self.lignes if ferme_les_accueils
        }


def jours_fermes_pour(periode: Periode, du: date, au: date) -> JoursFermes:
    """Read what the deadlines of this période need: the school holidays only when they count days of school."""
    comptes = {periode.regle_reservation.type_jours, periode.regle_annulation.type_jours}
    return jours_fermes_entre(du, au, vacances=TypeJours.SCOLAIRES in comptes)


def jours_fermes_entre(du: date, au: date, *, vacances: bool = True) -> JoursFermes:
    """Read once the closed days and the school holidays that this range and its deadlines can meet; two queries."""
    lus = JourFerme.objects.filter(jour__range=(du - RECUL, au))
    return JoursFermes(
        list(lus.values_list("jour", "libelle", "ferme_les_accueils")),
        vacances_entre(du - RECUL, au) if vacances else {},
    )


def vacances_entre(du: date, au: date) -> dict[date, str]:
    """Return the name of the school holidays of each day of the range that has some; one query."""
    trouvees: Iterable[VacancesScolaires] = VacancesScolaires.objects.filter(premier_jour__lte=au, dernier_jour__gte=du)
    return {
        jour: une.libelle for une in trouvees for jour in jours(max(une.premier_jour, du), min(une.dernier_jour, au))
    }


def regles_de(periode: Periode, fermes: JoursFermes) -> regles.ReglesDePeriode:
    """Return the rules of a période whose two deadlines are loaded; no query."""
    return regles.ReglesDePeriode(
        fenetre=regles.FenetreDeReservation(
            ouverture=periode.ouverture_reservations_le,
            # Hidden from families, it takes no new day; what is booked can still be cancelled.
            dernier_jour=periode.validation_jusqu_au if periode.publiee else date.min,
        ),
        delai_reservation=periode.regle_reservation.delai,
        delai_annulation=periode.regle_annulation.delai,
        calendrier=fermes.calendrier(),
        debut=periode.du,
    )
