"""Mails of the accounts: one function each; the texts are in ``templates/courriels/``."""

from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress
from django.conf import settings
from django.urls import reverse

from familles import jetons
from familles.models import Famille, Modification, Utilisateur
from portail.commun.courriels import deposer


def lien(nom: str, *parametres: str) -> str:
    """Return an absolute address of the portal, built from its own origin and never from the request."""
    return f"{settings.SITE_URL}{reverse(nom, args=parametres)}"


def confirmer_adresse(*, adresse: EmailAddress, maintenant: datetime) -> None:
    deposer(
        nom="compte_confirmer_adresse",
        confidentiel=True,
        destinataire=adresse.email,
        maintenant=maintenant,
        contexte={
            "adresse": adresse.email,
            "lien": lien("account_confirm_email", jetons.confirmation(adresse)),
            "jours": jetons.DUREE_CONFIRMATION.days,
        },
    )


def adresse_deja_utilisee(*, destinataire: str, maintenant: datetime) -> None:
    deposer(
        nom="compte_adresse_deja_utilisee",
        destinataire=destinataire,
        maintenant=maintenant,
        contexte={"lien": lien("account_reset_password")},
    )


def changement_demande(*, destinataire: str, maintenant: datetime) -> None:
    deposer(
        nom="compte_changement_demande",
        destinataire=destinataire,
        maintenant=maintenant,
        contexte={"le": maintenant, "lien": lien("account_reset_password")},
    )


def identifiant_change(*, utilisateur: Utilisateur, ancienne: str, maintenant: datetime) -> None:
    deposer(
        nom="compte_identifiant_change",
        confidentiel=True,
        destinataire=ancienne,
        maintenant=maintenant,
        contexte={
            "le": maintenant,
            "jours": jetons.DUREE_RETOUR.days,
            "lien": lien("compte_retablir", jetons.retour(utilisateur, ancienne)),
        },
    )


def activer(*, utilisateur: Utilisateur, maintenant: datetime) -> None:
    deposer(
        nom="compte_activer",
        confidentiel=True,
        destinataire=utilisateur.email,
        maintenant=maintenant,
        contexte={
            "prenom": utilisateur.prenom,
            "adresse": utilisateur.email,
            "jours": jetons.DUREE_ACTIVATION.days,
            "lien": lien("compte_activer", jetons.activation(utilisateur)),
        },
    )


def compte_inconnu(*, destinataire: str, maintenant: datetime) -> None:
    """Tell an address that asked for a new password that it has no account: the page answers the same either way."""
    deposer(nom="compte_inconnu", destinataire=destinataire, maintenant=maintenant, contexte={"adresse": destinataire})


def modification_refusee(*, modification: Modification, maintenant: datetime) -> None:
    """Tell the adult who asked why the service did not make the change."""
    if modification.auteur is None:
        return
    deposer(
        nom="famille_modification_refusee",
        destinataire=modification.auteur.email,
        maintenant=maintenant,
        famille_cle=modification.famille.cle,
        contexte={
            "modification": modification,
            "lien": lien("familles:fiche_de", str(modification.famille.cle)),
        },
    )


def rattache(*, utilisateur: Utilisateur, famille: Famille, maintenant: datetime) -> None:
    """Tell a person who has a login already that it now opens another household."""
    deposer(
        nom="compte_rattache",
        destinataire=utilisateur.email,
        maintenant=maintenant,
        famille_cle=famille.cle,
        contexte={"famille": famille, "lien": lien("espace")},
    )
