"""Who may book a période, and from when: fields that the période holds, read by pure rules."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q

from enfants.enums import Niveau
from reservations.enums import RepereAge, Residence, Selection

AGE_MAXIMAL = 25


class ConditionsPeriode(models.Model):
    """Conditions on the child and on its household; each one left empty admits everybody."""

    age_minimum = models.PositiveSmallIntegerField(
        "âge minimum",
        null=True,
        blank=True,
        validators=[MaxValueValidator(AGE_MAXIMAL)],
        help_text="En années, inclus.",
    )
    age_maximum = models.PositiveSmallIntegerField(
        "âge maximum",
        null=True,
        blank=True,
        validators=[MaxValueValidator(AGE_MAXIMAL)],
        help_text="En années, inclus : 11 admet un enfant jusqu’à la veille de ses 12 ans.",
    )
    age_au = models.CharField("âge compté", max_length=15, choices=RepereAge, default=RepereAge.JOUR)
    age_date = models.DateField("âge à la date du", null=True, blank=True)
    niveaux = ArrayField(
        models.CharField(max_length=6, choices=Niveau), verbose_name="niveaux scolaires", default=list, blank=True
    )
    residence = models.CharField("familles admises", max_length=15, choices=Residence, default=Residence.TOUTES)
    selection = models.CharField("enfants admis", max_length=10, choices=Selection, default=Selection.TOUS)
    ecoles = models.ManyToManyField("enfants.Ecole", verbose_name="écoles", blank=True, related_name="+")
    classes = models.ManyToManyField("enfants.Classe", verbose_name="classes", blank=True, related_name="+")
    familles = models.ManyToManyField(
        "familles.Famille", verbose_name="familles choisies", blank=True, related_name="+"
    )
    #: Bookings open at that instant, for residents when the others come later; empty: open as soon as published.
    ouverture_reservations_le = models.DateTimeField("ouverture des réservations", null=True, blank=True)
    ouverture_autres_le = models.DateTimeField(
        "ouverture aux familles des autres communes",
        null=True,
        blank=True,
        help_text="Vide : en même temps que pour les familles de la commune.",
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="periode_ages_ordonnes",
                condition=Q(age_minimum=None) | Q(age_maximum=None) | Q(age_maximum__gte=F("age_minimum")),
                violation_error_message="L’âge maximum est sous l’âge minimum.",
            ),
            models.CheckConstraint(
                name="periode_age_a_une_date",
                condition=~Q(age_au="date") | Q(age_date__isnull=False),
                violation_error_message="Écrivez la date à laquelle l’âge est compté.",
            ),
            models.CheckConstraint(
                name="periode_residents_d_abord",
                condition=Q(ouverture_autres_le=None)
                | Q(ouverture_reservations_le__isnull=False, ouverture_autres_le__gte=F("ouverture_reservations_le")),
                violation_error_message=(
                    "Les familles des autres communes réservent après celles de la commune : "
                    "écrivez les deux ouvertures dans cet ordre."
                ),
            ),
        ]
