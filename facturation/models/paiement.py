from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, Sum, When
from django.db.models.functions import Coalesce

from facturation.enums import EtatPaiement, ModePaiement
from facturation.models.facture import Facture
from facturation.models.regie import Regie
from familles.models import Famille
from portail.commun.dates import aujourdhui
from portail.commun.models import AvecCle
from portail.commun.montants import en_euros


class PaiementQuerySet(models.QuerySet["Paiement"]):
    def a_valider(self) -> PaiementQuerySet:
        """Keep what waits for the régisseur's check."""
        return self.filter(etat=EtatPaiement.EN_ATTENTE)

    def avec_non_affecte(self) -> PaiementQuerySet:
        """Add ``non_affecte``: what no invoice took of it, null for a cancelled payment."""
        affecte = Coalesce(Sum("affectations__montant"), Decimal(0), output_field=models.DecimalField())
        reste = Case(When(etat=EtatPaiement.ANNULE, then=Decimal(0)), default=F("montant") - affecte)
        return self.annotate(non_affecte=reste)


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

    objects = PaiementQuerySet.as_manager()

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
        return f"{self.get_mode_display()}, {en_euros(self.montant)}, {aujourdhui(self.recu_le):%d/%m/%Y}"

    @property
    def par_mode(self) -> str:
        """« par TIPI », « par chèque »: how the account's lines name it, in the tutorial's words."""
        if self.mode in {ModePaiement.TIPI, ModePaiement.PRELEVEMENT_EN_LIGNE}:
            return "par TIPI" if self.mode == ModePaiement.TIPI else "par TIPI, prélèvement"
        return f"par {ModePaiement(self.mode).label.lower()}"

    @property
    def numero_affiche(self) -> str:
        """Receipt number on five digits, like the invoices'; empty until the payment is validated."""
        return f"{self.numero:05d}" if self.numero else ""


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
