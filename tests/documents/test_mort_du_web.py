"""The web process killed at every step of a sending: no row without its file, and soon no file without its row.

The process under test is a real one, with the whole stack of the site on a real database; it kills itself (SIGKILL)
at the step that it is told.
"""

import json
import os
import subprocess
import sys
import uuid

import pytest
from django.utils import timezone

from documents import coffre
from documents.models import Document
from documents.reconciliation import DELAI, retirer_les_orphelins
from portail.commun.models import EnvoiUnique
from tests.documents.corpus import image
from tests.documents.fabriques import FabriqueType
from tests.facturation.test_coupure import url_de_la_base

pytestmark = pytest.mark.django_db(transaction=True)

#: Step: what is replaced by a death, and whether the real thing is done first.
ETAPES = {
    "the received file is copied": ("documents.reception.lanceur.refaire", "avant"),
    "the file was written again": ("documents.reception.lanceur.refaire", "après"),
    "the copy to the store is half done": ("documents.coffre.shutil.copyfileobj", "à moitié"),
    "the copy is not on the disk yet": ("documents.coffre.os.fsync", "avant"),
    "the copy has no name yet": ("documents.coffre.Path.replace", "avant"),
    "the file is stored": ("documents.actions._ecrire", "avant"),
    "the transaction has begun": ("documents.models.Document.save", "avant"),
    "the row is written": ("documents.models.Document.save", "après"),
    "the trace is written": ("documents.actions._tracer", "après"),
    "all is committed": ("documents.views.messages.success", "avant"),
}
PROGRAMME = """
import json, os, shutil, signal, sys
import django
django.setup()
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.module_loading import import_string
from familles.models import Utilisateur
import documents.views, documents.urls, portail.urls

def mourir(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)

def remplacer(cible, quand):
    chemin, _, nom = cible.rpartition(".")
    objet = import_string(chemin)
    vrai = getattr(objet, nom)
    def faire(*args, **kwargs):
        if quand == "après":
            vrai(*args, **kwargs)
        elif quand == "à moitié":
            if str(args[1].name).endswith(".brut"):
                return vrai(*args, **kwargs)
            args[1].write(args[0].read(1000))
            args[1].flush()
        mourir()
    setattr(objet, nom, faire)

print("pret", flush=True)
for ligne in sys.stdin:
    ordre = json.loads(ligne)
    enfant = os.fork()
    if not enfant:
        if ordre["cible"]:
            remplacer(ordre["cible"], ordre["quand"])
        client = Client(SERVER_NAME="127.0.0.1")
        client.force_login(Utilisateur.objects.get(pk=ordre["utilisateur"]))
        with open(ordre["photo"], "rb") as photo:
            fichier = SimpleUploadedFile("photo.jpg", photo.read())
        reponse = client.post("/documents/ajouter/", ordre["champs"] | {"fichiers": [fichier]})
        os._exit(0 if reponse.status_code == 302 else 1)
    print(os.waitstatus_to_exitcode(os.waitpid(enfant, 0)[1]), flush=True)
"""


@pytest.fixture
def web(settings, tmp_path):
    """Give a function that sends an order to the process and returns how its child ended."""
    environnement = os.environ | {
        "DATABASE_URL": url_de_la_base(),
        "DJANGO_SETTINGS_MODULE": "portail.settings",
        "DOSSIER_DONNEES": str(settings.DOSSIER_DONNEES),
    }
    with (
        (tmp_path / "erreurs").open("wb") as erreurs,
        subprocess.Popen(
            [sys.executable, "-c", PROGRAMME],
            env=environnement,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=erreurs,
            text=True,
        ) as processus,
    ):
        assert processus.stdout.readline() == "pret\n", (tmp_path / "erreurs").read_text()

        def ordonner(**ordre):
            processus.stdin.write(json.dumps(ordre) + "\n")
            processus.stdin.flush()
            return int(processus.stdout.readline())

        yield ordonner
        processus.stdin.close()


def dans_le_coffre(racine):
    return {f"{fichier.parent.name}/{fichier.name}" for fichier in racine.glob("??/*")}


def test_a_web_process_killed_at_any_step_leaves_rows_and_files_that_agree(
    web, parent, famille, commune, tmp_path, coffre_vide
):
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(image())
    type_document = FabriqueType()
    vus = set()
    for etape, (cible, quand) in ETAPES.items():
        champs = {
            "concerne": f"famille-{famille.cle}",
            "type": str(type_document.cle),
            "nom": etape,
            "cle_envoi": str(uuid.uuid4()),
        }
        type_document.portee = "famille"
        type_document.save()
        ordre = {"utilisateur": parent.pk, "photo": str(photo), "champs": champs}

        assert web(**ordre, cible=cible, quand=quand) == -9, f"pas mort : {etape}"

        ecrits = Document.objects.filter(nom=etape)
        assert ecrits.count() == (1 if etape == "all is committed" else 0), etape
        assert EnvoiUnique.objects.count() == Document.objects.count(), etape
        vus.add(len(dans_le_coffre(coffre_vide)) > Document.objects.count())
        retirer_les_orphelins(maintenant=timezone.now() + DELAI + DELAI)
        assert dans_le_coffre(coffre_vide) == set(Document.objects.values_list("fichier", flat=True)), etape
        assert not list(coffre.atelier().glob("*")), etape

        # The parent, who saw an error, sends the same form again: the document is there once.
        assert web(**ordre, cible="", quand="") == 0, etape
        assert ecrits.count() == 1, etape
    # Negative control: some of those deaths did leave a file that no row named.
    assert vus == {True, False}
    for document in Document.objects.all():
        assert coffre.empreinte_de(coffre.chemin(document.fichier)) == document.empreinte
