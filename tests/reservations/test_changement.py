"""Changing a période that is booked: what becomes of its days is asked, never decided in silence."""

import pytest
import time_machine
from django.forms.models import model_to_dict
from django.urls import reverse

from portail.commun.models import Courriel
from portail.roles import synchroniser
from reservations.models import Creneau, Periode
from tests.fabriques import FabriqueRegle, instant, membre_du_personnel
from tests.reservations.gestes import envoyer, etats


@pytest.fixture
def gestion(client, commune):
    synchroniser()
    client.force_login(membre_du_personnel("agent"))
    with time_machine.travel(instant(2018, 1, 11, 9), tick=False):
        yield client


def modifier(gestion, periode, **champs):
    valeurs = {nom: valeur for nom, valeur in model_to_dict(periode).items() if valeur not in (None, "", [], False)}
    valeurs |= {"du": f"{periode.du:%d/%m/%Y}", "au": f"{periode.au:%d/%m/%Y}"}
    valeurs["validation_jusqu_au"] = f"{periode.validation_jusqu_au:%d/%m/%Y}"
    for prefixe in ("prestations", "regles_particulieres"):
        valeurs |= {f"{prefixe}-TOTAL_FORMS": 0, f"{prefixe}-INITIAL_FORMS": 0}
    adresse = reverse("admin:reservations_periode_change", args=[periode.pk])
    return gestion.post(adresse, valeurs | champs, follow=True).content.decode()


MARDI_JEUDI = {"jours_ouverture": ["1", "3"]}


@pytest.fixture
def reservee(reservation, parent):
    envoyer(reservation, parent, 15, 16)
    Courriel.objects.all().delete()
    return reservation


def test_days_that_leave_the_calendar_are_asked_about(gestion, reservee):
    html = modifier(gestion, reservee.periode, **MARDI_JEUDI)
    assert "avec 1 réservation. Choisissez ce qu’ils deviennent." in html
    assert "12/01/2018, 15/01/2018" in html
    assert Periode.objects.get().jours_ouverture == [0, 1, 2, 3, 4]


def test_they_may_stay_as_they_are(gestion, reservee):
    html = modifier(gestion, reservee.periode, **MARDI_JEUDI, jours_en_trop="garder")
    assert "Jours gardés ouverts" in html
    assert Periode.objects.get().jours_ouverture == [1, 3]
    assert etats(reservee) == {15: "demandee", 16: "demandee"}
    assert not Creneau.objects.filter(ferme=True).exists()


def test_they_may_close_and_the_families_are_told(gestion, reservee, parent):
    assert "Écrivez le motif" in modifier(gestion, reservee.periode, **MARDI_JEUDI, jours_en_trop="fermer")
    assert etats(reservee)[15] == "demandee"
    html = modifier(
        gestion, reservee.periode, **MARDI_JEUDI, jours_en_trop="fermer", motif_fermeture="Semaine de quatre jours"
    )
    assert "réservations annulées : 1." in html
    assert etats(reservee) == {15: "annulee", 16: "demandee"}
    assert set(
        Creneau.objects.filter(ferme=False, jour__gte="2018-01-11").values_list("jour__iso_week_day", flat=True)
    ) == {2, 4}
    assert Courriel.objects.get().destinataire == parent.email


def test_days_of_the_past_and_days_added_by_hand_are_left(gestion, reservee, matin):
    Creneau.objects.create(prestation=matin, jour="2018-01-20", capacite=5)
    modifier(gestion, reservee.periode, **MARDI_JEUDI, jours_en_trop="fermer", motif_fermeture="Quatre jours")
    assert not Creneau.objects.get(jour="2018-01-20").ferme
    assert not Creneau.objects.get(jour="2018-01-08").ferme


def test_a_change_of_rule_says_what_it_does_to_what_is_booked(gestion, reservee):
    autre = FabriqueRegle(nom="7 jours", nombre=7)
    html = modifier(gestion, reservee.periode, regle_annulation=autre.pk)
    assert "Jours déjà demandés ou réservés : 2. Aucun ne change d’état" in html
    assert Periode.objects.get().regle_annulation == autre


def test_a_change_of_name_asks_nothing(gestion, reservee):
    html = modifier(gestion, reservee.periode, nom="PERISCOLAIRE")
    assert Periode.objects.get().nom == "PERISCOLAIRE"
    assert "Jours déjà demandés" not in html


def test_longer_dates_say_which_days_are_to_be_made(gestion, reservee):
    html = modifier(gestion, reservee.periode, au="13/07/2018")
    assert "Jours que les nouvelles dates ouvrent : 5." in html
