"""The wall between the two households of one child: each page is walked with the other's canaries."""

import pytest

from enfants.actions.autorisations import repondre_aux_autorisations
from enfants.models import Autorisation, Enfant, PersonneAutorisee, TypeAutorisation
from tests.enfants.conftest import MAINTENANT
from tests.fabriques import FabriqueEnfant


@pytest.fixture
def deux_foyers(famille, parent, baptiste, mamie, autre_foyer, pere, fiche):
    """The mother's household, and the father's, whose every own value begins with ``PERE``."""
    PersonneAutorisee.objects.create(
        enfant=baptiste, famille=autre_foyer, nom="PERE-COMPAGNE", prenom="PERE-A", lien="PERE-L", telephone="PERE-T"
    )
    repondre_aux_autorisations(
        enfant=baptiste,
        famille=autre_foyer,
        auteur=pere,
        reponses=dict.fromkeys(TypeAutorisation.objects.all(), True),
        maintenant=MAINTENANT,
    )
    FabriqueEnfant(famille=autre_foyer, nom="PERE-DEMI", prenom="PERE-FRERE")
    type(pere).objects.filter(pk=pere.pk).update(prenom="PERE-LOGIN", nom="PERE-LOGIN", email="pere-mail@exemple.fr")
    return baptiste


def pages(enfant, mamie):
    return [
        "/enfants/",
        f"/enfants/{enfant.cle}/",
        f"/enfants/{enfant.cle}/personnes/ajouter/",
        f"/enfants/{enfant.cle}/personnes/{mamie.cle}/",
    ]


def test_no_page_shows_what_is_the_other_household_s(client, en_2018, commune, parent, deux_foyers, mamie):
    client.force_login(parent)
    for adresse in pages(deux_foyers, mamie):
        reponse = client.get(adresse)
        assert reponse.status_code == 200
        texte = reponse.content.decode()
        assert "PERE" not in texte.upper().replace("PÈRE", ""), adresse


def test_the_canaries_are_there_for_the_household_itself(client, en_2018, commune, deux_foyers, autre_foyer):
    """Negative control: the same walk by the father does meet them."""
    client.force_login(autre_foyer.responsables.get().utilisateur)
    page = client.get(f"/enfants/{deux_foyers.cle}/").content.decode()
    for canari in ("PERE-COMPAGNE", "PERE-L", "PERE-T", "PERE-LOGIN", "PERE-FRERE"):
        assert canari in page


def test_what_is_the_child_s_is_shared_between_the_holders_of_the_authority(
    client, en_2018, commune, deux_foyers, autre_foyer
):
    client.force_login(autre_foyer.responsables.get().utilisateur)
    page = client.get(f"/enfants/{deux_foyers.cle}/").content.decode()
    assert "CANARI-allergie" in page
    assert "KERVELLA" not in page
    assert "Réponse du 15/02/2018 par PERE-LOGIN" in page


def test_a_person_of_the_other_household_is_neither_read_changed_nor_removed(
    client, en_2018, commune, parent, deux_foyers, autre_foyer
):
    autre = PersonneAutorisee.objects.get(famille=autre_foyer)
    client.force_login(parent)
    base = f"/enfants/{deux_foyers.cle}/personnes/{autre.cle}/"
    assert client.get(base).status_code == 404
    assert client.post(base, {"nom": "X", "prenom": "Y", "lien": "Z", "peut_chercher": "on"}).status_code == 404
    assert client.post(f"{base}retirer/").status_code == 404
    autre.refresh_from_db()
    assert autre.nom == "PERE-COMPAGNE"


def test_the_answers_of_one_household_leave_the_other_s_alone(
    client, en_2018, commune, parent, deux_foyers, autre_foyer
):
    client.force_login(parent)
    saisie = dict.fromkeys(TypeAutorisation.objects.values_list("code", flat=True), "non")
    client.post(f"/enfants/{deux_foyers.cle}/autorisations/", saisie)
    assert not Autorisation.objects.filter(famille=autre_foyer, accord=False).exists()
    assert Autorisation.objects.filter(famille__code="F00001", accord=False).count() == len(saisie)


def test_a_half_sibling_of_the_other_household_is_no_source_to_copy_from(client, en_2018, commune, parent, deux_foyers):
    demi = Enfant.objects.get(prenom="PERE-FRERE")
    client.force_login(parent)
    for geste in ("personnes", "medecin"):
        page = client.post(f"/enfants/{deux_foyers.cle}/{geste}/copier/", {"source": demi.cle}, follow=True)
        assert "Choisissez un enfant de la liste." in page.content.decode()
    assert client.get(f"/enfants/{demi.cle}/").status_code == 404


def test_both_households_may_name_the_same_person(deux_foyers, autre_foyer, mamie):
    PersonneAutorisee.objects.create(
        enfant=deux_foyers, famille=autre_foyer, nom=mamie.nom, prenom=mamie.prenom, lien="belle-mère"
    )
    assert PersonneAutorisee.objects.filter(nom=mamie.nom).count() == 2


def test_an_archived_household_no_longer_opens_the_sheet(client, en_2018, commune, deux_foyers, autre_foyer):
    autre_foyer.archivee_le = MAINTENANT
    autre_foyer.save()
    client.force_login(autre_foyer.responsables.get().utilisateur)
    assert client.get(f"/enfants/{deux_foyers.cle}/").status_code == 404
