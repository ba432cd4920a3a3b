"""What a parent changes of a child's identity."""

import pytest

from enfants.models import Menu
from portail.commun.models import Trace


@pytest.fixture
def adresse(baptiste):
    return f"/enfants/{baptiste.cle}/identite/"


def test_the_birth_place_and_the_menu_are_saved_and_traced(client, commune, parent, baptiste, famille, adresse):
    client.force_login(parent)
    menu = Menu.objects.get(nom="Menu sans viande")
    saisie = {"lieu_naissance": "Nantes", "departement_naissance": "44", "menu": menu.pk}
    reponse = client.post(adresse, saisie, follow=True)
    assert "Les informations sont enregistrées." in reponse.content.decode()
    baptiste.refresh_from_db()
    assert (baptiste.lieu_naissance, baptiste.departement_naissance, baptiste.menu) == ("Nantes", "44", menu)
    trace = Trace.objects.get(geste="enfant.identite_modifiee")
    assert trace.avant == {"lieu_naissance": "Rennes", "departement_naissance": "35", "menu": ""}
    assert trace.apres == {"lieu_naissance": "Nantes", "departement_naissance": "44", "menu": "Menu sans viande"}
    assert (trace.auteur, trace.famille_cle, trace.objet_cle) == (parent, famille.cle, baptiste.cle)


def test_saving_without_change_leaves_no_trace(client, commune, parent, adresse):
    client.force_login(parent)
    client.post(adresse, {"lieu_naissance": "Rennes", "departement_naissance": "35", "menu": ""})
    assert not Trace.objects.filter(geste="enfant.identite_modifiee").exists()


@pytest.mark.parametrize("departement", ["00", "20", "96", "2C", "975 ", "9A", "abc"])
def test_a_department_that_does_not_exist_is_refused_and_kept_in_the_field(
    client, commune, parent, baptiste, adresse, departement
):
    client.force_login(parent)
    reponse = client.post(adresse, {"lieu_naissance": "Ici", "departement_naissance": departement, "menu": ""})
    if departement.strip() == "975":
        assert reponse.status_code == 302
        return
    assert reponse.status_code == 422
    assert "Ce département n’existe pas" in reponse.content.decode()
    assert 'value="Ici"' in reponse.content.decode()
    baptiste.refresh_from_db()
    assert baptiste.lieu_naissance == "Rennes"


@pytest.mark.parametrize("departement", ["01", "2a", "2B", "95", "974", ""])
def test_real_departments_are_accepted(client, commune, parent, baptiste, adresse, departement):
    client.force_login(parent)
    client.post(adresse, {"lieu_naissance": "", "departement_naissance": departement, "menu": ""})
    baptiste.refresh_from_db()
    assert baptiste.departement_naissance == departement.upper()


def test_the_name_the_birth_date_and_the_school_are_not_a_parent_s_to_change(
    client, commune, parent, baptiste, adresse
):
    client.force_login(parent)
    voulu = {"nom": "AUTRE", "prenom": "X", "date_naissance": "02/02/2015", "niveau": "cm2", "ecole": "1", "cle": "1"}
    client.post(adresse, {"lieu_naissance": "Nantes", "departement_naissance": "", "menu": "", **voulu})
    avant = (baptiste.nom, baptiste.prenom, baptiste.date_naissance, baptiste.niveau, baptiste.ecole_id, baptiste.cle)
    baptiste.refresh_from_db()
    assert avant == (
        baptiste.nom,
        baptiste.prenom,
        baptiste.date_naissance,
        baptiste.niveau,
        baptiste.ecole_id,
        baptiste.cle,
    )
    assert baptiste.lieu_naissance == "Nantes"


def test_a_saved_or_refused_section_comes_back_unfolded_and_the_others_folded(client, commune, parent, baptiste):
    client.force_login(parent)
    adresse = f"/enfants/{baptiste.cle}/identite/"
    assert 'id="identite" open' not in client.get(f"/enfants/{baptiste.cle}/").content.decode()
    enregistre = client.post(adresse, {"lieu_naissance": "Nantes"})
    refuse = client.post(adresse, {"departement_naissance": "999"})
    for page in (client.get(enregistre["Location"]), refuse):
        html = page.content.decode()
        assert '<details class="rubrique" id="identite" open>' in html
        assert '<details class="rubrique" id="sante">' in html
