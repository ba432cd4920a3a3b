"""The parent's pages, from the choice of the child to the confirmation, in the tutorial's winter."""

import re
from contextlib import contextmanager

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from enfants.models import Rattachement
from reservations.brouillons import brouillon_de, empreinte
from reservations.models import ChoixBrouillon, Creneau, Demande, Presence, Reservation
from tests.fabriques import FabriqueEnfant, instant
from tests.reservations.gestes import cocher, code, creneaux_du, envoyer, etats


@pytest.fixture(autouse=True)
def hiver_2018(commune):
    with time_machine.travel(instant(2018, 1, 10, 9), tick=False):
        yield


@pytest.fixture
def connecte(client, parent):
    client.force_login(parent)
    return client


def page(client, nom, *cles, **recherche):
    reponse = client.get(reverse(f"reservations:{nom}", args=cles), recherche)
    assert reponse.status_code == 200, reponse
    return reponse.content.decode()


def poster(client, reservation, *jours, depart=(), **champs):
    return client.post(
        reverse("reservations:enregistrer_planning", args=[reservation.cle]),
        {
            "jours": [code(un) for un in creneaux_du(reservation, *jours)],
            "depart": " ".join(code(un) for un in creneaux_du(reservation, *depart)),
            "mois": "2018-01",
            **champs,
        },
    )


def test_the_whole_way_without_javascript(connecte, famille, baptiste, periode, jours):
    reponse = connecte.get(reverse("reservations:nouvelle"), follow=True)
    html = reponse.content.decode()
    assert "PERISCOLAIRE 2017-2018" in html
    for attendu in ("Lun", "2 jours ouvrés avant la date souhaitée", "Heure limite\xa0: 12:00", "06/07/2018"):
        assert attendu.replace("\xa0", "&nbsp;") in html
    ouverture = re.search(r'action="(/reservations/nouvelle/[^"]+)"', html)[1]
    planning = connecte.post(ouverture)
    reservation = Reservation.objects.get()
    assert planning["Location"] == reverse("reservations:planning", args=[reservation.cle])
    verification = poster(connecte, reservation, 15, 16, 17, suite="verifier")
    html = connecte.get(verification["Location"]).content.decode()
    assert "5,25\xa0€" in html
    assert "Rien n’est encore envoyé" in html
    champs = dict(re.findall(r'name="(cle|verifiee)" value="([^"]+)"', html))
    confirmation = connecte.post(reverse("reservations:envoyer", args=[reservation.cle]), champs)
    html = connecte.get(confirmation["Location"]).content.decode()
    assert f"Demande n° {reservation.numero}-1" in html
    assert etats(reservation) == {15: "demandee", 16: "demandee", 17: "demandee"}


def test_a_double_click_on_send_is_one_request(connecte, reservation):
    cocher(reservation, 15)
    html = page(connecte, "verifier", reservation.cle)
    champs = dict(re.findall(r'name="(cle|verifiee)" value="([^"]+)"', html))
    adresse = reverse("reservations:envoyer", args=[reservation.cle])
    assert connecte.post(adresse, champs)["Location"] == connecte.post(adresse, champs)["Location"]
    assert Demande.objects.count() == 1


def test_several_children_are_offered(connecte, famille, baptiste):
    FabriqueEnfant(famille=famille, prenom="ZOE")
    html = page(connecte, "nouvelle")
    assert "BAPTISTE" in html
    assert "7\xa0ans" in html
    assert "ZOE" in html


def test_a_month_shows_each_day_with_its_state_price_and_limit(connecte, reservation, parent):
    envoyer(reservation, parent, 16)
    cocher(reservation, 17)
    Creneau.objects.filter(jour="2018-01-18").update(capacite=1, places_prises=1)
    Creneau.objects.filter(jour="2018-01-19").update(capacite=5, places_prises=3)
    html = page(connecte, "planning", reservation.cle, mois="2018-01")
    for attendu in (
        "Planning de BAPTISTE",
        "Jour de l’an",
        "lundi 15\xa0janvier 2018, Matin",
        "jusqu’au jeu.\xa011/01 à\xa012\xa0h",
        "annulable jusqu’au ven.\xa012/01 à\xa012\xa0h",
        "Demande envoyée",
        "À envoyer",
        "Complet",
        "2 places",
        "Délai dépassé",
        "1,75\xa0€",
        "mercredi 10/01 à\xa012\xa0h, pour le vendredi 12/01",
        "<strong>1 à réserver</strong> · estimation 1,75\xa0€",
    ):
        assert attendu in html, attendu
    assert html.count('type="checkbox"') == len(re.findall(r'name="(jours|semaine)"', html))


