"""Several children side by side: one page, one gesture, one sending; each child keeps its own request."""

import datetime
import re
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from reservations import actions
from reservations.brouillons import code_creneau
from reservations.enums import GenreLien
from reservations.models import (
    ChoixBrouillon,
    Creneau,
    Demande,
    LienPrestation,
    LignePas,
    PasBrouillon,
    Presence,
    Reservation,
)
from tests.fabriques import FabriqueEnfant, FabriquePrestation, instant
from tests.reservations.conftest import MERCREDI
from tests.reservations.gestes import cocher, code, creneaux_du, envoyer, etats
from tests.reservations.test_pages import compter_les_requetes, page


@pytest.fixture(autouse=True)
def hiver_2018(commune):
    with time_machine.travel(instant(2018, 1, 10, 9), tick=False):
        yield


@pytest.fixture
def connecte(client, parent):
    client.force_login(parent)
    return client


@pytest.fixture
def louise(famille, baptiste):
    return FabriqueEnfant(famille=famille, prenom="LOUISE", date_naissance=datetime.date(2013, 5, 12))


@pytest.fixture
def celle_de_louise(famille, louise, periode, jours):
    return actions.ouvrir_reservation(famille=famille, enfant=louise, periode=periode, maintenant=MERCREDI)


def codes(reservation, *jours, enfant=None):
    fin = f".{enfant.cle.hex[:8]}" if enfant else ""
    return [code(un) + fin for un in creneaux_du(reservation, *jours)]


def enregistrer(client, reservation, jours, avec, **champs):
    return client.post(
        reverse("reservations:enregistrer_planning", args=[reservation.cle]),
        {"jours": jours, "depart": "", "mois": "2018-01", "avec": [str(un.cle) for un in avec], **champs},
    )


def champs_de_l_envoi(html):
    return {
        "cle": re.search(r'name="cle" value="([^"]+)"', html)[1],
        "verifiee": re.findall(r'name="verifiee" value="([^"]+)"', html),
    }


def test_the_first_page_offers_the_children_together(connecte, famille, baptiste, louise, periode, jours):
    html = page(connecte, "nouvelle")
    assert "BAPTISTE et LOUISE, ensemble" in html
    adresse = re.search(r'href="(/reservations/nouvelle/[^"]+avec=[^"]+)"', html)[1].replace("&amp;", "&")
    html = connecte.get(adresse).content.decode()
    assert "BAPTISTE et LOUISE" in html
    ouverture = re.search(r'action="(/reservations/nouvelle/[^"]+)"', html)[1]
    avec = re.findall(r'name="avec" value="([^"]+)"', html)
    suite = connecte.post(ouverture, {"avec": avec})["Location"]
    assert f"avec={louise.cle}" in suite
    html = connecte.get(suite).content.decode()
    assert "Planning de BAPTISTE et LOUISE" in html
    assert Reservation.objects.filter(famille=famille).count() == 2


def test_each_child_has_its_own_boxes_on_each_day(connecte, reservation, celle_de_louise, louise, parent):
    envoyer(celle_de_louise, parent, 16)
    html = page(connecte, "planning", reservation.cle, mois="2018-01", avec=str(louise.cle))
    assert "BAPTISTE, lundi 15\xa0janvier 2018, Matin" in html
    assert "LOUISE, lundi 15\xa0janvier 2018, Matin" in html
    assert html.count("Demande envoyée</span>") >= 1
    [seizieme] = codes(reservation, 16)
    assert f'value="{seizieme}"' in html
    assert f'value="{seizieme}.{louise.cle.hex[:8]}" checked data-acquise' in html


def test_one_saving_keeps_the_ticks_of_each(connecte, reservation, celle_de_louise, louise):
    jours = codes(reservation, 15, 16) + codes(reservation, 16, 18, enfant=louise)
    suite = enregistrer(connecte, reservation, jours, [louise], aller="2018-02")
    assert "mois=2018-02" in suite["Location"]
    assert f"avec={louise.cle}" in suite["Location"]
    gardes = ChoixBrouillon.objects.order_by("reservation", "creneau__jour")
    assert list(gardes.values_list("reservation", "creneau__jour__day")) == [
        (reservation.pk, 15),
        (reservation.pk, 16),
        (celle_de_louise.pk, 16),
        (celle_de_louise.pk, 18),
    ]


def test_ticks_of_a_child_that_the_page_does_not_name_are_ignored(connecte, reservation, autre_reservation):
    enfant = autre_reservation.enfant
    enregistrer(connecte, reservation, codes(reservation, 15, enfant=enfant), [enfant])
    assert not ChoixBrouillon.objects.exists()


