"""What people wrote to the service of the demonstration town: answered, closed, and one that waits."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from contenu.actions import echanges as actions
from contenu.models import Echange
from familles.models import Utilisateur
from portail.commun.enums import EtatCourriel
from portail.commun.models import Courriel

SOIR, MATIN = timedelta(hours=20, minutes=40), timedelta(hours=10, minutes=15)


def charger_echanges(parent: Utilisateur, agent: Utilisateur, maintenant: datetime) -> None:
    """Write three threads: the tutorial's family answered, a closed one, and a visitor's that waits."""
    repondu = _ouvrir(
        parent,
        "Repas sans porc",
        "Bonjour,\n\nBAPTISTE peut-il avoir un repas sans porc à partir de la semaine prochaine ?\n\nMerci.",
        maintenant - timedelta(days=4) + SOIR,
    )
    _repondre(
        repondu,
        agent,
        "Bonjour,\n\nC’est noté. Vous pouvez aussi le choisir sur sa fiche, rubrique «\u202fMenu\u202f»\u00a0: "
        "la cuisine le lit chaque matin.\n\nBonne journée.",
        maintenant - timedelta(days=3) + MATIN,
    )
    clos = _ouvrir(
        parent,
        "Attestation de présence",
        "Bonjour, pouvez-vous me dire où trouver le total payé pour l’accueil de loisirs cet été ?",
        maintenant - timedelta(days=20) + SOIR,
    )
    _repondre(
        clos,
        agent,
        "Bonjour, chaque facture le dit jour par jour : ouvrez «\u202fMes factures\u202f».",
        maintenant - timedelta(days=19) + MATIN,
    )
    actions.clore(echange=clos, auteur=agent, maintenant=maintenant - timedelta(days=18) + MATIN)
    actions.ecrire(
        sujet="Inscription en cours d’année",
        texte="Bonjour,\n\nNous arrivons à Batz-sur-Mer le mois prochain avec deux enfants de 4 et 7 ans. "
        "Comment les inscrire à la cantine ?\n\nCordialement,\nMorgane Le Bihan",
        nom="Morgane Le Bihan",
        courriel="morgane.lebihan@exemple.fr",
        auteur=None,
        cle_envoi=uuid.uuid4(),
        maintenant=maintenant - timedelta(hours=5),
    )
    Courriel.objects.filter(nom__startswith="contact_").update(
        etat=EtatCourriel.ENVOYE, essais=1, envoye_le=maintenant - timedelta(hours=4)
    )


def _ouvrir(parent: Utilisateur, sujet: str, texte: str, le: datetime) -> Echange:
    return actions.ecrire(
        sujet=sujet,
        texte=texte,
        nom=parent.get_full_name(),
        courriel=parent.email,
        auteur=parent,
        cle_envoi=uuid.uuid4(),
        maintenant=le,
    )


def _repondre(echange: Echange, agent: Utilisateur, texte: str, le: datetime) -> None:
    actions.repondre(echange=echange, texte=texte, auteur=agent, cle_envoi=uuid.uuid4(), maintenant=le)
