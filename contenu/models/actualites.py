"""The news, and who reads them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string

from contenu.enums import PublicActualite
from portail.commun.dates import aujourdhui
from portail.commun.models import AvecCle


class ActualiteQuerySet(models.QuerySet["Actualite"]):
    def publiees_au(self, maintenant: datetime) -> ActualiteQuerySet:
        return self.filter(Q(publiee_jusqu_au=None) | Q(publiee_jusqu_au__gt=maintenant), publiee_le__lte=maintenant)

    def lisibles_par(self, utilisateur: Any, maintenant: datetime) -> ActualiteQuerySet:
        """Keep what this reader may read now: the only door of every page, list and search that shows news.

        Who writes the news reads them all, unless acting for a household: then as that household.
        """
        publiees = self.publiees_au(maintenant)
        if not utilisateur.is_authenticated:
            return publiees.filter(public=PublicActualite.TOUS)
        pour_un_foyer = getattr(utilisateur, "agit_pour", None) is not None
        if utilisateur.is_staff and not pour_un_foyer and utilisateur.has_perm("contenu.view_actualite"):
            return publiees
        siennes = Q(pk__in=[])
        for cles in import_string(settings.PUBLICS_DES_FAMILLES)(utilisateur, aujourdhui(maintenant)):
            siennes |= Q(cle__in=cles)
        concernees = CibleActualite.objects.filter(siennes, actualite=OuterRef("pk"))
        return publiees.exclude(Q(public=PublicActualite.CIBLES) & ~Exists(concernees))


class Actualite(AvecCle):
    titre = models.CharField("titre", max_length=120)
    slug = models.SlugField("adresse", max_length=80, unique=True)
    resume = models.TextField("résumé", blank=True)
    texte = models.TextField("texte")
    a_la_une = models.BooleanField("à la une", default=False)
    public = models.CharField("pour", max_length=10, choices=PublicActualite, default=PublicActualite.TOUS)
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

    @property
    def reservee(self) -> str:
        """What is said of who reads it, when not everybody does."""
        mots = {PublicActualite.FAMILLES: "Pour les familles", PublicActualite.CIBLES: "Pour votre famille"}
        return mots.get(PublicActualite(self.public), "")


class CibleActualite(models.Model):
    """A school or an accueil whose families read a news. Known by a key only: this app is below theirs."""

    actualite = models.ForeignKey(Actualite, on_delete=models.CASCADE, related_name="cibles")
    #: Such as ``ecole-3`` or ``accueil-<UUID>``.
    cle = models.CharField("clé", max_length=60)
    nom = models.CharField("nom", max_length=160)

    class Meta:
        verbose_name = "public d’une actualité"
        verbose_name_plural = "publics d’une actualité"
        ordering = ["nom"]
        constraints = [models.UniqueConstraint(name="cible_actualite_unique", fields=["actualite", "cle"])]

    def __str__(self) -> str:
        return self.nom