def test_ticks_are_kept_when_another_month_is_shown(connecte, reservation):
    reponse = poster(connecte, reservation, 15, 16, aller="2018-02")
    assert "mois=2018-02" in reponse["Location"]
    assert ChoixBrouillon.objects.count() == 2
    html = page(connecte, "planning", reservation.cle, mois="2018-02")
    assert "Février 2018" in html
    assert "<strong>2 à réserver</strong> · estimation 3,50\xa0€" in html
    assert 'data-ajouts="2"' in html


def test_an_old_page_does_not_undo_what_another_tab_did(connecte, reservation, parent):
    """The page was shown with nothing ticked; meanwhile the 15th was booked; the page ticks the 16th."""
    envoyer(reservation, parent, 15)
    poster(connecte, reservation, 16)
    assert list(ChoixBrouillon.objects.values_list("creneau__jour__day", "sens")) == [(16, "ajout")]


def test_unticking_an_unsent_day_forgets_it(connecte, reservation):
    poster(connecte, reservation, 15)
    poster(connecte, reservation, depart=[15])
    assert not ChoixBrouillon.objects.exists()


@pytest.mark.parametrize("mois", ["", "2018-13", "abc", "1990-01", "2150-12", "2018-02'--", "٢٠١٨-٠١", "0000-00"])
def test_a_senseless_month_shows_one_of_the_periode(connecte, reservation, mois):
    assert "<caption>" in page(connecte, "planning", reservation.cle, mois=mois)


@pytest.mark.parametrize("valeur", ["", "x", "20180115-zz", "20189999-1a2b3c4d", "20180115", "-", "20180115-00000000"])
def test_a_senseless_tick_is_ignored(connecte, reservation, valeur):
    adresse = reverse("reservations:enregistrer_planning", args=[reservation.cle])
    assert connecte.post(adresse, {"jours": [valeur], "mois": valeur, "depart": valeur}).status_code == 302
    assert not ChoixBrouillon.objects.exists()


def test_a_day_of_another_periode_cannot_be_ticked(connecte, reservation):
    from tests.fabriques import FabriqueCreneau

    ailleurs = FabriqueCreneau(prestation__periode__nom="AUTRE", prestation__periode__regle_reservation__nom="autre")
    adresse = reverse("reservations:enregistrer_planning", args=[reservation.cle])
    connecte.post(adresse, {"jours": [code(ailleurs)], "depart": ""})
    assert not ChoixBrouillon.objects.exists()


def test_the_check_page_explains_what_became_late(connecte, reservation, parent):
    cocher(reservation, 15, 16)
    with time_machine.travel(instant(2018, 1, 11, 12, 1), tick=False):
        connecte.force_login(parent)
        html = page(connecte, "verifier", reservation.cle)
    assert "Ces jours ne pourront pas être pris en compte" in html
    assert "La limite pour réserver ce jour est dépassée." in html
    assert "À réserver (1)" in html


def test_what_blocks_is_named_with_its_link(connecte, reservation, parent):
    parent.emailaddress_set.update(verified=False)
    cocher(reservation, 15)
    html = page(connecte, "verifier", reservation.cle)
    assert "Confirmez votre adresse électronique" in html
    assert "Recevoir le lien à nouveau" in html
    assert "Envoyer ma demande" not in html
    connecte.post(reverse("reservations:envoyer", args=[reservation.cle]), {})
    assert not Presence.objects.exists()


def test_several_reasons_that_block_are_read_in_one_banner(connecte, reservation, parent, settings):
    settings.BLOCAGES_DE_RESERVATION = [
        "familles.blocages.adresse_non_confirmee",
        "tests.reservations.test_envoi.bloquer",
    ]
    parent.emailaddress_set.update(verified=False)
    html = page(connecte, "planning", reservation.cle)
    assert html.count("Réservation impossible pour le moment") == 1
    assert "Recevoir le lien à nouveau</a>" in html
    assert 'l’attestation d’assurance. <a href="/documents/">Ajouter</a>' in html


def test_the_list_has_the_columns_of_the_tutorial(connecte, reservation, parent):
    envoyer(reservation, parent, 15, 17)
    html = page(connecte, "liste")
    for attendu in ("N°", "Enfant", "Établissement / Période", "Créée le", "10/01/2018", "En attente de réponse"):
        assert attendu in html
    assert "du 15/01/2018 au 17/01/2018" in html
    assert "de 1 à 1 sur 1 élément" in html


def test_a_planning_that_was_only_looked_at_is_not_listed(connecte, reservation):
    assert "Vous n’avez pas encore de réservation." in page(connecte, "liste")


@pytest.mark.parametrize(
    ("recherche", "trouvee"),
    [
        ("baptiste", True),
        ("BAPTÎSTE périscolaire", False),
        ("periscolaire 2017", True),
        ("zoe", False),
        ("99999999999999999999", False),
    ],
)
def test_the_list_is_searched(connecte, reservation, parent, recherche, trouvee):
    envoyer(reservation, parent, 15)
    html = page(connecte, "liste", q=recherche)
    assert ("AABELIUM BAPTISTE" in html) is trouvee
    assert ("Aucune réservation ne correspond" in html) is not trouvee


