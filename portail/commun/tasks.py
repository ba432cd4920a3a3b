"""Work of the Celery worker for every app: sending the mails that are due."""

import logging
import smtplib
from datetime import datetime, timedelta

from celery import shared_task
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import timezone

from portail.commun.enums import EtatCourriel
from portail.commun.models import Courriel

journal = logging.getLogger(__name__)

#: Longest time a worker may hold a mail: past it, the worker is taken for dead and another takes the mail.
BAIL = timedelta(minutes=5)
#: Wait before each new try; after the last one the mail is given up and staff see it.
ATTENTES = [timedelta(minutes=m) for m in (1, 5, 15, 60, 180, 360, 720, 1440)]
LOT = 50
ERREURS_D_ENVOI = (smtplib.SMTPException, OSError, ValueError)


@shared_task
def envoyer_courriels_dus() -> int:
    """Send every mail that is due; return how many were sent. Can run twice at once: each mail is held by one."""
    envoyes = 0
    while lot := _reserver_un_lot(timezone.now()):
        liaison = get_connection()
        try:
            liaison.open()
        except ERREURS_D_ENVOI as erreur:
            for courriel in lot:
                _noter_echec(courriel, erreur)
            break
        try:
            envoyes += sum(_envoyer(courriel, liaison) for courriel in lot)
        finally:
            liaison.close()
    return envoyes


@transaction.atomic
def _reserver_un_lot(maintenant: datetime) -> list[Courriel]:
    """Take a batch under a lease, whose end tells later who holds it."""
    lot = list(Courriel.objects.select_for_update(skip_locked=True).dus_au(maintenant).order_by("pk")[:LOT])
    for courriel in lot:
        courriel.reserve_jusqu_au = maintenant + BAIL
    Courriel.objects.filter(pk__in=[courriel.pk for courriel in lot]).update(reserve_jusqu_au=maintenant + BAIL)
    return lot


def _prolonger_le_bail(courriel: Courriel) -> bool:
    """Hold the mail for the time of its own sending; return whether it was still ours, after a slow batch."""
    nouveau = timezone.now() + BAIL
    tenu = Courriel.objects.filter(
        pk=courriel.pk, etat=EtatCourriel.A_ENVOYER, reserve_jusqu_au=courriel.reserve_jusqu_au
    ).update(reserve_jusqu_au=nouveau)
    courriel.reserve_jusqu_au = nouveau
    return bool(tenu)


def _envoyer(courriel: Courriel, liaison: BaseEmailBackend) -> bool:
    """Send, then mark: a crash between the two sends again under the same Message-ID, and loses nothing."""
    if not _prolonger_le_bail(courriel):
        return False
    message = EmailMultiAlternatives(
        courriel.sujet,
        courriel.texte,
        to=[courriel.destinataire],
        headers={"Message-ID": courriel.message_id, "Auto-Submitted": "auto-generated"},
        connection=liaison,
    )
    if courriel.html:
        message.attach_alternative(courriel.html, "text/html")
    try:
        message.send()
    except ERREURS_D_ENVOI as erreur:
        _noter_echec(courriel, erreur)
        liaison.close()  # a link that broke is opened again for the next mail
        return False
    Courriel.objects.filter(pk=courriel.pk, etat=EtatCourriel.A_ENVOYER).update(
        etat=EtatCourriel.ENVOYE, envoye_le=timezone.now(), essais=courriel.essais + 1, reserve_jusqu_au=None
    )
    return True


def _noter_echec(courriel: Courriel, erreur: Exception) -> None:
    essais = courriel.essais + 1
    abandon = essais > len(ATTENTES)
    Courriel.objects.filter(pk=courriel.pk, etat=EtatCourriel.A_ENVOYER).update(
        essais=essais,
        derniere_erreur=f"{type(erreur).__name__} : {erreur}"[:500],
        reserve_jusqu_au=None,
        etat=EtatCourriel.ABANDONNE if abandon else EtatCourriel.A_ENVOYER,
        prochain_essai_le=timezone.now() + (timedelta(0) if abandon else ATTENTES[essais - 1]),
    )
    journal.warning("courriel %s non envoyé (essai %s)", courriel.cle, essais)
