"""Who may open what: a household its own documents, the agents the queue."""

import secrets
import uuid

from documents.models import TypeDocument
from tests.documents.fabriques import FabriqueDocument
from tests.droits import CONNEXION, acces, gestion, parents


def preparer(scene):
    scene.type_document = TypeDocument.objects.create(nom=f"Attestation {secrets.token_hex(4)}")
    scene.document = FabriqueDocument(famille=scene.famille, enfant=scene.enfant, type=scene.type_document)


def cle(scene):
    return {"cle": scene.document.cle}


def pk(scene):
    return {"pk": scene.document.pk}


def envoi(scene):
    return {"cle_envoi": uuid.uuid4(), "type": scene.type_document.cle}


DROITS = {
    "documents:liste": acces(defaut=200, anonyme=CONNEXION),
    # Without its file the form comes back; who belongs to no household has nothing to send.
    "documents:ajouter": acces("post", defaut=404, anonyme=CONNEXION, parent=200, etranger=200, donnees=envoi),
    # The file of the scene was never written: its own household gets 404 too, see ``test_envoi``.
    "documents:fichier": parents(succes=404, cles=cle),
    "documents:retirer": parents("post", succes=302, cles=cle),
    "admin:documents_document_manquantes": gestion("agent", cles=lambda scene: {"genre": "csv"}),
    "admin:documents_document_file": gestion("agent", succes=302),
    "admin:documents_document_fichier": gestion("agent", succes=404, cles=pk),
    "admin:documents_document_apercu": gestion(
        "agent", succes=404, cles=lambda scene: {"pk": scene.document.pk, "page": 1}
    ),
    "admin:documents_document_valider": gestion("agent", methode="post", succes=302, cles=pk),
    "admin:documents_document_refuser": gestion(
        "agent", methode="post", succes=302, cles=pk, donnees=lambda scene: {"motif": "Illisible"}
    ),
}
