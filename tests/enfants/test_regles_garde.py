"""In whose charge a child is: tables without a database."""

import datetime

import pytest

from enfants import regles
from enfants.enums import Garde, GardeVacances, NatureConflit
from enfants.regles import Conflit, Conges, LienDeGarde

date = datetime.date.fromisoformat
MERE, PERE = 1, 2
HIVER_2027 = Conges(date("2027-02-06"), date("2027-02-21"))
NOEL_2026 = Conges(date("2026-12-19"), date("2027-01-03"))
VACANCES = [NOEL_2026, HIVER_2027]


def alternee(**options):
    return [
        LienDeGarde(MERE, Garde.SEMAINES_PAIRES, **options),
        LienDeGarde(PERE, Garde.SEMAINES_IMPAIRES, **options),
    ]


def foyer(liens, jour, vacances=()):
    return regles.foyer_responsable(liens, date(jour), vacances)


@pytest.mark.parametrize(
    ("jour", "attendu"),
    [
        ("2026-11-22", PERE),  # Sunday of week 47
        ("2026-11-23", MERE),  # Monday of week 48
        ("2026-11-29", MERE),
        ("2026-11-30", PERE),
        # 2026 has 53 weeks: two odd weeks follow each other.
        ("2026-12-28", PERE),  # week 53
        ("2027-01-03", PERE),
        ("2027-01-04", PERE),  # week 1
        ("2027-01-11", MERE),
        # Days of the clock changes.
        ("2026-10-25", PERE),
        ("2027-03-28", MERE),
    ],
)
def test_weeks_are_iso_weeks_from_monday_to_sunday(jour, attendu):
    obtenu = foyer(alternee(), jour)
    assert (obtenu.foyer, obtenu.payeur, obtenu.conflit) == (attendu, attendu, None)


@pytest.mark.parametrize(
    ("regle_mere", "regle_pere", "jour", "attendu"),
    [
        # Winter 2027: 16 days, 8 and 8.
        (GardeVacances.PREMIERE_MOITIE, GardeVacances.SECONDE_MOITIE, "2027-02-05", PERE),  # week 5, ordinary
        (GardeVacances.PREMIERE_MOITIE, GardeVacances.SECONDE_MOITIE, "2027-02-06", MERE),
        (GardeVacances.PREMIERE_MOITIE, GardeVacances.SECONDE_MOITIE, "2027-02-13", MERE),
        (GardeVacances.PREMIERE_MOITIE, GardeVacances.SECONDE_MOITIE, "2027-02-14", PERE),
        (GardeVacances.PREMIERE_MOITIE, GardeVacances.SECONDE_MOITIE, "2027-02-21", PERE),
        (GardeVacances.PREMIERE_MOITIE, GardeVacances.SECONDE_MOITIE, "2027-02-22", MERE),  # week 8, ordinary
        # 2027 is odd: the first half is for whoever has the odd years.
        (GardeVacances.PREMIERE_ANNEES_PAIRES, GardeVacances.PREMIERE_ANNEES_IMPAIRES, "2027-02-06", PERE),
        (GardeVacances.PREMIERE_ANNEES_PAIRES, GardeVacances.PREMIERE_ANNEES_IMPAIRES, "2027-02-21", MERE),
        # Christmas begins in 2026, even, even on 2 January 2027.
        (GardeVacances.PREMIERE_ANNEES_PAIRES, GardeVacances.PREMIERE_ANNEES_IMPAIRES, "2026-12-19", MERE),
        (GardeVacances.PREMIERE_ANNEES_PAIRES, GardeVacances.PREMIERE_ANNEES_IMPAIRES, "2027-01-02", PERE),
    ],
)
def test_holidays_are_shared_by_halves(regle_mere, regle_pere, jour, attendu):
    liens = [
        LienDeGarde(MERE, Garde.SEMAINES_PAIRES, vacances=regle_mere),
        LienDeGarde(PERE, Garde.SEMAINES_IMPAIRES, vacances=regle_pere),
    ]
    assert foyer(liens, jour, VACANCES).foyer == attendu


