"""What a family reads of a pre-booking window: before, during, after, and of its answer."""

import datetime

import pytest
import time_machine
from django.urls import reverse

from portail.commun.models import Courriel
from reservations import actions, tasks
from reservations.enums import EtatPresence
from reservations.explications import prereservation_en_mots
from reservations.models import Creneau, Periode, Presence
from tests.fabriques import FabriqueUtilisateur
from tests.reservations.attribution import APRES, DEBUT, FIN, PENDANT, ligne
from tests.reservations.gestes import cocher, envoyer, etats


@pytest.fixture(autouse=True)
def pendant_la_fenetre(commune):
    with time_machine.travel(PENDANT, tick=False) as horloge:
        yield horloge


@pytest.fixture
def connecte(client, parent):
    client.force_login(parent)
    return client


@pytest.fixture
def reservation(famille, baptiste, fenetre):
    return actions.ouvrir_reservation(famille=famille, enfant=baptiste, periode=fenetre, maintenant=PENDANT)


@pytest.fixture
def agent(db):
    return FabriqueUtilisateur(agent=True)


def lire(client, nom, *cles, **champs):
    html = client.get(reverse(f"reservations:{nom}", args=cles), champs, follow=True).content.decode()
    return html.replace("\xa0", " ").replace("&nbsp;", " ")


@pytest.fixture
def plus_tard(connecte, parent, pendant_la_fenetre):
    """The same person comes back at another instant: the first session is over."""

    def revenir(instant):
        pendant_la_fenetre.move_to(instant)
        connecte.force_login(parent)

    return revenir


def planning(client, reservation):
    return lire(client, "planning", reservation.cle, mois="2018-01")


def test_the_card_says_the_window_its_order_and_whether_being_first_counts(connecte, famille, baptiste, fenetre):
    site = fenetre.accueil.etablissement.cle
    html = lire(connecte, "choisir_periode", famille.cle, baptiste.cle, etablissement=site)
    assert "Pré-réservation du lundi 08/01 à 9 h au vendredi 12/01 à 18 h" in html
    assert "Être parmi les premiers ne compte que si les autres critères ne départagent pas." in html
    assert "« Familles de la commune » puis « Parents qui travaillent tous »" in html
    assert "Réponse immédiate s’il reste de la place." not in html


def test_before_the_window_the_card_says_when_it_opens(connecte, famille, baptiste, fenetre, plus_tard):
    plus_tard(DEBUT - datetime.timedelta(days=2))
    site = fenetre.accueil.etablissement.cle
    html = lire(connecte, "choisir_periode", famille.cle, baptiste.cle, etablissement=site)
    assert "La pré-réservation ouvre pour votre famille le lundi 8 janvier 2018 à 9 h." in html
    assert "Continuer" not in html


def test_the_planning_shows_days_to_ask_without_a_word_on_places(connecte, reservation):
    html = planning(connecte, reservation)
    assert "À demander" in html
    assert "En attente d’attribution" in html
    assert "2 places" not in html
    assert "jusqu’au ven. 12/01 à 18 h" in html


def test_the_check_page_and_the_receipt_say_that_no_place_is_taken_yet(connecte, reservation, parent):
    cocher(reservation, 29)
    html = lire(connecte, "verifier", reservation.cle)
    assert "À demander (1)" in html
    assert "Rien n’est dû tant que vous n’avez pas de place." in html
    assert "sont acceptés dès l’envoi" not in html
    assert "À payer pour ces jours" not in html
    demande = envoyer(reservation, parent)
    html = lire(connecte, "demande", demande.cle)
    assert "attendent l’attribution des places" in html
    assert "vous n’avez rien d’autre à faire" not in html
    texte = Courriel.objects.get(nom="reservation_envoyee").texte
    assert "Les places ne sont pas encore attribuées" in texte
    assert "en attente d’attribution (aucune place n’est encore prise) :" in texte.replace("\xa0", " ")
    assert "Estimation" not in texte


def test_after_the_window_nothing_is_asked_and_the_page_says_what_comes_next(connecte, reservation, parent, plus_tard):
    envoyer(reservation, parent, 29)
    plus_tard(APRES)
    html = planning(connecte, reservation)
    assert "La pré-réservation est close depuis le vendredi 12/01 à 18 h." in html
    assert "les réservations rouvriront ensuite" in html
    assert "Attribution en cours" in html
    presence = Presence.objects.get(reservation=reservation)
    html = lire(connecte, "annuler_jour", presence.cle)
    assert "elle n’attend plus l’attribution des places" in html
    connecte.post(reverse("reservations:annuler_jour", args=[presence.cle]))
    assert etats(reservation) == {29: EtatPresence.ANNULEE}


