"""Work of the Celery worker: what time alone changes in the waiting lists. Each task can run twice."""

from celery import shared_task
from django.utils import timezone

from reservations.actions.attente import clore_les_listes, tenir_les_listes


@shared_task
def tenir_les_listes_d_attente() -> int:
    """Pass to the next of the list what was not accepted in time."""
    return tenir_les_listes(maintenant=timezone.now())


@shared_task
def clore_les_listes_du_jour() -> int:
    """Tell in the morning those who still wait for a day that has come."""
    return clore_les_listes(maintenant=timezone.now())