def test_a_number_is_searched_as_the_family_quotes_it(connecte, reservation, parent):
    demande = envoyer(reservation, parent, 15)
    assert "AABELIUM BAPTISTE" in page(connecte, "liste", q=demande.numero)


def test_the_detail_gives_days_states_reasons_and_history(connecte, reservation, parent):
    envoyer(reservation, parent, 15)
    Presence.objects.update(etat="refusee", motif="Effectif maximum atteint.")
    html = page(connecte, "detail", reservation.cle)
    for attendu in ("Janvier 2018", "Refusée", "Effectif maximum atteint.", f"{reservation.numero}-1", "Historique"):
        assert attendu in html


def test_the_whole_periode_is_read_on_one_page(connecte, reservation, parent):
    envoyer(reservation, parent, 15, 16)
    cocher(reservation, 22)
    Presence.objects.filter(creneau__jour="2018-01-16").update(etat="acceptee")
    with compter_les_requetes(connecte) as requetes:
        html = page(connecte, "annee", reservation.cle)
    assert len(requetes) <= 8, requetes
    assert html.count("<h2 ") >= 11
    for attendu in ("Septembre 2017", "Juillet 2018", "Acceptée", "Demande envoyée", "À envoyer", "Aucun jour."):
        assert attendu in html


def test_an_unanswered_request_is_taken_back_from_its_page(connecte, reservation, parent):
    demande = envoyer(reservation, parent, 15)
    assert "Annuler cette demande" in page(connecte, "demande", demande.cle)
    connecte.post(reverse("reservations:retirer_demande", args=[demande.cle]))
    assert etats(reservation) == {15: "annulee"}


def test_the_other_adult_of_the_household_sees_the_same(client, famille, reservation, parent):
    from tests.fabriques import FabriqueResponsable

    envoyer(reservation, parent, 15)
    autre = FabriqueResponsable(famille=famille, rang=2)
    client.force_login(autre.utilisateur)
    assert "AABELIUM BAPTISTE" in page(client, "liste")


def test_the_other_household_of_a_child_sees_none_of_it(client, autre_famille, etranger, reservation, parent):
    Rattachement.objects.create(enfant=reservation.enfant, famille=autre_famille)
    envoyer(reservation, parent, 15)
    client.force_login(etranger)
    assert "Vous n’avez pas encore" in page(client, "liste")
    assert client.get(reverse("reservations:planning", args=[reservation.cle])).status_code == 404


# --- Cost: the work of the app itself ---------------------------------------------------------------------------


@contextmanager
def compter_les_requetes(client):
    """Collect the queries, less those that any page makes to know who is there and show its frame."""
    requetes = []
    with CaptureQueriesContext(connection) as captees:
        yield requetes
    cadre = ("usersessions_", "django_session", "SAVEPOINT", 'FROM "familles_utilisateur"')
    requetes += [une["sql"] for une in captees if not any(mot in une["sql"] for mot in cadre)]


def test_a_month_takes_a_bounded_number_of_queries(connecte, reservation, parent):
    envoyer(reservation, parent, *range(15, 27))
    cocher(reservation, 29, 30)
    page(connecte, "planning", reservation.cle)
    with compter_les_requetes(connecte) as requetes:
        page(connecte, "planning", reservation.cle, mois="2018-01")
    assert len(requetes) <= 12, requetes


def test_keeping_and_sending_twenty_days_takes_a_bounded_number_of_queries(connecte, reservation):
    with compter_les_requetes(connecte) as requetes:
        poster(connecte, reservation, *range(12, 32), aller="2018-02")
    assert len(requetes) <= 13, requetes
    champs = {"verifiee": f"{reservation.cle}:{empreinte(brouillon_de(reservation))}"}
    with compter_les_requetes(connecte) as requetes:
        connecte.post(reverse("reservations:envoyer", args=[reservation.cle]), champs)
    assert len(requetes) <= 28, requetes
    assert Presence.objects.count() == 14


def test_the_list_takes_the_same_queries_for_one_and_for_twenty(connecte, famille, parent, periode, jours):
    from reservations import actions

    for _ in range(20):
        enfant = FabriqueEnfant(famille=famille)
        envoyer(
            actions.ouvrir_reservation(
                famille=famille, enfant=enfant, periode=periode, maintenant=instant(2018, 1, 10, 9)
            ),
            parent,
            15,
            16,
        )
    with compter_les_requetes(connecte) as requetes:
        page(connecte, "liste", par_page="20")
    assert len(requetes) <= 9, requetes
