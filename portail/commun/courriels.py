"""Outgoing mail: written as a row in the business transaction, the worker is woken up on commit."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.module_loading import import_string

from portail.commun.models import Courriel


def contexte_commun() -> dict[str, Any]:
    """Return what the frame of every mail reads: the portal's address, the town's identity."""
    return {"site_url": settings.SITE_URL, **import_string(settings.CONTEXTE_DES_COURRIELS)(None)}


def deposer(
    *,
    nom: str,
    destinataire: str,
    maintenant: datetime,
    contexte: Mapping[str, Any],
    famille_cle: UUID | None = None,
) -> Courriel:
    """Write a mail from the templates ``courriels/<nom>.{sujet.txt,txt,html}``.

    ``contexte`` receives ``contexte_commun`` too; links are absolute and built from it. Call it inside a transaction.
    """
    complet = {**contexte_commun(), **contexte}
    sujet = " ".join(render_to_string(f"courriels/{nom}.sujet.txt", complet).split())
    return deposer_rendu(
        nom=nom,
        destinataire=destinataire,
        maintenant=maintenant,
        sujet=sujet,
        texte=render_to_string(f"courriels/{nom}.txt", complet),
        html=render_to_string(f"courriels/{nom}.html", complet),
        famille_cle=famille_cle,
    )


def deposer_rendu(
    *,
    nom: str,
    destinataire: str,
    maintenant: datetime,
    sujet: str,
    texte: str,
    html: str = "",
    famille_cle: UUID | None = None,
) -> Courriel:
    """Write a mail whose text is ready."""
    courriel = Courriel.objects.create(
        nom=nom,
        destinataire=destinataire,
        sujet=sujet[:200],
        texte=texte,
        html=html,
        famille_cle=famille_cle,
        prochain_essai_le=maintenant,
        cree_le=maintenant,
    )
    transaction.on_commit(reveiller, robust=True)
    return courriel


def reveiller() -> None:
    """Wake the worker up. When the queue is away nothing is lost: the beat finds the row within 30 seconds."""
    from portail.commun.tasks import envoyer_courriels_dus  # noqa: PLC0415 - tasks import this module

    envoyer_courriels_dus.delay()
