"""Counts per day and site: right, limited to one's sites, the same number of queries whatever there is."""

import datetime

import pytest
import time_machine
from django.urls import reverse

from portail.roles import synchroniser
from reservations import actions
from reservations.comptes import etendue
from reservations.models import Creneau, Presence, Salle
from tests.fabriques import FabriqueCreneau, instant, membre_du_personnel
from tests.reservations.conftest import reservation_de
from tests.reservations.gestes import envoyer

PAGE = reverse("admin:reservations_creneau_effectifs")
FICHIER = reverse("admin:reservations_creneau_effectifs_csv")
LUNDI = datetime.date(2018, 1, 15)


@pytest.mark.parametrize(
    ("nom", "jour", "du", "au"),
    [
        ("jour", LUNDI, LUNDI, LUNDI),
        ("semaine", datetime.date(2018, 1, 17), LUNDI, datetime.date(2018, 1, 21)),
        ("n’importe quoi", datetime.date(2018, 1, 21), LUNDI, datetime.date(2018, 1, 21)),
        ("mois", datetime.date(2018, 2, 28), datetime.date(2018, 2, 1), datetime.date(2018, 2, 28)),
        ("mois", datetime.date(2018, 1, 31), datetime.date(2018, 1, 1), datetime.date(2018, 1, 31)),
        ("mois", datetime.date(2018, 12, 1), datetime.date(2018, 12, 1), datetime.date(2018, 12, 31)),
    ],
)
def test_a_range_is_a_day_a_week_or_a_month(nom, jour, du, au):
    voulue = etendue(nom, jour)
    assert (voulue.du, voulue.au) == (du, au)
    assert etendue(voulue.nom, voulue.avant).au == du - datetime.timedelta(days=1)
    assert etendue(voulue.nom, voulue.apres).du == au + datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def janvier(commune):
    synchroniser()
    with time_machine.travel(instant(2018, 1, 10, 9), tick=False):
        yield


@pytest.fixture
def agent(client):
    agent = membre_du_personnel("agent")
    client.force_login(agent)
    return agent


@pytest.fixture
def lundi(periode, jours, parent):
    """One accepted, one to answer, one waiting: 28 places left of 30."""
    for rang, etat in enumerate(("acceptee", "demandee", "liste_attente")):
        reservation = reservation_de(periode, rang)
        envoyer(reservation, parent, 15)
        Presence.objects.filter(reservation=reservation).update(etat=etat)
    Creneau.objects.filter(jour=LUNDI).update(places_prises=2)


def ligne(reponse, jour=LUNDI):
    (trouvee,) = [une for du_jour, lignes in reponse.context["jours"] if du_jour == jour for une in lignes]
    return trouvee


def test_the_page_tells_booked_to_answer_waiting_and_left(client, agent, lundi):
    une = ligne(client.get(PAGE, {"jour": "2018-01-15", "etendue": "jour"}))
    assert (une.reserves, une.a_traiter, une.en_attente, une.places, une.libres) == (1, 1, 1, 30, 28)


def test_what_is_left_is_what_the_room_leaves(client, agent, lundi, periode):
    salle = Salle.objects.create(etablissement=periode.accueil.etablissement, nom="Salle du bas", capacite_par_jour=5)
    actions.placer_dans_la_salle(
        prestation=periode.prestations.get(),
        salle=salle,
        agent=agent,
        a_partir_du=LUNDI,
        maintenant=instant(2018, 1, 10, 9),
    )
    reponse = client.get(PAGE, {"jour": "2018-01-15"})
    assert ligne(reponse).libres == 3
    assert "Salle du bas, partagée" in reponse.content.decode()


def test_the_file_says_the_same(client, agent, lundi):
    reponse = client.get(FICHIER, {"jour": "2018-01-15", "etendue": "jour"})
    assert "effectifs-2018-01-15-2018-01-15.csv" in reponse["Content-Disposition"]
    texte = reponse.content.decode("utf-8-sig")
    assert '"15/01/2018";"ACCUEIL PERISCOLAIRE"' in texte
    assert '"1";"1";"1";"30";"28"' in texte


def test_a_direction_reads_its_own_sites_only(client, lundi, periode):
    ailleurs = FabriqueCreneau(prestation__periode__nom="AILLEURS", prestation__periode__regle_reservation__nom="x")
    directrice = membre_du_personnel("direction")
    periode.accueil.etablissement.direction.add(directrice)
    client.force_login(directrice)
    site = ailleurs.prestation.periode.accueil.etablissement
    for champs in ({"jour": "2018-01-15"}, {"jour": "2018-01-15", "site": site.cle}):
        reponse = client.get(PAGE, champs)
        assert {une.etablissement for _, lignes in reponse.context["jours"] for une in lignes} == {
            "ACCUEIL PERISCOLAIRE"
        }


@pytest.mark.parametrize("jour", ["", "demain", "2018-13-45", "0001-01-01", "9999-12-31"])
def test_a_day_that_is_none_is_today(client, agent, lundi, jour):
    assert client.get(PAGE, {"jour": jour, "etendue": "mois"}).context["voulue"].du == datetime.date(2018, 1, 1)


def test_the_queries_do_not_grow_with_the_days(client, agent, lundi, django_assert_max_num_queries):
    client.get(PAGE)
    with django_assert_max_num_queries(9):
        assert len(client.get(PAGE, {"jour": "2018-01-15", "etendue": "mois"}).context["jours"]) > 20
