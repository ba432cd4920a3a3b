"""The staff's pages: preview, confirmation by the code, refusals in sentences."""

import pytest
from django.urls import reverse

from familles.models import Famille
from portail.roles import synchroniser
from tests.fabriques import membre_du_personnel


@pytest.fixture
def agent(client, commune):
    synchroniser()
    agent = membre_du_personnel("agent")
    client.force_login(agent)
    return agent


def adresse(famille):
    return reverse("admin:dossiers_famille_effacer", args=[famille.pk])


def test_the_preview_says_what_each_piece_of_data_becomes_and_why(client, agent, famille, baptiste):
    page = client.get(adresse(famille)).content.decode()
    for mot in ("Ce que devient chaque donnée", "Rendue anonyme", "Effacée", "reste sous le code de la famille"):
        assert mot in page


def test_a_wrong_code_erases_nothing_and_keeps_what_was_typed(client, agent, famille):
    reponse = client.post(adresse(famille), {"motif": "Demande écrite", "code": "F99999"})
    assert reponse.status_code == 422
    assert "Recopiez exactement F00001" in reponse.content.decode()
    assert "Demande écrite" in reponse.content.decode()
    assert Famille.objects.get(pk=famille.pk).nom == "AABELIUM"


def test_the_right_code_erases(client, agent, famille):
    reponse = client.post(adresse(famille), {"motif": "Demande écrite", "code": "f00001"}, follow=True)
    assert "Le dossier F00001 est effacé." in reponse.content.decode()
    assert Famille.objects.get(pk=famille.pk).nom == "FAMILLE EFFACÉE"


def test_an_erased_household_says_so_and_offers_no_button(client, agent, famille):
    client.post(adresse(famille), {"motif": "Demande écrite", "code": "F00001"})
    page = client.get(adresse(famille)).content.decode()
    assert "Cette famille est déjà effacée." in page
    assert 'type="submit" class="deletelink"' not in page


def test_the_page_of_the_household_leads_to_both_gestures(client, agent, famille):
    page = client.get(reverse("admin:familles_famille_change", args=[famille.pk])).content.decode()
    assert reverse("admin:dossiers_famille_exporter", args=[famille.pk]) in page
    assert adresse(famille) in page
