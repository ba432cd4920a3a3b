"""Work of the Celery worker: the end of what is kept too long."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from inscriptions.actions import envoi


@shared_task
def effacer_les_dossiers_perimes() -> int:
    """Erase abandoned drafts and old answered files. Can run twice."""
    return envoi.effacer_les_perimes(maintenant=timezone.now())
