"""The private calendar feed: its days follow their states, its address is secret and revocable."""

import datetime

import pytest
import time_machine
from django.urls import reverse
from icalendar import Calendar

from portail.commun.models import Trace
from reservations import actions
from reservations.models import LienAgenda, Presence, Prestation
from tests.reservations.conftest import MERCREDI
from tests.reservations.gestes import envoyer


@pytest.fixture(autouse=True)
def hiver_2018():
    with time_machine.travel(MERCREDI, tick=False):
        yield


@pytest.fixture
def lien(famille, parent):
    return actions.creer_lien_agenda(famille=famille, auteur=parent, maintenant=MERCREDI)


def lire(client, lien):
    reponse = client.get(reverse("agenda_ics", args=[lien.jeton]))
    assert reponse.status_code == 200
    assert reponse["Content-Type"] == "text/calendar; charset=utf-8"
    return reponse.content, Calendar.from_ical(reponse.content)


def test_each_day_is_an_event_with_first_name_and_service_only(client, lien, reservation, parent):
    envoyer(reservation, parent, 15)
    brut, agenda = lire(client, lien)
    evenement = agenda.walk("VEVENT")[0]
    assert evenement["SUMMARY"] == "BAPTISTE : Matin (Demande envoyée)"
    assert evenement["LOCATION"] == "ACCUEIL PERISCOLAIRE"
    assert evenement["STATUS"] == "TENTATIVE"
    assert evenement["DTSTART"].dt == datetime.date(2018, 1, 15)
    assert b"AABELIUM" not in brut
    assert all(len(ligne) <= 75 for ligne in brut.split(b"\r\n"))
    assert b"\n" not in brut.replace(b"\r\n", b"")


def test_a_cancelled_day_stays_in_the_feed_as_cancelled_under_the_same_uid(client, lien, reservation, parent):
    envoyer(reservation, parent, 15)
    avant = lire(client, lien)[1].walk("VEVENT")[0]
    envoyer(reservation, parent, annuler=[15])
    apres = lire(client, lien)[1].walk("VEVENT")[0]
    assert (apres["UID"], apres["STATUS"]) == (avant["UID"], "CANCELLED")
    assert apres["SEQUENCE"] > avant["SEQUENCE"]


def test_hours_of_the_prestation_are_those_of_paris(client, lien, reservation, parent):
    Prestation.objects.update(heure_debut=datetime.time(7, 30), heure_fin=datetime.time(8, 30))
    envoyer(reservation, parent, 15)
    Presence.objects.update(etat="acceptee")
    evenement = lire(client, lien)[1].walk("VEVENT")[0]
    assert evenement["STATUS"] == "CONFIRMED"
    assert evenement["DTSTART"].dt.astimezone(datetime.UTC).hour == 6


def test_a_strict_reader_finds_every_time_zone_that_the_feed_names(client, lien, reservation, parent):
    Prestation.objects.update(heure_debut=datetime.time(7, 30), heure_fin=datetime.time(8, 35))
    envoyer(reservation, parent, 15)
    _, calendrier = lire(client, lien)
    assert calendrier.get_missing_tzids() == set()
    assert [erreurs for un in calendrier.walk() if (erreurs := un.errors)] == []


def test_a_revoked_address_and_a_false_one_do_not_exist(client, lien, famille, parent):
    actions.revoquer_lien_agenda(famille=famille, auteur=parent, maintenant=MERCREDI)
    assert client.get(reverse("agenda_ics", args=[lien.jeton])).status_code == 404
    assert client.get(reverse("agenda_ics", args=["x" * 43])).status_code == 404


def test_a_new_address_closes_the_one_before(client, lien, famille, parent):
    nouveau = actions.creer_lien_agenda(famille=famille, auteur=parent, maintenant=MERCREDI)
    assert client.get(reverse("agenda_ics", args=[lien.jeton])).status_code == 404
    lire(client, nouveau)


def test_the_address_is_made_shown_and_closed_by_its_page(client, famille, parent, commune):
    client.force_login(parent)
    page = reverse("reservations:agenda")
    assert "Créer le lien" in client.get(page).content.decode()
    client.post(reverse("reservations:creer_agenda", args=[famille.cle]))
    jeton = LienAgenda.objects.get().jeton
    assert f"/calendrier/{jeton}.ics" in client.get(page).content.decode()
    client.post(reverse("reservations:revoquer_agenda", args=[famille.cle]))
    assert jeton not in client.get(page).content.decode()
    assert list(Trace.objects.order_by("pk").values_list("geste", flat=True)) == [
        "agenda.lien_cree",
        "agenda.lien_revoque",
    ]
    assert jeton not in str(list(Trace.objects.values()))


def test_a_stranger_household_is_not_in_the_feed(client, lien, autre_reservation, etranger):
    envoyer(autre_reservation, etranger, 15)
    assert lire(client, lien)[1].walk("VEVENT") == []


def test_the_feed_takes_two_queries_whatever_its_days(client, lien, reservation, parent, django_assert_num_queries):
    envoyer(reservation, parent, *range(15, 32))
    with django_assert_num_queries(2):
        lire(client, lien)
