"""A disk that fills up at any step of a sending: a sentence for the parent, and neither row nor file."""

import builtins
import errno
import os
import uuid
from pathlib import Path

import pytest

from documents import coffre
from documents.enums import MotifRefus
from documents.erreurs import FichierRefuse
from documents.models import Document
from documents.traitement import lanceur
from portail.commun.models import EnvoiUnique
from tests.documents.corpus import image, pdf
from tests.documents.fabriques import FabriqueType, envoi

pytestmark = pytest.mark.django_db


def plein(*args, **kwargs):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def sans_atelier(monkeypatch):
    monkeypatch.setattr("documents.coffre.tempfile.TemporaryDirectory", plein)


def sans_copie_du_recu(monkeypatch):
    vrai = builtins.open

    def ouvrir(chemin, mode="r", *args, **kwargs):
        return vrai("/dev/full" if str(chemin).endswith(".brut") and "w" in mode else chemin, mode, *args, **kwargs)

    monkeypatch.setattr("io.open", ouvrir)


def sans_reecriture(monkeypatch):
    """The sub-process writes on a disk that is full: the kernel itself answers it."""
    vrai = lanceur._executer
    monkeypatch.setattr(lanceur, "_executer", lambda ordre: vrai(ordre | {"sortie": "/dev/full"}))


def sans_dossier_du_coffre(monkeypatch):
    vrai = Path.mkdir
    monkeypatch.setattr(
        Path, "mkdir", lambda soi, *args, **options: (plein if len(soi.name) == 2 else vrai)(soi, *args, **options)
    )


def sans_place_dans_le_coffre(monkeypatch):
    vrai = os.open

    def ouvrir(chemin, *args, **kwargs):
        if str(chemin).endswith(coffre.PARTIEL):
            os.close(vrai(chemin, *args, **kwargs))
            return vrai("/dev/full", os.O_WRONLY)
        return vrai(chemin, *args, **kwargs)

    monkeypatch.setattr("documents.coffre.os.open", ouvrir)


def sans_synchronisation(monkeypatch):
    monkeypatch.setattr("documents.coffre.os.fsync", plein)


def sans_nom_definitif(monkeypatch):
    monkeypatch.setattr(Path, "replace", plein)


def sans_synchronisation_du_dossier(monkeypatch):
    monkeypatch.setattr("documents.coffre._synchroniser", plein)


PANNES = [
    sans_atelier,
    sans_copie_du_recu,
    sans_reecriture,
    sans_dossier_du_coffre,
    sans_place_dans_le_coffre,
    sans_synchronisation,
    sans_nom_definitif,
    sans_synchronisation_du_dossier,
]


@pytest.mark.parametrize("contenu", [image(), pdf()], ids=["photo", "PDF"])
def test_a_full_disk_is_not_told_as_a_damaged_file(tmp_path, contenu):
    brut = tmp_path / "brut"
    brut.write_bytes(contenu)
    with pytest.raises(FichierRefuse) as refus:
        lanceur.refaire(brut, "pdf" if contenu.startswith(b"%PDF") else "jpg", Path("/dev/full"))
    assert refus.value.motifs == [MotifRefus.INDISPONIBLE]


@pytest.mark.parametrize("panne", PANNES, ids=lambda panne: panne.__name__)
def test_a_full_disk_at_any_step_leaves_neither_row_nor_file_and_says_so(
    client, parent, famille, commune, coffre_vide, monkeypatch, panne
):
    type_document = FabriqueType(portee="famille")
    client.force_login(parent)
    champs = {
        "concerne": f"famille-{famille.cle}",
        "type": type_document.cle,
        "nom": "Mon avis",
        "cle_envoi": uuid.uuid4(),
    }
    with monkeypatch.context() as disque:
        panne(disque)
        reponse = client.post("/documents/ajouter/", champs | {"fichiers": [envoi()]})
    assert reponse.status_code == 200
    assert "réessayez dans quelques minutes" in reponse.content.decode()
    assert 'value="Mon avis"' in reponse.content.decode()
    assert not Document.objects.exists()
    assert not EnvoiUnique.objects.exists()
    assert not [fichier for fichier in coffre_vide.rglob("*") if fichier.is_file()]
    assert not list(coffre.atelier().glob("*"))
    # The disk has room again: the very same form passes.
    assert client.post("/documents/ajouter/", champs | {"fichiers": [envoi()]}).status_code == 302
    assert Document.objects.count() == 1
