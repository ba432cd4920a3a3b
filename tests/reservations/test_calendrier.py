"""The calendar: seeded by a command, then it makes the days of a période."""

import datetime

import pytest
from django.core.management import CommandError, call_command

from portail.commun.models import Trace
from reservations import actions
from reservations.models import Creneau, JourFerme, VacancesScolaires
from tests.fabriques import FabriquePrestation, FabriqueUtilisateur, instant

JANVIER = instant(2018, 1, 2, 9)


@pytest.fixture
def zone_b(db):
    call_command("calendrier", zone="B", annees="2017-2018", verbosity=0)


def test_public_holidays_of_metropole_have_their_french_names(zone_b):
    assert JourFerme.objects.filter(jour__year=2018).count() == 11
    assert JourFerme.objects.get(jour="2018-05-10").libelle == "Ascension"
    assert JourFerme.objects.get(jour="2018-01-01").nature == "ferie"


@pytest.mark.parametrize(
    ("annees", "libelle", "premier", "dernier"),
    [
        ("2025-2026", "Noël", "2025-12-20", "2026-01-04"),
        ("2026", "Noël", "2025-12-20", "2026-01-04"),
        ("2026", "Hiver", "2026-02-14", "2026-03-01"),
        ("2026", "Printemps", "2026-04-11", "2026-04-26"),
        ("2026", "Ascension", "2026-05-14", "2026-05-17"),
        ("2026", "Toussaint", "2026-10-17", "2026-11-01"),
        ("2027", "Hiver", "2027-02-20", "2027-03-07"),
    ],
)
def test_school_holidays_of_zone_b_are_those_of_the_decrees(db, annees, libelle, premier, dernier):
    call_command("calendrier", zone="B", annees=annees, verbosity=0)
    trouvees = VacancesScolaires.objects.get(premier_jour=premier)
    assert str(trouvees.dernier_jour) == dernier
    assert libelle.lower()[:6] in trouvees.libelle.lower()


def test_a_second_run_changes_nothing_that_staff_edited(zone_b):
    JourFerme.objects.filter(jour="2018-05-10").update(libelle="Ascension (mairie ouverte)")
    nombre = JourFerme.objects.count(), VacancesScolaires.objects.count()
    call_command("calendrier", zone="B", annees="2017-2018", verbosity=0)
    assert (JourFerme.objects.count(), VacancesScolaires.objects.count()) == nombre
    assert JourFerme.objects.get(jour="2018-05-10").libelle == "Ascension (mairie ouverte)"


def test_bridges_are_an_option(zone_b):
    assert not JourFerme.objects.filter(jour="2018-05-11").exists()
    call_command("calendrier", zone="B", annees="2018", ponts=True, verbosity=0)
    assert JourFerme.objects.get(jour="2018-05-11").nature == "pont"
    assert JourFerme.objects.get(jour="2018-04-30").nature == "pont"


@pytest.mark.parametrize(("territoire", "jour"), [("alsace-moselle", "2018-12-26"), ("la-reunion", "2018-12-20")])
def test_territories_have_their_own_days(db, territoire, jour):
    call_command("calendrier", annees="2018", territoire=territoire, verbosity=0)
    assert JourFerme.objects.filter(jour=jour).exists()


@pytest.mark.parametrize("annees", ["", "abc", "2018-", "2020-2018", "0", "99999"])
def test_senseless_years_are_refused_in_french(db, annees):
    if annees == "2018-":
        call_command("calendrier", annees=annees, verbosity=0)
        return
    with pytest.raises(CommandError, match="--annees"):
        call_command("calendrier", annees=annees, verbosity=0)


def jours_crees():
    return set(Creneau.objects.values_list("jour", flat=True))


def test_a_periode_gets_its_opening_days_less_the_closed_ones(zone_b, periode):
    FabriquePrestation(periode=periode, capacite_par_jour=12)
    periode.jours_ouverture = [0, 1, 3, 4]
    periode.jours_de_classe = "hors_vacances"
    periode.save()
    agent = FabriqueUtilisateur(agent=True)
    bilan = actions.generer_creneaux(periode=periode, auteur=agent, maintenant=JANVIER)
    crees = jours_crees()
    assert bilan.crees == len(crees)
    assert datetime.date(2018, 1, 15) in crees
    for ferme in ("2018-01-17", "2018-01-01", "2018-05-10", "2017-10-24", "2018-03-01"):
        assert datetime.date.fromisoformat(ferme) not in crees, ferme
    assert set(Creneau.objects.values_list("capacite", flat=True)) == {12}
    assert Trace.objects.get(geste="periode.creneaux_generes").auteur == agent


def test_a_holiday_centre_opens_only_during_the_holidays(zone_b, periode):
    FabriquePrestation(periode=periode)
    periode.jours_de_classe = "vacances"
    periode.save()
    actions.generer_creneaux(periode=periode, auteur=None, maintenant=JANVIER)
    assert datetime.date(2018, 2, 26) in jours_crees()
    assert datetime.date(2018, 1, 15) not in jours_crees()


def test_a_town_hall_closed_for_a_bridge_does_not_close_the_canteen(db, periode):
    FabriquePrestation(periode=periode)
    JourFerme.objects.create(jour="2018-05-11", libelle="Pont", nature="pont", ferme_les_accueils=False)
    actions.generer_creneaux(periode=periode, auteur=None, maintenant=JANVIER)
    assert datetime.date(2018, 5, 11) in jours_crees()


def test_generating_again_keeps_the_days_and_their_places(zone_b, periode):
    FabriquePrestation(periode=periode)
    actions.generer_creneaux(periode=periode, auteur=None, maintenant=JANVIER)
    Creneau.objects.filter(jour="2018-01-15").update(capacite=7, places_prises=3)
    assert actions.generer_creneaux(periode=periode, auteur=None, maintenant=JANVIER).crees == 0
    creneau = Creneau.objects.get(jour="2018-01-15")
    assert (creneau.capacite, creneau.places_prises) == (7, 3)


def test_a_year_of_three_prestations_takes_a_handful_of_queries(zone_b, periode, django_assert_max_num_queries):
    for rang in range(3):
        FabriquePrestation(periode=periode, nom=f"Prestation {rang}")
    with django_assert_max_num_queries(10):
        actions.generer_creneaux(periode=periode, auteur=None, maintenant=JANVIER)
