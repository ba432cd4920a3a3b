"""The toolbox: files that the town lets everyone download."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify

from contenu.enums import FormatFichier
from contenu.models.pages import PageInformation
from portail.commun.models import AvecCle

EXTENSIONS = {FormatFichier.PDF: "pdf", FormatFichier.JPEG: "jpg", FormatFichier.PNG: "png"}
KILO = 1024
MEGA = KILO * KILO


class TelechargementQuerySet(models.QuerySet["Telechargement"]):
    def publies_au(self, maintenant: datetime) -> TelechargementQuerySet:
        """Keep what people may download now; what hangs under an unpublished page is not shown."""
        page_lisible = Q(page=None) | (Q(page__publiee=True) & (Q(page__parent=None) | Q(page__parent__publiee=True)))
        ouvert = Q(publie_jusqu_au=None) | Q(publie_jusqu_au__gt=maintenant)
        return self.filter(page_lisible, ouvert, publie_le__lte=maintenant)


class Telechargement(AvecCle):
    """A file with its title; its bytes are a row too, so that neither is ever there without the other."""

    titre = models.CharField("titre", max_length=120)
    description = models.CharField(
        "précision", max_length=200, blank=True, help_text="Une phrase : ce que contient le fichier, à quoi il sert."
    )
    #: Heading or page of the menu under which it is listed; none: on the page of downloads only.
    page = models.ForeignKey(
        PageInformation,
        verbose_name="rubrique ou page",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="telechargements",
        help_text="Il y est proposé. Sous une rubrique, il figure aussi dans le menu.",
    )
    ordre = models.PositiveSmallIntegerField("ordre", default=0)
    publie_le = models.DateTimeField("publié le", default=timezone.now)
    publie_jusqu_au = models.DateTimeField("publié jusqu’au", null=True, blank=True)
    format = models.CharField("format", max_length=20, choices=FormatFichier, editable=False)
    octets = models.PositiveIntegerField("taille en octets", editable=False)
    pages = models.PositiveSmallIntegerField("pages", default=1, editable=False)
    empreinte = models.CharField("SHA-256", max_length=64, editable=False)
    modifie_le = models.DateTimeField("modifié le", auto_now=True)

    objects = TelechargementQuerySet.as_manager()

    class Meta:
        verbose_name = "fichier à télécharger"
        verbose_name_plural = "fichiers à télécharger"
        ordering = ["ordre", "titre"]
        constraints = [
            models.CheckConstraint(
                name="telechargement_dates_ordonnees",
                condition=Q(publie_jusqu_au=None) | Q(publie_jusqu_au__gt=F("publie_le")),
                violation_error_message="La fin de publication précède le début.",
            )
        ]

    def __str__(self) -> str:
        return self.titre

    def get_absolute_url(self) -> str:
        return reverse("contenu:telecharger", kwargs={"cle": self.cle})

    @property
    def nom_de_fichier(self) -> str:
        return f"{slugify(self.titre)[:80] or 'document'}.{EXTENSIONS[FormatFichier(self.format)]}"

    @property
    def sorte_et_taille(self) -> str:
        """« PDF, 120 Ko »: what a person wants to know before a download."""
        return sorte_et_taille(self.format, self.octets)


def sorte_et_taille(format_fichier: str, octets: int) -> str:
    if octets >= MEGA:
        taille = f"{octets / MEGA:.1f}".replace(".", ",") + "\u00a0Mo"
    else:
        taille = f"{max(round(octets / KILO), 1)}\u00a0Ko"
    return f"{FormatFichier(format_fichier).label}, {taille}"


class ContenuTelechargement(models.Model):
    """The bytes, apart from what lists read."""

    telechargement = models.OneToOneField(
        Telechargement, primary_key=True, on_delete=models.CASCADE, related_name="contenu"
    )
    octets = models.BinaryField("contenu")

    class Meta:
        verbose_name = "contenu d’un fichier"
        verbose_name_plural = "contenus des fichiers"

    def __str__(self) -> str:
        return f"Contenu de « {self.telechargement} »"
