import io
from datetime import date

import pytest
from django.urls import reverse
from PIL import Image

from documents.enums import EtatDocument, Validite
from documents.models import Document, PieceRequise
from documents.reconciliation import reconcilier
from portail.commun.models import Courriel, Trace
from portail.roles import synchroniser
from tests.documents.corpus import pdf
from tests.documents.fabriques import FabriqueDocument, FabriqueType, ranger
from tests.fabriques import FabriqueAccueil, instant, membre_du_personnel

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent(client, commune):
    synchroniser()
    agent = membre_du_personnel("agent")
    client.force_login(agent)
    return agent


@pytest.fixture
def document(famille, baptiste, tmp_path):
    return ranger(FabriqueDocument(famille=famille, enfant=baptiste), tmp_path)


def adresse(nom, document, **autres):
    return reverse(f"admin:documents_document_{nom}", kwargs={"pk": document.pk, **autres})


def page(document):
    return reverse("admin:documents_document_change", args=[document.pk])


def test_the_queue_opens_the_oldest_that_waits_and_says_when_it_is_empty(client, agent, famille):
    recent = FabriqueDocument(famille=famille, envoye_le=instant(2018, 1, 9))
    ancien = FabriqueDocument(famille=famille, envoye_le=instant(2018, 1, 2))
    file_d_attente = reverse("admin:documents_document_file")
    assert client.get(file_d_attente).url == page(ancien)
    assert "Encore 1 document" in client.get(page(ancien)).content.decode()
    Document.objects.filter(pk__in=[recent.pk, ancien.pk]).update(etat="valide", traite_le=instant(2018, 1, 10))
    assert client.get(file_d_attente).url == reverse("admin:documents_document_changelist")


def test_an_agent_looks_at_a_picture_made_by_the_server_and_the_look_is_logged(client, agent, document, famille):
    reponse = client.get(adresse("apercu", document, page=1))
    assert reponse["Content-Type"] == "image/png"
    with Image.open(io.BytesIO(reponse.content)) as image:
        assert image.size == (320, 240)
    trace = Trace.objects.get(geste="document.regarde")
    assert (trace.auteur, trace.famille_cle) == (agent, famille.cle)
    assert client.get(adresse("apercu", document, page=2)).status_code == 404


def test_a_page_of_a_pdf_is_drawn_or_said_to_be_downloaded(client, agent, famille, tmp_path):
    document = ranger(FabriqueDocument(famille=famille, format="application/pdf", pages=2), tmp_path, pdf(pages=2))
    html = client.get(page(document)).content.decode()
    if "téléchargez-le pour le lire" in html:
        pytest.skip("poppler-utils n’est pas installé : les pages de PDF se téléchargent")
    reponse = client.get(adresse("apercu", document, page=2))
    assert reponse.content[:4] == b"\x89PNG"


def test_an_agent_downloads_and_the_download_is_logged(client, agent, document):
    reponse = client.get(adresse("fichier", document))
    assert reponse.getvalue()[:2] == b"\xff\xd8"
    assert reponse["Content-Disposition"].startswith("attachment")
    assert Trace.objects.filter(geste="document.telecharge", auteur=agent).exists()


def test_validation_keeps_the_end_mails_the_household_and_leaves_a_trace(client, agent, document, famille):
    client.post(adresse("valider", document), {"expire_le": "31/08/2018"})
    document.refresh_from_db()
    assert (document.etat, document.expire_le, document.traite_par) == (
        EtatDocument.VALIDE,
        date(2018, 8, 31),
        agent,
    )
    courriel = Courriel.objects.get(nom="document_valide")
    assert "31/08/2018" in courriel.texte
    assert courriel.famille_cle == famille.cle
    assert Trace.objects.filter(geste="document.valide").exists()


def test_a_refusal_needs_its_reason_which_the_household_reads(client, agent, document):
    vide = client.post(adresse("refuser", document), {"motif": " "})
    assert "Dites pourquoi" in vide.content.decode()
    client.post(adresse("refuser", document), {"motif": "La page est coupée."})
    document.refresh_from_db()
    assert (document.etat, document.motif_refus) == (EtatDocument.REFUSE, "La page est coupée.")
    assert "La page est coupée." in Courriel.objects.get(nom="document_refuse").texte


def test_the_end_is_asked_when_it_is_written_on_the_piece(client, agent, document):
    document.type.validite = Validite.DATE
    document.type.save()
    assert "Recopiez la date" in client.post(adresse("valider", document), {"expire_le": ""}).content.decode()
    document.refresh_from_db()
    assert document.etat == EtatDocument.ENVOYE


def test_of_two_agents_the_second_is_told(client, agent, document):
    client.post(adresse("valider", document), {"expire_le": ""})
    reponse = client.post(adresse("refuser", document), {"motif": "Floue"}, follow=True)
    assert "entre-temps" in reponse.content.decode()
    document.refresh_from_db()
    assert document.etat == EtatDocument.VALIDE


def test_pieces_of_health_are_for_those_who_may_read_health(client, commune, famille, tmp_path):
    synchroniser()
    document = ranger(FabriqueDocument(famille=famille, type=FabriqueType(sante=True)), tmp_path)
    sans_sante = membre_du_personnel("agent")
    groupe = sans_sante.groups.get()
    groupe.permissions.remove(groupe.permissions.get(codename="voir_document_sante"))
    client.force_login(sans_sante)
    assert client.get(page(document)).status_code == 403
    assert client.get(adresse("fichier", document)).status_code == 403
    assert document.nom not in client.get(reverse("admin:documents_document_changelist")).content.decode()


def test_a_piece_may_be_asked_for_one_accueil(client, agent):
    accueil = FabriqueAccueil()
    type_document = FabriqueType()
    donnees = {
        "nom": type_document.nom,
        "portee": "enfant",
        "validite": "permanente",
        "ordre": "0",
        "actif": "on",
        "exigences-TOTAL_FORMS": "1",
        "exigences-INITIAL_FORMS": "0",
        "exigences-0-accueil_cle": str(accueil.cle),
        "exigences-0-age_minimum": "3",
    }
    reponse = client.post(reverse("admin:documents_typedocument_change", args=[type_document.pk]), donnees)
    assert reponse.status_code == 302
    exigence = PieceRequise.objects.get()
    assert (exigence.accueil_cle, exigence.age_minimum) == (accueil.cle, 3)
    assert accueil.nom in exigence.accueil_nom


def test_the_store_and_the_rows_are_made_to_agree(document, famille, coffre_vide):
    perdu = FabriqueDocument(famille=famille)
    orphelin = coffre_vide / "ab" / ("ab" + "0" * 30)
    orphelin.parent.mkdir(exist_ok=True)
    orphelin.write_bytes(b"x")
    inacheve = orphelin.with_suffix(".partiel")
    inacheve.write_bytes(b"x")
    jeune = reconcilier(maintenant=instant(2018, 1, 1))
    assert jeune.orphelins == []
    bilan = reconcilier(maintenant=instant(2100, 1, 1), relire=True)
    assert set(bilan.orphelins) == {orphelin, inacheve}
    assert bilan.sans_fichier == [perdu]
    assert not orphelin.exists()


def test_a_file_that_changed_in_the_store_is_found(document, coffre_vide):
    fichier = next(coffre_vide.glob("??/*"))
    octets = bytearray(fichier.read_bytes())
    octets[-1] ^= 1
    fichier.write_bytes(octets)
    assert reconcilier(maintenant=instant(2100, 1, 1)).sans_fichier == []
    assert reconcilier(maintenant=instant(2100, 1, 1), relire=True).sans_fichier == [document]
