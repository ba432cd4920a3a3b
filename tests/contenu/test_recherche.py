import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from contenu.recherche import rechercher
from tests.charges_xss import CHARGES_XSS
from tests.contenu.fabriques import FabriqueActualite, FabriquePage

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
    assert "2 pages trouvées" in html
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
        with django_assert_num_queries(3):
            client.get("/recherche/", {"q": "goûter"})
        FabriquePage.create_batch(30, texte="goûter")
