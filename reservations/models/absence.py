"""Absences that a household declares, even after the deadline to cancel, and the reasons that the town knows."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q

from documents.models import Document, TypeDocument
from portail.commun.models import AvecCle
from reservations.enums import EtatDeclaration, TraitementAbsence
from reservations.models.demande import Presence


class MotifAbsence(AvecCle):
    """A reason to be absent and what the town makes of it: « Enfant malade », with its certificate within 3 days."""

    nom = models.CharField("motif", max_length=60, unique=True)
    precision = models.CharField(
        "précision", max_length=200, blank=True, help_text="Ce que la famille lit sous le motif."
    )
    traitement = models.CharField(
        "une absence déclarée pour ce motif est",
        max_length=15,
        choices=TraitementAbsence,
        default=TraitementAbsence.AGENT,
    )
    #: Piece asked of the household; without it the absence is not justified.
    type_piece = models.ForeignKey(
        TypeDocument,
        verbose_name="pièce demandée",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    #: 0: the day itself at the latest.
    delai_jours_apres = models.PositiveSmallIntegerField(
        "déclarable jusqu’à (jours après l’absence)", default=2, validators=[MaxValueValidator(60)]
    )
    ordre = models.PositiveSmallIntegerField("ordre", default=0)
    actif = models.BooleanField("proposé aux familles", default=True)

    class Meta:
        verbose_name = "motif d’absence"
        verbose_name_plural = "motifs d’absence"
        ordering = ["ordre", "nom"]
        constraints = [
            models.CheckConstraint(
                name="motif_absence_piece_examinee",
                condition=Q(type_piece=None) | Q(traitement=TraitementAbsence.AGENT),
                violation_error_message="Une pièce demandée est examinée par un agent.",
            )
        ]

    def __str__(self) -> str:
        return self.nom


class DeclarationAbsenceQuerySet(models.QuerySet["DeclarationAbsence"]):
    def en_vigueur(self) -> DeclarationAbsenceQuerySet:
        return self.exclude(etat=EtatDeclaration.RETIREE)

    def a_examiner(self) -> DeclarationAbsenceQuerySet:
        return self.filter(etat=EtatDeclaration.A_EXAMINER)


class DeclarationAbsence(AvecCle):
    """One household says that one day will not be, or was not, attended."""

    presence = models.ForeignKey(Presence, verbose_name="jour", on_delete=models.PROTECT, related_name="declarations")
    motif = models.ForeignKey(MotifAbsence, verbose_name="motif", on_delete=models.PROTECT, related_name="declarations")
    precision = models.CharField("précision", max_length=300, blank=True)
    #: Piece sent through the documents of the household, when the reason asks for one.
    document = models.ForeignKey(
        Document, verbose_name="pièce", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    etat = models.CharField("état", max_length=15, choices=EtatDeclaration, default=EtatDeclaration.A_EXAMINER)
    declaree_le = models.DateTimeField("déclarée le")
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="déclarée par", on_delete=models.PROTECT, related_name="+"
    )
    #: Empty as long as an agent has to look at it.
    traitee_le = models.DateTimeField("traitée le", null=True, blank=True)
    #: Empty when the reason decided by itself.
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="traitée par",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    reponse = models.CharField("réponse du service", max_length=300, blank=True)

    objects = DeclarationAbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = "absence déclarée"
        verbose_name_plural = "absences déclarées"
        ordering = ["-pk"]
        indexes = [
            models.Index(
                name="absence_a_examiner", fields=["declaree_le"], condition=Q(etat=EtatDeclaration.A_EXAMINER)
            )
        ]
        constraints = [
            models.UniqueConstraint(
                name="absence_unique_par_jour",
                fields=["presence"],
                condition=~Q(etat="retiree"),
                violation_error_message="Une absence est déjà déclarée ce jour-là.",
            ),
            models.CheckConstraint(
                name="absence_traitee_a_une_date",
                condition=Q(etat="a_examiner", traitee_le=None) | (~Q(etat="a_examiner") & Q(traitee_le__isnull=False)),
                violation_error_message="Une absence traitée a une date de traitement, et elle seule.",
            ),
            models.CheckConstraint(
                name="absence_refus_motive",
                condition=~Q(etat="non_justifiee") | Q(agent=None) | ~Q(reponse=""),
                violation_error_message="Un refus se motive.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.presence.enfant} {self.presence.creneau.jour:%d/%m/%Y} – {self.motif}"
