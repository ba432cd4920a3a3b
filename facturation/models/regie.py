from decimal import Decimal

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q

from facturation.enums import SaisieTipi
from portail.commun.models import AvecCle
from reservations.models import Etablissement


class Regie(AvecCle):
    """Who collects: « REGIE PERISCOLAIRE/ALSH/ESPACE JEUNES »."""

    code = models.SlugField("code", max_length=20, unique=True)
    nom = models.CharField("nom", max_length=120)
    #: Six digits given by the DGFiP; leading zeros count.
    numcli = models.CharField(
        "numéro client TIPI",
        max_length=6,
        blank=True,
        validators=[RegexValidator(r"^\d{6}$", "Six chiffres, zéros compris.")],
    )
    saisie = models.CharField("mode TIPI", max_length=1, choices=SaisieTipi, default=SaisieTipi.TEST)
    #: Bounds of one online payment, in euros, both included.
    montant_minimum = models.DecimalField("minimum en ligne (€)", max_digits=9, decimal_places=2, default=1)
    montant_maximum = models.DecimalField("maximum en ligne (€)", max_digits=9, decimal_places=2, default="9999.99")
    #: Days between the issue and the last date to pay.
    delai_paiement_jours = models.PositiveSmallIntegerField("délai de paiement (jours)", default=30)
    #: A household that is overdue by that much, or more, books nothing more; empty: unpaid invoices never block.
    seuil_impayes = models.DecimalField(
        "impayés qui empêchent de réserver (€)",
        max_digits=9,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01"))],
        help_text="Total des factures en retard à partir duquel une famille ne peut plus réserver. Vide : jamais.",
    )
    regisseur = models.CharField("régisseur", max_length=120, blank=True)
    courriel = models.EmailField("adresse électronique", blank=True)

    class Meta:
        verbose_name = "régie"
        verbose_name_plural = "régies"
        ordering = ["nom"]
        constraints = [
            models.CheckConstraint(
                name="regie_bornes_ordonnees",
                condition=Q(montant_minimum__gte=0, montant_maximum__gte=F("montant_minimum")),
                violation_error_message="Le minimum dépasse le maximum.",
            )
        ]

    def __str__(self) -> str:
        return self.nom


class RegieEtablissement(models.Model):
    """An établissement is billed by one régie."""

    etablissement = models.OneToOneField(
        Etablissement, verbose_name="établissement", on_delete=models.PROTECT, related_name="regie_liee"
    )
    regie = models.ForeignKey(Regie, verbose_name="régie", on_delete=models.PROTECT, related_name="etablissements_lies")

    class Meta:
        verbose_name = "établissement de la régie"
        verbose_name_plural = "établissements de la régie"

    def __str__(self) -> str:
        return f"{self.etablissement} → {self.regie}"


class Compteur(models.Model):
    """Last number given in a series of a régie; incremented in the very transaction that writes the document."""

    regie = models.ForeignKey(Regie, verbose_name="régie", on_delete=models.PROTECT, related_name="compteurs")
    #: ``facture``, ``quittance``…
    serie = models.CharField("série", max_length=20)
    valeur = models.PositiveIntegerField("dernier numéro", default=0)

    class Meta:
        verbose_name = "compteur"
        verbose_name_plural = "compteurs"
        constraints = [models.UniqueConstraint(name="compteur_unique", fields=["regie", "serie"])]

    def __str__(self) -> str:
        return f"{self.regie} {self.serie} : {self.valeur}"
