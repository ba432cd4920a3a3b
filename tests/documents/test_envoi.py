import io
import uuid
from html.parser import HTMLParser

import pytest
from django.test import Client
from PIL import Image

from documents import coffre
from documents.enums import Portee
from documents.models import Document
from documents.reception import extension, nom_lisible
from portail.commun import televersement
from portail.commun.models import Trace
from tests.charges_xss import CHARGES_XSS
from tests.documents.corpus import image, pdf
from tests.documents.corpus_legitime import photo
from tests.documents.fabriques import FabriqueDocument, FabriqueType, envoi, ranger

pytestmark = pytest.mark.django_db


@pytest.fixture
def type_document():
    return FabriqueType(nom="Attestation d’assurance")


@pytest.fixture
def envoyer(client, parent, famille, baptiste, type_document):
    client.force_login(parent)

    def envoyer(*fichiers, **champs):
        donnees = {
            "concerne": f"enfant-{baptiste.cle}-{famille.cle}",
            "type": type_document.cle,
            "nom": "Attestation 2018",
            "cle_envoi": uuid.uuid4(),
            "fichiers": list(fichiers),
        }
        return client.post("/documents/ajouter/", donnees | champs)

    return envoyer


class Balises(HTMLParser):
    """Every tag with its attributes, as a browser reads them, and what scripts hold."""

    def __init__(self):
        super().__init__()
        self.vues = []

    def handle_starttag(self, tag, attrs):
        self.vues.append(repr((tag, attrs)))


def erreurs(reponse):
    return " ".join(str(e) for liste in reponse.context["form"].errors.values() for e in liste)


def test_a_photo_is_sent_kept_and_given_back(envoyer, client, famille, baptiste, parent):
    reponse = envoyer(envoi())
    assert reponse.status_code == 302
    document = Document.objects.get()
    assert (document.famille, document.enfant, document.envoye_par) == (famille, baptiste, parent)
    assert coffre.empreinte_de(coffre.chemin(document.fichier)) == document.empreinte
    rendu = client.get(document.get_absolute_url())
    with Image.open(io.BytesIO(rendu.getvalue())) as rendue:
        assert rendue.size == (320, 240)
    assert Trace.objects.get(geste="document.envoye").famille_cle == famille.cle


