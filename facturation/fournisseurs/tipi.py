"""TIPI by URL, the State's payment page: a redirection out, an unsigned form back. Specification: guide TIPI régie.

Nothing is signed on the wire. What protects the town: a secret in the path of the notification's address, another in
``objet``, every field compared with what was asked, and the régisseur's check before anything is settled.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.urls import reverse

from facturation.enums import EtatTentative, ModePaiement
from facturation.fournisseurs import Reponse
from facturation.models import TentativePaiement
from facturation.regles.paiements import ecarts
from portail.commun.montants import en_centimes

#: Result letters; any other is new to us: neither paid nor lost, someone looks.
ETATS = {
    "P": EtatTentative.PAYEE,
    "V": EtatTentative.PAYEE,
    "R": EtatTentative.REFUSEE,
    "Z": EtatTentative.REFUSEE,
    "A": EtatTentative.ABANDONNEE,
}
CHAMPS_MAXIMUM = 40


class Tipi:
    """The protocol « par URL » for a régie."""

    def demarrer(self, tentative: TentativePaiement) -> str:
        """Return the payment page's address with the eight parameters of the request."""
        parametres = self._demande(tentative) | {"urlcl": self.adresse_de_notification(tentative)}
        return f"{settings.TIPI_URL_PAIEMENT}?{urlencode(parametres)}"

    @staticmethod
    def adresse_de_notification(tentative: TentativePaiement) -> str:
        return settings.SITE_URL + reverse("paiement:tipi_notification", args=[tentative.jeton])

    @staticmethod
    def _demande(tentative: TentativePaiement) -> dict[str, str]:
        """The seven fields that come back with the answer, as they are written on the wire."""
        return {
            "numcli": tentative.numcli,
            "exer": tentative.exercice,
            "refdet": tentative.refdet,
            "objet": tentative.objet,
            "montant": str(en_centimes(tentative.montant)),
            "mel": tentative.courriel,
            "saisie": tentative.saisie,
        }

    def lire(self, corps: str) -> Mapping[str, str]:
        """Read a form. A field given twice with two values is unreadable: it could mean either; so is a NUL."""
        champs: dict[str, str] = {}
        for nom, valeur in parse_qsl(corps, keep_blank_values=True, max_num_fields=CHAMPS_MAXIMUM):
            cle = nom.strip().lower()
            if champs.setdefault(cle, valeur.strip()) != valeur.strip():
                msg = f"champ répété : {cle[:40]}"
                raise ValueError(msg)
        if any("\x00" in texte for couple in champs.items() for texte in couple):
            msg = "caractère nul"
            raise ValueError(msg)
        if "resultrans" not in champs:
            msg = "resultrans absent"
            raise ValueError(msg)
        return champs

    def interpreter(self, tentative: TentativePaiement, champs: Mapping[str, str]) -> Reponse:
        resultat = champs["resultrans"].upper()
        return Reponse(
            resultat=resultat[:4],
            etat=ETATS.get(resultat, EtatTentative.A_VERIFIER),
            mode=ModePaiement.PRELEVEMENT_EN_LIGNE if resultat == "V" else ModePaiement.TIPI,
            numero_autorisation=champs.get("numauto", "")[:30],
            ecarts=tuple(ecarts(self._demande(tentative), champs)),
        )
