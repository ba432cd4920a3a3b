"""Registration files of the demonstration town: one new, one that is probably known already, one refused."""

from __future__ import annotations

import io
import tempfile
from datetime import date, datetime, timedelta
from pathlib import Path

from PIL import Image, ImageDraw

from documents import coffre
from documents.enums import FormatDocument
from documents.models import TypeDocument
from enfants.enums import Niveau, Sexe
from enfants.models import Ecole
from familles.enums import Civilite, LienResponsable, Regime, SituationFamiliale
from familles.models import Utilisateur
from inscriptions.enums import EtatDossier
from inscriptions.models import AdulteDossier, ComplementDossier, DossierInscription, EnfantDossier, PieceDossier
from portail.demonstration.foyers import Foyer


def ecrire_les_inscriptions(*, jour: date, maintenant: datetime, agent: Utilisateur, aabelium: Foyer) -> None:
    """Write the queue that an agent finds in the morning."""
    nouvelle = _dossier(
        maintenant - timedelta(days=2, hours=5),
        courriel="solenn.kervarec@exemple.fr",
        nom="KERVAREC",
        adresse="8 rue du Traict",
        regime=Regime.CAF,
        situation=SituationFamiliale.VIE_MARITALE,
        numero_allocataire="7401236",
        message="Nous emménageons en septembre. Nous pouvons passer au service le mercredi.",
    )
    _adulte(nouvelle, 1, "KERVAREC", "Solenn", "06 39 98 12 04", Civilite.MADAME, LienResponsable.MERE)
    _adulte(
        nouvelle,
        2,
        "JOUBERT",
        "Mehdi",
        "06 39 98 12 05",
        Civilite.MONSIEUR,
        LienResponsable.PERE,
        "mehdi@exemple.fr",
    )
    _enfant(nouvelle, "KERVAREC", "MAËLLE", jour - timedelta(days=365 * 8 + 40), Sexe.FILLE, Niveau.CE2)
    _enfant(nouvelle, "KERVAREC", "EWEN", jour - timedelta(days=365 * 4 + 90), Sexe.GARCON, Niveau.MS)
    _justificatif(nouvelle, "KERVAREC Solenn – 8 rue du Traict, 44740 Batz-sur-Mer", maintenant)
    _doublon(maintenant, aabelium)
    refusee = _dossier(
        maintenant - timedelta(days=9),
        courriel="paul.marchand@exemple.fr",
        nom="MARCHAND",
        adresse="2 place de l’Hôtel-de-Ville",
        code_postal="44600",
        ville="Saint-Nazaire",
        etat=EtatDossier.REFUSE,
        traite_le=maintenant - timedelta(days=7),
        traite_par=agent,
        motif_refus="Votre commune a son propre service Enfance-Jeunesse : adressez-vous à la mairie de Saint-Nazaire.",
    )
    _adulte(refusee, 1, "MARCHAND", "Paul", "06 39 98 40 17", Civilite.MONSIEUR, LienResponsable.PERE)
    _enfant(refusee, "MARCHAND", "LINA", jour - timedelta(days=365 * 6), Sexe.FILLE, Niveau.CP)
    _a_completer(jour, maintenant, agent)


def _a_completer(jour: date, maintenant: datetime, agent: Utilisateur) -> None:
    """A file that an agent gave back, with what is missing."""
    demande_le = maintenant - timedelta(days=1)
    dossier = _dossier(
        maintenant - timedelta(days=4),
        courriel="aina.randria@exemple.fr",
        nom="RANDRIA",
        adresse="21 rue de la Plage",
        etat=EtatDossier.COMPLEMENT,
        complement_le=demande_le,
    )
    _adulte(dossier, 1, "RANDRIA", "Aina", "06 39 98 51 63", Civilite.MADAME, LienResponsable.MERE)
    _enfant(dossier, "RANDRIA", "NOAM", jour - timedelta(days=365 * 7 + 12), Sexe.GARCON, Niveau.CE1)
    ComplementDossier.objects.create(
        dossier=dossier,
        motif="Il nous faut ces deux pièces pour calculer votre tarif et préparer l’accueil de Noam.",
        points=["Justificatif de domicile", "Attestation de quotient familial de moins de trois mois"],
        demande_le=demande_le,
        demande_par=agent,
    )


def _doublon(maintenant: datetime, aabelium: Foyer) -> None:
    """The tutorial's father files again, without knowing that the household exists already."""
    famille = aabelium.famille
    pere = aabelium.responsables[1]
    dossier = _dossier(
        maintenant - timedelta(hours=20),
        courriel="antoine.aabelium@exemple.fr",
        nom="AABELIUM",
        adresse="14, r. des Paludiers",
        regime=Regime.CAF,
    )
    _adulte(dossier, 1, "Aabelium", pere.prenom, "06 39 98 77 21", Civilite.MONSIEUR, LienResponsable.PERE)
    for enfant, _ in aabelium.enfants:
        EnfantDossier.objects.create(
            dossier=dossier, nom=famille.nom, prenom=enfant.prenom.capitalize(), date_naissance=enfant.date_naissance
        )


def _dossier(envoye_le: datetime, **champs: object) -> DossierInscription:
    valeurs = {
        "etat": EtatDossier.ENVOYE,
        "code_postal": "44740",
        "ville": "Batz-sur-Mer",
        "cree_le": envoye_le - timedelta(minutes=22),
        "modifie_le": envoye_le,
        "envoye_le": envoye_le,
    }
    return DossierInscription.objects.create(**valeurs | champs)


def _adulte(
    dossier: DossierInscription,
    rang: int,
    nom: str,
    prenom: str,
    telephone: str,
    civilite: Civilite,
    lien: LienResponsable,
    email: str = "",
) -> None:
    AdulteDossier.objects.create(
        dossier=dossier,
        rang=rang,
        nom=nom,
        prenom=prenom,
        civilite=civilite,
        lien=lien,
        telephone_mobile=telephone,
        email=email or (dossier.courriel if rang == 1 else ""),
    )


def _enfant(dossier: DossierInscription, nom: str, prenom: str, naissance: date, sexe: Sexe, niveau: Niveau) -> None:
    EnfantDossier.objects.create(
        dossier=dossier,
        nom=nom,
        prenom=prenom,
        date_naissance=naissance,
        sexe=sexe,
        niveau=niveau,
        ecole=Ecole.objects.order_by("pk").first(),
    )


def _justificatif(dossier: DossierInscription, mention: str, maintenant: datetime) -> None:
    """Draw a proof of address, and keep it where the pieces are kept."""
    type_document = TypeDocument.objects.filter(nom="Justificatif de domicile").first()
    if type_document is None:
        return
    page = Image.new("RGB", (1000, 640), "white")
    trait = ImageDraw.Draw(page)
    trait.rectangle((30, 30, 970, 610), outline="#0b5563", width=4)
    trait.text((70, 70), "FACTURE D'ÉNERGIE (exemple)", fill="#0b5563", font_size=34)
    trait.text((70, 150), mention, fill="#1c2a31", font_size=26)
    with tempfile.TemporaryDirectory() as nom:
        source = Path(nom) / "page.png"
        octets = io.BytesIO()
        page.save(octets, "PNG")
        source.write_bytes(octets.getvalue())
        range_ = coffre.ranger(source)
    PieceDossier.objects.create(
        dossier=dossier,
        type=type_document,
        nom=type_document.nom,
        fichier=range_.nom,
        empreinte=range_.empreinte,
        octets=range_.octets,
        format=FormatDocument.PNG,
        envoyee_le=maintenant - timedelta(days=2, hours=5),
    )
