"""Fill a planning by a pattern, copy it to another child: always shown day by day first, then kept, never sent."""

import datetime

import pytest
import time_machine
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from reservations import actions
from reservations.enums import Rythme
from reservations.models import ChoixBrouillon, Creneau, LienPrestation, RegleParticuliere, Reservation
from reservations.regles import Consigne
from reservations.remplissage import apercu_de_consigne, apercu_de_copie
from tests.fabriques import FabriqueEnfant, FabriquePrestation, FabriqueRegle, instant
from tests.reservations.conftest import MERCREDI
from tests.reservations.gestes import cocher, envoyer, etats

LUNDI, JEUDI = 0, 3


@pytest.fixture(autouse=True)
def hiver_2018():
    with time_machine.travel(MERCREDI, tick=False):
        yield


@pytest.fixture
def louise(famille):
    return FabriqueEnfant(famille=famille, nom="AABELIUM", prenom="LOUISE", date_naissance=datetime.date(2013, 5, 2))


def consigne(*jours, du=(2018, 1, 10), au=(2018, 1, 31), **champs):
    return Consigne(frozenset(jours), datetime.date(*du), datetime.date(*au), **champs)


@pytest.mark.parametrize(
    ("rythme", "jour", "retenu"),
    [
        (Rythme.CHAQUE_SEMAINE, (2018, 1, 15), True),
        (Rythme.CHAQUE_SEMAINE, (2018, 1, 16), False),
        (Rythme.UNE_SUR_DEUX, (2018, 1, 15), False),
        (Rythme.UNE_SUR_DEUX, (2018, 1, 22), True),
        (Rythme.SEMAINES_PAIRES, (2018, 1, 8), False),
        (Rythme.SEMAINES_PAIRES, (2018, 1, 22), True),
        (Rythme.SEMAINES_IMPAIRES, (2018, 1, 15), True),
        (Rythme.CHAQUE_SEMAINE, (2018, 2, 5), False),
        (Rythme.CHAQUE_SEMAINE, (2018, 1, 8), False),
    ],
)
def test_a_rhythm_keeps_its_weeks(rythme, jour, retenu):
    assert consigne(LUNDI, rythme=rythme).retient(datetime.date(*jour)) is retenu


@given(st.dates(datetime.date(2017, 1, 1), datetime.date(2028, 12, 31)))
def test_even_and_odd_weeks_share_the_days_between_them(jour):
    toujours = {"du": (2017, 1, 1), "au": (2028, 12, 31)}
    paires = consigne(*range(7), rythme=Rythme.SEMAINES_PAIRES, **toujours).retient(jour)
    assert paires != consigne(*range(7), rythme=Rythme.SEMAINES_IMPAIRES, **toujours).retient(jour)


def test_a_late_day_says_its_surcharge_even_when_an_agent_answers(reservation, matin):
    type(reservation.periode).objects.update(apres_delai="agent", majoration_montant="1.00")
    reservation.periode.refresh_from_db()
    apercu = apercu_de_consigne(reservation, consigne(JEUDI, au=(2018, 1, 12)), [matin], maintenant=MERCREDI)
    assert apercu.ajouts == ["jeu.\xa011/01/2018, Matin, hors délai\xa0: +\xa01,00\xa0€, un agent répond"]


def test_the_preview_tells_what_is_added_and_what_is_skipped_and_why(reservation, parent, matin):
    envoyer(reservation, parent, 15)
    Creneau.objects.filter(jour="2018-01-22").update(capacite=1, places_prises=1)
    Creneau.objects.filter(jour="2018-01-29").delete()
    apercu = apercu_de_consigne(reservation, consigne(LUNDI, JEUDI), [matin], maintenant=MERCREDI)
    assert apercu.ajouts == ["jeu.\xa018/01/2018, Matin", "jeu.\xa025/01/2018, Matin"]
    assert dict(apercu.ignores) == {
        "La limite pour réserver ce jour est dépassée.": ["jeu.\xa011/01/2018, Matin"],
        "Déjà réservé, demandé ou coché.": ["lun.\xa015/01/2018, Matin"],
        "Il ne reste plus de place ce jour-là.": ["lun.\xa022/01/2018, Matin"],
        "Fermé": ["lun.\xa029/01/2018"],
    }


