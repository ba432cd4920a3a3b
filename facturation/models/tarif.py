from __future__ import annotations

from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from portail.commun.contraintes import MemeObjet, PeriodeDeDates
from reservations.models import Prestation


class TarifQuerySet(models.QuerySet["Tarif"]):
    def valables_entre(self, du: date, au: date) -> TarifQuerySet:
        return self.filter(Q(au=None) | Q(au__gte=du), du__lte=au)


class Tarif(models.Model):
    """What one prestation costs for one day, voted and dated; never changed for days that are billed."""

    prestation = models.ForeignKey(
        Prestation, verbose_name="prestation", on_delete=models.PROTECT, related_name="tarifs"
    )
    du = models.DateField("à partir du")
    #: Included; empty as long as nothing replaces it.
    au = models.DateField("jusqu’au", null=True, blank=True)
    #: Flat price, and the price of a household whose quotient is not known.
    montant = models.DecimalField("montant (€)", max_digits=9, decimal_places=2)

    objects = TarifQuerySet.as_manager()

    class Meta:
        verbose_name = "tarif"
        verbose_name_plural = "tarifs"
        ordering = ["prestation", "-du"]
        constraints = [
            models.CheckConstraint(
                name="tarif_montant_positif",
                condition=Q(montant__gte=0),
                violation_error_message="Un tarif n’est pas négatif.",
            ),
            models.CheckConstraint(
                name="tarif_dates_ordonnees",
                condition=Q(au=None) | Q(au__gte=F("du")),
                violation_error_message="La fin précède le début.",
            ),
            ExclusionConstraint(
                name="tarif_sans_chevauchement",
                expressions=[
                    (MemeObjet("prestation"), RangeOperators.OVERLAPS),
                    (PeriodeDeDates(), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Un autre tarif de cette prestation vaut déjà à ces dates.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prestation} : {self.montant} € à partir du {self.du:%d/%m/%Y}"


class TrancheTarif(models.Model):
    """Price from a quotient (included) up to the next bracket."""

    tarif = models.ForeignKey(Tarif, verbose_name="tarif", on_delete=models.CASCADE, related_name="tranches")
    qf_minimum = models.PositiveIntegerField("quotient à partir de")
    montant = models.DecimalField("montant (€)", max_digits=9, decimal_places=2)

    class Meta:
        verbose_name = "tranche"
        verbose_name_plural = "tranches"
        ordering = ["tarif", "qf_minimum"]
        constraints = [
            models.UniqueConstraint(
                name="tranche_unique",
                fields=["tarif", "qf_minimum"],
                violation_error_message="Ce tarif a déjà une tranche à partir de ce quotient.",
            ),
            models.CheckConstraint(
                name="tranche_montant_positif",
                condition=Q(montant__gte=0),
                violation_error_message="Un tarif n’est pas négatif.",
            ),
        ]

    def __str__(self) -> str:
        return f"à partir de {self.qf_minimum} : {self.montant} €"
