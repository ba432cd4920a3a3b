"""Gestures of the trail in plain French: « Fiche modifiée », where the code writes ``famille.fiche_modifiee``."""

from __future__ import annotations

GESTES = {
    "compte.activation_renvoyee": "Lien d’activation renvoyé",
    "compte.active": "Compte activé",
    "compte.ouvert": "Compte ouvert",
    "courriel.renvoye": "Courriel renvoyé",
    "document.envoye": "Document envoyé",
    "document.refuse": "Document refusé",
    "document.retire": "Document retiré",
    "document.valide": "Document validé",
    "facture.emise": "Facture émise",
    "famille.agir_commence": "Un agent agit pour la famille",
    "famille.certifiee": "Fiche dite à jour",
    "famille.compte_detache": "Accès d’un adulte retiré",
    "famille.compte_rattache": "Accès d’un adulte ouvert",
    "famille.creee": "Famille créée",
    "famille.effacee": "Famille effacée",
    "famille.exportee": "Dossier exporté",
    "famille.fiche_modifiee": "Fiche famille modifiée",
    "famille.importee": "Famille reprise d’un fichier",
    "famille.modifiee": "Famille modifiée par le service",
    "famille.quotient": "Quotient familial enregistré",
    "identifiant.changement_abandonne": "Changement d’identifiant abandonné",
    "identifiant.changement_demande": "Changement d’identifiant demandé",
    "identifiant.confirme": "Adresse confirmée",
    "identifiant.retabli": "Identifiant rétabli",
    "import.confirme": "Import confirmé",
    "import.interrompu": "Import interrompu",
    "import.jete": "Fichier d’import jeté",
    "import.recu": "Fichier d’import reçu",
    "import.repris": "Import repris",
    "import.termine": "Import terminé",
    "inscription.abandonnee": "Demande d’inscription effacée par la famille",
    "inscription.acceptee": "Demande d’inscription acceptée",
    "inscription.completee": "Demande d’inscription complétée par la famille",
    "inscription.complement_demande": "Complément demandé pour une inscription",
    "inscription.complement_leve": "Demande d’inscription remise dans la file",
    "inscription.corrigee": "Demande d’inscription corrigée par le service",
    "inscription.envoyee": "Demande d’inscription envoyée",
    "inscription.refusee": "Demande d’inscription refusée",
    "inscription.reprise": "Demande d’inscription reprise par la famille",
    "paiement.annule": "Règlement annulé",
    "paiement.recu": "Règlement reçu",
    "paiement.saisi": "Règlement saisi",
    "paiement.valide": "Règlement validé",
    "reservation.demande_envoyee": "Demande envoyée",
    "reservation.demande_retiree": "Demande retirée",
    "responsable.modifie": "Adulte modifié par le service",
    "scolarite.passage": "Passage d’année",
    "utilisateur.modifie": "Utilisateur modifié",
    "utilisateur.roles_changes": "Rôles changés",
}


def geste_en_clair(geste: str) -> str:
    """Return the words of a gesture; one without words of its own is written with its object, as it is named."""
    objet, _, verbe = geste.partition(".")
    return GESTES.get(geste) or f"{objet} : {verbe or objet}".replace("_", " ").capitalize()