def test_a_public_holiday_is_named(reservation, matin):
    apercu = apercu_de_consigne(reservation, consigne(LUNDI, du=(2018, 1, 1)), [matin], maintenant=MERCREDI)
    assert ("Jour de l’an", ["lun.\xa001/01/2018"]) in apercu.ignores


def test_cancelling_by_a_pattern_touches_only_what_is_there(reservation, parent, matin):
    envoyer(reservation, parent, 15, 16)
    cocher(reservation, 22)
    retirer = consigne(LUNDI, JEUDI, sens="retrait")
    apercu = apercu_de_consigne(reservation, retirer, [matin], maintenant=MERCREDI)
    assert apercu.retraits == ["lun.\xa015/01/2018, Matin", "lun.\xa022/01/2018, Matin"]
    assert apercu.ignores == []
    actions.appliquer_apercus(apercus=[apercu], libelle="Planning rempli", maintenant=MERCREDI)
    assert list(ChoixBrouillon.objects.values_list("creneau__jour__day", "sens")) == [(15, "retrait")]


def test_a_preview_writes_nothing(reservation, louise, matin):
    cible = Reservation(famille=reservation.famille, enfant=louise, periode=reservation.periode)
    apercu = apercu_de_consigne(cible, consigne(LUNDI), [matin], maintenant=MERCREDI)
    assert len(apercu.ajouts) == 3
    assert Reservation.objects.count() == 1
    assert not ChoixBrouillon.objects.exists()


def test_copying_gives_the_other_child_the_same_days(reservation, parent, louise):
    envoyer(reservation, parent, 15, 16)
    cocher(reservation, 17, decocher=[16])
    cible = Reservation(famille=reservation.famille, enfant=louise, periode=reservation.periode)
    apercu = apercu_de_copie(reservation, cible, remplacer=False, maintenant=MERCREDI)
    assert apercu.ajouts == ["lun.\xa015/01/2018, Matin", "mer.\xa017/01/2018, Matin"]


def test_copying_may_cancel_what_the_other_child_has_more(reservation, parent, louise, periode, famille):
    envoyer(reservation, parent, 15)
    cible = actions.ouvrir_reservation(famille=famille, enfant=louise, periode=periode, maintenant=MERCREDI)
    envoyer(cible, parent, 15, 18)
    apercu = apercu_de_copie(reservation, cible, remplacer=True, maintenant=MERCREDI)
    assert apercu.retraits == ["jeu.\xa018/01/2018, Matin"]
    assert apercu.ignores == [("Déjà réservé, demandé ou coché.", ["lun.\xa015/01/2018, Matin"])]
    assert apercu_de_copie(reservation, cible, remplacer=False, maintenant=MERCREDI).retraits == []


def test_full_days_are_left_unless_their_waiting_list_is_asked(inscrits, reservation, matin):
    voulus = consigne(JEUDI, du=(2018, 1, 15), au=(2018, 1, 26))
    sans = apercu_de_consigne(reservation, voulus, [matin], maintenant=MERCREDI)
    assert sans.ajouts == ["jeu.\xa025/01/2018, Matin"]
    assert sans.ignores == [("Il ne reste plus de place ce jour-là.", ["jeu.\xa018/01/2018, Matin"])]
    assert (sans.listes_possibles, sans.attentes) == (1, [])
    avec = apercu_de_consigne(reservation, voulus, [matin], attendre=True, maintenant=MERCREDI)
    assert avec.attentes == ["jeu.\xa018/01/2018, Matin, 3e sur la liste"]
    assert (avec.listes_possibles, avec.changements) == (0, 2)


def test_the_waiting_list_that_a_preview_asked_is_what_is_sent(inscrits, reservation, parent, matin):
    voulus = consigne(JEUDI, du=(2018, 1, 15), au=(2018, 1, 26))
    apercu = apercu_de_consigne(reservation, voulus, [matin], attendre=True, maintenant=MERCREDI)
    actions.appliquer_apercus(apercus=[apercu], libelle="Planning rempli", maintenant=MERCREDI)
    envoyer(reservation, parent)
    assert etats(reservation) == {18: "liste_attente", 25: "acceptee"}


