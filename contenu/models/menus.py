"""The menus of the canteen, by week."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse

from contenu.enums import Allergene, Label, Service


class SemaineDeMenusQuerySet(models.QuerySet["SemaineDeMenus"]):
    def publiees(self) -> SemaineDeMenusQuerySet:
        return self.filter(publiee=True)

    def avec_les_plats(self) -> SemaineDeMenusQuerySet:
        return self.prefetch_related("jours__plats")


class SemaineDeMenus(models.Model):
    """The meals of one week, for every canteen of the town or for one accueil."""

    #: A Monday.
    lundi = models.DateField("semaine du lundi")
    #: Key of an accueil, known by its key only: this app is below the one of reservations. Empty: all.
    accueil_cle = models.UUIDField("pour l’accueil", null=True, blank=True)
    accueil_nom = models.CharField("nom de l’accueil", max_length=120, blank=True, editable=False)
    publiee = models.BooleanField("publiée", default=False)
    #: Grows at each writing, so that two agents at once do not lose what the other typed.
    version = models.PositiveIntegerField("version", default=0, editable=False)
    modifiee_le = models.DateTimeField("modifiée le", auto_now=True)

    objects = SemaineDeMenusQuerySet.as_manager()

    class Meta:
        verbose_name = "semaine de menus"
        verbose_name_plural = "menus de la cantine"
        ordering = ["-lundi", "accueil_nom"]
        constraints = [
            models.UniqueConstraint(
                name="semaine_de_menus_unique",
                fields=["lundi", "accueil_cle"],
                nulls_distinct=False,
                violation_error_message="Les menus de cette semaine existent déjà : ouvrez-les dans la liste.",
            ),
            models.CheckConstraint(
                name="semaine_de_menus_un_lundi",
                condition=Q(lundi__iso_week_day=1),
                violation_error_message="Une semaine de menus commence un lundi.",
            ),
        ]

    def __str__(self) -> str:
        return f"Semaine du {self.lundi:%d/%m/%Y}{f' – {self.accueil_nom}' if self.accueil_nom else ''}"

    def get_absolute_url(self) -> str:
        return reverse("contenu:menus_de_la_semaine", kwargs={"lundi": self.lundi.isoformat()})


class JourDeMenu(models.Model):
    """One day of a week of menus, when it says something: dishes, or a word such as « Repas de Noël »."""

    semaine = models.ForeignKey(SemaineDeMenus, on_delete=models.CASCADE, related_name="jours")
    jour = models.DateField("jour")
    mention = models.CharField("mention", max_length=80, blank=True)

    class Meta:
        verbose_name = "jour de menu"
        verbose_name_plural = "jours de menu"
        ordering = ["jour"]
        constraints = [models.UniqueConstraint(name="jour_de_menu_unique", fields=["semaine", "jour"])]

    def __str__(self) -> str:
        return f"Menu du {self.jour:%d/%m/%Y}"


class PlatDuJour(models.Model):
    """One dish."""

    jour = models.ForeignKey(JourDeMenu, on_delete=models.CASCADE, related_name="plats")
    service = models.CharField("service", max_length=20, choices=Service)
    rang = models.PositiveSmallIntegerField("rang", default=0, editable=False)
    nom = models.CharField("plat", max_length=120)
    labels = ArrayField(models.CharField(max_length=20, choices=Label), verbose_name="labels", default=list, blank=True)
    allergenes = ArrayField(
        models.CharField(max_length=20, choices=Allergene), verbose_name="allergènes", default=list, blank=True
    )

    class Meta:
        verbose_name = "plat"
        verbose_name_plural = "plats"
        ordering = ["rang"]
        constraints = [
            models.UniqueConstraint(name="plat_du_jour_unique", fields=["jour", "service"]),
            models.CheckConstraint(
                name="plat_du_jour_nomme", condition=~Q(nom=""), violation_error_message="Écrivez le nom du plat."
            ),
        ]

    def __str__(self) -> str:
        return self.nom
