"""The legal list by birth date, and the state of a child: tables without a database."""

import datetime

import pytest

from enfants import regles
from enfants.enums import EtatVaccin, EtatVaccinal
from enfants.regles import Exigence, ReponseVaccin

date = datetime.date.fromisoformat

DTP = Exigence("dtp", obligatoire=True, age_mois=2)
BCG = Exigence("bcg", obligatoire=False)
ONZE = Exigence("coqueluche", obligatoire=True, nes_du=date("2018-01-01"), age_mois=2)
MENINGO_C = Exigence("menc", obligatoire=True, nes_du=date("2018-01-01"), nes_au=date("2023-06-30"), age_mois=5)
ACWY = Exigence("acwy", obligatoire=True, nes_du=date("2023-07-01"), age_mois=6)
TOUTES = [DTP, BCG, ONZE, MENINGO_C, ACWY]


@pytest.mark.parametrize(
    ("naissance", "codes"),
    [
        ("2011-01-01", "dtp bcg"),
        ("2017-12-31", "dtp bcg"),
        ("2018-01-01", "dtp bcg coqueluche menc"),
        ("2023-06-30", "dtp bcg coqueluche menc"),
        ("2023-07-01", "dtp bcg coqueluche acwy"),
        ("2025-01-01", "dtp bcg coqueluche acwy"),
    ],
)
def test_the_list_depends_on_the_birth_date(naissance, codes):
    concernees = [exigence.code for exigence in TOUTES if regles.concerne(exigence, date(naissance))]
    assert concernees == codes.split()


@pytest.mark.parametrize(
    ("exigence", "reponse", "jour", "etat"),
    [
        (DTP, ReponseVaccin(effectue=True), "2018-06-01", EtatVaccin.FAIT),
        (DTP, ReponseVaccin(contre_indication=True), "2018-06-01", EtatVaccin.CONTRE_INDIQUE),
        (DTP, ReponseVaccin(), "2018-03-14", EtatVaccin.PLUS_TARD),
        (DTP, ReponseVaccin(), "2018-03-15", EtatVaccin.A_FAIRE),
        (BCG, ReponseVaccin(), "2028-03-15", EtatVaccin.FACULTATIF),
    ],
)
def test_a_dose_is_due_from_its_age_on(exigence, reponse, jour, etat):
    assert regles.etat_vaccin(exigence, reponse, date("2018-01-15"), date(jour)) == etat


def bilan(jour, admis_le=None, **reponses):
    return regles.bilan_vaccinal(
        TOUTES, reponses, naissance=date("2018-01-15"), jour=date(jour), admis_le=admis_le and date(admis_le)
    )


def test_a_child_is_up_to_date_when_all_that_is_due_is_done_or_contraindicated():
    faits = {"dtp": ReponseVaccin(effectue=True), "coqueluche": ReponseVaccin(contre_indication=True)}
    assert bilan("2018-06-14", **faits).etat == EtatVaccinal.A_JOUR
    tard = bilan("2018-06-15", **faits)
    assert (tard.etat, tard.manquants) == (EtatVaccinal.MANQUANT, ["menc"])


@pytest.mark.parametrize(
    ("jour", "etat", "jusqu_au"),
    [
        ("2018-09-03", EtatVaccinal.PROVISOIRE, "2018-12-03"),
        ("2018-12-03", EtatVaccinal.PROVISOIRE, "2018-12-03"),
        ("2018-12-04", EtatVaccinal.MANQUANT, None),
    ],
)
def test_a_missing_dose_is_tolerated_three_months_from_admission(jour, etat, jusqu_au):
    obtenu = bilan(jour, admis_le="2018-09-03")
    assert (obtenu.etat, obtenu.jusqu_au) == (etat, jusqu_au and date(jusqu_au))
    assert obtenu.manquants == ["dtp", "coqueluche", "menc"]


def test_what_is_not_asked_at_this_birth_date_is_never_missing():
    ne_en_2011 = regles.bilan_vaccinal(
        TOUTES,
        {"dtp": ReponseVaccin(effectue=True)},
        naissance=date("2011-01-01"),
        jour=date("2018-02-15"),
        admis_le=None,
    )
    assert ne_en_2011.etat == EtatVaccinal.A_JOUR


@pytest.mark.parametrize(
    ("admis_le", "fin"),
    [
        ("2018-11-30", "2019-02-28"),
        ("2019-11-30", "2020-02-29"),
        ("2018-10-15", "2019-01-15"),
        ("2018-09-30", "2018-12-30"),
    ],
)
def test_three_months_end_on_a_day_that_exists(admis_le, fin):
    assert regles.fin_de_tolerance(date(admis_le)) == date(fin)


@pytest.mark.parametrize(
    ("jour", "annee", "fin"),
    [
        ("2017-09-01", 2017, "2018-08-31"),
        ("2018-02-15", 2017, "2018-08-31"),
        ("2018-05-31", 2017, "2018-08-31"),
        ("2018-06-01", 2017, "2019-08-31"),
        ("2018-08-31", 2017, "2019-08-31"),
        ("2018-09-01", 2018, "2019-08-31"),
        ("2018-12-31", 2018, "2019-08-31"),
    ],
)
def test_what_is_signed_from_june_on_holds_for_the_next_school_year_too(jour, annee, fin):
    assert regles.annee_scolaire(date(jour)) == annee
    assert regles.fin_de_validite(date(jour)) == date(fin)