@pytest.mark.parametrize(("jour", "attendu"), [("2027-04-12", MERE), ("2027-04-13", PERE)])
def test_the_middle_day_of_an_odd_number_is_in_the_first_half(jour, attendu):
    trois_jours = [Conges(date("2027-04-11"), date("2027-04-13"))]
    liens = [
        LienDeGarde(MERE, vacances=GardeVacances.PREMIERE_MOITIE),
        LienDeGarde(PERE, vacances=GardeVacances.SECONDE_MOITIE),
    ]
    assert foyer(liens, jour, trois_jours).foyer == attendu


@pytest.mark.parametrize(
    ("jour", "attendu"),
    [("2026-12-21", MERE), ("2026-12-24", PERE), ("2026-12-26", PERE), ("2026-12-27", MERE)],
)
def test_agreed_dates_come_before_all_the_rest(jour, attendu):
    liens = [
        LienDeGarde(MERE, Garde.TOUJOURS),
        LienDeGarde(PERE, Garde.DATES, dates=((date("2026-12-24"), date("2026-12-26")),)),
    ]
    obtenu = foyer(liens, jour, VACANCES)
    assert (obtenu.foyer, obtenu.conflit) == (attendu, None)


def test_one_household_may_pay_for_the_days_of_the_other():
    mere, pere = alternee()
    liens = [mere, LienDeGarde(PERE, Garde.SEMAINES_IMPAIRES, payeur=MERE)]
    obtenu = foyer(liens, "2026-11-30")
    assert (obtenu.foyer, obtenu.payeur) == (PERE, MERE)


@pytest.mark.parametrize(
    ("jour", "attendu"),
    [("2026-12-31", MERE), ("2027-01-01", PERE), ("2027-06-30", PERE), ("2027-07-01", MERE)],
)
def test_a_link_holds_between_its_dates_both_included(jour, attendu):
    liens = [
        LienDeGarde(MERE, au=date("2026-12-31")),
        LienDeGarde(PERE, du=date("2027-01-01"), au=date("2027-06-30")),
        LienDeGarde(MERE, du=date("2027-07-01")),
    ]
    assert foyer(liens, jour).foyer == attendu


def test_two_households_that_both_have_the_day_are_a_conflict():
    obtenu = foyer([LienDeGarde(MERE), LienDeGarde(PERE)], "2026-11-24")
    assert (obtenu.foyer, obtenu.payeur, obtenu.conflit) == (None, None, NatureConflit.PLUSIEURS)
    assert obtenu.candidats == (MERE, PERE)


def test_a_day_that_neither_has_is_a_conflict():
    liens = [LienDeGarde(MERE, Garde.SEMAINES_PAIRES), LienDeGarde(PERE, Garde.SEMAINES_PAIRES)]
    assert foyer(liens, "2026-11-30").conflit == NatureConflit.PERSONNE


def test_a_household_alone_that_has_every_other_week_is_none():
    liens = [LienDeGarde(MERE, Garde.SEMAINES_PAIRES)]
    assert foyer(liens, "2026-11-30") == regles.FoyerDuJour(None, None)
    assert foyer(liens, "2026-11-24").foyer == MERE


def test_no_link_at_all_is_nobody_without_conflict():
    assert foyer([], "2026-11-24") == regles.FoyerDuJour(None, None)


def test_conflicts_are_put_together_by_runs_of_days():
    liens = [LienDeGarde(MERE), LienDeGarde(PERE, Garde.SEMAINES_IMPAIRES)]
    assert regles.conflits(liens, date("2026-11-16"), date("2026-12-06"), []) == [
        Conflit(date("2026-11-16"), date("2026-11-22"), NatureConflit.PLUSIEURS, (MERE, PERE)),
        Conflit(date("2026-11-30"), date("2026-12-06"), NatureConflit.PLUSIEURS, (MERE, PERE)),
    ]


def test_a_right_alternation_has_no_conflict_over_ten_years():
    liens = [
        LienDeGarde(MERE, Garde.SEMAINES_PAIRES, vacances=GardeVacances.PREMIERE_ANNEES_PAIRES),
        LienDeGarde(PERE, Garde.SEMAINES_IMPAIRES, vacances=GardeVacances.PREMIERE_ANNEES_IMPAIRES),
    ]
    assert regles.conflits(liens, date("2020-01-01"), date("2030-01-01"), VACANCES) == []