def test_another_household_s_child_is_never_side_by_side(connecte, reservation, autre_reservation):
    html = page(connecte, "planning", reservation.cle, avec=str(autre_reservation.enfant.cle))
    assert autre_reservation.enfant.prenom not in html
    adresse = reverse("reservations:ajouter_un_enfant", args=[reservation.cle])
    assert connecte.post(adresse, {"enfant": autre_reservation.enfant.cle}).status_code == 404
    assert connecte.post(adresse, {"enfant": "n’importe quoi"}).status_code == 404


def test_a_brother_is_added_beside(connecte, reservation, louise):
    adresse = reverse("reservations:ajouter_un_enfant", args=[reservation.cle])
    assert "Ajouter LOUISE à côté" in page(connecte, "planning", reservation.cle)
    suite = connecte.post(adresse, {"enfant": louise.cle, "mois": "2018-02"})["Location"]
    html = connecte.get(suite).content.decode()
    assert "Planning de BAPTISTE et LOUISE, Février 2018" in html
    assert "Ajouter LOUISE" not in html


def test_all_that_is_not_sent_is_checked_and_sent_at_once(connecte, reservation, celle_de_louise):
    cocher(reservation, 15, 16)
    cocher(celle_de_louise, 16)
    html = page(connecte, "verifier", reservation.cle)
    for attendu in ("BAPTISTE et LOUISE", "À réserver (2)", "À réserver (1)", "5,25\xa0€", "3,50\xa0€", "1,75\xa0€"):
        assert attendu in html, attendu
    champs = champs_de_l_envoi(html)
    adresse = reverse("reservations:envoyer", args=[reservation.cle])
    suite = connecte.post(adresse, champs)["Location"]
    assert connecte.post(adresse, champs)["Location"] == suite
    assert Demande.objects.count() == 2
    html = connecte.get(suite).content.decode()
    assert "Vos demandes sont envoyées" in html
    for une in (reservation, celle_de_louise):
        assert f"Demande n° {une.numero}-1" in html
    assert etats(reservation) == {15: "demandee", 16: "demandee"}
    assert etats(celle_de_louise) == {16: "demandee"}


def test_the_check_page_of_two_children_leads_back_to_both(connecte, reservation, celle_de_louise):
    cocher(reservation, 15)
    cocher(celle_de_louise, 16)
    html = page(connecte, "verifier", reservation.cle)
    ensemble = f"{reverse('reservations:planning', args=[reservation.cle])}?avec={celle_de_louise.enfant.cle}"
    assert f'<a href="{ensemble}">BAPTISTE et LOUISE</a>' in html
    assert html.count(f'href="{ensemble}"') == 2


def test_a_sending_is_read_by_its_household_alone(connecte, client, etranger, reservation, celle_de_louise):
    cocher(reservation, 15)
    cocher(celle_de_louise, 15)
    adresse = reverse("reservations:envoyer", args=[reservation.cle])
    suite = connecte.post(adresse, champs_de_l_envoi(page(connecte, "verifier", reservation.cle)))["Location"]
    client.force_login(etranger)
    assert client.get(suite).status_code == 404


def test_two_children_of_a_household_do_not_share_the_last_place(connecte, reservation, celle_de_louise):
    """What the check page announces is what the sending does."""
    Creneau.objects.filter(jour="2018-01-15").update(capacite=1)
    cocher(reservation, 15)
    cocher(celle_de_louise, 15)
    html = page(connecte, "verifier", reservation.cle)
    assert html.count("Il ne reste plus de place ce jour-là.") == 1
    connecte.post(reverse("reservations:envoyer", args=[reservation.cle]), champs_de_l_envoi(html))
    assert Presence.objects.count() == 1
    assert Creneau.objects.get(jour="2018-01-15").places_prises == 1


def test_what_changed_since_the_check_sends_nothing_for_anybody(connecte, reservation, celle_de_louise):
    cocher(reservation, 15)
    cocher(celle_de_louise, 15)
    champs = champs_de_l_envoi(page(connecte, "verifier", reservation.cle))
    cocher(celle_de_louise, 16)
    suite = connecte.post(reverse("reservations:envoyer", args=[reservation.cle]), champs)
    assert suite["Location"] == reverse("reservations:verifier", args=[reservation.cle])
    assert not Presence.objects.exists()


