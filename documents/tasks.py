"""Work of the Celery worker: reminders before expiry, and the agreement of rows and files."""

from __future__ import annotations

import logging
from datetime import date, datetime

from celery import shared_task
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from documents import courriels
from documents.enums import EtatDocument
from documents.models import Document, DocumentQuerySet
from documents.reconciliation import reconcilier, retirer_les_orphelins
from documents.regles import PREAVIS
from portail.commun.dates import aujourdhui

journal = logging.getLogger(__name__)


@shared_task
def rappeler_les_expirations() -> int:
    """Write one mail to each household whose pieces end soon; return how many households. Can run twice."""
    maintenant = timezone.now()
    familles = _a_rappeler(aujourdhui(maintenant)).order_by("famille_id").values_list("famille_id", flat=True)
    return sum(_rappeler(famille_id, maintenant) for famille_id in list(familles.distinct()))


def _a_rappeler(jour: date) -> DocumentQuerySet:
    """Keep the pieces that end within the notice, never reminded, and not replaced by a newer sending."""
    plus_recents = (
        Document.objects.filter(type=OuterRef("type"), famille=OuterRef("famille"), pk__gt=OuterRef("pk"))
        .filter(Q(enfant=OuterRef("enfant")) | Q(enfant=None))
        .exclude(etat=EtatDocument.REFUSE)
    )
    return Document.objects.expirant_avant(jour + PREAVIS).filter(
        ~Exists(plus_recents), expire_le__gte=jour, rappele_le=None, type__actif=True
    )


@transaction.atomic
def _rappeler(famille_id: int, maintenant: datetime) -> bool:
    a_rappeler = _a_rappeler(aujourdhui(maintenant)).filter(famille=famille_id)
    verrouilles = list(
        a_rappeler.select_for_update(of=("self",), skip_locked=True)
        .select_related("type", "enfant", "famille")
        .order_by("pk")
    )
    if not verrouilles:
        return False
    courriels.expiration(famille=verrouilles[0].famille, documents=verrouilles, maintenant=maintenant)
    Document.objects.filter(pk__in=[document.pk for document in verrouilles]).update(rappele_le=maintenant)
    return True


@shared_task
def retirer_les_fichiers_orphelins() -> int:
    """Remove what a killed process left in the store: about ten minutes after its death. Return how many."""
    return len(retirer_les_orphelins(maintenant=timezone.now()))


@shared_task
def reconcilier_les_documents() -> int:
    """Remove what a crash left in the store; tell the log about rows whose file is missing. Return how many faults."""
    bilan = reconcilier(maintenant=timezone.now())
    for document in bilan.sans_fichier:
        journal.error("document %s : fichier absent ou altéré", document.cle)
    return len(bilan.orphelins) + len(bilan.sans_fichier)
