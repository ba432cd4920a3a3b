"""May this child book this période? Conditions on the child and on its household: pure functions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from portail.commun.dates import age
from reservations.enums import MotifRefus, RepereAge, Residence, Selection
from reservations.regles.prereservation import Prereservation

DECEMBRE, DERNIER_JOUR = 12, 31


@dataclass(frozen=True, slots=True)
class Candidat:
    """What the conditions look at; identifiers are those of the database, empty when not known."""

    naissance: date
    niveau: str
    ecole: int | None
    classe: int | None
    famille: int
    residente: bool


@dataclass(frozen=True, slots=True)
class Conditions:
    """Who may book a période; ages are whole years, both included."""

    debut: date
    age_minimum: int | None = None
    age_maximum: int | None = None
    age_au: RepereAge = RepereAge.JOUR
    age_date: date | None = None
    niveaux: frozenset[str] = frozenset()
    residence: Residence = Residence.TOUTES
    selection: Selection = Selection.TOUS
    ecoles: frozenset[int] = frozenset()
    classes: frozenset[int] = frozenset()
    familles: frozenset[int] = frozenset()
    ouverture: datetime | None = None
    ouverture_autres: datetime | None = None
    prereservation: Prereservation | None = None

    def ouverture_pour(self, candidat: Candidat) -> datetime | None:
        """Return when bookings open for this household: residents first, when the others have their own opening.

        Until the places of a pre-booking window are allotted, its beginning, the same for all: criteria come later.
        """
        if self.prereservation is not None and not self.prereservation.attribuee:
            return self.prereservation.du
        return self.ouverture if candidat.residente else (self.ouverture_autres or self.ouverture)

    def repere(self, jour: date) -> date:
        """Return the day on which the age is counted, for a day that is booked."""
        fixes = {
            RepereAge.DEBUT: self.debut,
            RepereAge.ANNEE: date(self.debut.year, DECEMBRE, DERNIER_JOUR),
            RepereAge.DATE: self.age_date,
        }
        return fixes.get(self.age_au) or jour


def motifs_d_acces(candidat: Candidat, conditions: Conditions, du: date, au: date) -> list[MotifRefus]:
    """List every reason why this child can book no day from ``du`` to ``au``, both included; empty when it can.

    A child grows during the range: too young means still too young on its last day, too old means already too old on
    its first day. For one day, give it twice.
    """
    ans = {jour: age(candidat.naissance, conditions.repere(jour))[0] for jour in (du, au)}
    constats = {
        MotifRefus.TROP_JEUNE: candidat.naissance > conditions.repere(au)
        or (conditions.age_minimum is not None and ans[au] < conditions.age_minimum),
        MotifRefus.TROP_AGE: conditions.age_maximum is not None and ans[du] > conditions.age_maximum,
        MotifRefus.SCOLARITE_INCONNUE: _scolarite_inconnue(candidat, conditions),
        MotifRefus.AUTRE_NIVEAU: bool(conditions.niveaux)
        and candidat.niveau != ""
        and candidat.niveau not in conditions.niveaux,
        MotifRefus.AUTRE_ECOLE: _autre_ecole(candidat, conditions),
        MotifRefus.FAMILLE_NON_CHOISIE: conditions.selection == Selection.FAMILLES
        and candidat.famille not in conditions.familles,
        MotifRefus.RESERVE_AUX_RESIDENTS: conditions.residence == Residence.RESIDENTES and not candidat.residente,
        MotifRefus.RESERVE_AUX_AUTRES: conditions.residence == Residence.AUTRES and candidat.residente,
    }
    return [motif for motif, vrai in constats.items() if vrai]


def _scolarite_inconnue(candidat: Candidat, conditions: Conditions) -> bool:
    sans_niveau = bool(conditions.niveaux) and candidat.niveau == ""
    sans_ecole = conditions.selection == Selection.ECOLES and candidat.ecole is None and candidat.classe is None
    return sans_niveau or sans_ecole


def _autre_ecole(candidat: Candidat, conditions: Conditions) -> bool:
    if conditions.selection != Selection.ECOLES or (candidat.ecole is None and candidat.classe is None):
        return False
    return candidat.ecole not in conditions.ecoles and candidat.classe not in conditions.classes