def test_a_death_between_two_children_loses_nothing(reservation, celle_de_louise, famille, parent, monkeypatch):
    """The first request is sent, the second stays a draft; the same press again sends what is left, once."""
    from reservations.actions import envoi
    from reservations.brouillons import brouillon_de, empreinte

    cocher(reservation, 15)
    cocher(celle_de_louise, 15)
    empreintes = {une.cle: empreinte(brouillon_de(une)) for une in (reservation, celle_de_louise)}
    cle, vrai = uuid4(), envoi.envoyer_demande

    def mourir_au_second(*, reservation, **reste):
        if reservation.pk == celle_de_louise.pk:
            raise ConnectionError
        return vrai(reservation=reservation, **reste)

    monkeypatch.setattr(envoi, "envoyer_demande", mourir_au_second)
    geste = {"famille": famille, "empreintes": empreintes, "auteur": parent, "cle": cle, "maintenant": MERCREDI}
    with pytest.raises(ConnectionError):
        actions.envoyer_ensemble(**geste)
    monkeypatch.setattr(envoi, "envoyer_demande", vrai)
    assert ChoixBrouillon.objects.filter(reservation=celle_de_louise).count() == 1
    assert len(actions.envoyer_ensemble(**geste).demandes) == 2
    assert len(actions.envoyer_ensemble(**geste).demandes) == 2
    assert Demande.objects.count() == 2
    assert Presence.objects.count() == 2


def test_every_page_says_what_is_not_sent(connecte, reservation, celle_de_louise):
    assert "non envoyée" not in page(connecte, "liste")
    cocher(reservation, 15, 16)
    cocher(celle_de_louise, 16)
    html = page(connecte, "liste")
    assert "<strong>3 modifications non envoyées</strong> pour BAPTISTE et LOUISE" in html
    assert reverse("reservations:verifier", args=[reservation.cle]) in html
    assert "3 modifications non envoyées" in connecte.get(reverse("facturation:liste")).content.decode()


def test_the_weekday_picker_leads_to_a_preview_for_every_child(connecte, reservation, celle_de_louise, louise):
    suite = enregistrer(connecte, reservation, [], [louise], suite="jours", semaine=["0", "3"])["Location"]
    html = connecte.get(suite).content.decode()
    assert html.count("<strong>13 à réserver, 0 à annuler</strong>") == 2
    assert "LOUISE" in html


def test_a_tick_that_brings_another_along_asks_the_page_to_show_it(connecte, reservation, matin):
    """« Matin » adds « Repas »: the script that keeps the tick learns that its page is no longer true."""
    repas = FabriquePrestation(periode=reservation.periode, nom="REPAS", nom_court="Repas")
    Creneau.objects.create(prestation=repas, jour=datetime.date(2018, 1, 16), capacite=5)
    LienPrestation.objects.create(prestation=matin, genre=GenreLien.AJOUTE, autre=repas)
    seul, lie = ([code_creneau(datetime.date(2018, 1, jour), matin.cle)] for jour in (15, 16))
    assert enregistrer(connecte, reservation, seul, [], suite="sans-page").status_code == 204
    assert enregistrer(connecte, reservation, lie, [], suite="sans-page").status_code == 205
    assert ChoixBrouillon.objects.filter(creneau__prestation=repas).count() == 1


