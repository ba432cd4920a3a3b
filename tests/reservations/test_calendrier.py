"""The calendar: seeded by a command, then it makes the days of a période."""

import datetime
import re
from pathlib import Path

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


def test_bridges_of_the_town_hall_close_no_canteen(zone_b, periode):
    """On the Monday before Tuesday 1 May, children are at school."""
    call_command("calendrier", zone="B", annees="2018", ponts=True, verbosity=0)
    FabriquePrestation(periode=periode)
    actions.generer_creneaux(periode=periode, auteur=None, maintenant=JANVIER)
    assert datetime.date(2018, 4, 30) in jours_crees()
    assert datetime.date(2018, 5, 1) not in jours_crees()


#: Code du travail, L. 3133-1 and L. 3422-2; local law of Alsace-Moselle; nothing read from the package that seeds.
EN_METROPOLE_2026 = ["01-01", "04-06", "05-01", "05-08", "05-14", "05-25", "07-14", "08-15", "11-01", "11-11", "12-25"]
EN_METROPOLE_2027 = ["01-01", "03-29", "05-01", "05-06", "05-08", "05-17", "07-14", "08-15", "11-01", "11-11", "12-25"]
EN_PLUS = {
    "metropole": {},
    "alsace-moselle": {2026: ["04-03", "12-26"], 2027: ["03-26", "12-26"]},
    "mayotte": {2026: ["04-27"], 2027: ["04-27"]},
    "martinique": {2026: ["05-22"], 2027: ["05-22"]},
    "guadeloupe": {2026: ["05-27"], 2027: ["05-27"]},
    "saint-martin": {2026: ["05-28"], 2027: ["05-28"]},
    "guyane": {2026: ["06-10"], 2027: ["06-10"]},
    "saint-barthelemy": {2026: ["10-09"], 2027: ["10-09"]},
    "la-reunion": {2026: ["12-20"], 2027: ["12-20"]},
    "saint-pierre-et-miquelon": {},
}


@pytest.mark.parametrize("territoire", EN_PLUS)
def test_each_territory_has_the_public_holidays_of_the_law_and_no_other(db, territoire):
    call_command("calendrier", annees="2026-2027", territoire=territoire, verbosity=0)
    for annee, communs in ((2026, EN_METROPOLE_2026), (2027, EN_METROPOLE_2027)):
        lus = {f"{un:%m-%d}" for un in JourFerme.objects.filter(jour__year=annee).values_list("jour", flat=True)}
        assert lus == {*communs, *EN_PLUS[territoire].get(annee, [])}, annee


def test_days_kept_by_custom_are_named_and_added_only_when_asked(db, capsys):
    call_command("calendrier", annees="2026", territoire="guadeloupe")
    assert "Fête de Victor Schoelcher, Mi-Carême, Vendredi saint" in capsys.readouterr().out
    assert not JourFerme.objects.filter(jour="2026-07-21").exists()
    call_command("calendrier", annees="2026", territoire="guadeloupe", usages=True)
    assert "usage" not in capsys.readouterr().out
    assert JourFerme.objects.filter(jour__in=["2026-03-12", "2026-04-03", "2026-07-21"]).count() == 3


#: Arrêtés of 7 December 2022 and 22 October 2025: first and last day without class, from a Saturday to a Sunday.
ARRETES = {
    "A": """2025-02-22 2025-03-09 · 2025-04-19 2025-05-04 · 2026-02-07 2026-02-22 · 2026-04-04 2026-04-19
        2027-02-13 2027-02-28 · 2027-04-10 2027-04-25 · 2028-02-19 2028-03-05""",
    "B": """2025-02-08 2025-02-23 · 2025-04-05 2025-04-21 · 2026-02-14 2026-03-01 · 2026-04-11 2026-04-26
        2027-02-20 2027-03-07 · 2027-04-17 2027-05-02 · 2028-02-05 2028-02-20""",
    "C": """2025-02-15 2025-03-02 · 2025-04-12 2025-04-27 · 2026-02-21 2026-03-08 · 2026-04-18 2026-05-03
        2027-02-06 2027-02-21 · 2027-04-03 2027-04-18 · 2028-02-12 2028-02-27""",
}
COMMUNES_AUX_ZONES = """2024-10-19 2024-11-03 · 2024-12-21 2025-01-05 · 2025-05-29 2025-06-01 · 2025-07-05 2025-08-31
    2025-10-18 2025-11-02 · 2025-12-20 2026-01-04 · 2026-05-14 2026-05-17 · 2026-07-04 2026-08-31
    2026-10-17 2026-11-01 · 2026-12-19 2027-01-03 · 2027-05-06 2027-05-09"""


@pytest.mark.parametrize("zone", ARRETES)
def test_the_school_holidays_of_each_zone_are_those_of_the_arretes_with_the_bridge_of_ascension(db, zone):
    call_command("calendrier", annees="2024-2028", zone=zone, verbosity=0)
    lues = {(str(v.premier_jour), str(v.dernier_jour)) for v in VacancesScolaires.objects.all()}
    dates = f"{ARRETES[zone]} {COMMUNES_AUX_ZONES}".replace("·", " ").split()
    attendues = set(zip(dates[::2], dates[1::2], strict=True))
    assert attendues <= lues
    autres = {premier for premier, _ in lues - attendues if "2025-01-06" <= premier <= "2027-06-30"}
    assert autres == set()