def test_copying_asks_the_waiting_list_of_full_days_too(inscrits, liste, matin):
    source = inscrits[1]
    cible = Reservation(famille=source.famille, enfant=FabriqueEnfant(famille=source.famille), periode=liste)
    apercu = apercu_de_copie(source, cible, remplacer=False, attendre=True, maintenant=MERCREDI)
    assert apercu.attentes == ["jeu.\xa018/01/2018, Matin, 3e sur la liste"]


def test_a_preview_shows_the_choices_that_come_along_and_those_that_do_not_go_together(reservation, matin, jours):
    journee, repas = (
        FabriquePrestation(periode=reservation.periode, nom=nom, nom_court=nom, ordre=rang)
        for rang, nom in enumerate(("Journée", "Repas"), start=1)
    )
    Creneau.objects.bulk_create(
        Creneau(prestation=une, jour=datetime.date(2018, 1, jour), capacite=3)
        for une in (journee, repas)
        for jour in (15, 22)
    )
    LienPrestation.objects.create(prestation=journee, genre="ajoute", autre=repas)
    LienPrestation.objects.create(prestation=journee, genre="exclut", autre=matin)
    cocher(reservation, 22)
    ChoixBrouillon.objects.exclude(creneau__prestation=matin).delete()
    cible = Reservation.objects.avec_les_regles().get(pk=reservation.pk)
    apercu = apercu_de_consigne(cible, consigne(LUNDI), [journee], maintenant=MERCREDI)
    assert apercu.ajouts == ["lun.\xa015/01/2018, Journée", "lun.\xa015/01/2018, Repas, va avec Journée"]
    refus = {jour: raison for raison, jours in apercu.ignores for jour in jours}
    assert "ne va pas avec «\xa0Matin\xa0»" in refus["lun.\xa022/01/2018, Journée"]


def test_a_preview_follows_the_deadline_of_changes(reservation, autre_reservation, parent, matin, jours):
    """Thursday morning is booked: adding the evening changes that day, which may be done later than booking one."""
    envoyer(reservation, parent, 11, maintenant=instant(2018, 1, 8, 9))
    soir = FabriquePrestation(periode=reservation.periode, nom="Soir", nom_court="Soir", ordre=1)
    Creneau.objects.create(prestation=soir, jour=datetime.date(2018, 1, 11), capacite=3)
    RegleParticuliere.objects.create(
        periode=reservation.periode, geste="modifier", regle=FabriqueRegle(nom="La veille", nombre=1, heure="18:00")
    )
    sans, avec = (
        apercu_de_consigne(
            Reservation.objects.avec_les_regles().get(pk=une.pk),
            consigne(JEUDI, au=(2018, 1, 12)),
            [soir],
            maintenant=MERCREDI,
        )
        for une in (autre_reservation, reservation)
    )
    assert sans.ignores == [("La limite pour réserver ce jour est dépassée.", ["jeu.\xa011/01/2018, Soir"])]
    assert avec.ajouts == ["jeu.\xa011/01/2018, Soir"]


# --- Pages ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def connecte(client, parent, commune):
    client.force_login(parent)
    return client


def saisie(reservation, *enfants, **champs):
    return {
        "enfants": [str(un.cle) for un in enfants] or [str(reservation.enfant.cle)],
        "jours": [LUNDI, JEUDI],
        "prestations": [str(une.cle) for une in reservation.periode.prestations.all()],
        "du": "10/01/2018",
        "au": "28/02/2018",
        "rythme": "chaque_semaine",
        "geste": "ajout",
        "apercu": "oui",
    } | champs


