from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from facturation.enums import EtatPaiement, ModePaiement
from facturation.models.facture import Facture
from facturation.models.regie import Regie
from familles.models import Famille
from portail.commun.models import AvecCle


class Paiement(AvecCle):
    """Money received by a régie from a household, allotted to its invoices."""

    regie = models.ForeignKey(Regie, verbose_name="régie", on_delete=models.PROTECT, related_name="paiements")
    famille = models.ForeignKey(Famille, verbose_name="famille", on_delete=models.PROTECT, related_name="paiements")
    #: Receipt number (quittance), unbroken in its régie, given when the payment is validated.
    numero = models.PositiveIntegerField("n° de quittance", null=True, blank=True, editable=False)
    montant = models.DecimalField("montant (€)", max_digits=9, decimal_places=2)
    mode = models.CharField("mode", max_length=22, choices=ModePaiement)
    etat = models.CharField("état", max_length=12, choices=EtatPaiement, default=EtatPaiement.EN_ATTENTE)
    recu_le = models.DateTimeField("reçu le")
    #: Bank's authorisation, cheque number… as the means of payment has it.
    reference = models.CharField("référence", max_length=60, blank=True)
    #: Set for an online payment: one attempt pays once, whatever is notified.
    tentative = models.OneToOneField(
        "facturation.TentativePaiement",
        verbose_name="tentative",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="paiement",
    )
    valide_le = models.DateTimeField("validé le", null=True, blank=True)
    valide_par = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="validé par",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    annule_le = models.DateTimeField("annulé le", null=True, blank=True)
    motif_annulation = models.CharField("motif d’annulation", max_length=200, blank=True)

    class Meta:
        verbose_name = "paiement"
        verbose_name_plural = "paiements"
        ordering = ["-recu_le", "-pk"]
        constraints = [
            models.UniqueConstraint(name="paiement_numero_unique", fields=["regie", "numero"]),
            models.CheckConstraint(
                name="paiement_montant_positif",
                condition=Q(montant__gt=0),
                violation_error_message="Un paiement est supérieur à zéro.",
            ),
            models.CheckConstraint(
                name="paiement_valide_numerote",
                condition=~Q(etat=EtatPaiement.VALIDE) | Q(numero__isnull=False, valide_le__isnull=False),
                violation_error_message="Un paiement validé porte un numéro et une date.",
            ),
            models.CheckConstraint(
                name="paiement_annulation_motivee",
                condition=Q(etat=EtatPaiement.ANNULE, annule_le__isnull=False) & ~Q(motif_annulation="")
                | (~Q(etat=EtatPaiement.ANNULE) & Q(annule_le=None)),
                violation_error_message="Une annulation se motive et se date.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_mode_display()} {self.montant} € du {self.recu_le:%d/%m/%Y}"


class Affectation(models.Model):
    """The share of a payment that settles one invoice. Kept when the payment is cancelled."""

    paiement = models.ForeignKey(
        Paiement, verbose_name="paiement", on_delete=models.PROTECT, related_name="affectations"
    )
    facture = models.ForeignKey(Facture, verbose_name="facture", on_delete=models.PROTECT, related_name="affectations")
    montant = models.DecimalField("montant (€)", max_digits=9, decimal_places=2)

    class Meta:
        verbose_name = "affectation"
        verbose_name_plural = "affectations"
        constraints = [
            models.UniqueConstraint(name="affectation_unique", fields=["paiement", "facture"]),
            models.CheckConstraint(
                name="affectation_montant_positif",
                condition=Q(montant__gt=0),
                violation_error_message="Une affectation est supérieure à zéro.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.montant} € → {self.facture}"
