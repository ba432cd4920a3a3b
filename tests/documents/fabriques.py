import secrets

import factory
from django.core.files.uploadedfile import SimpleUploadedFile

from documents import coffre
from documents.enums import EtatDocument, FormatDocument
from documents.models import Document, PieceRequise, TypeDocument
from tests.documents.corpus import image
from tests.fabriques import instant


class FabriqueType(factory.django.DjangoModelFactory):
    class Meta:
        model = TypeDocument

    nom = factory.Sequence(lambda n: f"Attestation d’assurance {n}")


class FabriqueExigence(factory.django.DjangoModelFactory):
    class Meta:
        model = PieceRequise

    type = factory.SubFactory(FabriqueType)


class FabriqueDocument(factory.django.DjangoModelFactory):
    """``valide`` and ``refuse`` are traits; ``range`` really writes a picture in the store."""

    class Meta:
        model = Document

    class Params:
        valide = factory.Trait(etat=EtatDocument.VALIDE, traite_le=instant(2018, 1, 10))
        refuse = factory.Trait(etat=EtatDocument.REFUSE, motif_refus="Illisible", traite_le=instant(2018, 1, 10))

    type = factory.SubFactory(FabriqueType)
    nom = "Attestation 2018"
    fichier = factory.LazyFunction(lambda: (nom := secrets.token_hex(16)) and f"{nom[:2]}/{nom}")
    empreinte = "0" * 64
    octets = 1000
    format = FormatDocument.JPEG
    envoye_le = instant(2018, 1, 5)


def ranger(document, tmp_path, contenu=None):
    """Give a document its file in the store."""
    source = tmp_path / "source"
    source.write_bytes(contenu or image())
    range_ = coffre.ranger(source)
    document.fichier, document.empreinte, document.octets = range_.nom, range_.empreinte, range_.octets
    document.save()
    return document


def envoi(contenu=None, nom="Avis imposition.jpg"):
    return SimpleUploadedFile(nom, image() if contenu is None else contenu)