def test_a_document_is_served_as_nothing_that_a_browser_runs(envoyer, client):
    envoyer(envoi(), nom='Avis "2018"; é')
    reponse = client.get(Document.objects.get().get_absolute_url())
    assert reponse.getvalue()
    assert reponse["Content-Type"] == "image/jpeg"
    assert reponse["Content-Disposition"].startswith("attachment; filename*=utf-8''Avis%20")
    assert reponse["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert reponse["X-Content-Type-Options"] == "nosniff"
    assert reponse["Cache-Control"] == "no-store, private"
    assert reponse["Cross-Origin-Resource-Policy"] == "same-origin"


def test_several_pages_make_one_document(envoyer):
    assert envoyer(envoi(), envoi(pdf(pages=2), "suite.pdf"), envoi(image("PNG"), "fin.png")).status_code == 302
    document = Document.objects.get()
    assert (document.format, document.pages) == ("application/pdf", 4)


def test_a_photo_above_two_megabytes_is_reduced(envoyer):
    lourde = photo(qualite=98)
    assert len(lourde) > 2 * 1024 * 1024
    assert envoyer(envoi(lourde)).status_code == 302
    assert Document.objects.get().octets <= 2 * 1024 * 1024


@pytest.mark.parametrize(
    ("nom", "contenu", "phrase"),
    [
        ("avis.docx", b"x", "Ce format n’est pas accepté"),
        ("avis", b"x", "Ce format n’est pas accepté"),
        ("photo.HEIC", b"x", "HEIC"),
        ("avis.pdf", b"", "vide"),
        ("avis.pdf", b"bonjour", "ne correspond pas à son nom"),
        ("avis.pdf.exe", b"MZ", "Ce format n’est pas accepté"),
        ("avis.pdf", b"%PDF-1.7" + b"0" * (2 * 1024 * 1024), "dépasse 2"),
    ],
)
def test_a_refusal_says_why_beside_the_field_and_keeps_what_was_typed(envoyer, nom, contenu, phrase):
    reponse = envoyer(envoi(contenu, nom), nom="Mon avis")
    assert reponse.status_code == 200
    assert phrase.lower() in erreurs(reponse).lower().replace("\xa0", " ")
    assert 'value="Mon avis"' in reponse.content.decode()
    assert not Document.objects.exists()


def test_a_form_without_anything_names_each_field(client, parent, baptiste):
    client.force_login(parent)
    reponse = client.post("/documents/ajouter/", {"cle_envoi": "n’importe quoi"})
    assert set(reponse.context["form"].errors) >= {"fichiers", "concerne", "type"}


def test_a_double_click_keeps_one_document(envoyer, coffre_vide):
    cle = uuid.uuid4()
    envoyer(envoi(), cle_envoi=cle)
    assert envoyer(envoi(), cle_envoi=cle).status_code == 302
    assert Document.objects.count() == 1
    assert len(list(coffre_vide.glob("??/*"))) == 1


def test_a_piece_of_a_child_is_not_accepted_for_the_household(envoyer, famille, type_document):
    assert "choisissez lequel" in erreurs(envoyer(envoi(), concerne=f"famille-{famille.cle}"))
    type_document.portee = Portee.FAMILLE
    type_document.save()
    assert "dossier famille" in erreurs(envoyer(envoi()))


def test_a_child_of_another_household_cannot_be_named(envoyer, autre_famille, baptiste):
    for concerne in (f"famille-{autre_famille.cle}", f"enfant-{baptiste.cle}-{autre_famille.cle}", "x"):
        assert envoyer(envoi(), concerne=concerne).status_code == 200
    assert not Document.objects.exists()


def test_what_is_too_big_to_receive_is_dropped_as_it_comes(envoyer, monkeypatch):
    monkeypatch.setattr(televersement, "OCTETS_PAR_FICHIER", 70_000)
    reponse = envoyer(envoi(b"\xff\xd8" + b"0" * 300_000, "énorme.jpg"))
    assert "trop gros pour être reçu" in erreurs(reponse)


def test_a_request_that_is_too_big_is_not_kept(envoyer, monkeypatch):
    monkeypatch.setattr(televersement, "OCTETS_PAR_REQUETE", 70_000)
    reponse = envoyer(envoi(b"\xff\xd8" + b"0" * 100_000, "énorme.jpg"))
    assert "trop gros pour être reçu" in erreurs(reponse)


def test_too_many_pages_are_refused(envoyer):
    assert "10 pages" in erreurs(envoyer(*[envoi() for _ in range(11)])).replace("\xa0", " ")


def test_a_household_cannot_fill_the_disk(envoyer, monkeypatch, famille, coffre_vide):
    monkeypatch.setattr("documents.actions.DOCUMENTS_PAR_FAMILLE", 1)
    FabriqueDocument(famille=famille)
    assert "la place prévue" in erreurs(envoyer(envoi()))
    assert not list(coffre_vide.glob("??/*"))


def test_a_full_disk_leaves_neither_row_nor_file_and_says_so(envoyer, monkeypatch, coffre_vide):
    def disque_plein(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("documents.coffre.os.fsync", disque_plein)
    assert "réessayez" in erreurs(envoyer(envoi()))
    assert not Document.objects.exists()
    assert not list(coffre_vide.glob("??/*"))


def test_a_failure_of_the_database_leaves_no_file(envoyer, monkeypatch, coffre_vide):
    def panne(*args, **kwargs):
        raise RuntimeError("panne")

    monkeypatch.setattr(Document, "save", panne)
    with pytest.raises(RuntimeError):
        envoyer(envoi())
    assert not list(coffre_vide.glob("??/*"))


def test_a_stranger_sees_nothing_of_a_document(client, famille, etranger, tmp_path):
    document = ranger(FabriqueDocument(famille=famille), tmp_path)
    client.force_login(etranger)
    assert client.get(document.get_absolute_url()).status_code == 404
    assert client.post(f"/documents/{document.cle}/retirer/").status_code == 404
    assert "Attestation 2018" not in client.get("/documents/").content.decode()


def test_a_document_that_waits_may_be_taken_back_with_its_file(client, parent, famille, tmp_path, coffre_vide):
    document = ranger(FabriqueDocument(famille=famille), tmp_path)
    client.force_login(parent)
    client.post(f"/documents/{document.cle}/retirer/")
    assert not Document.objects.exists()
    assert not list(coffre_vide.glob("??/*"))


def test_a_document_that_was_answered_stays(client, parent, famille):
    document = FabriqueDocument(famille=famille, valide=True)
    client.force_login(parent)
    reponse = client.post(f"/documents/{document.cle}/retirer/", follow=True)
    assert "déjà traité" in reponse.content.decode()
    assert Document.objects.exists()


def test_a_file_that_the_store_lost_answers_404(client, parent, famille):
    client.force_login(parent)
    assert client.get(FabriqueDocument(famille=famille).get_absolute_url()).status_code == 404


@pytest.mark.parametrize("charge", CHARGES_XSS)
def test_names_are_text_only(parent, famille, charge):
    FabriqueDocument(famille=famille, nom=nom_lisible(charge) or "x")
    client = Client()
    client.force_login(parent)
    balises = Balises()
    balises.feed(client.get("/documents/").content.decode())
    assert not [balise for balise in balises.vues if "window.__x" in balise or "msgbox" in balise]


@pytest.mark.parametrize(
    ("nom", "lu", "sorte"),
    [
        ("../../etc/passwd.jpg", "passwd.jpg", "jpg"),
        ("C:\\photos\\avis.PDF", "avis.PDF", "pdf"),
        ("avis\u202egpj.exe", "avis gpj.exe", "exe"),
        ("avis.jpg\r\nSet-Cookie: x", "avis.jpg Set-Cookie: x", "jpg set-cookie: x"),
        ("avis.pdf\x00.jpg", "avis.pdf .jpg", "jpg"),
        ("avis.pdf::$DATA", "avis.pdf::$DATA", "pdf::$data"),
        ("avis.pdf.", "avis.pdf.", ""),
        ("x" * 300 + ".pdf", "x" * 80, "pdf"),
        ("", "", ""),
    ],
)
def test_names_are_cleaned(nom, lu, sorte):
    assert nom_lisible(nom) == lu
    assert extension(nom) in {sorte, ""}
