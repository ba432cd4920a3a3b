"""Work of the Celery worker for billing. Rows say what is due; each task takes ids and can run twice."""

from celery import shared_task
from django.utils import timezone

from facturation import pdf
from facturation.actions import emission, tentative
from facturation.enums import EtatCampagne
from facturation.models import Campagne, Facture


@shared_task
def emettre_campagne(campagne_id: int) -> int:
    """Issue what is left of a run, one transaction for each invoice; return how many this call issued."""
    emises = 0
    while emission.emettre_suivante(campagne_id=campagne_id, maintenant=timezone.now()):
        emises += 1
    if emission.cloturer(campagne_id=campagne_id, maintenant=timezone.now()):
        preparer_pdf_manquants.delay()
    return emises


@shared_task
def reprendre_les_emissions() -> int:
    """Resume every run that a stopped worker or queue has left half-way; return how many."""
    campagnes = list(Campagne.objects.filter(etat=EtatCampagne.EMISSION).values_list("pk", flat=True))
    for campagne in campagnes:
        emettre_campagne(campagne)
    return len(campagnes)


@shared_task
def preparer_pdf_manquants() -> int:
    """Make the PDF of each issued invoice that has none; return how many were made."""
    manquants = Facture.objects.visibles().filter(pdf=None).order_by("pk").values_list("pk", flat=True)
    return sum(pdf.preparer(pk, timezone.now()) for pk in list(manquants))


@shared_task
def expirer_tentatives() -> int:
    """Free the invoices of the attempts that stayed without an answer."""
    return tentative.expirer(maintenant=timezone.now())
