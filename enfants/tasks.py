"""Night work about children."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from enfants.actions.sante import purger_lectures, purger_sante
from portail.commun.dates import aujourdhui

#: How long the log of readings is kept.
CONSERVATION_DES_LECTURES = timedelta(days=365)


@shared_task
def purger_donnees_de_sante() -> int:
    """Erase the sheets that are past their school year and the old readings; can run twice."""
    maintenant = timezone.now()
    purger_lectures(avant=maintenant - CONSERVATION_DES_LECTURES)
    return purger_sante(jour=aujourdhui(maintenant), maintenant=maintenant)
