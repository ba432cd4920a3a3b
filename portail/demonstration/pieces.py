"""Documents that some households of the demonstration town sent: validated, refused, ending soon, waiting."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from documents import actions
from documents.enums import FormatDocument
from documents.models import Document, TypeDocument
from documents.traitement.lanceur import FichierSain
from enfants.models import Enfant
from familles.models import Famille, Utilisateur
from portail.commun.enums import EtatCourriel
from portail.commun.models import Courriel
from portail.demonstration.foyers import Foyer

#: Households after the tutorial's one that sent a document which waits for the service.
FOYERS_EN_ATTENTE = 4
FEUILLE = (900, 1270)


class Envois:
    def __init__(self, *, agent: Utilisateur, maintenant: datetime, jour: date) -> None:
        self.agent, self.maintenant, self.jour = agent, maintenant, jour
        self.types = {type_document.nom: type_document for type_document in TypeDocument.objects.all()}

    def charger(self, foyers: Sequence[Foyer]) -> None:
        """Write the tutorial's family first, in every state, then some that wait in the service's queue."""
        with tempfile.TemporaryDirectory() as dossier:
            self.dossier = Path(dossier)
            self._aabelium(foyers[0])
            for rang, foyer in enumerate(foyers[1 : 1 + FOYERS_EN_ATTENTE]):
                self._envoyer(foyer, foyer.enfants[0][0], "Attestation d’assurance", jours=1 + rang)
        Courriel.objects.filter(nom__startswith="document", etat=EtatCourriel.A_ENVOYER).update(
            etat=EtatCourriel.ENVOYE, essais=1, envoye_le=self.maintenant
        )

    def _aabelium(self, foyer: Foyer) -> None:
        enfants = [enfant for enfant, _ in foyer.enfants]
        self._valider(self._envoyer(foyer, enfants[0], "Attestation d’assurance", jours=60), self.jour.year)
        bientot = self._envoyer(foyer, None, "Justificatif de domicile", jours=350)
        self._valider(bientot, None, expire_le=self.jour + timedelta(days=12))
        self._envoyer(foyer, enfants[0], "Carnet de vaccination", jours=2)
        if len(enfants) > 1:
            refuse = self._envoyer(foyer, enfants[1], "Attestation d’assurance", jours=8)
            actions.refuser(
                document=refuse,
                motif="L’attestation est celle de l’an dernier\u00a0: envoyez celle de cette année scolaire.",
                auteur=self.agent,
                maintenant=self.maintenant - timedelta(days=6),
            )

    def _valider(self, document: Document, annee: int | None, expire_le: date | None = None) -> None:
        fin = expire_le or date(annee or self.jour.year, 8, 31)
        if fin < self.jour:
            fin = fin.replace(year=fin.year + 1)
        actions.valider(
            document=document, expire_le=fin, auteur=self.agent, maintenant=document.envoye_le + timedelta(days=2)
        )

    def _envoyer(self, foyer: Foyer, enfant: Enfant | None, piece: str, jours: int) -> Document:
        fichier = self._dessiner(piece, foyer.famille, enfant)
        document = actions.envoyer(
            famille=foyer.famille,
            enfant=enfant,
            type_document=self.types[piece],
            nom=piece,
            fichier=fichier,
            auteur=foyer.parent,
            cle_envoi=uuid.uuid4(),
            maintenant=self.maintenant - timedelta(days=jours),
        )
        assert document is not None  # noqa: S101 - its key is new
        return document

    def _dessiner(self, piece: str, famille: Famille, enfant: Enfant | None) -> FichierSain:
        """Draw a sheet that says what it stands for."""
        feuille = Image.new("RGB", FEUILLE, "white")
        crayon = ImageDraw.Draw(feuille)
        crayon.rectangle((40, 40, FEUILLE[0] - 40, FEUILLE[1] - 40), outline="#8a949b", width=3)
        lignes = [piece.upper(), f"{enfant.prenom} {enfant.nom}" if enfant else f"Famille {famille.nom}"]
        for rang, ligne in enumerate([*lignes, "", "SPECIMEN - demonstration du portail"]):
            crayon.text((90, 130 + 80 * rang), ligne, fill="#1c2a31", font=ImageFont.load_default(36))
        chemin = self.dossier / "feuille.jpg"
        feuille.save(chemin, "JPEG", quality=70)
        return FichierSain(chemin, FormatDocument.JPEG, 1)
