"""Pages photographed with a phone: one field each, one document in the end."""

import uuid

import pytest

from documents.models import Document
from tests.documents.corpus_legitime import photo
from tests.documents.fabriques import FabriqueType, envoi
from tests.fabriques import FabriqueEnfant, FabriqueFamille, FabriqueResponsable
from tests.visuel.conftest import dossier_statique, fautes, navigateur, ouvrir  # noqa: F401 - fixtures


@pytest.mark.django_db
def test_pages_chosen_and_pages_photographed_make_one_document(client, parent, famille, baptiste):
    client.force_login(parent)
    champs = {
        "concerne": f"enfant-{baptiste.cle}-{famille.cle}",
        "type": FabriqueType().cle,
        "cle_envoi": uuid.uuid4(),
        "fichiers": [envoi(nom="une.jpg")],
        "photos": [envoi(nom="image.jpg"), envoi(nom="image.jpg")],
    }
    assert client.post("/documents/ajouter/", champs).status_code == 302
    document = Document.objects.get()
    assert (document.format, document.pages) == ("application/pdf", 3)


@pytest.mark.django_db
def test_photos_alone_are_enough_and_a_heavy_one_is_reduced(client, parent, famille, baptiste):
    client.force_login(parent)
    champs = {
        "concerne": f"enfant-{baptiste.cle}-{famille.cle}",
        "type": FabriqueType().cle,
        "cle_envoi": uuid.uuid4(),
        "photos": [envoi(photo(qualite=98), "image.jpg")],
    }
    assert client.post("/documents/ajouter/", champs).status_code == 302
    assert Document.objects.get().octets <= 2 * 1024 * 1024


@pytest.mark.django_db
def test_the_fields_let_a_phone_propose_its_camera(client, parent, baptiste):
    client.force_login(parent)
    page = client.get("/documents/ajouter/").content.decode()
    assert 'name="photos" id="id_photos" accept="image/*" capture="environment"' in page
    assert 'accept="application/pdf,image/jpeg,image/gif,image/png,.pdf' in page


@pytest.fixture
def parente(commune):
    famille = FabriqueFamille(nom="AABELIUM")
    FabriqueEnfant(famille=famille)
    return FabriqueResponsable(famille=famille).utilisateur


@pytest.mark.navigateur
@pytest.mark.django_db(transaction=True)
def test_on_a_phone_a_field_for_the_next_page_comes_after_each_picture(
    parente,
    client,
    ouvrir,  # noqa: F811
    fautes,  # noqa: F811
    navigateur,  # noqa: F811
    tmp_path,
):
    client.force_login(parente)
    session = client.cookies["session"].value
    bureau = ouvrir("/documents/ajouter/", session=session)
    assert not bureau.locator("#id_photos").is_visible()
    image = tmp_path / "image.jpg"
    image.write_bytes(photo())
    telephone = navigateur.new_context(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    telephone.add_cookies(bureau.context.cookies())
    page = telephone.new_page()
    page.goto(bureau.url)
    page.set_input_files("#id_photos", image)
    assert page.locator("[data-compte]").inner_text() == "1 page photographiée."
    page.set_input_files("#id_photos_2", image)
    assert page.get_by_label("Photographier la page 3").is_visible()
    assert page.locator("[data-compte]").inner_text() == "2 pages photographiées."
    assert fautes(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    telephone.close()
