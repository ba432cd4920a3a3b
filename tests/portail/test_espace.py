"""The home page and the dashboard of the tutorial, at the cost of a few queries whatever the household."""

import datetime
from decimal import Decimal

import pytest

from contenu.models import Actualite
from enfants.models import Ecole
from facturation.models import Facture, Regie
from familles.actions.fiche import certifier
from familles.enums import Politique
from familles.models import CampagneCertification, ReglageChamp
from portail.tableau import tableau
from reservations.models import ChoixBrouillon, EtapePresence, Presence, Reservation
from tests.client import ClientStrict
from tests.fabriques import (
    FabriqueCreneau,
    FabriqueEnfant,
    FabriqueFamille,
    FabriquePeriode,
    FabriquePrestation,
    FabriqueRegie,
    FabriqueResponsable,
    instant,
)

MAINTENANT = instant(2018, 2, 15, 10)


@pytest.fixture
def connecte(client, commune, parent):
    client.force_login(parent)
    return client


def facturer(famille, numero=727, montant="5.25", limite=datetime.date(2018, 2, 28), regie=None):
    return Facture.objects.create(
        regie=regie or (Regie.objects.first() or FabriqueRegie()),
        famille=famille,
        etat="emise",
        numero=numero,
        date_emission=datetime.date(2018, 1, 26),
        date_limite_paiement=limite,
        du=datetime.date(2017, 9, 4),
        au=datetime.date(2018, 7, 6),
        debiteur_nom=famille.nom,
        debiteur_code=famille.code,
        montant=Decimal(montant),
    )


def reserver(famille, enfant, etat="demandee", jour=datetime.date(2018, 2, 20), periode=None, motif=""):
    periode = periode or FabriquePeriode()
    reservation = Reservation.objects.create(famille=famille, enfant=enfant, periode=periode, cree_le=MAINTENANT)
    creneau = FabriqueCreneau(prestation=FabriquePrestation(periode=periode), jour=jour)
    return Presence.objects.create(
        reservation=reservation, enfant=enfant, creneau=creneau, etat=etat, motif=motif, modifiee_le=MAINTENANT
    )


def test_the_home_page_has_the_parts_of_the_tutorial(client, commune):
    commune.mot_d_accueil = "Bonjour & bienvenue\n\n- Restaurant scolaire\n- Espace jeunes"
    commune.save()
    Actualite.objects.create(titre="Vacances de février", slug="fevrier", texte="…", publiee_le=instant(2018, 1, 1))
    html = client.get("/").content.decode()
    for morceau in (
        "34 Rue Jean XXIII",
        "Visiteur",
        "veuillez vous identifier",
        "Connexion à votre espace",
        "Identifiant ou Mot de passe oublié",
        "Actualités",
        "Bonjour &amp; bienvenue",
        "<li>Espace jeunes</li>",
        "Vacances de février",
    ):
        assert morceau in html, morceau


def test_the_dashboard_shows_the_child_as_the_tutorial_does(connecte, baptiste, time_machine):
    time_machine.move_to(MAINTENANT, tick=False)
    html = connecte.get("/espace/").content.decode().replace("\xa0", " ")
    assert "AABELIUM BAPTISTE (7 ans et 1 mois)" in html
    assert "01/01/2011" in html
    assert "Rennes (35)" in html
    assert "Modifier mon login (adresse mail)" in html


def test_the_dashboard_hides_what_the_town_hides_of_a_child(connecte, baptiste):
    baptiste.ecole, baptiste.niveau = Ecole.objects.create(nom="École des Dunes"), "ce1"
    baptiste.save()
    assert "École des Dunes, CE1" in connecte.get("/espace/").content.decode()
    for champ in ("ecole", "lieu_naissance"):
        ReglageChamp.objects.create(champ=f"enfant.{champ}", politique=Politique.MASQUE)
    html = connecte.get("/espace/").content.decode()
    assert "École des Dunes" not in html
    assert "Rennes" not in html
    assert "(35)" in html


def test_to_do_lists_what_waits_and_says_so_when_nothing_does(parent, famille, baptiste):
    assert tableau(parent, MAINTENANT).a_faire == []
    presence = reserver(famille, baptiste)
    ChoixBrouillon.objects.create(
        reservation=presence.reservation, creneau=presence.creneau, sens="ajout", le=MAINTENANT
    )
    facturer(famille)
    facturer(famille, 728, "4.40", datetime.date(2018, 2, 20), Facture.objects.get().regie)
    EtapePresence.objects.create(
        presence=presence, avant="demandee", apres="refusee", le=MAINTENANT, auteur=None, motif="complet"
    )
    phrases = [tache.phrase.replace("\xa0", " ") for tache in tableau(parent, MAINTENANT).a_faire]
    assert phrases == [
        "1 modification non envoyée pour BAPTISTE",
        "2 factures à payer : 9,65 €",
        "1 réponse reçue pour BAPTISTE",
    ]


