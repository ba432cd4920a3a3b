"""The screens of an import: put, map, check, confirm, follow, download."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from dossiers.models import Importation
from familles.models import Famille
from portail.roles import synchroniser
from tests.dossiers.fichiers import TITRES, avancer, en_csv, importer, lignes, recevoir, verifier
from tests.fabriques import membre_du_personnel


@pytest.fixture
def admin(client, commune):
    synchroniser()
    admin = membre_du_personnel("administrateur")
    client.force_login(admin)
    return admin


def aller(geste, importation):
    return reverse(f"admin:dossiers_importation_{geste}", args=[importation.pk])


def test_the_whole_way_from_the_file_to_the_households(client, admin):
    fichier = SimpleUploadedFile("familles.csv", en_csv(lignes()))
    reponse = client.post(reverse("admin:dossiers_importation_add"), {"source": "ancien", "fichier": fichier})
    importation = Importation.objects.get()
    assert reponse["Location"] == aller("colonnes", importation)
    page = client.get(reponse["Location"])
    assert "Maëlle" in page.content.decode()
    choisies = {nom: valeur for nom, valeur in page.context["form"].initial.items() if valeur}
    assert client.post(aller("colonnes", importation), choisies).status_code == 302
    suivi = client.get(aller("change", importation))
    assert suivi["Refresh"] == "3"
    assert "0 ligne sur 1" in suivi.content.decode()
    avancer(importation)
    assert "Confirmer : écrire 1 famille<" in client.get(aller("change", importation)).content.decode().replace(
        "\xa0", " "
    )
    client.post(aller("confirmer", importation))
    avancer(importation)
    fin = client.get(aller("change", importation))
    assert "Terminé" in fin.content.decode()
    assert "Refresh" not in fin
    assert Famille.objects.get().nom == "LE GALL"


@pytest.mark.parametrize("contenu", [b"", b"\x89PNG\x00", b"PK\x03\x04abc"])
def test_a_file_that_cannot_be_read_is_told_beside_its_field(client, admin, contenu):
    fichier = SimpleUploadedFile("photo.csv", contenu)
    reponse = client.post(reverse("admin:dossiers_importation_add"), {"source": "ancien", "fichier": fichier})
    assert reponse.status_code == 422
    assert reponse.context["form"].errors["fichier"]
    assert not Importation.objects.exists()


def test_a_column_is_not_taken_twice_and_the_reference_is_asked(client, admin):
    importation = recevoir(en_csv(lignes()), admin)
    reponse = client.post(aller("colonnes", importation), {"famille.nom": "1", "famille.ville": "1"})
    assert reponse.status_code == 422
    assert set(reponse.context["form"].errors) == {"famille.reference", "famille.ville"}


def test_the_report_names_each_line_and_no_spreadsheet_computes_it(client, admin):
    importation = verifier(recevoir(en_csv(lignes({"N° famille": "=1+1", "CP": "99999", "École": ""})), admin))
    texte = client.get(aller("problemes", importation)).content.decode("utf-8-sig")
    titres, ligne = csv.reader(io.StringIO(texte), delimiter=";")
    assert titres == ["Ligne", "Famille", "Colonne", "Problème", "Suite"]
    assert ligne[:3] == ["2", "'=1+1", "Code postal"]
    assert ligne[4] == "refusée"


def test_the_pages_cost_the_same_whatever_the_problems(client, admin, django_assert_max_num_queries):
    fautives = [{"N° famille": f"{n}", "Id enfant": f"E{n}", "CP": "99999"} for n in range(150)]
    importation = verifier(recevoir(en_csv(lignes(*fautives)), admin))
    with django_assert_max_num_queries(20):
        assert client.get(aller("change", importation)).status_code == 200


def test_an_agent_reads_no_import(client, commune):
    synchroniser()
    client.force_login(membre_du_personnel("agent"))
    assert client.get(reverse("admin:dossiers_importation_changelist")).status_code == 403


@pytest.mark.parametrize(
    ("differences", "phrase"),
    [([{"CP": "99999"}], "Toutes les lignes sont refusées"), ([{}], "est déjà dans le portail")],
    ids=["tout refusé", "déjà connu"],
)
def test_a_file_with_nothing_to_write_waits_for_no_confirmation_and_says_why(client, admin, differences, phrase):
    importer(lignes(), admin)
    importation = verifier(recevoir(en_csv(lignes(*differences)), admin))
    page = client.get(aller("change", importation)).content.decode()
    assert phrase in page
    assert "Vérifié\xa0: rien à écrire" in page
    assert "À confirmer" not in page
    assert aller("confirmer", importation) not in page
    assert aller("colonnes", importation) in page


def test_the_columns_that_are_left_out_are_named(client, admin):
    importation = recevoir(en_csv(lignes({"Couleur": "bleu"}), titres=[*TITRES, "Couleur"]), admin)
    assert "laissées de côté" not in client.get(aller("change", importation)).content.decode()
    page = client.get(aller("change", verifier(importation))).content.decode()
    assert "laissées de côté\xa0: Couleur." in page
