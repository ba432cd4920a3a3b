"""Pieces sent with a registration file: the pipeline, the store and the limits of the documents."""

import datetime
import io
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from documents import coffre
from documents.models import TypeDocument
from documents.reconciliation import reconcilier
from inscriptions.models import PieceDossier
from tests.inscriptions import fabriques
from tests.inscriptions.fabriques import jeton

pytestmark = pytest.mark.django_db


def etape(nom, dossier, **cles):
    return reverse(f"inscriptions:{nom}", kwargs={"jeton": jeton(dossier), **cles})


def envoyer_piece(client, dossier, fichier, **champs):
    type_document, _ = TypeDocument.objects.get_or_create(nom="Justificatif de domicile", portee="famille")
    return client.post(
        etape("pieces", dossier),
        {"fichiers": [fichier], "type": type_document.cle, "cle_envoi": uuid.uuid4(), **champs},
    )


def image(nom="photo.png"):
    octets = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(octets, "PNG")
    return SimpleUploadedFile(nom, octets.getvalue(), content_type="image/png")


def test_a_piece_goes_through_the_pipeline_of_the_documents(client, commune):
    dossier = fabriques.dossier()
    assert envoyer_piece(client, dossier, image()).status_code == 302
    piece = dossier.pieces.get()
    assert coffre.chemin(piece.fichier).is_file()
    assert "Justificatif de domicile" in client.get(etape("verification", dossier)).content.decode()
    client.post(etape("piece_retirer", dossier, cle=piece.cle))
    assert not coffre.chemin(piece.fichier).exists()
    assert not PieceDossier.objects.exists()


def test_a_file_that_is_not_what_it_says_is_refused_beside_the_field(client, commune):
    dossier = fabriques.dossier()
    reponse = envoyer_piece(client, dossier, SimpleUploadedFile("facture.pdf", b"<script>alert(1)</script>"))
    assert reponse.status_code == 422
    assert reponse.context["form"].errors["fichiers"]
    assert not PieceDossier.objects.exists()


def test_the_same_form_sent_twice_adds_one_piece(client, commune):
    dossier, cle = fabriques.dossier(), uuid.uuid4()
    for _ in range(2):
        envoyer_piece(client, dossier, image(), cle_envoi=cle)
    assert dossier.pieces.count() == 1
    assert len(list(coffre.racine().glob(f"??/{dossier.pieces.get().fichier[3:]}"))) == 1


def test_the_pieces_of_a_file_are_not_orphans_for_the_store(commune, tmp_path, settings):
    piece = fabriques.piece(fabriques.dossier(), tmp_path)
    demain = timezone.now() + datetime.timedelta(days=1)
    reconcilier(maintenant=demain)
    assert coffre.chemin(piece.fichier).is_file()
    # Negative control: without the door, the reconciliation would have taken it.
    settings.AUTRES_FICHIERS_DU_COFFRE = []
    reconcilier(maintenant=demain)
    assert not coffre.chemin(piece.fichier).exists()


def test_health_pieces_wait_for_the_account(client, commune):
    sante = TypeDocument.objects.create(nom="Carnet de vaccination", sante=True)
    dossier = fabriques.dossier()
    assert "Carnet" not in client.get(etape("pieces", dossier)).content.decode().split("<form", 1)[1]
    assert envoyer_piece(client, dossier, image(), type=sante.cle).status_code == 422


def test_a_household_cannot_fill_the_store(client, commune, monkeypatch):
    monkeypatch.setattr("inscriptions.actions.pieces.PIECES_AU_PLUS", 0)
    dossier = fabriques.dossier()
    assert envoyer_piece(client, dossier, image()).status_code == 422
    assert not PieceDossier.objects.exists()