def test_a_campaign_asks_for_the_sheet_until_it_is_answered(parent, famille):
    campagne = CampagneCertification.objects.create(
        libelle="Rentrée", du=datetime.date(2018, 2, 1), au=datetime.date(2018, 2, 28)
    )
    [tache] = tableau(parent, MAINTENANT).a_faire
    assert tache.lien == f"/famille/{famille.cle}/"
    certifier(famille=famille, campagne=campagne, auteur=parent, maintenant=MAINTENANT)
    assert tableau(parent, MAINTENANT).a_faire == []


@pytest.mark.parametrize(
    ("limite", "phrase"),
    [
        (datetime.date(2018, 2, 15), "À payer avant le 15/02/2018."),
        (datetime.date(2018, 2, 14), "En retard : à payer avant le 14/02/2018."),
    ],
)
def test_an_invoice_past_its_date_is_told_as_late(parent, famille, limite, phrase):
    facturer(famille, limite=limite)
    [tache] = tableau(parent, MAINTENANT).a_faire
    assert tache.precision.startswith(phrase)


@pytest.mark.parametrize(
    ("etat", "motif", "attendu"),
    [
        ("demandee", "", "demandee"),
        ("annulation_demandee", "", "demandee"),
        ("liste_attente", "", "demandee"),
        ("acceptee", "", "acceptee"),
        ("refusee", "complet", "refusee"),
        ("annulee", "", "annulee"),
    ],
)
def test_a_reservation_has_the_state_of_its_days(parent, famille, baptiste, etat, motif, attendu):
    reserver(famille, baptiste, etat, motif=motif)
    [ligne] = tableau(parent, MAINTENANT).reservations
    assert ligne.etat == attendu


def test_a_reservation_partly_refused_says_so(parent, famille, baptiste):
    presence = reserver(famille, baptiste, "acceptee")
    creneau = FabriqueCreneau(prestation=presence.creneau.prestation, jour=datetime.date(2018, 2, 22))
    Presence.objects.create(
        reservation=presence.reservation,
        enfant=baptiste,
        creneau=creneau,
        etat="refusee",
        motif="complet",
        modifiee_le=MAINTENANT,
    )
    [ligne] = tableau(parent, MAINTENANT).reservations
    assert ligne.etat == "partielle"


def test_nothing_of_another_household_shows(parent, famille, autre_famille, baptiste):
    etranger = FabriqueEnfant(famille=autre_famille, prenom="CANARI")
    reserver(autre_famille, etranger)
    facturer(autre_famille, 900, "99.00")
    donnees = tableau(parent, MAINTENANT)
    assert [enfant.prenom for enfant in donnees.enfants] == ["BAPTISTE"]
    assert (donnees.reservations, donnees.regies, donnees.factures, donnees.a_faire) == ([], [], [], [])


def test_of_a_shared_child_each_household_sees_its_own_reservations_only(parent, famille, autre_famille, baptiste):
    baptiste.rattachements.create(famille=autre_famille)
    reserver(autre_famille, baptiste)
    donnees = tableau(parent, MAINTENANT)
    assert [enfant.prenom for enfant in donnees.enfants] == ["BAPTISTE"]
    assert donnees.reservations == []


def test_an_adult_of_two_households_sees_both(client, commune, parent, famille, baptiste):
    seconde = FabriqueFamille(nom="CORENTIN")
    FabriqueResponsable(famille=seconde, utilisateur=parent)
    FabriqueEnfant(famille=seconde, prenom="Malo")
    client.force_login(parent)
    html = client.get("/espace/").content.decode()
    assert "Famille AABELIUM, Famille CORENTIN" in html
    assert "Malo" in html


def test_a_login_without_household_is_told_what_to_do(client, commune, parent, famille):
    famille.responsables.update(utilisateur=None)
    client.force_login(parent)
    assert "doit rattacher votre compte" in client.get("/espace/").content.decode()


def compter_les_requetes(parent, connexion):
    client = ClientStrict()
    client.force_login(parent)
    client.get("/espace/")
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connexion) as requetes:
        client.get("/espace/")
    return len(requetes)


def test_the_dashboard_costs_the_same_for_one_child_or_ten_years(commune, parent, famille, baptiste):
    from django.db import connection

    reserver(famille, baptiste)
    facturer(famille)
    seul = compter_les_requetes(parent, connection)
    regie = Facture.objects.get().regie
    for rang in range(12):
        enfant = FabriqueEnfant(famille=famille)
        reserver(famille, enfant)
        facturer(famille, 800 + rang, regie=regie)
    assert compter_les_requetes(parent, connection) == seul
    assert seul <= 19


def test_the_home_page_costs_few_queries(client, commune, django_assert_max_num_queries):
    for rang in range(10):
        Actualite.objects.create(titre=f"n° {rang}", slug=f"n{rang}", texte="…", publiee_le=instant(2018, 1, 1))
    client.get("/")
    with django_assert_max_num_queries(2):
        client.get("/")
