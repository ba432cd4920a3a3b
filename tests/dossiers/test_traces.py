"""The audit trail as staff read it: who, what, before, after; found by household."""

import pytest
from django.urls import reverse
from django.utils import timezone

from portail.commun.gestes import GESTES, geste_en_clair
from portail.commun.traces import tracer
from portail.roles import synchroniser
from tests.fabriques import FabriqueEnfant, membre_du_personnel


@pytest.fixture
def agent(client, commune):
    synchroniser()
    agent = membre_du_personnel("agent", email="agent.martin@exemple.fr")
    client.force_login(agent)
    return agent


@pytest.fixture
def trace(famille, autre_famille, agent):
    tracer(geste="famille.certifiee", objet="famille", libelle="autre", famille_cle=autre_famille.cle,
           auteur=None, maintenant=timezone.now())  # fmt: skip
    return tracer(
        geste="famille.fiche_modifiee",
        objet="famille",
        objet_cle=famille.cle,
        libelle="la fiche",
        famille_cle=famille.cle,
        auteur=agent,
        maintenant=timezone.now(),
        avant={"Adresse": "3 rue du Port", "Ville": "Batz-sur-Mer", "Pays": "France"},
        apres={"Adresse": "9 quai neuf", "Ville": "Le Croisic", "Pays": ""},
    )


def liste(client, cherche):
    return client.get(reverse("admin:commun_trace_changelist"), {"q": cherche})


def test_the_list_says_who_did_what_before_and_after(client, trace):
    page = liste(client, "").content.decode()
    for mot in ("Anne Martin", "Fiche famille modifiée", "3 rue du Port → 9 quai neuf", "(et 1 de plus)"):
        assert mot in page


@pytest.mark.parametrize("cherche", ["aabelium", "F00001", "Claire", "BAPTISTE", "agent.martin", "fiche_modifiee"])
def test_a_trace_is_found_by_the_household_its_people_or_its_author(client, trace, famille, cherche):
    FabriqueEnfant(famille=famille, nom="AABELIUM", prenom="BAPTISTE")
    assert list(liste(client, cherche).context["cl"].queryset) == [trace]


def test_the_page_of_a_trace_names_the_household_and_each_value(client, trace):
    page = client.get(reverse("admin:commun_trace_change", args=[trace.pk])).content.decode()
    for mot in ("AABELIUM (F00001)", "3 rue du Port", "9 quai neuf", "Le Croisic"):
        assert mot in page


def test_the_list_costs_the_same_whatever_the_traces(client, trace, famille, agent, django_assert_max_num_queries):
    for _ in range(30):
        tracer(geste="famille.certifiee", objet="famille", famille_cle=famille.cle, auteur=agent,
               maintenant=timezone.now())  # fmt: skip
    with django_assert_max_num_queries(22):
        liste(client, "aabelium")


def test_a_gesture_without_words_of_its_own_stays_readable():
    assert geste_en_clair("periode.chose_nouvelle") == "Periode : chose nouvelle"
    assert all(libelle[0].isupper() for libelle in GESTES.values())
