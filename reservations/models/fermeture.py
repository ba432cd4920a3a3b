"""Exceptional closures: who decided them, which days they close, and which bookings they cancelled."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q, QuerySet

from portail.commun.models import AvecCle
from reservations.enums import EtatPresence
from reservations.models.demande import Presence
from reservations.models.offre import Accueil, Creneau, Etablissement, Prestation


class Fermeture(AvecCle):
    """Days on which a site, an accueil or a prestation does not open; none of the three: the whole town."""

    etablissement = models.ForeignKey(
        Etablissement,
        verbose_name="établissement",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="fermetures",
    )
    accueil = models.ForeignKey(
        Accueil, verbose_name="accueil", null=True, blank=True, on_delete=models.PROTECT, related_name="fermetures"
    )
    prestation = models.ForeignKey(
        Prestation, verbose_name="prestation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    du = models.DateField("du")
    #: Included.
    au = models.DateField("au")
    motif = models.CharField("motif, tel que les familles le lisent", max_length=200)
    #: Days of the range that opened again.
    jours_rouverts = ArrayField(models.DateField(), verbose_name="jours rouverts", default=list, blank=True)
    decidee_le = models.DateTimeField("décidée le")
    decidee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="décidée par", on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = "fermeture"
        verbose_name_plural = "fermetures"
        ordering = ["-du", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="fermeture_dates_ordonnees",
                condition=Q(au__gte=F("du")),
                violation_error_message="La fin de la fermeture précède son début.",
            ),
            models.CheckConstraint(
                name="fermeture_une_cible",
                condition=Q(accueil=None, prestation=None)
                | Q(etablissement=None, prestation=None)
                | Q(etablissement=None, accueil=None),
                violation_error_message="Choisissez un seul des trois : établissement, accueil ou prestation.",
            ),
        ]

    def __str__(self) -> str:
        dates = f"le {self.du:%d/%m/%Y}" if self.du == self.au else f"du {self.du:%d/%m/%Y} au {self.au:%d/%m/%Y}"
        return f"{self.cible_en_mots}, {dates}"

    @property
    def cible_en_mots(self) -> str:
        return str(self.prestation or self.accueil or self.etablissement or "Tous les établissements")

    def creneaux(self) -> QuerySet[Creneau]:
        """Return the days that it closes or would close, those that opened again left out."""
        visees = Creneau.objects.filter(jour__range=(self.du, self.au)).exclude(jour__in=self.jours_rouverts)
        if self.prestation_id:
            return visees.filter(prestation=self.prestation_id)
        if self.accueil_id:
            return visees.filter(prestation__periode__accueil=self.accueil_id)
        if self.etablissement_id:
            return visees.filter(prestation__periode__accueil__etablissement=self.etablissement_id)
        return visees

    def couvre(self, creneau: Creneau) -> bool:
        """Does it close this day? The prestation, its période and its accueil must be loaded."""
        accueil = creneau.prestation.periode.accueil
        return (
            self.du <= creneau.jour <= self.au
            and creneau.jour not in self.jours_rouverts
            and self.prestation_id in {None, creneau.prestation_id}
            and self.accueil_id in {None, accueil.pk}
            and self.etablissement_id in {None, accueil.etablissement_id}
        )

    def rouverts(self, du: date, au: date) -> list[date]:
        return [jour for jour in self.jours_rouverts if du <= jour <= au]


class JourAnnule(models.Model):
    """One booking that a closure cancelled, with the state it had: reopening the day can give it back."""

    fermeture = models.ForeignKey(Fermeture, on_delete=models.PROTECT, related_name="jours_annules")
    presence = models.ForeignKey(Presence, on_delete=models.PROTECT, related_name="+")
    etat_avant = models.CharField(max_length=22, choices=EtatPresence)
    rendu_le = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "jour annulé"
        verbose_name_plural = "jours annulés"
        constraints = [
            models.UniqueConstraint(name="jour_annule_unique", fields=["presence"], condition=Q(rendu_le=None))
        ]

    def __str__(self) -> str:
        return f"{self.presence} ({self.get_etat_avant_display()})"
