import io
import re

import pikepdf
import pytest
from django.utils import timezone

from contenu.models import Actualite, Commune, PageInformation, Telechargement
from portail.demonstration.contenu import charger_contenu
from portail.demonstration.telechargements import IMPRIMES, charger_telechargements

pytestmark = pytest.mark.django_db

MENU_DU_TUTORIEL = [
    "Le restaurant scolaire",
    "Accueil périscolaire",
    "TAP – temps d’activité périscolaire",
    "Accueil de loisirs",
    "Espace Jeunes « La Hurlette »",
    "Portail Famille",
    "Groupe scolaire Alain Boutle",
    "École Sainte-Marie-Saint Pierre",
    "Collèges et lycées",
    "Tarifs restauration scolaire",
    "Tarifs ALSH",
    "Tutoriel",
    "Projet éducatif de territoire",
    "Fiche d’inscription au portail Famille",
    "Mentions CNIL",
]


@pytest.fixture
def demonstration():
    charger_contenu(timezone.now())


def test_the_whole_menu_of_the_tutorial_is_there_with_a_text_for_each_page(client, demonstration):
    menu = client.get("/mentions/").context["menu_infos"]
    pages = [page for rubrique in menu for page in rubrique.enfants if not page.detail]
    assert [page.titre for page in pages] == MENU_DU_TUTORIEL
    for page in pages:
        reponse = client.get(page.url)
        assert reponse.status_code == 200
        assert len(reponse.context["corps"]) > 600


def test_every_link_of_the_texts_leads_somewhere(client, demonstration):
    textes = [
        *PageInformation.objects.values_list("texte", flat=True),
        *Actualite.objects.values_list("texte", flat=True),
    ]
    liens = {lien for texte in textes for lien in re.findall(r"\]\((/[^)#]*)", texte)}
    assert liens
    assert [lien for lien in liens if client.get(lien).status_code != 200] == []


def test_the_welcome_news_are_published(client, demonstration):
    assert client.get("/actualites/bienvenue-sur-le-portail-famille/").status_code == 200
    assert Actualite.objects.publiees_au(timezone.now()).first().slug == "bienvenue-sur-le-portail-famille"


def test_the_toolbox_holds_printed_forms_that_open(client, demonstration):
    pytest.importorskip("weasyprint", exc_type=OSError, reason="pango manque : apt-get install libpango-1.0-0")
    charger_telechargements(timezone.now())
    fichiers = Telechargement.objects.publies_au(timezone.now())
    assert [fichier.titre for fichier in fichiers] == [titre for _, titre, *_ in IMPRIMES]
    for fichier in fichiers:
        with pikepdf.open(io.BytesIO(client.get(fichier.get_absolute_url()).content)) as document:
            assert len(document.pages) == fichier.pages
    menu = client.get("/mentions/").context["menu_infos"]
    assert [page.titre for page in menu[-1].enfants if page.detail] == [fichier.titre for fichier in fichiers]


def test_the_town_is_valid_as_the_admin_would_check_it(demonstration):
    Commune.objects.get().full_clean()
    for page in PageInformation.objects.all():
        page.full_clean()


def test_loading_again_changes_nothing_and_keeps_what_staff_wrote(demonstration):
    PageInformation.objects.filter(slug="tutoriel").update(texte="Réécrit.")
    avant = PageInformation.objects.count()
    charger_contenu(timezone.now())
    assert PageInformation.objects.count() == avant
    assert PageInformation.objects.get(slug="tutoriel").texte == "Réécrit."