def test_nothing_is_invented_beyond_the_published_calendars(db, capsys):
    call_command("calendrier", annees="2027-2031", zone="B")
    assert "connu que jusqu’à l’été 2028" in capsys.readouterr().out
    derniere = VacancesScolaires.objects.order_by("dernier_jour").last()
    assert (derniere.libelle, str(derniere.dernier_jour)) == ("Vacances d’été", "2028-08-31")
    assert JourFerme.objects.filter(jour="2031-07-14").exists()


def test_published_years_need_no_remark(db, capsys):
    call_command("calendrier", annees="2026-2027", zone="B")
    assert capsys.readouterr().out.count("\n") == 1


@pytest.mark.parametrize("options", [{"territoire": "martinique"}, {"zone": "corse"}])
def test_islands_never_get_the_school_holidays_of_the_mainland(db, capsys, options):
    call_command("calendrier", annees="2026", **options)
    assert "--fichier" in capsys.readouterr().out
    assert not VacancesScolaires.objects.exists()


ENTETE = "Description;Population;Date de début;Date de fin;Académies;Zones;annee_scolaire"
FICHIER = f"""\ufeff{ENTETE}
Vacances de la Toussaint;-;2026-10-16T22:00:00+00:00;2026-11-01T23:00:00+00:00;Corse;Corse;2026-2027
Vacances d'Hiver;-;2027-02-19T23:00:00+00:00;2027-03-07T23:00:00+00:00;Corse;Corse;2026-2027
Pont de l'Ascension;-;2027-05-05T22:00:00+00:00;2027-05-09T22:00:00+00:00;Corse;Corse;2026-2027
Vacances d'Été;Enseignants;2027-07-02T22:00:00+00:00;2027-08-30T22:00:00+00:00;Corse;Corse;2026-2027
Vacances d'Été;Élèves;2027-07-02T22:00:00+00:00;2027-08-31T22:00:00+00:00;Corse;Corse;2026-2027
Début des Vacances d'Été;-;2028-07-03T22:00:00+00:00;2028-07-03T22:00:00+00:00;Corse;Corse;2027-2028
Carnaval;-;2027-02-05T23:00:00+00:00;2027-02-21T23:00:00+00:00;Guadeloupe;Guadeloupe;2026-2027
Abolition;Saint-Martin;2027-05-27T22:00:00+00:00;2027-05-30T22:00:00+00:00;Guadeloupe;Guadeloupe;2026-2027
Départ un vendredi;-;2027-03-25T23:00:00+00:00;2027-04-11T22:00:00+00:00;Guadeloupe;Guadeloupe;2026-2027
"""


@pytest.fixture
def fichier(tmp_path):
    chemin = tmp_path / "fr-en-calendrier-scolaire.csv"
    chemin.write_text(FICHIER, encoding="utf-8")
    return str(chemin)


def vacances_lues():
    return {v.libelle: f"{v.premier_jour} {v.dernier_jour}" for v in VacancesScolaires.objects.all()}


def test_corsica_is_read_from_the_file_of_the_ministry(db, fichier, capsys):
    call_command("calendrier", annees="2026-2027", zone="corse", fichier=fichier)
    assert vacances_lues() == {
        "Vacances de la Toussaint": "2026-10-17 2026-11-01",
        "Vacances d’Hiver": "2027-02-20 2027-03-07",
        "Pont de l’Ascension": "2027-05-06 2027-05-09",
        "Vacances d’Été": "2027-07-03 2027-08-31",
    }
    assert "Début des Vacances d'Été (04/07/2028)" in capsys.readouterr().out


def test_an_island_reads_its_rows_and_not_those_of_its_neighbour(db, fichier):
    call_command("calendrier", annees="2027", territoire="guadeloupe", fichier=fichier, verbosity=0)
    assert vacances_lues() == {"Carnaval": "2027-02-06 2027-02-21", "Départ un vendredi": "2027-03-27 2027-04-11"}


@pytest.mark.parametrize(
    ("contenu", "phrase"),
    [
        ("n’importe quoi", "il lui manque des colonnes"),
        ("", "il lui manque des colonnes"),
        (FICHIER.replace("Corse", "Zone A"), "aucune ligne pour « Corse ». Zones du fichier : Guadeloupe, Zone A."),
        (FICHIER.replace("2026-10-16T22:00:00+00:00", "bientôt"), "n’est pas une date"),
    ],
)
def test_a_file_that_is_not_the_ministry_s_is_refused_in_french(db, fichier, contenu, phrase):
    Path(fichier).write_text(contenu, encoding="utf-8")
    with pytest.raises(CommandError, match=re.escape(phrase)):
        call_command("calendrier", annees="2026", zone="corse", fichier=fichier)
    with pytest.raises(CommandError, match="ne se lit pas"):
        call_command("calendrier", annees="2026", zone="corse", fichier=fichier + "absent")


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
