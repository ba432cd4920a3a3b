import csv
import io

import openpyxl
import pytest

from documents.liste_manquantes import ENTETES, lignes
from documents.models import PieceRequise
from portail.commun.models import Trace
from portail.roles import Role, synchroniser
from tests.commun.test_tableur import FORMULES
from tests.documents.fabriques import FabriqueDocument, FabriqueType
from tests.fabriques import FabriqueEnfant, FabriqueFamille, FabriqueResponsable, membre_du_personnel

pytestmark = pytest.mark.django_db
URL = "/gestion/documents/document/manquantes."


@pytest.fixture
def agent(client, commune):
    synchroniser()
    agent = membre_du_personnel(Role.AGENT.value)
    client.force_login(agent)
    return agent


@pytest.fixture
def assurance():
    type_document = FabriqueType(nom="Attestation d’assurance")
    PieceRequise.objects.create(type=type_document, bloquante=True)
    return type_document


def lues(reponse):
    texte = io.StringIO(reponse.content.decode("utf-8-sig"), newline="")
    return list(csv.reader(texte, delimiter=";"))


def test_the_list_names_who_owes_what_and_whom_to_call(client, agent, assurance, famille, baptiste):
    famille.responsables.update(telephone_mobile="06 11 22 33 44")
    reponse = client.get(f"{URL}csv")
    assert reponse["Content-Disposition"].startswith('attachment; filename="pieces-manquantes-')
    attendue = ["F00001", "AABELIUM", "AABELIUM BAPTISTE", "Attestation d’assurance", "À fournir", "", "oui"]
    assert lues(reponse) == [ENTETES, [*attendue, "06 11 22 33 44"]]
    assert Trace.objects.get(geste="documents.manquantes_exportees").auteur == agent


def test_what_was_sent_is_not_owed(client, agent, assurance, famille, baptiste):
    FabriqueDocument(famille=famille, enfant=baptiste, type=assurance)
    assert lues(client.get(f"{URL}csv")) == [ENTETES]


def test_a_health_piece_is_for_those_who_may_read_health(assurance, famille, baptiste):
    assurance.sante = True
    assurance.save()
    jour = baptiste.date_naissance.replace(year=2018)
    assert list(lignes(jour, avec_sante=False)) == []
    assert len(list(lignes(jour, avec_sante=True))) == 1


@pytest.mark.parametrize("genre", ["csv", "xlsx"])
def test_no_name_is_a_formula(client, agent, assurance, genre):
    for rang, formule in enumerate(FORMULES):
        famille = FabriqueFamille(nom=formule, code=f"{formule[:12]}{rang}")
        FabriqueResponsable(famille=famille, telephone_mobile=formule[:20])
        FabriqueEnfant(famille=famille, nom=formule, prenom="X")
    reponse = client.get(URL + genre)
    if genre == "csv":
        cellules = [cellule for ligne in lues(reponse) for cellule in ligne]
        assert [cellule for cellule in cellules if cellule.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))] == []
    else:
        feuille = openpyxl.load_workbook(io.BytesIO(reponse.content)).active
        assert {cellule.data_type for ligne in feuille.iter_rows() for cellule in ligne} <= {"s", "n"}
        assert {cellule.value for cellule in feuille[1]} == set(ENTETES)
    assert len(cellules if genre == "csv" else list(feuille.iter_rows())) > len(FORMULES)


def test_another_ending_does_not_exist(client, agent):
    assert client.get(f"{URL}ods").status_code == 404


def test_the_list_costs_the_same_with_many_households(
    agent, assurance, famille, baptiste, django_assert_max_num_queries
):
    jour = baptiste.date_naissance.replace(year=2018)
    for attendu in (1, 13):
        with django_assert_max_num_queries(7):
            assert len(list(lignes(jour, avec_sante=True))) == attendu
        for _ in range(12):
            FabriqueEnfant(famille=FabriqueFamille())
