"""The information pages in a menu, and the news."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import BooleanField, ExpressionWrapper, F, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from portail.commun.models import AvecCle

#: Each heading, then what is under it.
ORDRE_DU_MENU = (
    Coalesce("parent__ordre", "ordre").asc(),
    Coalesce("parent__titre", "titre").asc(),
    F("parent").asc(nulls_first=True),
    F("ordre").asc(),
    F("titre").asc(),
)


class PageInformationQuerySet(models.QuerySet["PageInformation"]):
    def publiees(self) -> PageInformationQuerySet:
        """Keep the pages that people read: a page under an unpublished heading is not."""
        return self.filter(Q(parent=None) | Q(parent__publiee=True), publiee=True)

    def avec_a_un_texte(self) -> PageInformationQuerySet:
        return self.annotate(a_un_texte=ExpressionWrapper(~Q(texte=""), output_field=BooleanField()))


class PageInformation(AvecCle):
    """A page of the information menu, which has two levels; a page without text is a heading of the menu."""

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

    objects = PageInformationQuerySet.as_manager()

    class Meta:
        verbose_name = "page d’information"
        verbose_name_plural = "pages d’information"
        ordering = ["ordre", "titre"]

    def __str__(self) -> str:
        return self.titre

    def get_absolute_url(self) -> str:
        return reverse("contenu:page", kwargs={"slug": self.slug})

    def clean(self) -> None:
        if self.parent_id is None:
            return
        if self.parent_id == self.pk or (self.parent and self.parent.parent_id):
            raise ValidationError({"parent": "Le menu a deux niveaux : choisissez une rubrique du premier."})
        if self.pk and self.enfants.exists():
            raise ValidationError({"parent": "Cette page a des sous-pages : elle reste au premier niveau."})


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

    def get_absolute_url(self) -> str:
        return reverse("contenu:actualite", kwargs={"slug": self.slug})
