"""The card of a child, with the edge cases of its age, and the list of the children of a login."""

import datetime

import pytest

from enfants.cartes import carte
from enfants.models import Enfant
from familles.champs import CHAMPS
from tests.fabriques import FabriqueEnfant

#: What the product lets parents see, unless the town chooses otherwise.
POLITIQUES = {champ.nom: champ.defaut for champ in CHAMPS}
SAISIE = datetime.date(2018, 2, 15)


def enfant(**champs):
    return Enfant(**{"nom": "AABELIUM", "prenom": "BAPTISTE", "date_naissance": datetime.date(2011, 1, 1)} | champs)


def test_the_card_is_the_tutorial_s():
    affichee = carte(enfant(lieu_naissance="Rennes", departement_naissance="35"), SAISIE, POLITIQUES)
    assert affichee.titre == "AABELIUM BAPTISTE (7\xa0ans et 1\xa0mois)"
    assert affichee.lignes == [
        ("Nom", "AABELIUM"),
        ("Prénom", "BAPTISTE"),
        ("Né le", "01/01/2011"),
        ("Âge", "7\xa0ans et 1\xa0mois"),
        ("Lieu de naissance", "Rennes (35)"),
    ]


@pytest.mark.parametrize(
    ("naissance", "jour", "mots"),
    [
        ("2011-01-01", "2018-01-01", "7 ans"),
        ("2011-01-01", "2017-12-31", "6 ans et 11 mois"),
        ("2017-02-15", "2018-02-15", "1 an"),
        ("2017-02-16", "2018-02-15", "11 mois"),
        ("2017-01-15", "2018-02-15", "1 an et 1 mois"),
        ("2018-02-15", "2018-02-15", "0 mois"),
        # Born on 29 February: a year older on 1 March of a common year, on the 29th of a leap year.
        ("2016-02-29", "2018-02-28", "1 an et 11 mois"),
        ("2016-02-29", "2018-03-01", "2 ans"),
        ("2016-02-29", "2020-02-29", "4 ans"),
        # Born on the 31st: the month is gained on the 1st where there is no 31st.
        ("2017-08-31", "2017-09-30", "0 mois"),
        ("2017-08-31", "2017-10-01", "1 mois"),
    ],
)
def test_ages_are_worded_on_both_sides_of_each_birthday(naissance, jour, mots):
    date = datetime.date.fromisoformat
    assert enfant(date_naissance=date(naissance)).age_en_mots(date(jour)).replace("\xa0", " ") == mots


@pytest.mark.parametrize(
    ("ville", "departement", "mots"),
    [("Rennes", "35", "Rennes (35)"), ("", "35", "(35)"), ("Londres", "", "Londres"), ("", "", "")],
)
def test_the_birth_place_shows_what_is_known(ville, departement, mots):
    lignes = dict(carte(enfant(lieu_naissance=ville, departement_naissance=departement), SAISIE, POLITIQUES).lignes)
    assert lignes["Lieu de naissance"] == mots


def test_a_girl_is_nee():
    assert carte(enfant(sexe="f"), SAISIE, POLITIQUES).lignes[2][0] == "Née le"


def test_a_parent_sees_the_card_of_each_child_and_the_way_to_its_sheet(client, en_2018, commune, parent, baptiste, lea):
    client.force_login(parent)
    page = client.get("/enfants/").content.decode()
    assert "AABELIUM BAPTISTE (7\xa0ans et 1\xa0mois)" in page
    assert "AABELIUM LÉA (4\xa0ans et 9\xa0mois)" in page
    assert f"/enfants/{baptiste.cle}/" in page
    assert "Voir / Modifier la fiche enfant" in page


def test_a_login_without_child_is_told_what_to_do(client, commune, etranger, baptiste):
    client.force_login(etranger)
    page = client.get("/enfants/").content.decode()
    assert "Contactez le service" in page
    assert "BAPTISTE" not in page


def test_the_list_costs_the_same_for_one_child_or_six(
    client, commune, parent, famille, baptiste, django_assert_max_num_queries
):
    for rang in range(5):
        FabriqueEnfant(famille=famille, prenom=f"Enfant{rang}")
    client.force_login(parent)
    client.get("/enfants/")
    with django_assert_max_num_queries(10):
        assert client.get("/enfants/").content.decode().count("Voir / Modifier") == 6
