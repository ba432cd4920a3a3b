"""The information pages in a menu."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import BooleanField, ExpressionWrapper, F, Q
from django.db.models.functions import Coalesce
from django.urls import reverse

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
