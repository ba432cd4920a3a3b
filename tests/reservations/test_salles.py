"""A room shared by several prestations: what is left is the smaller of the two, held by the database."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from reservations import actions
from reservations.actions import envoi, verrous
from reservations.erreurs import PlacesIncoherentes
from reservations.models import Creneau, JourSalle, Presence, Salle
from tests.fabriques import FabriquePrestation, FabriqueUtilisateur
from tests.reservations.conftest import MERCREDI, reservation_de
from tests.reservations.deux_connexions import places_justes
from tests.reservations.gestes import code, envoyer
from tests.reservations.test_concurrence import CLIENTS, demandeur, en_meme_temps

LUNDI = datetime.date(2018, 1, 15)


@pytest.fixture
def salle(periode):
    return Salle.objects.create(etablissement=periode.accueil.etablissement, nom="Salle Penn Bé", capacite_par_jour=3)


@pytest.fixture
def partagees(periode, salle):
    """Two prestations of thirty places each, in a room of three."""
    prestations = [
        FabriquePrestation(periode=periode, nom=nom, nom_court=nom, ordre=rang, salle=salle)
        for rang, nom in enumerate(("Théâtre", "Cirque"))
    ]
    return [Creneau.objects.create(prestation=une, jour=LUNDI, capacite=30) for une in prestations]


def relus(creneaux):
    return [Creneau.objects.avec_places().get(pk=un.pk) for un in creneaux]


def vouloir(reservation, *creneaux, sauf=()):
    actions.enregistrer_brouillon(
        reservation=reservation,
        coches=[code(un) for un in creneaux],
        depart=[code(un) for un in sauf],
        maintenant=MERCREDI,
    )


def test_the_database_puts_each_new_day_in_its_room(partagees, salle):
    jour = JourSalle.objects.get()
    assert (jour.salle, jour.jour, jour.capacite, jour.places_prises) == (salle, LUNDI, 3, 0)
    assert [un.jour_salle for un in relus(partagees)] == [jour, jour]
    assert [un.places_libres for un in relus(partagees)] == [3, 3]


def test_a_place_taken_in_one_is_taken_for_the_other(reservation, parent, partagees):
    theatre, cirque = partagees
    vouloir(reservation, theatre)
    envoyer(reservation, parent)
    assert [un.places_libres for un in relus(partagees)] == [2, 2]
    assert JourSalle.objects.get().places_prises == 1
    vouloir(reservation, sauf=[theatre])
    envoyer(reservation, parent)
    assert JourSalle.objects.get().places_prises == 0


def test_two_choices_of_the_same_sending_share_the_last_place(reservation, parent, partagees):
    JourSalle.objects.update(places_prises=F("places_prises") + 2)
    vouloir(reservation, *partagees)
    demande = envoyer(reservation, parent)
    motifs = {une.creneau.prestation.nom: une.motifs for une in demande.lignes.all()}
    assert motifs == {"Théâtre": [], "Cirque": ["complet"]}


def test_one_choice_is_exchanged_for_another_in_a_full_room(reservation, parent, partagees):
    theatre, cirque = partagees
    vouloir(reservation, theatre)
    envoyer(reservation, parent)
    JourSalle.objects.update(places_prises=3)
    vouloir(reservation, cirque, sauf=[theatre])
    envoyer(reservation, parent)
    assert Presence.objects.get(etat="demandee").creneau == cirque
    assert JourSalle.objects.get().places_prises == 3


def test_the_database_refuses_more_than_the_room_holds(partagees):
    with pytest.raises(IntegrityError, match="jour_salle_places_entre_zero_et_capacite"), transaction.atomic():
        JourSalle.objects.update(places_prises=4)
    with pytest.raises(PlacesIncoherentes), transaction.atomic():
        verrous.deplacer_places({un.pk: 2 for un in partagees})


def test_a_day_that_is_no_longer_in_its_state_undoes_the_whole_gesture(reservation, parent, partagees):
    vouloir(reservation, partagees[0])
    envoyer(reservation, parent)
    lue = Presence.objects.select_related("creneau").get()
    Presence.objects.update(etat="acceptee")
    with pytest.raises(PlacesIncoherentes, match="étaient encore"), transaction.atomic():
        verrous.appliquer([verrous.Changement(lue, "annulee")], auteur=None, maintenant=MERCREDI)
    assert JourSalle.objects.get().places_prises == 1


@pytest.mark.django_db(transaction=True)
def test_twenty_clients_on_two_prestations_get_the_places_of_the_room(periode, jours, partagees):
    auteur = FabriqueUtilisateur()
    reservations = [reservation_de(periode, n) for n in range(CLIENTS)]
    for rang, reservation in enumerate(reservations):
        vouloir(reservation, partagees[rang % 2])
    reponses = en_meme_temps(*[demandeur(une, auteur) for une in reservations])
    motifs = [reponse.lignes.get().motifs for reponse in reponses]
    assert motifs.count([]) == 3
    assert motifs.count(["complet"]) == CLIENTS - 3
    assert JourSalle.objects.get().places_prises == 3
    assert places_justes()


@pytest.mark.django_db(transaction=True)
def test_negative_control_with_the_days_alone_the_room_overflows(periode, jours, partagees, monkeypatch):
    """Without the room in the movement of places, each prestation fills up on its own: three become twenty."""
    auteur = FabriqueUtilisateur()
    reservations = [reservation_de(periode, n) for n in range(6)]
    for rang, reservation in enumerate(reservations):
        vouloir(reservation, partagees[rang % 2])
    monkeypatch.setattr(
        envoi,
        "verrouiller_creneaux",
        lambda ids, salles=None: {un.pk: un for un in Creneau.objects.select_related("prestation").filter(pk__in=ids)},
    )
    monkeypatch.setattr(
        verrous, "deplacer_places", lambda mouvements, salles=None: verrous._deplacer(Creneau.objects.all(), mouvements)
    )
    en_meme_temps(*[demandeur(une, auteur) for une in reservations])
    assert Presence.objects.filter(etat="demandee").count() > 3


@pytest.mark.django_db(transaction=True)
def test_rooms_and_days_asked_in_every_order_never_deadlock(periode, jours, salle):
    """Ten clients exchange théâtre for cirque and back over six days, in different orders."""
    auteur = FabriqueUtilisateur()
    prestations = [
        FabriquePrestation(periode=periode, nom=nom, nom_court=nom, salle=salle) for nom in ("Théâtre", "Cirque")
    ]
    jours_ouverts = [LUNDI + datetime.timedelta(days=rang) for rang in range(5)]
    creneaux = [
        Creneau.objects.create(prestation=une, jour=jour, capacite=30) for une in prestations for jour in jours_ouverts
    ]
    JourSalle.objects.update(capacite=10)
    reservations = [reservation_de(periode, n) for n in range(10)]
    for rang, reservation in enumerate(reservations):
        voulus = creneaux[:5] if rang % 2 else creneaux[5:]
        vouloir(reservation, *(voulus[rang % 5 :] + voulus[: rang % 5]))
    reponses = en_meme_temps(*[demandeur(une, auteur) for une in reservations])
    assert [str(une) for une in reponses if isinstance(une, Exception)] == []
    for rang, reservation in enumerate(reservations):
        avant, apres = (creneaux[:5], creneaux[5:]) if rang % 2 else (creneaux[5:], creneaux[:5])
        vouloir(reservation, *apres, sauf=avant)
    reponses = en_meme_temps(*[demandeur(une, auteur) for une in reservations])
    assert [str(une) for une in reponses if isinstance(une, Exception)] == []
    assert set(JourSalle.objects.values_list("places_prises", flat=True)) == {10}
    assert places_justes()
