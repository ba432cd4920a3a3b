"""The documents, as a block of the household's page and of the child's."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from documents.models import Document
from enfants.models import Enfant
from familles.models import Famille
from portail.commun.blocs import DERNIERS, Bloc, Ligne


def de_la_famille(famille: Famille, agent: Any) -> Bloc | None:
    return _bloc(Document.objects.filter(famille=famille), f"famille__id__exact={famille.pk}", agent)


def de_l_enfant(enfant: Enfant, agent: Any) -> Bloc | None:
    return _bloc(Document.objects.filter(enfant=enfant), f"enfant__id__exact={enfant.pk}", agent)


def _bloc(documents: QuerySet[Document], filtre: str, agent: Any) -> Bloc | None:
    """Those of health are named to who may read them only."""
    if not agent.has_perm("documents.view_document"):
        return None
    if not agent.has_perm("documents.voir_document_sante"):
        documents = documents.exclude(type__sante=True)
    lignes = tuple(
        Ligne(
            reverse("admin:documents_document_change", args=[document.pk]),
            f"{document.envoye_le:%d/%m/%Y} {document.type} – {document.dossier}",
            document.get_etat_display(),
        )
        for document in documents.select_related("type", "enfant")[:DERNIERS]
    )
    tout = f"{reverse('admin:documents_document_changelist')}?{filtre}"
    return Bloc("Documents", lignes, tout, "Aucun document envoyé.")
