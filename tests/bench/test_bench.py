"""The measured pages stay within their number of queries, the same in a town three times larger."""

from datetime import datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection

from bench.mesures import mesurer, toutes
from bench.rapport import Chiffres, rapport
from bench.ville import multiplier
from enfants.models import Enfant
from facturation.models import Facture
from familles.models import Famille
from portail.commun.dates import PARIS
from reservations.enums import ETATS_QUI_PRENNENT_UNE_PLACE
from reservations.models import Creneau, Presence, Reservation

pytestmark = pytest.mark.django_db

#: Most queries that each page may make, whatever the size of the town.
REQUETES = {
    "Accueil": 2,
    "Tableau de bord": 17,
    "Planning d'un mois": 15,
    "Planning d'un mois, deux enfants": 15,
    "Année": 9,
    "Année, deux enfants": 9,
    "Enregistrer 20 jours": 15,
    "Enregistrer 20 jours, deux enfants": 15,
    "Liste des réservations": 9,
    "Demandes à traiter (agents)": 51,
    "Vérifier 20 jours, deux enfants": 22,
    "Liste des factures": 13,
    "Facture en PDF, fabriquée": 2,
    "Facture en PDF, gardée": 4,
}
COPIES = 2
MARDI = datetime(2026, 11, 24, 9, 30, tzinfo=PARIS)


@pytest.fixture
def ville(time_machine):
    """The smallest town of the demonstration, on a day when every page has something to show."""
    time_machine.move_to(MARDI)
    call_command("demo", "--familles=3", stdout=StringIO())


@pytest.fixture
def connexion_gardee():
    """The pages are asked of the application itself, which closes a connection found inside a test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def requetes(couts):
    return {page: cout.get("requetes") for page, cout in couts.items()}


def test_every_page_stays_within_its_queries_and_a_larger_town_changes_none(ville, connexion_gardee):
    petite = toutes(tours=1, appels=1)
    assert {page: cout for page, cout in petite.items() if "statut" in cout} == {}
    assert petite.keys() == REQUETES.keys()
    assert {page: nombre for page, nombre in requetes(petite).items() if nombre > REQUETES[page]} == {}
    multiplier(COPIES)
    grande = toutes(tours=1, appels=1)
    assert requetes(grande) == requetes(petite)
    chiffres = Chiffres(familles=(3, 9), mesures=(petite, grande), presences=Presence.objects.count(), chargement=1.5)
    texte = rapport(chiffres, mois=10, charge=0.5, coeurs=2)
    assert all(f"| {page} |" in texte for page in REQUETES)
    assert "non mesurée" not in texte


def test_a_copied_town_is_as_many_times_the_first_and_nothing_crosses_households(ville):
    modeles = (Famille, Enfant, Reservation, Presence, Facture)
    avant = [modele.objects.count() for modele in modeles]
    multiplier(COPIES)
    assert [modele.objects.count() for modele in modeles] == [nombre * (COPIES + 1) for nombre in avant]
    with connection.cursor() as curseur:
        curseur.execute("SET CONSTRAINTS ALL IMMEDIATE")
        curseur.execute(
            "SELECT count(*) FROM reservations_reservation r WHERE NOT EXISTS ("
            " SELECT 1 FROM enfants_rattachement a WHERE a.enfant_id = r.enfant_id AND a.famille_id = r.famille_id)"
        )
        assert curseur.fetchone() == (0,)
        curseur.execute(
            "SELECT count(*) FROM reservations_creneau c WHERE places_prises <> (SELECT count(*) "
            "FROM reservations_presence p WHERE p.creneau_id = c.id AND p.etat = ANY(%s))",
            [[etat.value for etat in ETATS_QUI_PRENNENT_UNE_PLACE]],
        )
    assert not Creneau.objects.filter(places_prises__gt=0, presences=None).exists()
    assert Facture.objects.order_by("numero").last().numero == Facture.objects.count()


def test_a_page_in_error_has_no_cost():
    assert mesurer(lambda: (500, b""), tours=1) == {"statut": 500}
