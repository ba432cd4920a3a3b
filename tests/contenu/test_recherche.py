import datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from contenu.recherche import rechercher
from tests.charges_xss import CHARGES_XSS
from tests.contenu.fabriques import FabriqueActualite, FabriquePage, FabriqueTelechargement

pytestmark = pytest.mark.django_db


def titres(demande):
    return [resultat.titre for resultat in rechercher(demande, AnonymousUser(), timezone.now())]


@pytest.fixture
def pages(commune):
    FabriquePage(titre="Accueil périscolaire", texte="Le **goûter** est fourni.")
    FabriquePage(titre="Restaurant", texte="Le repas, et après l’accueil périscolaire.")
    FabriquePage(titre="Brouillon périscolaire", publiee=False)
    FabriqueActualite(titre="Goûter de Noël", texte="Le mercredi.", publiee_le=timezone.now())


@pytest.mark.parametrize(
    ("demande", "trouves"),
    [
        ("PERISCOLAIRE", ["Accueil périscolaire", "Restaurant"]),
        ("périsco", ["Accueil périscolaire", "Restaurant"]),
        ("gouter fourni", ["Accueil périscolaire"]),
        ("goûter", ["Goûter de Noël", "Accueil périscolaire"]),
        ("scolaire", []),
        ("", []),
        ("   '\"%_\\", []),
    ],
)
def test_words_are_found_whatever_their_accents_the_titles_first(pages, demande, trouves):
    assert titres(demande) == trouves


def test_the_page_shows_where_the_word_is(client, pages):
    html = client.get("/recherche/", {"q": "goûter"}).content.decode()
    assert "2 résultats" in html
    assert "Le goûter est fourni" in html


@pytest.mark.parametrize(
    "demande",
    [
        "\x00",
        "a" * 5000,
        *[
            charge
            for charge in CHARGES_XSS
            if "{{" not in charge and "javascript:" not in charge.lower() and " on" not in charge
        ],
    ],
)
def test_anything_may_be_asked(client, pages, demande):
    reponse = client.get("/recherche/", {"q": demande})
    assert reponse.status_code == 200
    assert "<script>window" not in reponse.content.decode()


def test_a_search_costs_the_same_with_many_pages(client, pages, django_assert_num_queries):
    for _ in range(2):
        with django_assert_num_queries(4):
            client.get("/recherche/", {"q": "goûter"})
        FabriquePage.create_batch(30, texte="goûter")
        FabriqueTelechargement.create_batch(5, titre="Goûter")


@pytest.mark.parametrize("demande", ["règlement", "reglement cantine", "signer", "boite"])
def test_a_file_of_the_toolbox_is_found_by_its_title_its_words_and_its_heading(client, pages, demande):
    rubrique = FabriquePage(titre="Boîte à outils", texte="")
    fichier = FabriqueTelechargement(titre="Règlement de la cantine", description="À lire et à signer.", page=rubrique)
    html = client.get("/recherche/", {"q": demande}).content.decode()
    assert f'href="{fichier.get_absolute_url()}">Règlement de la cantine (PDF, 120\xa0Ko)' in html


def test_a_file_that_may_not_be_downloaded_is_not_found(pages):
    maintenant = timezone.now()
    FabriqueTelechargement(titre="Dossier à venir", publie_le=maintenant + datetime.timedelta(days=1))
    FabriqueTelechargement(titre="Dossier passé", publie_jusqu_au=maintenant - datetime.timedelta(days=1))
    FabriqueTelechargement(titre="Dossier caché", page=FabriquePage(titre="Cachée", publiee=False))
    visible = FabriqueTelechargement(titre="Dossier ouvert")
    assert titres("dossier") == [visible.titre]