def test_a_winter_of_mondays_and_thursdays_for_two_children(connecte, reservation, baptiste, louise, parent):
    donnees = saisie(reservation, baptiste, louise)
    html = connecte.get(reverse("reservations:remplir", args=[reservation.cle]), donnees).content.decode()
    assert "LOUISE" in html
    assert html.count("<strong>13 à réserver, 0 à annuler</strong>") == 2
    reponse = connecte.post(reverse("reservations:appliquer_remplissage", args=[reservation.cle]), donnees)
    assert ChoixBrouillon.objects.count() == 26
    assert reponse["Location"] == reverse("reservations:verifier", args=[reservation.cle])
    assert "À réserver (13)" in connecte.get(reponse["Location"]).content.decode()
    demande = envoyer(reservation, parent)
    html = connecte.get(reverse("reservations:demande", args=[demande.cle])).content.decode()
    assert "<strong>13 modifications non envoyées</strong> pour LOUISE" in html


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"jours": []}, "Choisissez au moins un jour de la semaine."),
        ({"du": "31/02/2018"}, "Saisissez une date valide"),
        ({"du": "28/02/2018", "au": "10/01/2018"}, "La fin précède le début."),
        ({"jours": ["9"]}, "9"),
        ({"enfants": ["00000000-0000-0000-0000-000000000000"]}, "00000000"),
        ({"rythme": "jamais"}, "jamais"),
    ],
)
def test_what_cannot_be_read_is_said_and_nothing_is_written(connecte, reservation, champs, phrase):
    adresse = reverse("reservations:remplir", args=[reservation.cle])
    assert phrase in connecte.get(adresse, saisie(reservation, **champs)).content.decode()
    connecte.post(reverse("reservations:appliquer_remplissage", args=[reservation.cle]), saisie(reservation, **champs))
    assert not ChoixBrouillon.objects.exists()


def test_a_child_of_another_household_is_never_filled(connecte, reservation, autre_reservation):
    donnees = saisie(reservation, autre_reservation.enfant)
    connecte.post(reverse("reservations:appliquer_remplissage", args=[reservation.cle]), donnees)
    assert not ChoixBrouillon.objects.exists()


@pytest.mark.parametrize(("outil", "attendus"), [("tout-mois", 14), ("tout-periode", 34), ("rien-mois", 0), ("x", 34)])
def test_select_all_and_cancel_all_lead_to_the_preview_and_keep_the_ticks(connecte, reservation, outil, attendus):
    adresse = reverse("reservations:enregistrer_planning", args=[reservation.cle])
    reponse = connecte.post(adresse, {"outil": outil, "mois": "2018-01", "depart": "", "jours": []})
    html = connecte.get(reponse["Location"]).content.decode()
    assert f"<strong>{attendus} à réserver, 0 à annuler</strong>" in html


def test_copy_by_the_pages(connecte, reservation, parent, louise):
    envoyer(reservation, parent, 15, 16)
    donnees = {"vers": [str(louise.cle)], "apercu": "oui"}
    html = connecte.get(reverse("reservations:copier", args=[reservation.cle]), donnees).content.decode()
    assert "2 à réserver, 0 à annuler" in html
    connecte.post(reverse("reservations:appliquer_copie", args=[reservation.cle]), donnees)
    sienne = Reservation.objects.get(enfant=louise)
    assert sienne.brouillons.count() == 2
    envoyer(sienne, parent)
    assert etats(sienne) == {15: "demandee", 16: "demandee"}


def test_an_only_child_is_told_that_there_is_nobody_to_copy_to(connecte, reservation):
    html = connecte.get(reverse("reservations:copier", args=[reservation.cle])).content.decode()
    assert "Aucun autre enfant dans la famille." in html


def test_the_preview_of_two_children_takes_a_bounded_number_of_queries(
    connecte, reservation, baptiste, louise, django_assert_max_num_queries
):
    adresse = reverse("reservations:remplir", args=[reservation.cle])
    connecte.get(adresse)
    with django_assert_max_num_queries(30):
        connecte.get(adresse, saisie(reservation, baptiste, louise))


def test_the_preview_page_offers_the_waiting_list_of_full_days(connecte, inscrits, reservation):
    donnees = saisie(reservation, jours=[JEUDI], du="15/01/2018", au="26/01/2018")
    adresse = reverse("reservations:remplir", args=[reservation.cle])
    html = connecte.get(adresse, donnees).content.decode()
    assert "Demander la liste d’attente pour le jour qui n’a plus de place" in html
    html = connecte.get(adresse, donnees | {"attendre": "on"}).content.decode()
    assert "1 à réserver, 0 à annuler, 1 en liste d’attente" in html
    connecte.post(reverse("reservations:appliquer_remplissage", args=[reservation.cle]), donnees | {"attendre": "on"})
    assert ChoixBrouillon.objects.filter(reservation=reservation).count() == 2


def test_a_periode_without_waiting_lists_does_not_speak_of_them(connecte, reservation):
    Creneau.objects.update(places_prises=30)
    html = connecte.get(reverse("reservations:remplir", args=[reservation.cle]), saisie(reservation)).content.decode()
    assert "Il ne reste plus de place" in html
    assert "liste d’attente" not in html
