"""The link of the mail: it shows what is held, and one click accepts or declines, with or without an account."""

import datetime
from decimal import Decimal

import pytest
from django.urls import reverse

from enfants.models import Rattachement
from reservations.courriels import adresse_des_places
from reservations.enums import EtatPresence
from reservations.jetons import jeton_des_places
from reservations.models import EtapePresence
from tests.fabriques import FabriqueFamille, FabriqueResponsable, instant
from tests.reservations.conftest import reservation_de
from tests.reservations.gestes import cocher
from tests.reservations.listes import JEUDI, annuler, etat, lisible, presence


@pytest.fixture
def proposee(inscrits, auteur, time_machine):
    time_machine.move_to(JEUDI)
    annuler(inscrits[0], auteur)
    return inscrits[1]


def page(reservation, geste="places"):
    return reverse(f"reservations:{geste}", args=[jeton_des_places(reservation.cle)])


def test_the_link_of_the_mail_shows_the_place_and_accepts_nothing(client, proposee):
    reponse = client.get(adresse_des_places(proposee))
    assert "jeudi 18 janvier 2018" in lisible(reponse.text)
    assert "vendredi 12/01 à 9 h" in lisible(reponse.text)
    assert etat(proposee) == "place_proposee"


def test_the_price_is_told_to_the_household_that_pays_and_to_no_other(client, proposee):
    adresse = page(proposee)
    assert "1,75 €" in lisible(client.get(adresse).text)
    Rattachement.objects.filter(enfant=proposee.enfant).update(payeur=FabriqueFamille(code="F00777"))
    assert "1,75 €" not in lisible(client.get(adresse).text)


def test_one_click_without_an_account_accepts(client, proposee):
    reponse = client.post(page(proposee, "accepter_places"), {"places": [presence(proposee).cle]}, follow=True)
    assert "C’est réservé" in reponse.text
    assert etat(proposee) == "acceptee"
    assert EtapePresence.objects.filter(presence=presence(proposee)).last().auteur is None


def test_a_parent_who_is_logged_in_signs_the_answer(client, proposee):
    parent = proposee.famille.responsables.get().utilisateur
    client.force_login(parent)
    client.post(page(proposee, "accepter_places"), {"places": [presence(proposee).cle]})
    assert EtapePresence.objects.filter(presence=presence(proposee)).last().auteur == parent


def test_one_click_declines(client, proposee):
    client.post(page(proposee, "refuser_places"), {"places": [presence(proposee).cle]})
    assert etat(proposee) == "annulee"


def test_a_forged_link_leads_nowhere(client, proposee):
    assert client.get(page(proposee) + "x").status_code == 404
    assert client.get(reverse("reservations:places", args=[str(proposee.cle)])).status_code == 404
    faux = reverse("reservations:accepter_places", args=["faux"])
    assert client.post(faux, {"places": [presence(proposee).cle]}).status_code == 404


def test_a_link_says_nothing_after_a_month(client, proposee, time_machine):
    adresse = page(proposee)
    time_machine.move_to(JEUDI + datetime.timedelta(days=31))
    assert client.get(adresse).status_code == 404


def test_the_link_of_one_household_does_not_accept_the_place_of_another(client, proposee, inscrits):
    client.post(page(inscrits[2], "accepter_places"), {"places": [presence(proposee).cle]})
    assert etat(proposee) == "place_proposee"


@pytest.mark.parametrize("places", [[], ["pas-une-cle"], ["pas-une-cle", ""]])
def test_a_form_without_a_place_says_so(client, proposee, places):
    reponse = client.post(page(proposee, "accepter_places"), {"places": places}, follow=True)
    assert reponse.status_code == 200
    assert etat(proposee) == "place_proposee"


def test_an_offer_that_is_over_says_so(client, proposee, time_machine):
    time_machine.move_to(instant(2018, 1, 12, 9, 1))
    reponse = client.get(page(proposee))
    assert "Le délai pour répondre est dépassé" in reponse.text
    reponse = client.post(page(proposee, "accepter_places"), {"places": [presence(proposee).cle]}, follow=True)
    assert "Trop tard" in reponse.text
    assert EtatPresence(etat(proposee)) == EtatPresence.ANNULEE


def test_the_check_page_says_what_waits_and_at_what_rank(client, inscrits, time_machine):
    time_machine.move_to(JEUDI)
    tard = reservation_de(inscrits[0].periode, 9)
    client.force_login(FabriqueResponsable(famille=tard.famille).utilisateur)
    cocher(tard, 18, 19, maintenant=JEUDI)
    reponse = client.get(reverse("reservations:verifier", args=[tard.cle]))
    assert "3e sur la liste" in reponse.text
    [rubrique] = reponse.context["rubriques"]
    assert [ligne["rang"] for ligne in rubrique.attentes] == ["3e sur la liste"]
    assert len(rubrique.ajouts) == 1


def test_a_waiting_day_that_is_given_up_takes_nothing_off(client, inscrits, time_machine):
    time_machine.move_to(JEUDI)
    totaux = []
    for reservation in inscrits[:2]:
        client.force_login(reservation.famille.responsables.get().utilisateur)
        cocher(reservation, decocher=[18], maintenant=JEUDI)
        [rubrique] = client.get(reverse("reservations:verifier", args=[reservation.cle])).context["rubriques"]
        totaux.append(rubrique.total_retraits)
    assert totaux == [Decimal("1.75"), Decimal(0)]


def test_the_confirmation_of_a_waiting_day_speaks_of_a_place_and_of_no_agent(client, inscrits, auteur, time_machine):
    time_machine.move_to(JEUDI)
    waiting = inscrits[1]
    client.force_login(waiting.famille.responsables.get().utilisateur)
    adresse = reverse("reservations:demande", args=[waiting.demandes.get().cle])
    texte = client.get(adresse).text
    assert "Un agent du service" not in texte
    assert "si une place se libère, elle vous est proposée par courriel" in texte
    assert "Annuler cette demande" in texte
    annuler(inscrits[0], auteur)
    texte = client.get(adresse).text
    assert "Une place vous est proposée" in texte
    assert "rien d’autre à faire" not in texte


def test_the_dashboard_names_the_place_until_its_time_is_over(client, proposee, time_machine):
    client.force_login(proposee.famille.responsables.get().utilisateur)
    texte = lisible(client.get(reverse("espace")).text)
    assert f"1 place proposée pour {proposee.enfant.prenom}" in texte
    assert "À accepter avant le vendredi 12/01 à 9 h." in texte
    assert reverse("reservations:detail", args=[proposee.cle]) in texte
    time_machine.move_to(JEUDI + datetime.timedelta(days=2))
    assert "place proposée pour" not in client.get(reverse("espace")).text
