import uuid
from datetime import date
from types import SimpleNamespace

import pytest
import time_machine

from documents.blocages import pieces_manquantes
from documents.enums import EtatPiece, Portee
from documents.models import Document
from documents.pieces import dossiers
from documents.tasks import rappeler_les_expirations
from enfants.models import Rattachement
from portail.accueils import frequentes
from portail.commun.models import Courriel
from portail.demonstration.documents import charger_documents
from reservations.models import Presence, Reservation
from tests.documents.fabriques import FabriqueDocument, FabriqueExigence, FabriqueType
from tests.fabriques import FabriqueCreneau, FabriqueEnfant, FabriqueUtilisateur, instant

pytestmark = pytest.mark.django_db
JOUR = date(2018, 1, 15)


def pieces(famille, enfant):
    return {piece.type.nom: piece.etat for dossier in dossiers([(famille, enfant)], JOUR) for piece in dossier.pieces}


def bloquer(famille, enfant, accueil_cle=None, utilisateur=None):
    periode = SimpleNamespace(pk=1, accueil=SimpleNamespace(cle=accueil_cle or uuid.uuid4()))
    return pieces_manquantes(
        utilisateur=utilisateur or FabriqueUtilisateur(),
        famille=famille,
        enfants=[enfant],
        periodes=[periode],
        maintenant=instant(2018, 1, 15),
    ).get(1, [])


def test_each_state_of_a_piece_is_shown(famille, baptiste):
    for nom in ("À fournir", "Envoyée", "Validée", "Refusée", "Expirée"):
        FabriqueExigence(type=FabriqueType(nom=nom))
    de = {"famille": famille, "enfant": baptiste}
    un_type = Document._meta.get_field("type").related_model.objects
    FabriqueDocument(type=un_type.get(nom="Envoyée"), **de)
    FabriqueDocument(type=un_type.get(nom="Validée"), valide=True, **de)
    FabriqueDocument(type=un_type.get(nom="Refusée"), refuse=True, **de)
    FabriqueDocument(type=un_type.get(nom="Expirée"), valide=True, expire_le=date(2018, 1, 14), **de)
    assert pieces(famille, baptiste) == {
        "À fournir": EtatPiece.A_FOURNIR,
        "Envoyée": EtatPiece.ENVOYE,
        "Validée": EtatPiece.VALIDE,
        "Refusée": EtatPiece.REFUSE,
        "Expirée": EtatPiece.EXPIRE,
    }


def test_pieces_of_the_household_are_not_asked_of_the_child(famille, baptiste):
    FabriqueExigence(type=FabriqueType(nom="Justificatif de domicile", portee=Portee.FAMILLE))
    assert list(pieces(famille, None)) == ["Justificatif de domicile"]
    assert pieces(famille, baptiste) == {}


def test_a_piece_of_one_accueil_is_asked_of_the_children_who_attend_it(famille, parent, baptiste):
    creneau = FabriqueCreneau()
    periode = creneau.prestation.periode
    FabriqueExigence(accueil_cle=periode.accueil.cle, accueil_nom="ALSH")
    assert pieces(famille, baptiste) == {}
    reservation = Reservation.objects.create(
        famille=famille, enfant=baptiste, periode=periode, cree_le=instant(2018, 1, 1)
    )
    presence = Presence.objects.create(
        reservation=reservation, enfant=baptiste, creneau=creneau, modifiee_le=instant(2018, 1, 1)
    )
    assert frequentes([baptiste], JOUR) == {baptiste.pk: {periode.accueil.cle}}
    assert len(pieces(famille, baptiste)) == 1
    Presence.objects.filter(pk=presence.pk).update(etat="annulee")
    assert pieces(famille, baptiste) == {}


def test_a_missing_piece_blocks_the_booking_by_its_name_and_says_where_to_send_it(famille, baptiste, client, parent):
    FabriqueExigence(type=FabriqueType(nom="Attestation d’assurance"), bloquante=True)
    FabriqueExigence(type=FabriqueType(nom="Photo"))
    (blocage,) = bloquer(famille, baptiste)
    assert blocage.phrase == "Il manque «\u202fAttestation d’assurance\u202f» de BAPTISTE."
    client.force_login(parent)
    formulaire = client.get(blocage.lien).context["form"]
    assert formulaire["concerne"].value() == f"enfant-{baptiste.cle}-{famille.cle}"
    assert "selected>Attestation d’assurance<" in client.get(blocage.lien).content.decode()


