"""Oui / Non, with the date and the author; images for one school year, use by use."""

import datetime

import pytest

from enfants.actions.autorisations import repondre_aux_autorisations
from enfants.models import Autorisation, TypeAutorisation
from portail.commun.models import Trace
from tests.enfants.conftest import MAINTENANT
from tests.fabriques import instant


@pytest.fixture
def adresse(baptiste):
    return f"/enfants/{baptiste.cle}/autorisations/"


def toutes(**oui):
    """Every authorisation answered Non, but those named (with underscores)."""
    choisies = {code.replace("_", "-"): valeur for code, valeur in oui.items()}
    return dict.fromkeys(TypeAutorisation.objects.values_list("code", flat=True), "non") | choisies


def test_as_long_as_nothing_is_answered_it_is_no(client, en_2018, commune, parent, baptiste):
    client.force_login(parent)
    page = client.get(f"/enfants/{baptiste.cle}/").content.decode()
    assert "Autorisation d’aller et venue à l’Espace jeunes" in page
    assert page.count("Pas encore de réponse : c’est non.") == TypeAutorisation.objects.count()
    assert not Autorisation.objects.exists()


def test_the_answers_are_kept_with_their_date_and_author(client, en_2018, commune, parent, baptiste, famille, adresse):
    client.force_login(parent)
    page = client.post(adresse, toutes(image_site="oui", baignade="oui"), follow=True).content.decode()
    assert "Vos réponses sont enregistrées." in page
    assert f"Réponse du 15/02/2018 par {parent}, jusqu’au 31/08/2018." in page
    site = Autorisation.objects.get(type__code="image-site")
    assert (site.accord, site.auteur, site.le, site.famille) == (True, parent, MAINTENANT, famille)
    assert site.valable_jusqu_au == datetime.date(2018, 8, 31)
    assert Autorisation.objects.get(type__code="baignade").valable_jusqu_au is None
    assert Autorisation.objects.get(type__code="image-reseaux").accord is False
    assert Trace.objects.get(geste="enfant.autorisations").apres["image-site"] == "oui"


def test_an_answer_that_did_not_change_keeps_its_date(client, commune, parent, adresse, time_machine):
    client.force_login(parent)
    time_machine.move_to(MAINTENANT, tick=False)
    client.post(adresse, toutes(baignade="oui"))
    time_machine.move_to(instant(2018, 3, 1), tick=False)
    client.force_login(parent)
    client.post(adresse, toutes(baignade="oui", transport="oui"))
    assert Autorisation.objects.get(type__code="baignade").le == MAINTENANT
    assert Autorisation.objects.get(type__code="transport").le == instant(2018, 3, 1)
    assert Trace.objects.filter(geste="enfant.autorisations").latest("pk").apres == {"transport": "oui"}


def test_a_consent_is_withdrawn_at_any_time(client, en_2018, commune, parent, adresse):
    client.force_login(parent)
    client.post(adresse, toutes(image_site="oui"))
    client.post(adresse, toutes())
    retiree = Autorisation.objects.get(type__code="image-site")
    assert (retiree.accord, retiree.valable_jusqu_au) == (False, None)
    assert Trace.objects.filter(geste="enfant.autorisations").latest("pk").avant == {"image-site": "oui"}


def test_a_consent_to_images_ends_with_the_school_year(client, commune, parent, baptiste, adresse, time_machine):
    client.force_login(parent)
    time_machine.move_to(MAINTENANT, tick=False)
    client.post(adresse, toutes(image_site="oui", baignade="oui"))
    accords = {ligne.type.code: ligne for ligne in Autorisation.objects.filter(accord=True)}
    fin = datetime.date(2018, 8, 31)
    assert accords["image-site"].vaut_accord(fin)
    assert not accords["image-site"].vaut_accord(fin + datetime.timedelta(days=1))
    assert accords["baignade"].vaut_accord(datetime.date(2030, 1, 1))
    time_machine.move_to(instant(2018, 9, 3), tick=False)
    client.force_login(parent)
    page = client.get(f"/enfants/{baptiste.cle}/").content.decode()
    assert "Votre accord a pris fin le 31/08/2018 : c’est non." in page


@pytest.mark.parametrize("valeur", ["peut-être", "", "1"])
def test_an_answer_that_is_neither_is_refused(client, commune, parent, adresse, valeur):
    client.force_login(parent)
    assert client.post(adresse, toutes(baignade=valeur)).status_code == 422
    assert not Autorisation.objects.exists()


def test_an_authorisation_no_longer_asked_keeps_its_past_answer(client, en_2018, commune, parent, adresse, baptiste):
    client.force_login(parent)
    client.post(adresse, toutes(baignade="oui"))
    TypeAutorisation.objects.filter(code="baignade").update(active=False)
    saisie = toutes()
    saisie.pop("baignade")
    assert client.post(adresse, saisie).status_code == 302
    assert Autorisation.objects.get(type__code="baignade").accord
    assert "baignade" not in client.get(f"/enfants/{baptiste.cle}/").content.decode().lower()


def test_the_answers_cost_the_same_number_of_queries_whatever_their_number(
    baptiste, famille, parent, django_assert_max_num_queries
):
    types = list(TypeAutorisation.objects.all())
    with django_assert_max_num_queries(7):
        repondre_aux_autorisations(
            enfant=baptiste,
            famille=famille,
            auteur=parent,
            reponses=dict.fromkeys(types, True),
            maintenant=MAINTENANT,
        )
