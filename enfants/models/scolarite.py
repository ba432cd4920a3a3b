"""School years: where each child was, and the passages that were made."""

from __future__ import annotations

from django.db import models

from enfants import regles
from enfants.enums import Niveau
from enfants.models.enfant import Classe, Ecole, Enfant
from familles.models import Utilisateur


class PassageAnnee(models.Model):
    """The yearly passage to the next class, made once for a school year."""

    #: Calendar year in which the new school year begins.
    annee = models.PositiveSmallIntegerField("rentrée", unique=True)
    le = models.DateTimeField("fait le")
    auteur = models.ForeignKey(Utilisateur, verbose_name="fait par", on_delete=models.PROTECT, related_name="+")
    nombre = models.PositiveIntegerField("enfants passés", default=0)

    class Meta:
        verbose_name = "passage d’année"
        verbose_name_plural = "passages d’année"
        ordering = ["-annee"]

    def __str__(self) -> str:
        return regles.libelle_annee(self.annee)


class Scolarite(models.Model):
    """Where a child was in a past school year; the present one is on the child."""

    enfant = models.ForeignKey(Enfant, verbose_name="enfant", on_delete=models.PROTECT, related_name="scolarites")
    annee = models.PositiveSmallIntegerField("année scolaire commencée en")
    ecole = models.ForeignKey(
        Ecole, verbose_name="école", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    classe = models.ForeignKey(
        Classe, verbose_name="classe", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    niveau = models.CharField("niveau", max_length=6, choices=Niveau, blank=True)

    class Meta:
        verbose_name = "scolarité"
        verbose_name_plural = "scolarités"
        ordering = ["-annee"]
        constraints = [
            models.UniqueConstraint(
                name="scolarite_unique",
                fields=["enfant", "annee"],
                violation_error_message="La scolarité de cette année est déjà connue.",
            )
        ]

    def __str__(self) -> str:
        return f"{regles.libelle_annee(self.annee)} {self.get_niveau_display()}"
