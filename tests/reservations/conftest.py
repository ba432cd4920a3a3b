import datetime
from decimal import Decimal

import pytest

from reservations import actions
from reservations.brouillons import code_creneau
from reservations.models import Creneau, JourFerme, Periode, Reservation
from reservations.prix import Prix
from tests.fabriques import (
    FabriqueEnfant,
    FabriqueFamille,
    FabriquePeriode,
    FabriquePrestation,
    FabriqueResponsable,
    FabriqueUtilisateur,
    instant,
)

#: Wednesday of the tutorial's winter, before the deadline of the Monday that follows.
MERCREDI = instant(2018, 1, 10, 9)


def prix_fixe(*, famille, enfant, creneaux, lectures=None):
    """1,75 € a day, as in the tutorial."""
    return {creneau.pk: Prix(Decimal("1.75"), "Tarif unique : 1,75 €") for creneau in creneaux}


@pytest.fixture(autouse=True)
def tarif_du_tutoriel(settings):
    settings.TARIFICATEUR = "tests.reservations.conftest.prix_fixe"


@pytest.fixture
def periode(db):
    return FabriquePeriode(accueil__etablissement__nom="ACCUEIL PERISCOLAIRE")


@pytest.fixture
def matin(periode):
    return FabriquePrestation(periode=periode)


@pytest.fixture
def jours(matin):
    """Créneaux of the school days of January and February 2018, by day."""
    JourFerme.objects.create(jour=datetime.date(2018, 1, 1), libelle="Jour de l’an", nature="ferie")
    debut = datetime.date(2018, 1, 2)
    toutes = [debut + datetime.timedelta(days=rang) for rang in range(58)]
    creneaux = Creneau.objects.bulk_create(
        Creneau(prestation=matin, jour=jour, capacite=30) for jour in toutes if jour.weekday() < 5
    )
    return {creneau.jour: creneau for creneau in creneaux}


@pytest.fixture
def reservation(famille, baptiste, periode, jours):
    return actions.ouvrir_reservation(famille=famille, enfant=baptiste, periode=periode, maintenant=MERCREDI)


@pytest.fixture
def autre_reservation(autre_famille, periode, jours):
    enfant = FabriqueEnfant(famille=autre_famille, nom="DURAND", prenom="Tom")
    return actions.ouvrir_reservation(famille=autre_famille, enfant=enfant, periode=periode, maintenant=MERCREDI)


def reservation_de(periode, n):
    """A household of its own, its child and its reservation."""
    famille = FabriqueFamille(nom=f"FAMILLE{n}")
    enfant = FabriqueEnfant(famille=famille, nom=f"FAMILLE{n}", prenom="Lou")
    return Reservation.objects.create(famille=famille, enfant=enfant, periode=periode, cree_le=MERCREDI)


@pytest.fixture
def liste(periode, jours):
    """The période has a waiting list, and Thursday 18 has a single place."""
    Periode.objects.filter(pk=periode.pk).update(
        liste_attente=True, acceptation="automatique", annulation="automatique"
    )
    Creneau.objects.filter(jour="2018-01-18").update(capacite=1)
    periode.refresh_from_db()
    return periode


@pytest.fixture
def auteur(db):
    return FabriqueUtilisateur()


@pytest.fixture
def inscrits(liste, jours, matin, auteur):
    """Three households on Thursday 18: one has the place, two wait."""
    reservations = [reservation_de(liste, n) for n in range(3)]
    code = code_creneau(datetime.date(2018, 1, 18), matin.cle)
    for une in reservations:
        FabriqueResponsable(famille=une.famille)
        actions.enregistrer_brouillon(reservation=une, coches=[code], depart=[], maintenant=MERCREDI)
        actions.envoyer_demande(reservation=une, auteur=auteur, cle=une.cle, maintenant=MERCREDI)
    return reservations


@pytest.fixture
def garde(periode, jours):
    """Monday 15, by the hour between 7 h 30 and 18 h 30."""
    prestation = FabriquePrestation(
        periode=periode,
        nom="Garde à l’heure",
        nom_court="Garde",
        genre="heures",
        heure_debut=datetime.time(7, 30),
        heure_fin=datetime.time(18, 30),
    )
    return Creneau.objects.create(prestation=prestation, jour=datetime.date(2018, 1, 15), capacite=5)


@pytest.fixture
def fenetre(periode, jours):
    """Requests are gathered from Monday 8 to Friday 12 January; Monday 29 has two places, Tuesday 30 one."""
    from tests.reservations.attribution import CRITERES, DEBUT, FIN  # noqa: PLC0415 - which imports this module

    Periode.objects.filter(pk=periode.pk).update(
        prereservation_du=DEBUT,
        prereservation_au=FIN,
        criteres_attribution=CRITERES,
        liste_attente=True,
        acceptation="automatique",
        annulation="automatique",
    )
    Creneau.objects.filter(jour="2018-01-29").update(capacite=2)
    Creneau.objects.filter(jour="2018-01-30").update(capacite=1)
    periode.refresh_from_db()
    return periode


@pytest.fixture
def demandes(fenetre, auteur):
    """Four households want Monday 29, in this order; the first is not of the town. The last two want Tuesday 30 too."""
    from tests.reservations.attribution import demander  # noqa: PLC0415 - which imports this module

    return [
        demander(fenetre, auteur, 1, 29, minute=1, residente=False),
        demander(fenetre, auteur, 2, 29, minute=2),
        demander(fenetre, auteur, 3, 29, 30, minute=3),
        demander(fenetre, auteur, 4, 29, 30, minute=4),
    ]
