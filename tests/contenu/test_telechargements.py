import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from contenu.models import Telechargement
from portail.commun import televersement
from portail.commun.models import Trace
from tests.contenu.fabriques import FabriquePage, FabriqueTelechargement
from tests.documents.corpus import HOSTILES, MARQUE, PROPRE, image, pdf
from tests.fabriques import FabriqueUtilisateur

pytestmark = pytest.mark.django_db
LISTE = "/telechargements/"
AJOUT = "/gestion/contenu/telechargement/add/"


@pytest.fixture
def agent(client, commune):
    agent = FabriqueUtilisateur(agent=True, is_superuser=True)
    client.force_login(agent)
    return agent


def champs(contenu=None, nom="reglement.pdf", **autres):
    return {
        "titre": "Règlement intérieur",
        "description": "",
        "page": "",
        "ordre": "1",
        "publie_le_0": "01/01/2018",
        "publie_le_1": "08:00",
        "fichier": SimpleUploadedFile(nom, pdf(pages=2) if contenu is None else contenu),
    } | autres


def test_anyone_reads_the_list_with_kind_and_size_and_gets_the_file_as_a_download(client, commune):
    fichier = FabriqueTelechargement(titre="Règlement intérieur", description="Ce que chacun accepte.")
    page = client.get(LISTE).content.decode()
    assert "Règlement intérieur (PDF, 120\xa0Ko)" in page
    assert "Ce que chacun accepte." in page
    reponse = client.get(fichier.get_absolute_url())
    assert reponse.content == b"%PDF-1.7 essai"
    assert reponse["Content-Disposition"] == 'attachment; filename="reglement-interieur.pdf"'
    assert reponse["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert reponse["X-Content-Type-Options"] == "nosniff"
    assert client.get(fichier.get_absolute_url(), headers={"If-None-Match": reponse["ETag"]}).status_code == 304


def test_a_file_is_there_between_its_dates_only(client, commune):
    maintenant, jour = timezone.now(), datetime.timedelta(days=1)
    cas = {
        FabriqueTelechargement(publie_le=maintenant - jour): 200,
        FabriqueTelechargement(publie_le=maintenant + jour): 404,
        FabriqueTelechargement(publie_le=maintenant - 2 * jour, publie_jusqu_au=maintenant - jour): 404,
        FabriqueTelechargement(publie_le=maintenant - jour, page=FabriquePage(publiee=False)): 404,
    }
    assert {fichier: client.get(fichier.get_absolute_url()).status_code for fichier in cas} == cas
    page = client.get(LISTE).content.decode()
    assert [fichier.titre for fichier in cas if f"{fichier.titre} (" in page] == [next(iter(cas)).titre]


def test_a_file_is_proposed_on_its_page_and_in_the_menu_under_its_heading(client, commune):
    rubrique = FabriquePage(titre="Boîte à outils", slug="boite", texte="")
    page = FabriquePage(slug="dessous", parent=rubrique)
    sous_la_rubrique = FabriqueTelechargement(page=rubrique, titre="Fiche d’inscription")
    FabriqueTelechargement(page=page, titre="Plaquette")
    reponse = client.get("/infos/dessous/")
    entrees = reponse.context["menu_infos"][0].enfants
    assert [entree.titre for entree in entrees] == [page.titre, "Fiche d’inscription"]
    assert (entrees[1].url, entrees[1].detail) == (sous_la_rubrique.get_absolute_url(), "PDF, 120\xa0Ko")
    assert "Plaquette (PDF" in reponse.content.decode()
    assert "Fiche d’inscription (PDF" in client.get("/infos/boite/").content.decode()


def test_an_agent_puts_a_file_which_is_written_again(client, agent):
    hostile = next(cas for cas in HOSTILES if cas.attendu == PROPRE and cas.extension == "pdf").fabriquer()
    assert client.post(AJOUT, champs(hostile)).status_code == 302
    fichier = Telechargement.objects.get()
    contenu = bytes(fichier.contenu.octets)
    assert (fichier.octets, fichier.format) == (len(contenu), "application/pdf")
    assert MARQUE not in contenu
    assert Trace.objects.get(geste="telechargement.creee").auteur == agent


@pytest.mark.parametrize(
    ("contenu", "nom", "phrase"),
    [
        (b"<html>", "x.pdf", "ne correspond pas à son nom"),
        (b"x", "x.docx", "Ce format n’est pas accepté"),
        (b"%PDF-1.7", "x.pdf", "abîmé ou incomplet"),
    ],
)
def test_what_the_reception_refuses_is_refused_beside_the_field(client, agent, contenu, nom, phrase):
    reponse = client.post(AJOUT, champs(contenu, nom))
    assert reponse.status_code == 200
    assert phrase in reponse.content.decode()
    assert 'value="Règlement intérieur"' in reponse.content.decode()
    assert not Telechargement.objects.exists()


def test_a_file_that_was_too_big_to_be_received_says_so(client, agent, monkeypatch):
    monkeypatch.setattr(televersement, "OCTETS_PAR_FICHIER", 1000)
    reponse = client.post(AJOUT, champs(b"%PDF-1.7" + b"0" * 100_000))
    assert "dépasse 10 Mo" in reponse.content.decode()


def test_a_leaflet_may_weigh_more_than_a_piece_of_a_family(client, agent):
    lourd = pdf() + b"%" * (3 * 1024 * 1024)
    assert client.post(AJOUT, champs(lourd)).status_code == 302


def test_the_title_changes_without_sending_the_file_again_and_a_new_file_replaces_the_old(client, agent):
    fichier = FabriqueTelechargement()
    adresse = reverse("admin:contenu_telechargement_change", args=[fichier.pk])
    assert client.post(adresse, champs(b"", titre="Autre titre") | {"fichier": ""}).status_code == 302
    fichier.refresh_from_db()
    assert (fichier.titre, bytes(fichier.contenu.octets)) == ("Autre titre", b"%PDF-1.7 essai")
    client.post(adresse, champs(image("PNG"), "plan.png"))
    remplace = Telechargement.objects.get()
    assert remplace.format == "image/png"
    assert bytes(remplace.contenu.octets).startswith(b"\x89PNG")


def test_the_list_costs_the_same_with_many_files(client, commune, django_assert_num_queries):
    FabriqueTelechargement(page=FabriquePage())
    for _ in range(2):
        with django_assert_num_queries(2):
            client.get(LISTE)
        FabriqueTelechargement.create_batch(20, page=FabriquePage())
