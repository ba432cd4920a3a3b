"""The allotment of the places of a pre-booking window: a proposal, line by line, that the service confirms."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from portail.commun.models import AvecCle
from reservations.enums import Critere, EtatAttribution, RaisonAttribution
from reservations.models.demande import Presence
from reservations.models.offre import Periode, Prestation


class Attribution(AvecCle):
    """One proposal for one période: computed again as often as wanted, then confirmed once."""

    periode = models.ForeignKey(Periode, verbose_name="période", on_delete=models.PROTECT, related_name="attributions")
    etat = models.CharField("état", max_length=12, choices=EtatAttribution, default=EtatAttribution.PROPOSEE)
    #: Those of the période when it was computed.
    criteres = ArrayField(models.CharField(max_length=20, choices=Critere), verbose_name="critères, dans l’ordre")
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="préparée par", on_delete=models.PROTECT, related_name="+"
    )
    calculee_le = models.DateTimeField("calculée le")
    confirmee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="confirmée par",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    confirmee_le = models.DateTimeField("confirmée le", null=True, blank=True)

    class Meta:
        verbose_name = "attribution des places"
        verbose_name_plural = "attributions des places"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                name="attribution_unique_par_periode",
                fields=["periode"],
                condition=~Q(etat="abandonnee"),
                violation_error_message="Cette période a déjà une attribution.",
            ),
            models.CheckConstraint(
                name="attribution_confirmee_par_quelqu_un",
                condition=Q(etat__in=["proposee", "abandonnee"], confirmee_par=None, confirmee_le=None)
                | Q(etat__in=["confirmation", "confirmee"], confirmee_par__isnull=False, confirmee_le__isnull=False),
                violation_error_message="Une attribution confirmée dit par qui et quand.",
            ),
        ]

    def __str__(self) -> str:
        return f"Attribution – {self.periode}"


class LigneAttribution(models.Model):
    """What one day of one child gets, and all that its explanation needs."""

    attribution = models.ForeignKey(
        Attribution, verbose_name="attribution", on_delete=models.PROTECT, related_name="lignes"
    )
    presence = models.ForeignKey(
        Presence, verbose_name="présence", on_delete=models.PROTECT, related_name="lignes_attribution"
    )
    donnee = models.BooleanField("place donnée")
    rang = models.PositiveIntegerField("rang")
    demandes = models.PositiveIntegerField("demandes ce jour-là")
    places = models.PositiveIntegerField("places à attribuer ce jour-là")
    raison = models.CharField("raison", max_length=10, choices=RaisonAttribution)
    critere = models.CharField("critère qui a départagé", max_length=20, choices=Critere, blank=True)
    manque = models.ForeignKey(
        Prestation, verbose_name="choix qui manque", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    #: What the criteria looked at.
    residente = models.BooleanField("de la commune")
    parents_actifs = models.BooleanField("parents qui travaillent tous")
    fratrie = models.BooleanField("frère ou sœur dans l’accueil")
    demandee_le = models.DateTimeField("demandée le")
    #: What the service decided by itself; empty: the criteria decide.
    impose = models.BooleanField("décision du service", null=True, blank=True)
    motif = models.CharField("motif de la décision", max_length=300, blank=True)
    modifiee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="décidé par",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    modifiee_le = models.DateTimeField("décidé le", null=True, blank=True)
    #: Order in the waiting list, drawn from its sequence when the confirmation begins.
    ordre_attente = models.PositiveBigIntegerField("ordre d’attente", null=True, blank=True, editable=False)
    #: Given, and the place was no longer free when it was confirmed.
    perdue = models.BooleanField("place perdue à la confirmation", default=False, editable=False)
    #: When it became the state of the day; empty until then.
    appliquee_le = models.DateTimeField("appliquée le", null=True, blank=True)

    class Meta:
        verbose_name = "demande d’une attribution"
        verbose_name_plural = "demandes des attributions"
        ordering = ["presence__creneau__jour", "presence__creneau__prestation", "rang"]
        indexes = [
            models.Index(name="ligne_attribution_a_faire", fields=["attribution"], condition=Q(appliquee_le=None)),
        ]
        constraints = [
            models.UniqueConstraint(name="ligne_attribution_unique", fields=["attribution", "presence"]),
            models.CheckConstraint(
                name="ligne_attribution_decision_motivee",
                condition=Q(impose=None, modifiee_par=None, modifiee_le=None, motif="")
                | (Q(impose__isnull=False, modifiee_par__isnull=False, modifiee_le__isnull=False) & ~Q(motif="")),
                violation_error_message="Une décision du service est motivée et dit par qui elle est prise.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.presence} – {self.rang}"
