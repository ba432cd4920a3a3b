"""What blocks a booking is named with a link, before the planning, on it, and at the sending; never a cancellation."""

import datetime

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from documents.models import PieceRequise, TypeDocument
from facturation.models import Regie
from familles.models import CampagneCertification, Certification
from portail.commun.models import Trace
from reservations import actions
from reservations.blocages import blocages, blocages_par_periode
from reservations.erreurs import ReservationBloquee
from reservations.models import AcceptationReglement, Periode, Reglement, VersionReglement
from tests.fabriques import FabriqueEtablissement, FabriquePeriode, FabriqueUtilisateur, instant
from tests.facturation import scenes
from tests.reservations.conftest import MERCREDI
from tests.reservations.gestes import cocher, envoyer, etats

PUBLICATION = instant(2018, 1, 2, 8)


def publier(nom="Règlement intérieur", numero=1, maintenant=PUBLICATION, **portee):
    reglement, _ = Reglement.objects.get_or_create(nom=nom, defaults=portee)
    version = VersionReglement.objects.create(reglement=reglement, numero=numero, texte="## Horaires\n\nDe 7 h à 19 h.")
    actions.publier_version(version=version, auteur=FabriqueUtilisateur(agent=True), maintenant=maintenant)
    version.refresh_from_db()
    return version


@pytest.fixture
def lire(reservation, parent):
    def lire(maintenant=MERCREDI, periode=None, utilisateur=None):
        trouves = blocages(
            utilisateur=utilisateur or parent,
            famille=reservation.famille,
            enfant=reservation.enfant,
            periode=periode or reservation.periode,
            maintenant=maintenant,
        )
        return {un.code: un for un in trouves}

    return lire


def test_a_published_reglement_is_accepted_before_booking(lire, reservation, parent):
    version = publier()
    blocage = lire()["reglement_a_accepter"]
    assert "Règlement intérieur" in blocage.phrase
    assert reverse("reservations:reglement", args=[reservation.famille.cle, version.cle]) in blocage.lien
    cocher(reservation, 15)
    with pytest.raises(ReservationBloquee):
        envoyer(reservation, parent)
    actions.accepter_reglement(version=version, famille=reservation.famille, auteur=parent, maintenant=MERCREDI)
    assert lire() == {}
    envoyer(reservation, parent)
    assert Trace.objects.filter(geste="reglement.accepte", auteur=parent).count() == 1


def test_a_draft_or_a_text_to_come_asks_nothing(lire):
    Reglement.objects.create(nom="Brouillon").versions.create(numero=1, texte="…")
    publier("À venir", maintenant=instant(2018, 2, 1))
    assert lire() == {}


def test_a_new_version_asks_again(lire, reservation, parent):
    actions.accepter_reglement(version=publier(), famille=reservation.famille, auteur=parent, maintenant=MERCREDI)
    publier(numero=2)
    assert "nouvelle version" in lire()["reglement_a_accepter"].phrase


def test_a_reglement_is_asked_where_it_applies_only(lire, reservation, periode):
    ailleurs = FabriqueEtablissement(nom="ESPACE JEUNES")
    publier("Des jeunes", etablissement=ailleurs)
    assert lire() == {}
    publier("Du périscolaire", accueil=periode.accueil)
    publier("De l’établissement", etablissement=periode.accueil.etablissement)
    jeunes = FabriquePeriode(accueil__etablissement=ailleurs, nom="JEUNES")
    par_periode = blocages_par_periode(
        utilisateur=FabriqueUtilisateur(),
        famille=reservation.famille,
        enfant=reservation.enfant,
        periodes=[periode, jeunes],
        maintenant=MERCREDI,
    )
    assert {pk: len(raisons) for pk, raisons in par_periode.items()} == {periode.pk: 2, jeunes.pk: 1}


def test_the_database_freezes_a_published_text_and_its_acceptances(reservation, parent):
    version = publier()
    actions.accepter_reglement(version=version, famille=reservation.famille, auteur=parent, maintenant=MERCREDI)
    for objets, champs in [
        (VersionReglement.objects, {"texte": "Autre chose"}),
        (AcceptationReglement.objects, {"acceptee_le": PUBLICATION}),
    ]:
        with pytest.raises(DatabaseError), transaction.atomic():
            objets.update(**champs)


def test_accepting_twice_keeps_the_first(reservation, parent):
    version = publier()
    for maintenant in (MERCREDI, instant(2018, 2, 1)):
        actions.accepter_reglement(version=version, famille=reservation.famille, auteur=parent, maintenant=maintenant)
    assert AcceptationReglement.objects.get().acceptee_le == MERCREDI


