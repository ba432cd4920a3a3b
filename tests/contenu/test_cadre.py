"""The frame of the pages is cheap, and never older than the request: what another process wrote shows at once."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from contenu.contexte import TITRE_DES_MENUS, cadre
from contenu.models import Commune, DeclarationAccessibilite, PageInformation, SemaineDeMenus, Telechargement
from tests.contenu.fabriques import FabriquePage, FabriqueTelechargement, semaine_de_menus

pytestmark = pytest.mark.django_db

PAGE = "/accessibilite/"
LUNDI = date(2018, 1, 15)


def page(client):
    return client.get(PAGE).content.decode()


def ecrire_ailleurs(requete, *valeurs):
    """Write as another process does: neither signal nor ``auto_now`` here."""
    with connection.cursor() as curseur:
        curseur.execute(requete, valeurs)
        assert curseur.rowcount


@pytest.mark.parametrize(
    ("champ", "valeur"),
    [
        ("nom", "Mairie de Trifouillis"),
        ("commune", "Trifouillis"),
        ("telephone", "01.02.03.04.05"),
        ("adresse", "9 rue Neuve"),
    ],
)
def test_an_edit_of_the_identity_shows_at_the_next_request(client, commune, champ, valeur):
    assert valeur not in page(client)
    ecrire_ailleurs(f"UPDATE contenu_commune SET {champ} = %s", valeur)
    assert valeur in page(client)


def test_new_colours_show_at_the_next_request(client, commune):
    avant = commune.version_identite
    assert f"identite.css?v={avant}" in page(client)
    ecrire_ailleurs("UPDATE contenu_commune SET couleur_principale = %s", "#123456")
    apres = Commune.objects.get().version_identite
    assert apres != avant
    assert f"identite.css?v={apres}" in page(client)


def test_the_statement_of_accessibility_shows_at_the_next_request(client, commune):
    assert "Accessibilité&nbsp;: non conforme" in page(client)
    aujourdhui = timezone.localdate()
    DeclarationAccessibilite.objects.create(
        commune=commune, etat="partielle", taux=70, etablie_le=aujourdhui, auditee_le=aujourdhui
    )
    assert "Accessibilité&nbsp;: partiellement conforme" in page(client)
    ecrire_ailleurs("DELETE FROM contenu_declarationaccessibilite")
    assert "Accessibilité&nbsp;: non conforme" in page(client)


def test_an_edit_of_the_menu_shows_at_the_next_request(client, commune):
    rubrique = FabriquePage(titre="Rubrique ancienne", texte="")
    sous_page = FabriquePage(titre="Sous-page ancienne", parent=rubrique)
    assert "Sous-page ancienne" in page(client)
    ecrire_ailleurs("UPDATE contenu_pageinformation SET titre = %s WHERE id = %s", "Sous-page neuve", sous_page.pk)
    assert "Sous-page neuve" in page(client)
    assert "Sous-page ancienne" not in page(client)
    ecrire_ailleurs("UPDATE contenu_pageinformation SET publiee = false WHERE id = %s", rubrique.pk)
    assert "Sous-page neuve" not in page(client)
    assert PageInformation.objects.count() == 2  # noqa: PLR2004


def test_a_download_shows_from_its_first_instant_to_its_last(client, commune, time_machine):
    rubrique = FabriquePage(titre="Rubrique", texte="")
    maintenant = timezone.now()
    FabriqueTelechargement(
        titre="Règlement de la cantine",
        page=rubrique,
        publie_le=maintenant + timedelta(hours=1),
        publie_jusqu_au=maintenant + timedelta(hours=3),
    )
    vus = []
    for heures in (0, 2, 4):
        time_machine.move_to(maintenant + timedelta(hours=heures))
        vus.append("Règlement de la cantine" in page(client))
    assert vus == [False, True, False]
    assert Telechargement.objects.count() == 1


def test_the_menus_of_the_canteen_show_once_a_week_is_published(client, commune):
    semaine_de_menus(LUNDI, publiee=False)
    assert TITRE_DES_MENUS not in page(client)
    SemaineDeMenus.objects.update(publiee=True)
    assert TITRE_DES_MENUS in page(client)


def test_a_town_that_is_not_described_yet_has_a_name_and_its_menu(client):
    FabriquePage(titre="Seule page")
    assert "Portail famille" in page(client)
    assert "Seule page" in page(client)


def test_the_frame_is_read_once_in_a_request(rf, commune, django_assert_num_queries):
    requete = rf.get("/")
    with django_assert_num_queries(1):
        lu = cadre(requete)
        assert lu.commune.nom == commune.nom
        assert lu.commune.accessibilite == "non conforme"
        assert cadre(requete) is lu
