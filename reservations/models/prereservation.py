"""Pre-booking window of a période: fields that it holds, read by pure rules."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from reservations.enums import CRITERES_AU_CHOIX, Critere
from reservations.regles.prereservation import Prereservation

CHOIX_DES_CRITERES = [(une.value, une.label) for une in CRITERES_AU_CHOIX]


class FenetreDePrereservation(models.Model):
    """Requests are gathered during the window without taking a place; places are then allotted, all at once."""

    prereservation_du = models.DateTimeField("pré-réservation du", null=True, blank=True)
    #: Last instant, included.
    prereservation_au = models.DateTimeField(
        "pré-réservation jusqu’au",
        null=True,
        blank=True,
        help_text="Inclus. Entre les deux, les demandes sont enregistrées sans prendre de place.",
    )
    #: The first one counts most; the draw settles what they do not.
    criteres_attribution = ArrayField(
        models.CharField(max_length=20, choices=CHOIX_DES_CRITERES),
        verbose_name="critères d’attribution, dans l’ordre",
        default=list,
        blank=True,
    )
    #: From the instant an agent confirms the allotment, whatever the window: nothing new is asked.
    confirmation_le = models.DateTimeField("attribution confirmée le", null=True, blank=True, editable=False)
    #: When all its households were served: bookings are then as usual.
    attribuee_le = models.DateTimeField("places attribuées le", null=True, blank=True, editable=False)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="periode_prereservation_ordonnee",
                condition=Q(prereservation_du=None, prereservation_au=None)
                | Q(
                    prereservation_du__isnull=False,
                    prereservation_au__isnull=False,
                    prereservation_au__gt=F("prereservation_du"),
                ),
                violation_error_message="La pré-réservation a un début et une fin, dans cet ordre.",
            ),
            models.CheckConstraint(
                name="periode_ouverture_apres_prereservation",
                condition=Q(prereservation_au=None)
                | Q(ouverture_reservations_le=None)
                | Q(ouverture_reservations_le__gt=F("prereservation_au")),
                violation_error_message=(
                    "Les réservations ouvrent après la fin de la pré-réservation : changez l’une des deux dates."
                ),
            ),
            models.CheckConstraint(
                name="periode_attribuee_apres_prereservation",
                condition=Q(confirmation_le=None, attribuee_le=None)
                | Q(prereservation_au__isnull=False, confirmation_le__isnull=False),
                violation_error_message="Les places de cette période ont été attribuées : gardez sa pré-réservation.",
            ),
        ]

    @property
    def prereservation(self) -> Prereservation | None:
        if self.prereservation_du is None or self.prereservation_au is None:
            return None
        return Prereservation(
            self.prereservation_du,
            self.prereservation_au,
            confirmee=self.confirmation_le is not None,
            attribuee=self.attribuee_le is not None,
        )

    @property
    def criteres(self) -> list[Critere]:
        return [Critere(valeur) for valeur in self.criteres_attribution]