def test_a_parent_reads_then_accepts_on_the_page(client, reservation, parent, time_machine):
    time_machine.move_to(MERCREDI)
    version = publier()
    client.force_login(parent)
    cles = [reservation.famille.cle, version.cle]
    page = client.get(reverse("reservations:reglement", args=cles))
    assert "Horaires" in page.text
    adresse = reverse("reservations:accepter_reglement", args=cles)
    assert "J’ai lu" in client.post(adresse, {}, follow=True).text
    assert not AcceptationReglement.objects.exists()
    reponse = client.post(adresse, {"lu": "oui", "enfant": reservation.enfant.cle})
    assert reponse.url == reverse("reservations:choisir_periode", args=[cles[0], reservation.enfant.cle])
    assert AcceptationReglement.objects.get().auteur == parent


def test_a_sheet_to_certify_blocks_when_the_campaign_says_so(lire, famille):
    campagne = CampagneCertification.objects.create(
        libelle="Janvier 2018", du=datetime.date(2018, 1, 8), au=datetime.date(2018, 1, 31)
    )
    assert lire() == {}
    CampagneCertification.objects.update(bloquante=True)
    assert lire()["fiche_a_certifier"].lien == reverse("familles:fiche_de", args=[famille.cle])
    assert lire(instant(2018, 2, 1)) == {}
    Certification.objects.create(campagne=campagne, famille=famille, le=MERCREDI)
    assert lire() == {}


def test_a_piece_blocks_the_accueil_that_asks_for_it_by_name(lire, reservation, periode):
    autre = FabriquePeriode(accueil__nom="AUTRE", nom="AUTRE")
    PieceRequise.objects.create(
        type=TypeDocument.objects.create(nom="Test nautique"), accueil_cle=autre.accueil.cle, bloquante=True
    )
    assert lire() == {}
    blocage = lire(periode=autre)["piece_manquante"]
    assert "Test nautique" in blocage.phrase
    assert reservation.enfant.prenom in blocage.phrase


@pytest.mark.parametrize(("seuil", "bloque"), [(None, False), ("5.25", True), ("5.26", False)])
def test_overdue_invoices_block_from_the_threshold_of_the_regie(lire, famille, baptiste, seuil, bloque):
    regie = scenes.regie()
    prestation = scenes.prestation(regie, etablissement="RESTAURANT")
    facture = scenes.facture_emise(famille, prestation, FabriqueUtilisateur(agent=True), baptiste)
    Regie.objects.update(seuil_impayes=seuil)
    facture.refresh_from_db()
    lendemain = instant(*facture.date_limite_paiement.timetuple()[:3]) + datetime.timedelta(days=1)
    assert lire(lendemain - datetime.timedelta(days=1), periode=prestation.periode) == {}
    dus = lire(lendemain, periode=prestation.periode)
    assert ("impayes" in dus) is bloque
    assert lire(lendemain) == {}


def test_the_service_that_books_for_a_household_is_not_blocked(lire):
    publier()
    assert lire(utilisateur=FabriqueUtilisateur(agent=True)) == {}


def test_a_household_that_is_blocked_still_cancels(reservation, parent):
    envoyer(reservation, parent, 15)
    publier()
    envoyer(reservation, parent, annuler=[15])
    assert etats(reservation)[15] == "annulee"


@pytest.mark.parametrize("ou", ["choisir_periode", "planning", "verifier"])
def test_each_page_before_the_sending_names_what_blocks(client, reservation, parent, time_machine, ou):
    time_machine.move_to(MERCREDI)
    publier()
    cocher(reservation, 15)
    client.force_login(parent)
    enfant = [reservation.famille.cle, reservation.enfant.cle]
    reponse = client.get(reverse(f"reservations:{ou}", args=enfant if ou == "choisir_periode" else [reservation.cle]))
    assert "Lisez et acceptez" in reponse.text
    assert "Lire et accepter" in reponse.text


def test_the_reasons_of_ten_periodes_cost_as_many_queries_as_those_of_one(reservation, parent):
    publier()
    autres = [FabriquePeriode(nom=f"P{n}", accueil__nom=f"A{n}") for n in range(9)]
    toutes = list(Periode.objects.select_related("accueil"))
    assert len(toutes) == len(autres) + 1

    def compter(periodes):
        with CaptureQueriesContext(
            connection,
        ) as requetes:
            blocages_par_periode(
                utilisateur=parent,
                famille=reservation.famille,
                enfant=reservation.enfant,
                periodes=periodes,
                maintenant=MERCREDI,
            )
        return len(requetes)

    compter(toutes[:1])
    assert compter(toutes) == compter(toutes[:1]) <= 3
