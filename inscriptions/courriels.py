"""Mails of the filing: one function each; the texts are in ``templates/courriels/``."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from contenu.models import Commune
from familles.models import Famille
from inscriptions import jetons
from inscriptions.models import DUREE_BROUILLON, DUREE_COMPLEMENT, ComplementDossier, DossierInscription
from portail.commun.courriels import deposer


def _lien(nom: str, *parametres: object) -> str:
    return f"{settings.SITE_URL}{reverse(nom, args=parametres)}"


def lien_du_dossier(dossier: DossierInscription) -> str:
    """Return the address of a file, built from the portal's own and never from the request."""
    return _lien("inscriptions:dossier", jetons.dossier(dossier))


def inviter(*, courriel: str, maintenant: datetime) -> None:
    """Send the link that confirms the address and begins a file."""
    deposer(
        nom="inscription_commencer",
        destinataire=courriel,
        maintenant=maintenant,
        confidentiel=True,
        contexte={
            "lien": _lien("inscriptions:commencer", jetons.invitation(courriel)),
            "jours": jetons.DUREE_INVITATION.days,
        },
    )


def deja_un_compte(*, courriel: str, maintenant: datetime) -> None:
    """Tell the owner of a login that they have one: the page answers the same to everybody."""
    deposer(
        nom="inscription_deja_compte",
        destinataire=courriel,
        maintenant=maintenant,
        contexte={"lien": _lien("account_reset_password"), "lien_contact": _lien("contenu:contact")},
    )


def rouvrir(*, dossier: DossierInscription, maintenant: datetime) -> None:
    """Send the link of the file that is under way."""
    deposer(
        nom="inscription_reprendre",
        destinataire=dossier.courriel,
        maintenant=maintenant,
        confidentiel=True,
        contexte={"dossier": dossier, "lien": lien_du_dossier(dossier), "jours": DUREE_BROUILLON.days},
    )


def dossier_envoye(*, dossier: DossierInscription, maintenant: datetime, complete: bool = False) -> None:
    """Confirm to the household, with what it sent; ``complete``: it sent again what the service gave back."""
    deposer(
        nom="inscription_envoyee",
        destinataire=dossier.courriel,
        maintenant=maintenant,
        confidentiel=True,
        contexte={
            "dossier": dossier,
            "complete_le": maintenant if complete else None,
            "adultes": list(dossier.adultes.all()),
            "enfants": list(dossier.enfants.all()),
            "pieces": list(dossier.pieces.select_related("enfant")),
            "lien": lien_du_dossier(dossier),
        },
    )


def prevenir_le_service(*, dossier: DossierInscription, maintenant: datetime) -> None:
    """Tell the service that a file waits: the mail names nobody, the staff's site does."""
    adresse = Commune.objects.filter(pk=1).values_list("courriel", flat=True).first()
    if adresse:
        deposer(
            nom="inscription_recue",
            destinataire=adresse,
            maintenant=maintenant,
            contexte={
                "dossier": dossier,
                "lien": _lien("admin:inscriptions_dossierinscription_change", dossier.pk),
            },
        )


def complement_demande(*, complement: ComplementDossier, maintenant: datetime) -> None:
    """Tell the household why its file waits and what is missing, with the link that opens it."""
    deposer(
        nom="inscription_complement",
        destinataire=complement.dossier.courriel,
        maintenant=maintenant,
        confidentiel=True,
        contexte={
            "dossier": complement.dossier,
            "complement": complement,
            "lien": lien_du_dossier(complement.dossier),
            "fin": maintenant + DUREE_COMPLEMENT,
        },
    )


def acceptee(*, dossier: DossierInscription, famille: Famille, maintenant: datetime) -> None:
    """Tell the household that it has its file; the link that opens the account comes in its own mail."""
    deposer(
        nom="inscription_acceptee",
        destinataire=dossier.courriel,
        maintenant=maintenant,
        famille_cle=famille.cle,
        contexte={"dossier": dossier, "famille": famille},
    )


def refusee(*, dossier: DossierInscription, maintenant: datetime) -> None:
    deposer(
        nom="inscription_refusee",
        destinataire=dossier.courriel,
        maintenant=maintenant,
        contexte={"dossier": dossier, "lien": _lien("contenu:contact")},
    )