@pytest.fixture
def attribuee(reservation, parent, demandes, fenetre, agent):
    """BAPTISTE asks last; the places are given and the families told."""
    envoyer(reservation, parent, 29, 31, maintenant=PENDANT + datetime.timedelta(hours=1))
    attribution = actions.preparer_attribution(periode=fenetre, agent=agent, maintenant=APRES)
    actions.confirmer_attribution(attribution=attribution, agent=agent, maintenant=APRES)
    tasks.appliquer_l_attribution(attribution.pk)
    return attribution


def test_the_page_of_the_reservation_explains_each_answer_and_names_nobody(connecte, attribuee, reservation, plus_tard):
    plus_tard(APRES)
    html = lire(connecte, "detail", reservation.cle)
    assert "Pas de place : votre demande est 4e pour 2 places." in html
    assert "Ce qui a départagé : date et heure de la demande." in html
    assert "Il y avait assez de places pour toutes les demandes." in html
    assert "2e sur la liste" in html
    assert "Comment les places ont été attribuées" in html
    assert "Parents qui travaillent tous : non, d’après votre fiche" in html
    assert not any(f"FAMILLE{n}" in html for n in (1, 2, 3, 4))
    assert "Pré-réservation du" not in html


def test_another_family_cannot_read_it(client, attribuee, reservation, etranger):
    client.force_login(etranger)
    assert client.get(reverse("reservations:detail", args=[reservation.cle])).status_code == 404


def test_nothing_is_explained_before_the_confirmation(connecte, reservation, parent, fenetre, agent):
    envoyer(reservation, parent, 29)
    actions.preparer_attribution(periode=fenetre, agent=agent, maintenant=APRES)
    html = lire(connecte, "detail", reservation.cle)
    assert "votre demande est" not in html
    assert "Il y avait assez" not in html


def test_a_decision_of_the_service_is_read_with_its_reason(connecte, reservation, parent, demandes, fenetre, agent):
    envoyer(reservation, parent, 29, maintenant=PENDANT + datetime.timedelta(hours=1))
    attribution = actions.preparer_attribution(periode=fenetre, agent=agent, maintenant=APRES)
    actions.decider_des_lignes(
        attribution=attribution,
        lignes=[ligne(attribution, reservation).pk],
        donner=True,
        motif="Place réservée à un accueil d’urgence",
        agent=agent,
        maintenant=APRES,
    )
    actions.confirmer_attribution(attribution=attribution, agent=agent, maintenant=APRES)
    tasks.appliquer_l_attribution(attribution.pk)
    html = lire(connecte, "detail", reservation.cle)
    assert "Place donnée par décision du service : Place réservée à un accueil d’urgence." in html
    perdante = Courriel.objects.get(nom="places_attribuees", destinataire="foyer3@exemple.fr").texte
    assert "votre demande est 2e pour 2 places. Des places ont été données par décision du service." in " ".join(
        perdante.split()
    )


def test_a_full_day_of_the_window_says_nothing_of_being_full(connecte, reservation):
    Creneau.objects.filter(jour="2018-01-29").update(capacite=0)
    assert "Complet" not in planning(connecte, reservation)


def test_once_allotted_the_planning_is_as_usual(connecte, attribuee, reservation, plus_tard):
    plus_tard(APRES)
    html = planning(connecte, reservation)
    assert "Libre" in html
    assert "À demander" not in html
    assert "Pré-réservation" not in html
    assert Periode.objects.get().attribuee_le is not None
    assert FIN < APRES


@pytest.mark.parametrize(
    ("criteres", "phrase"),
    [
        ([], "Être parmi les premiers à demander ne compte pas."),
        (["residence"], "Être parmi les premiers à demander ne compte pas."),
        (["residence", "date"], "Être parmi les premiers ne compte que si les autres critères ne départagent pas."),
        (["date", "residence"], "aucune place n’est prise."),
    ],
)
def test_the_window_says_whether_it_is_worth_hurrying(fenetre, criteres, phrase):
    fenetre.criteres_attribution = criteres
    assert prereservation_en_mots(fenetre, PENDANT)[0].endswith(phrase)
