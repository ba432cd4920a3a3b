"""Rules of an accueil that a household accepts before it books: dated versions, and who accepted which."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q, Value

from familles.models import Famille
from portail.commun.models import AvecCle
from reservations.models.offre import Accueil, Etablissement


class Reglement(AvecCle):
    """One règlement intérieur, for one accueil, one établissement, or all of them."""

    nom = models.CharField("nom", max_length=120, unique=True)
    etablissement = models.ForeignKey(
        Etablissement,
        verbose_name="établissement",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reglements",
        help_text="Vide, comme l’accueil : le règlement vaut partout.",
    )
    accueil = models.ForeignKey(
        Accueil, verbose_name="accueil", null=True, blank=True, on_delete=models.PROTECT, related_name="reglements"
    )
    actif = models.BooleanField("demandé aux familles", default=True)

    class Meta:
        verbose_name = "règlement intérieur"
        verbose_name_plural = "règlements intérieurs"
        ordering = ["nom"]
        constraints = [
            models.CheckConstraint(
                name="reglement_une_portee",
                condition=Q(etablissement=None) | Q(accueil=None),
                violation_error_message="Choisissez un établissement ou un accueil, pas les deux.",
            )
        ]

    def __str__(self) -> str:
        return self.nom


class VersionReglementQuerySet(models.QuerySet["VersionReglement"]):
    def publiees(self, maintenant: datetime | Value) -> VersionReglementQuerySet:
        """Keep what families may read: published, in force or to come."""
        return self.filter(publiee_le__lte=maintenant)


class VersionReglement(AvecCle):
    """One text of a règlement, frozen once published; the newest published one is the one to accept."""

    reglement = models.ForeignKey(
        Reglement, verbose_name="règlement", on_delete=models.PROTECT, related_name="versions"
    )
    numero = models.PositiveSmallIntegerField("version")
    texte = models.TextField("texte", help_text="Titres avec « ## », listes avec « - ».")
    changements = models.CharField(
        "ce qui change", max_length=300, blank=True, help_text="Ce que la famille lit avant d’accepter à nouveau."
    )
    #: Empty: a draft, that families do not see and that may still be written.
    publiee_le = models.DateTimeField("publiée le", null=True, blank=True, editable=False)

    objects = VersionReglementQuerySet.as_manager()

    class Meta:
        verbose_name = "version d’un règlement"
        verbose_name_plural = "versions des règlements"
        ordering = ["reglement", "-numero"]
        constraints = [
            models.UniqueConstraint(
                name="version_reglement_unique",
                fields=["reglement", "numero"],
                violation_error_message="Ce règlement a déjà une version de ce numéro.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.reglement}, version {self.numero}"


class AcceptationReglement(models.Model):
    """A household accepted one version: who, when. Append-only."""

    version = models.ForeignKey(
        VersionReglement, verbose_name="version", on_delete=models.PROTECT, related_name="acceptations"
    )
    famille = models.ForeignKey(Famille, verbose_name="famille", on_delete=models.PROTECT, related_name="+")
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="acceptée par", on_delete=models.PROTECT, related_name="+"
    )
    acceptee_le = models.DateTimeField("acceptée le")

    class Meta:
        verbose_name = "acceptation d’un règlement"
        verbose_name_plural = "acceptations des règlements"
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(name="acceptation_reglement_unique", fields=["version", "famille"])]

    def __str__(self) -> str:
        return f"{self.famille} – {self.version}"
