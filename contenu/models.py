"""What the town says: its identity, its information pages in a menu, its news."""

from __future__ import annotations

from datetime import datetime

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from portail.commun.models import AvecCle

couleur_hexadecimale = RegexValidator(r"^#[0-9A-Fa-f]{6}$", "Écrivez la couleur comme #0B5563.")


class Commune(models.Model):
    """The town that this installation serves; there is one row."""

    nom = models.CharField("nom affiché", max_length=80, help_text="Par exemple « Mairie de Batz-sur-Mer ».")
    commune = models.CharField("commune", max_length=80)
    adresse = models.CharField("adresse", max_length=120)
    code_postal = models.CharField("code postal", max_length=5)
    telephone = models.CharField("téléphone", max_length=20)
    courriel = models.EmailField("adresse électronique du service")
    site = models.URLField("site de la commune", blank=True)
    siret = models.CharField("SIRET", max_length=14, blank=True)
    logo = models.ImageField("logo", upload_to="identite/", blank=True)
    couleur_principale = models.CharField(
        "couleur principale", max_length=7, default="#0B5563", validators=[couleur_hexadecimale]
    )
    couleur_secondaire = models.CharField(
        "couleur secondaire", max_length=7, default="#B4541A", validators=[couleur_hexadecimale]
    )
    zone_scolaire = models.CharField("zone de vacances scolaires", max_length=1, default="B")
    mot_d_accueil = models.TextField("mot d’accueil", blank=True)

    class Meta:
        verbose_name = "commune"
        verbose_name_plural = "identité de la commune"
        constraints = [
            models.CheckConstraint(
                name="commune_une_seule",
                condition=Q(pk=1),
                violation_error_message="Une installation sert une seule commune.",
            )
        ]

    def __str__(self) -> str:
        return self.nom


class PageInformation(AvecCle):
    """A page of the information menu; a page without text is a heading of the menu."""

    titre = models.CharField("titre", max_length=120)
    slug = models.SlugField("adresse", max_length=80, unique=True)
    parent = models.ForeignKey(
        "self", verbose_name="sous", null=True, blank=True, on_delete=models.PROTECT, related_name="enfants"
    )
    ordre = models.PositiveSmallIntegerField("ordre", default=0)
    #: Markdown as typed by staff; sanitised each time it is shown.
    texte = models.TextField("texte", blank=True)
    publiee = models.BooleanField("publiée", default=True)
    modifiee_le = models.DateTimeField("modifiée le", auto_now=True)

    class Meta:
        verbose_name = "page d’information"
        verbose_name_plural = "pages d’information"
        ordering = ["ordre", "titre"]

    def __str__(self) -> str:
        return self.titre


class ActualiteQuerySet(models.QuerySet["Actualite"]):
    def publiees_au(self, maintenant: datetime) -> ActualiteQuerySet:
        return self.filter(Q(publiee_jusqu_au=None) | Q(publiee_jusqu_au__gt=maintenant), publiee_le__lte=maintenant)


class Actualite(AvecCle):
    titre = models.CharField("titre", max_length=120)
    slug = models.SlugField("adresse", max_length=80, unique=True)
    resume = models.TextField("résumé", blank=True)
    texte = models.TextField("texte")
    a_la_une = models.BooleanField("à la une", default=False)
    publiee_le = models.DateTimeField("publiée le", default=timezone.now)
    publiee_jusqu_au = models.DateTimeField("publiée jusqu’au", null=True, blank=True)

    objects = ActualiteQuerySet.as_manager()

    class Meta:
        verbose_name = "actualité"
        verbose_name_plural = "actualités"
        ordering = ["-a_la_une", "-publiee_le"]
        constraints = [
            models.CheckConstraint(
                name="actualite_dates_ordonnees",
                condition=Q(publiee_jusqu_au=None) | Q(publiee_jusqu_au__gt=F("publiee_le")),
                violation_error_message="La fin de publication précède le début.",
            )
        ]

    def __str__(self) -> str:
        return self.titre
