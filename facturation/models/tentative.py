from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q

from facturation.enums import EtatTentative, SaisieTipi, VerdictNotification
from facturation.models.facture import Facture
from facturation.models.regie import Regie
from familles.models import Famille
from portail.commun.models import AvecCle


def jeton_secret() -> str:
    return secrets.token_urlsafe(32)


class TentativePaiement(AvecCle):
    """One attempt to pay online, committed before the family leaves for the payment page.

    Everything that was asked is kept, so that the answer is compared with it word for word: the TIPI protocol
    signs nothing.
    """

    regie = models.ForeignKey(Regie, verbose_name="régie", on_delete=models.PROTECT, related_name="tentatives")
    famille = models.ForeignKey(Famille, verbose_name="famille", on_delete=models.PROTECT, related_name="tentatives")
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="payeur", on_delete=models.PROTECT, related_name="+"
    )
    #: In the path of the notification's address: who does not have it cannot notify.
    jeton = models.CharField("jeton", max_length=64, unique=True, default=jeton_secret, editable=False)
    refdet = models.CharField("référence de la dette", max_length=30, unique=True)
    #: Second secret, echoed by the payment service.
    objet = models.CharField("objet", max_length=100)
    numcli = models.CharField("numéro client", max_length=6)
    exercice = models.CharField("exercice", max_length=4)
    montant = models.DecimalField("montant (€)", max_digits=9, decimal_places=2)
    courriel = models.EmailField("adresse du payeur", max_length=80)
    saisie = models.CharField("mode", max_length=1, choices=SaisieTipi)
    etat = models.CharField("état", max_length=12, choices=EtatTentative, default=EtatTentative.CREEE)
    #: Letter of the answer, such as ``P``.
    resultat = models.CharField("résultat", max_length=4, blank=True)
    numero_autorisation = models.CharField("n° d’autorisation", max_length=30, blank=True)
    cree_le = models.DateTimeField("créée le")
    terminee_le = models.DateTimeField("terminée le", null=True, blank=True)

    class Meta:
        verbose_name = "tentative de paiement"
        verbose_name_plural = "tentatives de paiement"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="tentative_montant_positif",
                condition=Q(montant__gt=0),
                violation_error_message="Le montant est supérieur à zéro.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.refdet} : {self.montant} €, {self.get_etat_display()}"


class PartTentative(models.Model):
    """The share of an attempt meant for one invoice."""

    tentative = models.ForeignKey(
        TentativePaiement, verbose_name="tentative", on_delete=models.PROTECT, related_name="parts"
    )
    facture = models.ForeignKey(Facture, verbose_name="facture", on_delete=models.PROTECT, related_name="parts")
    montant = models.DecimalField("montant (€)", max_digits=9, decimal_places=2)
    #: True while the attempt is undecided: the database refuses a second open attempt on the same invoice.
    ouverte = models.BooleanField("en cours", default=True)

    class Meta:
        verbose_name = "part d’une tentative"
        verbose_name_plural = "parts d’une tentative"
        constraints = [
            models.UniqueConstraint(name="part_unique", fields=["tentative", "facture"]),
            models.UniqueConstraint(
                name="part_une_tentative_ouverte_par_facture",
                fields=["facture"],
                condition=Q(ouverte=True),
                violation_error_message="Un paiement de cette facture est déjà en cours.",
            ),
            models.CheckConstraint(
                name="part_montant_positif",
                condition=Q(montant__gt=0),
                violation_error_message="Le montant est supérieur à zéro.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.facture} : {self.montant} €"


class NotificationRecue(models.Model):
    """A message received at the notification's address, kept as it came, for inspection."""

    tentative = models.ForeignKey(
        TentativePaiement,
        verbose_name="tentative",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="notifications",
    )
    recue_le = models.DateTimeField("reçue le")
    adresse_ip = models.GenericIPAddressField("adresse", null=True, blank=True)
    #: At most 4,000 characters of the body.
    corps = models.TextField("contenu")
    verdict = models.CharField("suite donnée", max_length=20, choices=VerdictNotification)
    ecarts = models.JSONField("écarts", default=list, blank=True)

    class Meta:
        verbose_name = "notification reçue"
        verbose_name_plural = "notifications reçues"
        ordering = ["-pk"]
        indexes = [models.Index(name="notification_inconnue", fields=["recue_le"], condition=Q(tentative__isnull=True))]

    def __str__(self) -> str:
        return f"{self.recue_le:%d/%m/%Y %H:%M} {self.get_verdict_display()}"
