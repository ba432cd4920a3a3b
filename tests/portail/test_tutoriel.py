"""The tutorial's own story, with the clock in the winter of 2018: its dates, ages, numbers, amounts, on its pages."""

import datetime
import re
import uuid

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.urls import reverse

from facturation.models import TentativePaiement
from portail.commun.models import Courriel
from reservations import actions
from reservations.brouillons import code_creneau
from reservations.models import Creneau, JourFerme, Presence, Reservation
from tests.client import ClientStrict
from tests.fabriques import FabriqueUtilisateur, instant
from tests.facturation import scenes
from tests.reservations.droits import verifiee

JOURS = [datetime.date(2018, 1, 15), datetime.date(2018, 1, 16), datetime.date(2018, 1, 17)]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def matin(commune):
    """« Périscolaire Matin Ecole Alain BOUTLE », 1,75 €, in the régie whose next invoice is 00727."""
    matin = scenes.prestation(scenes.regie())
    JourFerme.objects.create(jour=datetime.date(2018, 1, 1), libelle="Jour de l’an", nature="ferie")
    debut = datetime.date(2018, 1, 2)
    semaine = [debut + datetime.timedelta(days=rang) for rang in range(30)]
    Creneau.objects.bulk_create(
        Creneau(prestation=matin, jour=jour, capacite=30) for jour in semaine if jour.weekday() < 5
    )
    return matin


@pytest.fixture
def lire(parent):
    """``lire(adresse)``: the words of a page as the parent reads them, with plain spaces."""
    client = ClientStrict()

    def texte(adresse, donnees=None):
        client.force_login(parent)
        reponse = client.get(adresse) if donnees is None else client.post(adresse, donnees, follow=True)
        assert reponse.status_code == 200, (adresse, reponse.status_code)
        corps = BeautifulSoup(reponse.content, "html.parser").find("main").get_text(" ")
        return re.sub(r"\s+", " ", corps)

    return texte


def reserver(lire, famille, baptiste, matin):
    """Wizard, planning, check and sending, by the pages; returns the number of the request."""
    choix = lire(
        reverse("reservations:choisir_periode", args=[famille.cle, baptiste.cle])
        + f"?etablissement={matin.periode.accueil.etablissement.cle}"
    )
    assert "Du 04/09/2017 au 06/07/2018" in choix
    assert "Vous avez jusqu’au 06/07/2018 pour valider vos réservations" in choix
    assert "2 jours ouvrés" in choix
    assert "Heure limite : 12:00" in choix
    lire(reverse("reservations:ouvrir_planning", args=[famille.cle, baptiste.cle, matin.periode.cle]), {})
    reservation = Reservation.objects.get()
    planning = lire(reverse("reservations:planning", args=[reservation.cle]) + "?mois=2018-01")
    assert "jeudi 11/01 à 12 h" in planning
    codes = [code_creneau(jour, matin.cle) for jour in JOURS]
    enregistrer = reverse("reservations:enregistrer_planning", args=[reservation.cle])
    verification = lire(enregistrer, {"mois": "2018-01", "depart": "", "jours": codes, "suite": "verifier"})
    assert "lundi 15 janvier 2018" in verification
    assert "5,25 €" in verification
    confirmation = envoyer(lire, reservation)
    return re.search(r"Demande n° (\d+-1)", confirmation)[1]


def envoyer(lire, reservation):
    """Press the button of the check page, with what that page showed."""
    champs = {"cle": str(uuid.uuid4()), "verifiee": verifiee(reservation)}
    return lire(reverse("reservations:envoyer", args=[reservation.cle]), champs)


def test_baptiste_goes_three_mornings_and_his_parents_pay_5_25_euros(client, lire, famille, baptiste, parent, matin):
    agent = FabriqueUtilisateur(agent=True)
    with time_machine.travel(instant(2018, 1, 11, 12), tick=False):
        numero = reserver(lire, famille, baptiste, matin)
        assert Courriel.objects.get(nom="reservation_envoyee").sujet.startswith(f"Demande n° {numero}")
        presences = list(Presence.objects.values_list("pk", flat=True))
        assert len(presences) == 3
        actions.accepter(presences=presences, agent=agent, maintenant=instant(2018, 1, 11, 15))

    with time_machine.travel(instant(2018, 1, 26, 10), tick=False):
        campagne = scenes.campagne(matin.periode.accueil.etablissement.regie_liee.regie, agent)
        facture = scenes.emettre(campagne, agent)[0]

    with time_machine.travel(instant(2018, 2, 6, 14), tick=False):
        detail = lire(reverse("facturation:detail", args=[facture.cle]))
        for mots in ("00727", "26/01/2018", "du 04/09/2017 au 06/07/2018", "AABELIUM BAPTISTE", "15/01 16/01 17/01"):
            assert mots in detail
        assert re.search(r"Matin Ecole Alain BOUTLE.*15/01 16/01 17/01.* 3 .*1,75 €.*5,25 €", detail)
        tentative = scenes.tentative([facture], parent, courriel=parent.email)
        notification = reverse("paiement:tipi_notification", args=[tentative.jeton])
        reponse = client.post(notification, scenes.reponse(tentative), content_type="application/x-www-form-urlencoded")
        assert reponse.status_code == 200

    with time_machine.travel(instant(2018, 2, 15, 9), tick=False):
        compte = lire(reverse("facturation:liste"))
        for mots in ("Facture n° 00727", "06/02/2018", "par TIPI", "5,25 €", "en attente de validation du paiement"):
            assert mots in compte
        assert "AABELIUM BAPTISTE (7 ans et 1 mois)" in lire(reverse("espace"))
    assert TentativePaiement.objects.get().etat == "payee"


def test_a_minute_after_noon_the_monday_is_refused_and_the_other_days_are_kept(lire, famille, baptiste, matin):
    with time_machine.travel(instant(2018, 1, 11, 12), tick=False):
        reservation = actions.ouvrir_reservation(
            famille=famille, enfant=baptiste, periode=matin.periode, maintenant=instant(2018, 1, 11, 12)
        )
        codes = [code_creneau(jour, matin.cle) for jour in JOURS]
        actions.enregistrer_brouillon(
            reservation=reservation, coches=codes, depart=[], maintenant=instant(2018, 1, 11, 12)
        )
    with time_machine.travel(instant(2018, 1, 11, 12, 1), tick=False):
        confirmation = envoyer(lire, reservation)
    assert "La limite pour réserver ce jour est dépassée." in confirmation
    assert "Les autres jours ont été enregistrés" in confirmation
    assert list(Presence.objects.order_by("creneau__jour").values_list("creneau__jour", flat=True)) == JOURS[1:]
