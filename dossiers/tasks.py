"""Work of the Celery worker for imports. Rows say what is due; each task takes ids and can run twice."""

from celery import shared_task
from django.utils import timezone

from dossiers.actions import importation
from dossiers.models import Importation


@shared_task
def avancer_l_importation(importation_id: int) -> int:
    """Check or write what is left of an import, one transaction for each batch; return how many batches."""
    lots = 0
    while importation.avancer(importation_id=importation_id, maintenant=timezone.now()):
        lots += 1
    return lots


@shared_task
def reprendre_les_importations() -> int:
    """Resume every import that a stopped worker or queue has left half-way; return how many. Old lines are purged."""
    en_cours = list(Importation.objects.en_cours().values_list("pk", flat=True))
    for pk in en_cours:
        avancer_l_importation(pk)
    importation.purger(maintenant=timezone.now())
    return len(en_cours)
