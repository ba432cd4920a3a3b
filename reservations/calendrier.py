"""Reading of the rules and of the days of the calendar, for the pages and the actions alike."""

from __future__ import annotations

from datetime import date, timedelta

from portail.commun.dates import jours
from reservations import regles
from reservations.models import JourFerme, Periode, VacancesScolaires

#: How far before a day its deadline may look for days that count.
RECUL = timedelta(days=120)


def calendrier_entre(du: date, au: date) -> regles.Calendrier:
    """Return the closed days that the deadlines of this range can meet; one query."""
    fermes = JourFerme.objects.filter(jour__range=(du - RECUL, au)).values_list("jour", flat=True)
    return regles.Calendrier(frozenset(fermes))


def regles_de(periode: Periode, du: date, au: date) -> regles.ReglesDePeriode:
    """Return the rules of a période for the days of a range; one query when the two deadlines are loaded."""
    return regles.ReglesDePeriode(
        fenetre=regles.FenetreDeReservation(
            ouverture=periode.ouverture_reservations_le, dernier_jour=periode.validation_jusqu_au
        ),
        delai_reservation=periode.regle_reservation.delai,
        delai_annulation=periode.regle_annulation.delai,
        calendrier=calendrier_entre(du, au),
    )


def fermetures_entre(du: date, au: date, *, vacances: bool = False) -> dict[date, str]:
    """Return why the days of a range are closed, by day: public holidays and bridges, then school holidays."""
    motifs: dict[date, str] = {}
    if vacances:
        for une in VacancesScolaires.objects.filter(premier_jour__lte=au, dernier_jour__gte=du):
            premier, dernier = max(une.premier_jour, du), min(une.dernier_jour, au)
            motifs |= dict.fromkeys(jours(premier, dernier), une.libelle)
    return motifs | dict(
        JourFerme.objects.filter(jour__range=(du, au), ferme_les_accueils=True).values_list("jour", "libelle")
    )
