"""Steps of the unsent edits, so that the last gesture can be undone."""

from __future__ import annotations

from django.db import models

from familles.models import Famille
from reservations.enums import Sens
from reservations.models.demande import Reservation
from reservations.models.offre import Creneau


class PasBrouillon(models.Model):
    """One gesture on the plannings of a household: a few ticks, a filling, a copy; forgotten once sent."""

    famille = models.ForeignKey(Famille, verbose_name="famille", on_delete=models.CASCADE, related_name="+")
    libelle = models.CharField("geste", max_length=120)
    le = models.DateTimeField("le")

    class Meta:
        verbose_name = "geste du brouillon"
        verbose_name_plural = "gestes du brouillon"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.libelle} ({self.famille})"


class LignePas(models.Model):
    """What one day was before the gesture: nothing, to book, or to cancel."""

    pas = models.ForeignKey(PasBrouillon, verbose_name="geste", on_delete=models.CASCADE, related_name="lignes")
    reservation = models.ForeignKey(Reservation, verbose_name="réservation", on_delete=models.CASCADE, related_name="+")
    creneau = models.ForeignKey(Creneau, verbose_name="créneau", on_delete=models.CASCADE, related_name="+")
    #: Empty: the day had no unsent edit.
    avant = models.CharField("avant", max_length=10, choices=Sens, blank=True)
    #: Hours that the edit had, for a prestation by the hour.
    arrivee = models.TimeField("arrivée", null=True, blank=True)
    depart = models.TimeField("départ", null=True, blank=True)

    class Meta:
        verbose_name = "jour d’un geste du brouillon"
        verbose_name_plural = "jours d’un geste du brouillon"
        constraints = [models.UniqueConstraint(name="ligne_pas_unique", fields=["pas", "reservation", "creneau"])]

    def __str__(self) -> str:
        return f"{self.pas} {self.creneau} {self.avant or 'rien'}"
