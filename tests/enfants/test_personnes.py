"""Authorised persons and emergency contacts."""

import pytest
from django.db import IntegrityError, transaction

from enfants.models import PersonneAutorisee
from portail.commun.models import Trace

SAISIE = {
    "nom": "KERVELLA",
    "prenom": "Odile",
    "lien": "grand-mère",
    "telephone": "+33 6.11.22.33.44",
    "peut_chercher": "on",
    "urgence": "on",
}


@pytest.fixture
def adresse(baptiste):
    return f"/enfants/{baptiste.cle}/personnes/"


def test_a_person_is_added_and_shown_on_the_sheet(client, commune, parent, baptiste, famille, adresse):
    client.force_login(parent)
    assert "Ajouter une personne" in client.get(f"{adresse}ajouter/").content.decode()
    page = client.post(f"{adresse}ajouter/", SAISIE, follow=True).content.decode()
    assert "Odile KERVELLA est dans la liste." in page
    assert "06 11 22 33 44" in page
    personne = PersonneAutorisee.objects.get()
    assert (personne.enfant, personne.famille, personne.urgence) == (baptiste, famille, True)
    assert Trace.objects.get(geste="enfant.personne_ajoutee").apres["telephone"] == "06 11 22 33 44"


@pytest.mark.parametrize(
    ("change", "phrase"),
    [
        ({"nom": ""}, "obligatoire"),
        ({"lien": ""}, "obligatoire"),
        ({"telephone": "06 11"}, "Ce numéro n’existe pas"),
        ({"telephone": ""}, "Un numéro est nécessaire"),
        ({"peut_chercher": "", "urgence": ""}, "Cochez au moins une des deux cases."),
        ({"nom": "x" * 200}, "80"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_is_kept(client, commune, parent, adresse, change, phrase):
    client.force_login(parent)
    reponse = client.post(f"{adresse}ajouter/", SAISIE | change)
    page = reponse.content.decode()
    assert reponse.status_code == 422
    assert phrase in page
    assert 'value="Odile"' in page
    assert not PersonneAutorisee.objects.exists()


@pytest.mark.parametrize("nom", ["KERVELLA", "kervella", "Kervélla"])
def test_the_same_person_is_not_added_twice(client, commune, parent, mamie, adresse, nom):
    client.force_login(parent)
    reponse = client.post(f"{adresse}ajouter/", SAISIE | {"nom": nom})
    assert "Cette personne est déjà dans la liste." in reponse.content.decode()
    assert PersonneAutorisee.objects.count() == 1


def test_a_person_is_changed_with_its_old_and_new_values(client, commune, parent, mamie, adresse):
    client.force_login(parent)
    assert 'value="KERVELLA"' in client.get(f"{adresse}{mamie.cle}/").content.decode()
    client.post(f"{adresse}{mamie.cle}/", SAISIE | {"telephone": "0699887766"})
    mamie.refresh_from_db()
    assert (mamie.telephone, mamie.urgence) == ("06 99 88 77 66", True)
    trace = Trace.objects.get(geste="enfant.personne_modifiee")
    assert (trace.avant["telephone"], trace.apres["telephone"]) == ("06 11 22 33 44", "06 99 88 77 66")


def test_a_person_renamed_like_another_is_refused(client, commune, parent, baptiste, famille, mamie, adresse):
    autre = PersonneAutorisee.objects.create(
        enfant=baptiste, famille=famille, nom="LE GALL", prenom="Yann", lien="voisin"
    )
    client.force_login(parent)
    reponse = client.post(f"{adresse}{autre.cle}/", SAISIE)
    assert reponse.status_code == 422
    autre.refresh_from_db()
    assert autre.nom == "LE GALL"


def test_a_person_is_removed(client, commune, parent, mamie, adresse):
    client.force_login(parent)
    page = client.post(f"{adresse}{mamie.cle}/retirer/", follow=True).content.decode()
    assert "Odile KERVELLA n’est plus dans la liste." in page
    assert not PersonneAutorisee.objects.exists()
    assert Trace.objects.get(geste="enfant.personne_retiree").avant["nom"] == "KERVELLA"
    assert client.post(f"{adresse}{mamie.cle}/retirer/").status_code == 404


def test_persons_are_copied_from_a_sibling_once(client, commune, parent, lea, baptiste, mamie):
    client.force_login(parent)
    adresse = f"/enfants/{lea.cle}/personnes/copier/"
    page = client.post(adresse, {"source": baptiste.cle}, follow=True).content.decode()
    assert "Une personne recopiée." in page
    copie = PersonneAutorisee.objects.get(enfant=lea)
    assert (copie.nom, copie.telephone, copie.famille) == (mamie.nom, mamie.telephone, mamie.famille)
    assert copie.cle != mamie.cle
    assert "Rien à copier" in client.post(adresse, {"source": baptiste.cle}, follow=True).content.decode()
    assert PersonneAutorisee.objects.count() == 2


@pytest.mark.parametrize("source", ["", "x", "00000000-0000-0000-0000-000000000000"])
def test_a_source_that_is_not_a_sibling_is_refused(client, commune, parent, lea, baptiste, mamie, source):
    client.force_login(parent)
    page = client.post(f"/enfants/{lea.cle}/personnes/copier/", {"source": source}, follow=True).content.decode()
    assert "Choisissez un enfant de la liste." in page
    assert PersonneAutorisee.objects.count() == 1


def test_a_person_of_one_child_is_not_reached_through_another(client, commune, parent, lea, mamie):
    client.force_login(parent)
    assert client.get(f"/enfants/{lea.cle}/personnes/{mamie.cle}/").status_code == 404


@pytest.mark.parametrize(
    "faute",
    [
        {"peut_chercher": False, "urgence": False},
        {"peut_chercher": True, "urgence": True, "telephone": ""},
        {"nom": "KERVELLA", "prenom": "ODILE"},
    ],
)
def test_the_database_refuses_the_same_faults(baptiste, famille, mamie, faute):
    champs = {"nom": "N", "prenom": "P", "lien": "ami"} | faute
    with pytest.raises(IntegrityError), transaction.atomic():
        PersonneAutorisee.objects.create(enfant=baptiste, famille=famille, **champs)


def test_the_sheet_costs_the_same_for_one_person_or_twenty(
    client, commune, parent, baptiste, famille, lea, django_assert_max_num_queries
):
    for rang in range(20):
        PersonneAutorisee.objects.create(
            enfant=baptiste, famille=famille, nom=f"NOM{rang}", prenom="Prénom", lien="ami"
        )
    client.force_login(parent)
    client.get(f"/enfants/{baptiste.cle}/")
    with django_assert_max_num_queries(26):
        client.get(f"/enfants/{baptiste.cle}/")
