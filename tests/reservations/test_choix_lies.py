"""Choices that go together, as the page of the planning gives them to its script."""

import datetime
import json

import pytest
import time_machine
from django.urls import reverse

from reservations.models import Creneau, LienPrestation, Periode
from tests.fabriques import FabriquePrestation
from tests.reservations.conftest import MERCREDI


@pytest.fixture(autouse=True)
def hiver_2018():
    with time_machine.travel(MERCREDI, tick=False):
        yield


@pytest.fixture
def repas(periode, matin, jours):
    repas = FabriquePrestation(periode=periode, nom="Repas", nom_court="Repas", ordre=5)
    Creneau.objects.create(prestation=repas, jour=datetime.date(2018, 1, 16), capacite=5)
    return repas


def page(client, parent, reservation):
    client.force_login(parent)
    return client.get(reverse("reservations:planning", args=[reservation.cle]))


def test_the_page_names_the_choices_that_go_together(client, parent, commune, reservation, matin, repas):
    LienPrestation.objects.create(prestation=repas, genre="exige", autre=matin)
    reponse = page(client, parent, reservation)
    un, autre = repas.cle.hex[:8], matin.cle.hex[:8]
    liens = json.loads(reponse.context["liens"])
    assert liens == {"noms": {autre: "Matin", un: "Repas"}, "exige": {un: [autre]}, "exclut": {}, "ajoute": {}}
    assert f'value="20180116-{un}"' in reponse.content.decode()
    assert "js/planning-liens.js" in reponse.content.decode()


def test_a_booked_choice_that_is_locked_is_known_to_the_script(client, parent, commune, reservation, matin, repas):
    LienPrestation.objects.create(prestation=repas, genre="exige", autre=matin)
    presence = reservation.presences.create(
        enfant=reservation.enfant,
        creneau=Creneau.objects.get(prestation=matin, jour="2018-01-11"),
        etat="acceptee",
        modifiee_le=MERCREDI,
    )
    assert presence.etat == "acceptee"
    assert f'data-acquis="20180111-{matin.cle.hex[:8]}"' in page(client, parent, reservation).content.decode()


def test_choices_linked_to_nothing_cost_no_query_and_no_script(client, parent, commune, reservation, matin, repas):
    client.force_login(parent)
    adresse = reverse("reservations:planning", args=[reservation.cle])
    client.get(adresse)
    html = client.get(adresse).content.decode()
    assert "planning-liens.js" not in html
    assert "data-liens" not in html


def test_a_past_day_without_anything_booked_is_one_word(client, parent, commune, reservation, matin, repas):
    """Wednesday 10: the days of last week are told in a word, but for the one that was attended."""
    reservation.presences.create(
        enfant=reservation.enfant,
        creneau=Creneau.objects.get(prestation=matin, jour="2018-01-04"),
        etat="presente",
        modifiee_le=MERCREDI,
    )
    semaines = page(client, parent, reservation).context["mois"].semaines
    jours = {jour.numero: jour for semaine in semaines for jour in semaine.jours if jour}
    assert (jours[3].motif_ferme, jours[3].colonnes) == ("Passé", [])
    assert [case.libelle for case in jours[4].colonnes[0].cases] == ["Matin"]
    assert [case.libelle for case in jours[10].colonnes[0].cases] == ["Matin"]


def test_the_list_of_a_phone_leaves_out_what_is_past_or_outside_the_opening_weekdays(
    client, parent, commune, reservation, matin, repas
):
    """On Wednesday 10; the période has no Wednesday any more, but those of which a day is left."""
    Periode.objects.update(jours_ouverture=[0, 1, 3, 4])
    Creneau.objects.filter(jour="2018-01-24").delete()
    semaines = page(client, parent, reservation).context["mois"].semaines
    muets = {jour.numero for semaine in semaines for jour in semaine.jours if jour and jour.muet}
    assert muets == {1, 2, 3, 4, 5, 8, 9, 24}