def test_a_piece_that_was_sent_no_longer_blocks(famille, baptiste):
    exigence = FabriqueExigence(bloquante=True)
    FabriqueDocument(type=exigence.type, famille=famille, enfant=baptiste)
    assert bloquer(famille, baptiste) == []


def test_the_refusal_of_a_piece_is_quoted(famille, baptiste):
    exigence = FabriqueExigence(bloquante=True)
    FabriqueDocument(type=exigence.type, famille=famille, enfant=baptiste, refuse=True)
    assert "Illisible" in bloquer(famille, baptiste)[0].phrase


def test_a_piece_asked_by_another_accueil_does_not_block(famille, baptiste):
    FabriqueExigence(bloquante=True, accueil_cle=uuid.uuid4(), accueil_nom="ALSH")
    assert bloquer(famille, baptiste) == []


def test_staff_who_book_for_a_household_are_not_blocked(famille, baptiste):
    FabriqueExigence(bloquante=True)
    assert bloquer(famille, baptiste, utilisateur=FabriqueUtilisateur(agent=True)) == []


def test_the_other_household_of_a_child_has_the_state_and_not_the_file(
    famille, autre_famille, etranger, baptiste, client
):
    Rattachement.objects.create(enfant=baptiste, famille=autre_famille)
    exigence = FabriqueExigence()
    document = FabriqueDocument(type=exigence.type, famille=famille, enfant=baptiste, nom="Nom privé", valide=True)
    client.force_login(etranger)
    html = client.get("/documents/").content.decode()
    assert "Validé" in html
    assert "Nom privé" not in html
    assert str(document.cle) not in html


def test_the_page_costs_the_same_with_ten_children(
    client, parent, famille, baptiste, django_assert_num_queries, django_assert_max_num_queries
):
    FabriqueExigence()
    FabriqueDocument(famille=famille, enfant=baptiste)
    client.force_login(parent)
    client.get("/documents/")
    with django_assert_max_num_queries(17) as premieres:
        client.get("/documents/")
    for _ in range(9):
        FabriqueDocument(famille=famille, enfant=FabriqueEnfant(famille=famille))
        FabriqueExigence()
    with django_assert_num_queries(len(premieres)):
        client.get("/documents/")


@pytest.mark.parametrize(
    "demande", ["?type=x&concerne=y", "?type=&concerne=", "?type=932909e6-a840-4700-a160-169cda187661"]
)
def test_a_link_that_means_nothing_opens_an_empty_form(client, parent, baptiste, demande):
    client.force_login(parent)
    assert client.get(f"/documents/ajouter/{demande}").status_code == 200


@time_machine.travel("2018-01-15 08:00+01:00", tick=False)
def test_households_are_told_once_before_a_piece_ends(famille, baptiste, autre_famille, commune):
    de = {"famille": famille, "enfant": baptiste, "valide": True}
    FabriqueDocument(expire_le=date(2018, 2, 14), **de)
    FabriqueDocument(expire_le=date(2018, 1, 20), **de)
    FabriqueDocument(expire_le=date(2018, 2, 15), famille=autre_famille, valide=True)
    remplace = FabriqueDocument(expire_le=date(2018, 1, 20), **de)
    FabriqueDocument(type=remplace.type, famille=famille, enfant=baptiste)
    assert rappeler_les_expirations() == 1
    assert rappeler_les_expirations() == 0
    courriel = Courriel.objects.get(nom="documents_expirent")
    assert courriel.famille_cle == famille.cle
    assert courriel.texte.count("de BAPTISTE, le") == 2


def test_the_dashboard_names_what_is_owed(client, parent, baptiste, commune):
    FabriqueExigence(type=FabriqueType(nom="Attestation d’assurance"))
    client.force_login(parent)
    html = client.get("/espace/").content.decode()
    assert "pièce à fournir pour BAPTISTE" in html.replace("\xa0", " ")
    assert "Attestation d’assurance" in html


def test_the_demonstration_town_asks_pieces_and_blocks_nobody(famille, baptiste):
    charger_documents()
    charger_documents()
    assert len(pieces(famille, baptiste)) == 2
    assert bloquer(famille, baptiste) == []
