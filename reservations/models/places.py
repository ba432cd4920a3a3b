"""What several prestations share: the places of a room on a day, and the choices that go together or not."""

from __future__ import annotations

from datetime import date

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from portail.commun.models import AvecCle
from reservations.enums import GenreLien
from reservations.models.offre import Etablissement, Prestation


class Salle(AvecCle):
    """Places of a day that several prestations share, of one période or of several: a room, a team, a coach."""

    etablissement = models.ForeignKey(
        Etablissement, verbose_name="établissement", on_delete=models.PROTECT, related_name="salles"
    )
    nom = models.CharField("nom", max_length=80)
    capacite_par_jour = models.PositiveIntegerField("places par jour", default=30, validators=[MinValueValidator(1)])

    class Meta:
        verbose_name = "salle partagée"
        verbose_name_plural = "salles partagées"
        ordering = ["etablissement", "nom"]
        constraints = [
            models.UniqueConstraint(
                name="salle_nom_unique",
                fields=["etablissement", "nom"],
                violation_error_message="Cet établissement a déjà une salle de ce nom.",
            )
        ]

    def __str__(self) -> str:
        return self.nom


class JourSalleQuerySet(models.QuerySet["JourSalle"]):
    def entre(self, du: date, au: date) -> JourSalleQuerySet:
        """Keep the days of a range, both ends included."""
        return self.filter(jour__range=(du, au))


class JourSalle(models.Model):
    """One room on one day. Made by the database with the first créneau that uses it."""

    salle = models.ForeignKey(Salle, verbose_name="salle", on_delete=models.PROTECT, related_name="jours")
    jour = models.DateField("jour")
    capacite = models.PositiveIntegerField("places")
    #: Sum of the places taken on the créneaux of that room; moved with them, by a conditional UPDATE.
    places_prises = models.PositiveIntegerField("places prises", default=0)

    objects = JourSalleQuerySet.as_manager()

    class Meta:
        verbose_name = "jour d’une salle partagée"
        verbose_name_plural = "jours des salles partagées"
        ordering = ["jour", "salle"]
        constraints = [
            models.UniqueConstraint(name="jour_salle_unique", fields=["salle", "jour"]),
            models.CheckConstraint(
                name="jour_salle_places_entre_zero_et_capacite",
                condition=Q(places_prises__gte=0, places_prises__lte=F("capacite")),
                violation_error_message="La capacité ne peut pas descendre sous le nombre de places prises.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.salle} {self.jour:%d/%m/%Y}"

    @property
    def places_libres(self) -> int:
        return self.capacite - self.places_prises


class LienPrestation(models.Model):
    """On one day, for one child, one choice requires another (any of those it names), excludes it, or brings it."""

    prestation = models.ForeignKey(
        Prestation, verbose_name="prestation", on_delete=models.CASCADE, related_name="liens"
    )
    genre = models.CharField("lien", max_length=10, choices=GenreLien)
    autre = models.ForeignKey(
        Prestation, verbose_name="autre prestation", on_delete=models.CASCADE, related_name="liens_inverses"
    )

    class Meta:
        verbose_name = "lien entre prestations"
        verbose_name_plural = "liens entre prestations"
        ordering = ["prestation", "genre", "autre"]
        constraints = [
            models.UniqueConstraint(
                name="lien_prestation_unique",
                fields=["prestation", "autre"],
                violation_error_message="Ces deux prestations sont déjà liées.",
            ),
            models.CheckConstraint(
                name="lien_prestation_entre_deux",
                condition=~Q(prestation=F("autre")),
                violation_error_message="Une prestation n’est pas liée à elle-même.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prestation.nom_court} {self.get_genre_display()} {self.autre.nom_court}"
