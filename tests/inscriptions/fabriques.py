"""Registration files at each of their states, and the gestures of a household that files one."""

import datetime
import uuid

from django.utils import timezone

from documents import coffre
from documents.enums import FormatDocument
from documents.models import TypeDocument
from inscriptions import jetons
from inscriptions.enums import EtatDossier
from inscriptions.models import AdulteDossier, ComplementDossier, DossierInscription, EnfantDossier, PieceDossier

COURRIEL = "morgane@exemple.fr"


def dossier(*, envoye=False, complet=True, **champs):
    """A draft of the household LE GALL, one adult and one child; ``envoye``: it waits for an agent."""
    maintenant = timezone.now()
    valeurs = {
        "courriel": COURRIEL,
        "nom": "LE GALL",
        "adresse": "3 rue du Traict",
        "code_postal": "44740",
        "ville": "Batz-sur-Mer",
        "cree_le": maintenant,
        "modifie_le": maintenant,
        "etat": EtatDossier.ENVOYE if envoye else EtatDossier.BROUILLON,
        "envoye_le": maintenant if envoye else None,
    }
    if not complet:
        valeurs |= {"nom": "", "adresse": "", "code_postal": "", "ville": ""}
    cree = DossierInscription.objects.create(**valeurs | champs)
    if complet:
        adulte(cree, email=cree.courriel, telephone_mobile="06 11 22 33 44")
        enfant(cree)
    return cree


def a_completer(**champs):
    """A file that an agent gave back to its household."""
    maintenant = timezone.now()
    cree = dossier(envoye=True, **{"etat": EtatDossier.COMPLEMENT, "complement_le": maintenant} | champs)
    ComplementDossier.objects.create(
        dossier=cree, motif="Pour votre tarif.", points=["Avis d’imposition"], demande_le=maintenant
    )
    return cree


def adulte(dossier, **champs):
    valeurs = {"nom": "LE GALL", "prenom": "Morgane", "lien": "mere", "date_naissance": datetime.date(1988, 3, 9)}
    return AdulteDossier.objects.create(dossier=dossier, **valeurs | champs)


def enfant(dossier, **champs):
    valeurs = {"nom": "LE GALL", "prenom": "Éloïse", "date_naissance": datetime.date(2018, 5, 2)}
    return EnfantDossier.objects.create(dossier=dossier, **valeurs | champs)


def piece(dossier, tmp_path, enfant=None, contenu=b"%PDF-1.7 une attestation"):
    """A piece whose file is truly in the store."""
    source = tmp_path / uuid.uuid4().hex
    source.write_bytes(contenu)
    range_ = coffre.ranger(source)
    type_document, _ = TypeDocument.objects.get_or_create(
        nom="Attestation d’assurance" if enfant else "Justificatif de domicile",
        defaults={"portee": "enfant" if enfant else "famille"},
    )
    return PieceDossier.objects.create(
        dossier=dossier,
        enfant=enfant,
        type=type_document,
        nom=type_document.nom,
        fichier=range_.nom,
        empreinte=range_.empreinte,
        octets=range_.octets,
        format=FormatDocument.PDF,
        envoyee_le=timezone.now(),
    )


def jeton(dossier):
    return jetons.dossier(dossier)
