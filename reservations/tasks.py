"""Work of the Celery worker: what time alone changes in the waiting lists, and long allotments. Each can run twice."""

from celery import shared_task
from django.utils import timezone

from reservations.actions import confirmation
from reservations.actions.attente import clore_les_listes, tenir_les_listes
from reservations.enums import EtatAttribution
from reservations.models import Attribution


@shared_task
def tenir_les_listes_d_attente() -> int:
    """Pass to the next of the list what was not accepted in time."""
    return tenir_les_listes(maintenant=timezone.now())


@shared_task
def clore_les_listes_du_jour() -> int:
    """Tell in the morning those who still wait for a day that has come."""
    return clore_les_listes(maintenant=timezone.now())


@shared_task
def appliquer_l_attribution(attribution_id: int) -> int:
    """Serve the households that are left of an allotment, one transaction each; return how many this call served."""
    servies = 0
    while confirmation.appliquer_suivante(attribution_id=attribution_id, maintenant=timezone.now()):
        servies += 1
    confirmation.clore_attribution(attribution_id=attribution_id, maintenant=timezone.now())
    return servies


@shared_task
def reprendre_les_attributions() -> int:
    """Resume every allotment that a stopped worker or queue has left half-way; return how many."""
    attributions = list(Attribution.objects.filter(etat=EtatAttribution.CONFIRMATION).values_list("pk", flat=True))
    for attribution in attributions:
        appliquer_l_attribution(attribution)
    return len(attributions)
