"""Reading of the rules and of the days of the calendar, for the pages and the actions alike."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Prefetch, QuerySet, prefetch_related_objects

from enfants.garde import garde_du_foyer
from enfants.models import Enfant
from enfants.regles import GardeDuFoyer
from familles.models import Famille
from portail.commun.dates import jours
from portail.commun.preparees import Parametre, preparee
from reservations import regles
from reservations.enums import (
    ApresDelai,
    EtatPresence,
    MotifRefus,
    NatureJourFerme,
    RepereAge,
    Residence,
    Selection,
    TypeJours,
)
from reservations.models import Creneau, JourFerme, Periode, Presence, RegleParticuliere, Reservation, VacancesScolaires

#: How far before a day its deadline may look for days that count: the start of its période, less 250 worked days.
RECUL = timedelta(days=800)


@dataclass(frozen=True, slots=True)
class JoursFermes:
    """Closed days of a range and of what comes before it, as the deadlines of the range need them."""

    #: Day, name, do the accueils close too, is it a public holiday.
    lignes: list[tuple[date, str, bool, bool]]
    #: School holidays, by day, with their names.
    vacances: dict[date, str]

    def calendrier(self) -> regles.Calendrier:
        return regles.Calendrier(
            frozenset(jour for jour, _, _, _ in self.lignes),
            frozenset(self.vacances),
            non_feries=frozenset(jour for jour, _, _, ferie in self.lignes if not ferie),
            mairie_seule=frozenset(jour for jour, _, accueils, ferie in self.lignes if not (accueils or ferie)),
        )

    def libelles(self) -> dict[date, str]:
        """Return what each closed day or holiday is called, even when only the town hall closes."""
        mairie_seule = {jour: f"{nom}, mairie fermée" for jour, nom, accueils, _ in self.lignes if not accueils}
        return self.motifs() | mairie_seule

    def motifs(self) -> dict[date, str]:
        """Return why days are closed: school holidays, and closed days on which the accueils close too."""
        return self.vacances | {
            jour: libelle for jour, libelle, ferme_les_accueils, _ in self.lignes if ferme_les_accueils
        }


def jours_fermes_pour(reservation: Reservation, du: date, au: date) -> JoursFermes:
    """Read what the deadlines of this période need: the school holidays only when they count days of school."""
    periode = reservation.periode
    lues = [periode.regle_reservation, periode.regle_annulation, periode.regle_tardive, periode.regle_attente]
    for une in particulieres_de(reservation):
        lues += [une.regle, une.regle_tardive]
    comptes = {regle.type_jours for regle in lues if regle is not None}
    return jours_fermes_entre(du, au, vacances=TypeJours.SCOLAIRES in comptes)


def particulieres_de(reservation: Reservation) -> list[RegleParticuliere]:
    """Return the particular rules of its période; no query when the reading has told that there is none."""
    return reservation.periode.particulieres if getattr(reservation, "a_des_particulieres", True) else []


def jours_fermes_entre(du: date, au: date, *, vacances: bool = True) -> JoursFermes:
    """Read once the closed days and the school holidays that this range and its deadlines can meet; two queries."""
    lus = _jours_fermes().lire(du=du - RECUL, au=au)
    return JoursFermes(
        [(jour, nom, accueils, nature == NatureJourFerme.FERIE) for jour, nom, accueils, nature in lus],
        vacances_entre(du - RECUL, au) if vacances else {},
    )


@preparee
def _jours_fermes() -> QuerySet[JourFerme, tuple[date, str, bool, str]]:
    lus = JourFerme.objects.filter(jour__range=(Parametre("du"), Parametre("au")))
    return lus.values_list("jour", "libelle", "ferme_les_accueils", "nature")


def vacances_entre(du: date, au: date) -> dict[date, str]:
    """Return the name of the school holidays of each day of the range that has some; one query."""
    return {
        jour: une.libelle
        for une in _vacances().lire(du=du, au=au)
        for jour in jours(max(une.premier_jour, du), min(une.dernier_jour, au))
    }


@preparee
def _vacances() -> QuerySet[VacancesScolaires]:
    return VacancesScolaires.objects.filter(premier_jour__lte=Parametre("au"), dernier_jour__gte=Parametre("du"))


def regles_pour(reservation: Reservation, fermes: JoursFermes) -> regles.ReglesDePeriode:
    """Return the rules of a période for one child of one household: its household, child and deadlines are loaded.

    One query for the particular rules, one more when the période is kept for some schools or households; one or two
    for the custody of a child who is not always and only in this household.
    """
    periode = reservation.periode
    candidat, conditions = candidat_de(reservation.enfant, reservation.famille), conditions_de(periode)
    return regles.ReglesDePeriode(
        fenetre=regles.FenetreDeReservation(
            ouverture=conditions.ouverture_pour(candidat),
            # Hidden from families, it takes no new day; what is booked can still be cancelled.
            dernier_jour=periode.validation_jusqu_au if periode.publiee else date.min,
            prereservation=periode.prereservation,
        ),
        delai_reservation=periode.regle_reservation.delai,
        delai_annulation=periode.regle_annulation.delai,
        calendrier=fermes.calendrier(),
        debut=periode.du,
        effet_reservation=periode.effet,
        effet_annulation=regles.EffetTardif(ApresDelai(periode.apres_delai_annulation)),
        particularites=tuple(une.particularite for une in particulieres_de(reservation)),
        candidat=candidat,
        conditions=conditions,
        garde=garde_de(reservation),
        delai_attente=periode.regle_attente.delai if periode.regle_attente else None,
    )


def regles_communes(periode: Periode, fermes: JoursFermes) -> regles.ReglesDePeriode:
    """Return the deadlines of a période, the same for every child; who may book and when it opens is left out."""
    return regles.ReglesDePeriode(
        fenetre=regles.FenetreDeReservation(ouverture=None, dernier_jour=periode.validation_jusqu_au),
        delai_reservation=periode.regle_reservation.delai,
        delai_annulation=periode.regle_annulation.delai,
        calendrier=fermes.calendrier(),
        debut=periode.du,
        particularites=tuple(une.particularite for une in periode.particulieres),
        delai_attente=periode.regle_attente.delai if periode.regle_attente else None,
    )


def limites_des_jours(presences: Collection[Presence]) -> dict[int, datetime | None]:
    """Return, by id, until when the household may book each day, or cancel one whose cancellation waits for an answer.

    The same rules as its planning. Three queries, whatever the number of days and of périodes, which are loaded with
    their deadlines.
    """
    if not presences:
        return {}
    periodes = {une.reservation.periode_id: une.reservation.periode for une in presences}
    prefetch_related_objects(
        list(periodes.values()),
        Prefetch(
            "regles_particulieres",
            RegleParticuliere.objects.select_related("regle", "regle_tardive").order_by("pk"),
            to_attr="particulieres",
        ),
    )
    jours_lus = [une.creneau.jour for une in presences]
    fermes = jours_fermes_entre(min(jours_lus), max(jours_lus))
    lues = {pk: regles_communes(periode, fermes) for pk, periode in periodes.items()}
    limites = {}
    for une in presences:
        siennes = avec_les_sorties(lues[une.reservation.periode_id], [une.creneau])
        limite = (
            siennes.limite_annulation if une.etat == EtatPresence.ANNULATION_DEMANDEE else siennes.limite_reservation
        )
        limites[une.pk] = limite(une.creneau.jour, une.creneau.prestation_id)
    return limites


def garde_de(reservation: Reservation) -> GardeDuFoyer | None:
    """Return the custody rules over the whole période; no query when the reading has told that there is none."""
    if getattr(reservation, "garde_ordinaire", False):
        return None
    periode = reservation.periode
    return garde_du_foyer(reservation.enfant_id, reservation.famille_id, periode.du, periode.au)


def candidat_de(enfant: Enfant, famille: Famille) -> regles.Candidat:
    return regles.Candidat(
        naissance=enfant.date_naissance,
        niveau=enfant.niveau,
        ecole=enfant.ecole_id,
        classe=enfant.classe_id,
        famille=famille.pk,
        residente=famille.residente,
    )


def conditions_de(periode: Periode) -> regles.Conditions:
    """Return who may book; one query when the période is kept for some schools or households."""
    return regles.Conditions(
        debut=periode.du,
        age_minimum=periode.age_minimum,
        age_maximum=periode.age_maximum,
        age_au=RepereAge(periode.age_au),
        age_date=periode.age_date,
        niveaux=frozenset(periode.niveaux),
        residence=Residence(periode.residence),
        selection=Selection(periode.selection),
        ouverture=periode.ouverture_reservations_le,
        ouverture_autres=periode.ouverture_autres_le,
        prereservation=periode.prereservation,
        **periode.listes_d_acces,
    )


def motifs_d_ouverture(*, famille: Famille, enfant: Enfant, periode: Periode, maintenant: datetime) -> list[MotifRefus]:
    """List why this child of this household may not begin a planning in that période; empty when it may."""
    candidat, conditions = candidat_de(enfant, famille), conditions_de(periode)
    ouverture = conditions.ouverture_pour(candidat)
    pas_encore = [MotifRefus.PAS_ENCORE_OUVERT] if ouverture is not None and maintenant < ouverture else []
    return regles.motifs_d_acces(candidat, conditions, periode.du, periode.au) + pas_encore


def avec_les_sorties(regles_lues: regles.ReglesDePeriode, creneaux: Iterable[Creneau]) -> regles.ReglesDePeriode:
    """Add to the rules the deadlines of their own that outings have; the prestations are loaded, no query."""
    for creneau in creneaux:
        if creneau.prestation.reponse_avant_le is not None:
            regles_lues.limites_propres[creneau.prestation_id] = creneau.prestation.reponse_avant_le
    return regles_lues
