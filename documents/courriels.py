"""Mails about documents, to every adult of the household who has a login."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from contenu.models import Commune
from documents.models import Document
from familles.models import Famille, Utilisateur
from portail.commun.courriels import deposer


def valide(*, document: Document, maintenant: datetime) -> None:
    _deposer("document_valide", document.famille, {"document": document}, maintenant)


def refuse(*, document: Document, maintenant: datetime) -> None:
    _deposer("document_refuse", document.famille, {"document": document}, maintenant)


def expiration(*, famille: Famille, documents: Sequence[Document], maintenant: datetime) -> None:
    """Tell a household which pieces end soon, in one mail."""
    _deposer("documents_expirent", famille, {"documents": documents}, maintenant)


def _deposer(nom: str, famille: Famille, contexte: Mapping[str, Any], maintenant: datetime) -> None:
    logins = Utilisateur.objects.filter(responsabilites__famille=famille, is_active=True).order_by("pk").distinct()
    complet = {
        "commune": Commune.objects.filter(pk=1).first(),
        "url": settings.SITE_URL + reverse("documents:liste"),
        **contexte,
    }
    for adresse in logins.values_list("email", flat=True):
        deposer(nom=nom, destinataire=adresse, maintenant=maintenant, contexte=complet, famille_cle=famille.cle)
