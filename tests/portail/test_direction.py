"""A direction sees the children of its own sites, their health included, and nobody else's."""

import pytest
from django.urls import reverse
from django.utils import timezone

from portail.roles import synchroniser
from reservations import actions
from tests.client import ClientStrict
from tests.fabriques import FabriqueEnfant, FabriqueEtablissement, membre_du_personnel
from tests.reservations.gestes import inscrire


@pytest.fixture
def direction(commune):
    synchroniser()
    return membre_du_personnel("direction")


@pytest.fixture
def client_direction(direction):
    client = ClientStrict()
    client.force_login(direction)
    return client


@pytest.fixture
def sites(direction):
    mien, autre = FabriqueEtablissement(nom="ALSH"), FabriqueEtablissement(nom="ESPACE JEUNES")
    mien.direction.add(direction)
    return mien, autre


@pytest.fixture
def enfants(famille, autre_famille, sites):
    """One child of the direction's own site, one of another, one who goes nowhere."""
    mien, autre = sites
    suivi = FabriqueEnfant(famille=famille, nom="SUIVI")
    ailleurs = FabriqueEnfant(famille=autre_famille, nom="AILLEURS")
    nulle_part = FabriqueEnfant(famille=autre_famille, nom="NULLEPART")
    inscrire(famille, suivi, mien)
    inscrire(autre_famille, ailleurs, autre)
    return suivi, ailleurs, nulle_part


def pages(enfant):
    return [
        reverse("admin:enfants_enfant_sante", kwargs={"cle": enfant.cle}),
        reverse("admin:enfants_enfant_change", args=[enfant.pk]),
        reverse("admin:enfants_enfant_history", args=[enfant.pk]),
    ]


def test_a_direction_opens_the_children_of_its_sites(client_direction, enfants):
    assert [client_direction.get(page).status_code for page in pages(enfants[0])] == [200, 200, 200]


@pytest.mark.parametrize("rang", [1, 2])
def test_a_direction_opens_no_other_child(client_direction, enfants, rang):
    for page in pages(enfants[rang]):
        reponse = client_direction.get(page, follow=True)
        assert enfants[rang].nom not in reponse.content.decode(), page


def test_the_list_and_the_search_show_no_other_child(client_direction, enfants):
    adresse = reverse("admin:enfants_enfant_changelist")
    for recherche in ("", "ailleurs", "nullepart", "léa"):
        texte = client_direction.get(adresse, {"q": recherche}).content.decode()
        assert "AILLEURS" not in texte.replace('value="ailleurs"', "")
        assert "NULLEPART" not in texte
    assert "SUIVI" in client_direction.get(adresse).content.decode()


def test_a_direction_whose_site_is_taken_away_sees_nobody(client_direction, direction, enfants, sites):
    sites[0].direction.remove(direction)
    assert client_direction.get(pages(enfants[0])[0]).status_code == 404


def test_a_day_that_was_cancelled_no_longer_opens_the_sheet(client_direction, enfants):
    demande = enfants[0].presences.get().demande
    actions.retirer_demande(demande=demande, auteur=demande.auteur, maintenant=timezone.now())
    assert client_direction.get(pages(enfants[0])[0]).status_code == 404


def test_an_agent_sees_everybody(enfants):
    client = ClientStrict()
    client.force_login(membre_du_personnel("agent"))
    assert [client.get(pages(enfant)[0]).status_code for enfant in enfants] == [200, 200, 200]
