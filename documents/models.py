"""Supporting documents: what is asked, what was sent."""

from __future__ import annotations

from datetime import date

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from documents.enums import EtatDocument, FormatDocument, Portee, Validite
from enfants.models import Enfant
from familles.models import Famille, Utilisateur
from portail.commun.models import AvecCle

EXTENSIONS = {FormatDocument.PDF: "pdf", FormatDocument.JPEG: "jpg", FormatDocument.PNG: "png"}


class TypeDocument(AvecCle):
    """A kind of piece, such as the insurance certificate."""

    nom = models.CharField("nom", max_length=80, unique=True)
    aide = models.CharField(
        "précision", max_length=200, blank=True, help_text="Ce que la famille lit : ce qui doit y figurer."
    )
    portee = models.CharField("concerne", max_length=10, choices=Portee, default=Portee.ENFANT)
    validite = models.CharField("durée de validité", max_length=20, choices=Validite, default=Validite.PERMANENTE)
    validite_mois = models.PositiveSmallIntegerField("nombre de mois", null=True, blank=True)
    #: Health pieces are read by those who may read health, and each reading is logged.
    sante = models.BooleanField("donnée de santé", default=False)
    ordre = models.PositiveSmallIntegerField("ordre", default=0)
    actif = models.BooleanField("proposé aux familles", default=True)

    class Meta:
        verbose_name = "type de document"
        verbose_name_plural = "types de documents"
        ordering = ["ordre", "nom"]
        constraints = [
            models.CheckConstraint(
                name="type_document_mois_si_validite_en_mois",
                condition=Q(validite=Validite.MOIS, validite_mois__gte=1)
                | (~Q(validite=Validite.MOIS) & Q(validite_mois=None)),
                violation_error_message="Le nombre de mois va avec la durée « Un nombre de mois », et elle seule.",
            )
        ]

    def __str__(self) -> str:
        return self.nom


