"""Work of the Celery worker: messages of people are not kept for ever."""

from __future__ import annotations

from datetime import datetime, timedelta

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from contenu.models import Echange, MessageContact

#: Said in the legal notice: one year after the last message of a thread, whoever wrote it.
CONSERVATION = timedelta(days=365)
LOT = 500


@shared_task
def purger_les_echanges() -> int:
    """Remove the threads in which nothing was written for a year; return how many. Can run twice."""
    purges = 0
    while lot := _purger_un_lot(timezone.now() - CONSERVATION):
        purges += lot
    return purges


@transaction.atomic
def _purger_un_lot(limite: datetime) -> int:
    """Lock, then remove: a message that arrives meanwhile keeps its thread."""
    anciens = Echange.objects.select_for_update(skip_locked=True).filter(dernier_message_le__lt=limite)
    cles = list(anciens.order_by("pk").values_list("pk", flat=True)[:LOT])
    MessageContact.objects.filter(echange__in=cles).delete()
    Echange.objects.filter(pk__in=cles).delete()
    return len(cles)