class TestUndo:
    def annuler(self, client, reservation):
        return client.post(reverse("reservations:annuler_le_geste", args=[reservation.cle]), follow=True)

    def test_the_last_gesture_alone_is_undone_then_the_one_before(self, connecte, reservation):
        cocher(reservation, 15)
        cocher(reservation, 16, decocher=[15])
        assert set(ChoixBrouillon.objects.values_list("creneau__jour__day", flat=True)) == {16}
        self.annuler(connecte, reservation)
        assert set(ChoixBrouillon.objects.values_list("creneau__jour__day", flat=True)) == {15}
        self.annuler(connecte, reservation)
        assert not ChoixBrouillon.objects.exists()
        assert "plus rien à annuler" in self.annuler(connecte, reservation).content.decode()

    def test_forgetting_all_is_undone_too(self, connecte, reservation):
        cocher(reservation, 15, 16)
        connecte.post(reverse("reservations:abandonner_brouillon", args=[reservation.cle]))
        assert not ChoixBrouillon.objects.exists()
        self.annuler(connecte, reservation)
        assert ChoixBrouillon.objects.count() == 2

    def test_the_hours_of_a_day_come_back_with_it(self, connecte, reservation):
        cocher(reservation, 15)
        ChoixBrouillon.objects.update(arrivee="08:00", depart="11:30")
        connecte.post(reverse("reservations:abandonner_brouillon", args=[reservation.cle]))
        self.annuler(connecte, reservation)
        assert list(ChoixBrouillon.objects.values_list("arrivee", "depart")) == [
            (datetime.time(8), datetime.time(11, 30))
        ]

    def test_one_gesture_on_two_children_is_undone_at_once(self, connecte, reservation, celle_de_louise, louise):
        enregistrer(
            connecte, reservation, codes(reservation, 15) + codes(reservation, 15, enfant=louise), [louise], suite=""
        )
        assert ChoixBrouillon.objects.count() == 2
        self.annuler(connecte, reservation)
        assert not ChoixBrouillon.objects.exists()

    def test_naming_again_what_is_kept_already_is_no_gesture(self, connecte, reservation):
        """« Vérifier » pressed while the script keeps a tick sends that tick a second time."""
        cocher(reservation, 15)
        enregistrer(connecte, reservation, codes(reservation, 15), [], suite="verifier")
        assert PasBrouillon.objects.count() == 1
        enregistrer(connecte, reservation, codes(reservation, 15, 16), [], suite="verifier")
        self.annuler(connecte, reservation)
        assert set(ChoixBrouillon.objects.values_list("creneau__jour__day", flat=True)) == {15}

    def test_undone_from_the_check_page_it_leads_back_to_both_children(self, connecte, reservation, celle_de_louise):
        cocher(reservation, 15)
        cocher(celle_de_louise, 16)
        html = page(connecte, "verifier", reservation.cle)
        formulaire = html[html.index(reverse("reservations:annuler_le_geste", args=[reservation.cle])) :]
        champs = re.findall(r'name="avec" value="([^"]+)"', formulaire.partition("</form>")[0])
        suite = connecte.post(reverse("reservations:annuler_le_geste", args=[reservation.cle]), {"avec": champs})
        assert suite["Location"].endswith(f"?avec={celle_de_louise.enfant.cle}")

    def test_what_is_sent_is_not_undone(self, connecte, reservation, parent):
        cocher(reservation, 15)
        envoyer(reservation, parent)
        assert not PasBrouillon.objects.exists()
        assert not LignePas.objects.exists()
        self.annuler(connecte, reservation)
        assert etats(reservation) == {15: "demandee"}

    def test_undoing_never_leaves_an_edit_that_means_nothing(self, connecte, reservation, parent):
        """The 15th was to cancel; an agent refuses it meanwhile: the undo does not bring back « à annuler »."""
        envoyer(reservation, parent, 15)
        cocher(reservation, decocher=[15])
        cocher(reservation, 15)
        Presence.objects.update(etat="annulee")
        self.annuler(connecte, reservation)
        assert not ChoixBrouillon.objects.exists()

    def test_only_the_last_gestures_are_kept(self, reservation):
        for _ in range(15):
            cocher(reservation, 15)
            cocher(reservation, decocher=[15])
        assert PasBrouillon.objects.count() == 20

    def test_another_household_undoes_nothing_here(self, client, etranger, reservation):
        cocher(reservation, 15)
        client.force_login(etranger)
        assert self.annuler(client, reservation).status_code == 404
        assert ChoixBrouillon.objects.count() == 1


def test_two_children_cost_the_queries_of_one_but_for_their_pieces(connecte, reservation, celle_de_louise, louise):
    cocher(reservation, 29, 30)
    page(connecte, "planning", reservation.cle)
    with compter_les_requetes(connecte) as seule:
        page(connecte, "planning", reservation.cle, mois="2018-01")
    with compter_les_requetes(connecte) as ensemble:
        page(connecte, "planning", reservation.cle, mois="2018-01", avec=str(louise.cle))
    assert len(ensemble) <= len(seule) + 2, ensemble


def test_what_is_blocked_for_one_child_takes_no_place_and_no_money(
    connecte, reservation, celle_de_louise, settings, monkeypatch
):
    """The first child is blocked, the second takes the last place: the page says so, and so does the sending."""
    from portail.commun.blocages import Blocage

    def piece_de_baptiste(*, enfants, periodes, **_):
        manque = [Blocage("piece", "Il manque une pièce.")] if reservation.enfant in enfants else []
        return {une.pk: manque for une in periodes}

    monkeypatch.setattr("tests.reservations.test_fratrie.BLOCAGE", piece_de_baptiste, raising=False)
    settings.BLOCAGES_DE_RESERVATION = ["tests.reservations.test_fratrie.BLOCAGE"]
    Creneau.objects.filter(jour="2018-01-15").update(capacite=1)
    cocher(reservation, 15)
    cocher(celle_de_louise, 15)
    html = page(connecte, "verifier", reservation.cle)
    assert "Il manque une pièce." in html
    assert "Il ne reste plus de place" not in html
    assert "3,50\xa0€" not in html
    connecte.post(reverse("reservations:envoyer", args=[reservation.cle]), champs_de_l_envoi(html))
    assert list(Presence.objects.values_list("reservation", flat=True)) == [celle_de_louise.pk]
    assert ChoixBrouillon.objects.filter(reservation=reservation).count() == 1