class PieceRequise(models.Model):
    """A piece that is owed, by everyone or by those who attend one accueil, between two ages."""

    type = models.ForeignKey(TypeDocument, verbose_name="pièce", on_delete=models.CASCADE, related_name="exigences")
    #: Key of an accueil, known by its key only: this app is below the one of reservations. Empty: always.
    accueil_cle = models.UUIDField("pour l’accueil", null=True, blank=True)
    accueil_nom = models.CharField("nom de l’accueil", max_length=120, blank=True, editable=False)
    #: Ages in whole years, both included.
    age_minimum = models.PositiveSmallIntegerField(
        "à partir de (ans)", null=True, blank=True, validators=[MaxValueValidator(25)]
    )
    age_maximum = models.PositiveSmallIntegerField(
        "jusqu’à (ans)", null=True, blank=True, validators=[MaxValueValidator(25)]
    )
    bloquante = models.BooleanField(
        "empêche de réserver", default=False, help_text="Tant que la pièce n’est pas au moins envoyée."
    )

    class Meta:
        verbose_name = "pièce demandée"
        verbose_name_plural = "pièces demandées"
        ordering = ["type__ordre", "type__nom", "accueil_nom"]
        constraints = [
            models.UniqueConstraint(
                name="piece_requise_unique",
                fields=["type", "accueil_cle"],
                nulls_distinct=False,
                violation_error_message="Cette pièce est déjà demandée pour cet accueil.",
            ),
            models.CheckConstraint(
                name="piece_requise_ages_ordonnes",
                condition=Q(age_minimum=None) | Q(age_maximum=None) | Q(age_maximum__gte=F("age_minimum")),
                violation_error_message="L’âge maximum est inférieur à l’âge minimum.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} – {self.accueil_nom or 'tous les accueils'}"


class DocumentQuerySet(models.QuerySet["Document"]):
    def de(self, utilisateur: Utilisateur) -> DocumentQuerySet:
        """Keep what the households of this login sent: a child shared with another household shares no file."""
        return self.filter(famille__in=Famille.objects.de(utilisateur))

    def a_traiter(self) -> DocumentQuerySet:
        return self.filter(etat=EtatDocument.ENVOYE).order_by("envoye_le", "pk")

    def expirant_avant(self, jour: date) -> DocumentQuerySet:
        """Keep the validated pieces whose end comes on that day at the latest."""
        return self.filter(etat=EtatDocument.VALIDE, expire_le__lte=jour)


class FichierGarde(models.Model):
    """A file of the store, which the portal made from what it received: its name there, and what was written."""

    fichier = models.CharField("fichier", max_length=80, unique=True, editable=False)
    empreinte = models.CharField("SHA-256", max_length=64, editable=False)
    octets = models.PositiveIntegerField("taille en octets", editable=False)
    format = models.CharField("format", max_length=20, choices=FormatDocument, editable=False)
    pages = models.PositiveSmallIntegerField("pages", default=1, editable=False)

    class Meta:
        abstract = True

    @property
    def extension(self) -> str:
        return EXTENSIONS[FormatDocument(self.format)]

    @property
    def nom_de_fichier(self) -> str:
        return f"{self.nom}.{self.extension}"  # type: ignore[attr-defined]


class Document(AvecCle, FichierGarde):
    """One sending: its pages are kept as a single file, which the portal made from what it received."""

    famille = models.ForeignKey(Famille, verbose_name="famille", on_delete=models.PROTECT, related_name="documents")
    enfant = models.ForeignKey(
        Enfant, verbose_name="enfant", null=True, blank=True, on_delete=models.PROTECT, related_name="documents"
    )
    type = models.ForeignKey(TypeDocument, verbose_name="type", on_delete=models.PROTECT, related_name="documents")
    nom = models.CharField("nom du document", max_length=80)
    etat = models.CharField("état", max_length=10, choices=EtatDocument, default=EtatDocument.ENVOYE)
    motif_refus = models.CharField("motif du refus", max_length=300, blank=True)
    #: Included; empty when the piece has no end.
    expire_le = models.DateField("valable jusqu’au", null=True, blank=True)
    envoye_par = models.ForeignKey(
        Utilisateur, verbose_name="envoyé par", null=True, on_delete=models.PROTECT, related_name="+"
    )
    envoye_le = models.DateTimeField("envoyé le", default=timezone.now)
    traite_par = models.ForeignKey(
        Utilisateur, verbose_name="traité par", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    traite_le = models.DateTimeField("traité le", null=True, blank=True)
    #: The household was told that it ends soon.
    rappele_le = models.DateTimeField("rappelé le", null=True, blank=True, editable=False)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = "document"
        verbose_name_plural = "documents"
        ordering = ["-envoye_le", "-pk"]
        permissions = [("voir_document_sante", "Peut lire les documents de santé")]
        indexes = [
            models.Index(name="document_a_traiter", fields=["envoye_le"], condition=Q(etat=EtatDocument.ENVOYE)),
            models.Index(name="document_expiration", fields=["expire_le"], condition=Q(etat=EtatDocument.VALIDE)),
        ]
        constraints = [
            models.CheckConstraint(
                name="document_refus_motive",
                condition=(Q(etat=EtatDocument.REFUSE) & ~Q(motif_refus=""))
                | (~Q(etat=EtatDocument.REFUSE) & Q(motif_refus="")),
                violation_error_message="Un refus dit pourquoi, et lui seul.",
            ),
            models.CheckConstraint(
                name="document_traite_date",
                condition=Q(etat=EtatDocument.ENVOYE, traite_le=None)
                | (~Q(etat=EtatDocument.ENVOYE) & Q(traite_le__isnull=False)),
                violation_error_message="L’état et la date de traitement se contredisent.",
            ),
        ]

    def __str__(self) -> str:
        return self.nom

    def get_absolute_url(self) -> str:
        return reverse("documents:fichier", kwargs={"cle": self.cle})

    @property
    def dossier(self) -> str:
        """What the tutorial's column says: the household or the child."""
        return self.enfant.prenom if self.enfant else "Famille"
