"""Health data: tables of their own, encrypted, each reading logged, erased at the end of the school year.

Whoever reads these tables goes through ``enfants.acces`` (parents, staff), which writes the log.
"""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from enfants import regles
from enfants.chiffrement import DateChiffree, OuiNonChiffre, TexteChiffre
from enfants.models.enfant import Enfant
from familles.models import Utilisateur

#: What the household writes on the sheet, in its order.
CHAMPS_SANTE = ("allergies", "antecedents", "traitements", "recommandations", "medecin_nom", "medecin_telephone")
CHAMPS_FICHE = (*CHAMPS_SANTE, "pai", "pai_consigne", "pai_jusqu_au")
CHAMPS_MEDECIN = ("medecin_nom", "medecin_telephone")


class FicheSanitaireQuerySet(models.QuerySet["FicheSanitaire"]):
    def perimees_au(self, jour: date) -> FicheSanitaireQuerySet:
        return self.filter(valable_jusqu_au__lt=jour)


class FicheSanitaire(models.Model):
    """The medical part of a child's sheet, shared by those who hold the parental authority."""

    enfant = models.OneToOneField(
        Enfant, verbose_name="enfant", on_delete=models.PROTECT, related_name="fiche_sanitaire"
    )
    allergies = TexteChiffre("allergies", default="", blank=True)
    antecedents = TexteChiffre("antécédents médicaux", default="", blank=True)
    traitements = TexteChiffre("traitement en cours", default="", blank=True)
    recommandations = TexteChiffre("recommandations utiles", default="", blank=True)
    medecin_nom = TexteChiffre("médecin traitant", default="", blank=True)
    medecin_telephone = TexteChiffre("téléphone du médecin", default="", blank=True)
    pai = OuiNonChiffre("projet d’accueil individualisé (PAI)", default=False)
    #: What the staff of meals and activities must do, in one line.
    pai_consigne = TexteChiffre("consigne du PAI", default="", blank=True)
    #: Included: a PAI is signed for one school year.
    pai_jusqu_au = DateChiffree("PAI valable jusqu’au", null=True, blank=True)
    #: First day in the town's care, from which a missing dose is tolerated for three months.
    admis_le = models.DateField("admis le", null=True, blank=True)
    #: Included; past it the sheet is erased, unless it was renewed.
    valable_jusqu_au = models.DateField("valable jusqu’au", db_index=True)
    #: Counts the saves: a form that was opened before another adult saved is refused.
    version = models.PositiveIntegerField("version", default=0)
    modifie_le = models.DateTimeField("modifiée le", default=timezone.now)

    objects = FicheSanitaireQuerySet.as_manager()

    class Meta:
        verbose_name = "fiche sanitaire"
        verbose_name_plural = "fiches sanitaires"
        default_permissions = ()
        permissions = [
            ("voir_sante", "Lire les données de santé des enfants (chaque lecture est notée)"),
            ("modifier_sante", "Modifier les données de santé des enfants"),
        ]

    def __str__(self) -> str:
        return "fiche sanitaire"


class Vaccin(models.Model):
    """One line of the vaccination table, compulsory or not according to the birth date: parameters, with their text."""

    code = models.SlugField("code", max_length=40, unique=True)
    nom = models.CharField("nom", max_length=80)
    maladies = models.CharField("protège contre", max_length=160, blank=True)
    obligatoire = models.BooleanField("obligatoire", default=True)
    #: Bounds of the birth dates concerned, both included; empty means without bound.
    nes_du = models.DateField("nés à partir du", null=True, blank=True)
    nes_au = models.DateField("nés jusqu’au", null=True, blank=True)
    #: Age in months from which the dose is due.
    age_mois = models.PositiveSmallIntegerField("exigé à partir de (mois)", default=0)
    ordre = models.PositiveSmallIntegerField("ordre", default=100)
    source = models.CharField("texte de référence", max_length=160, blank=True)

    class Meta:
        verbose_name = "vaccin"
        verbose_name_plural = "vaccins"
        ordering = ["ordre", "pk"]
        constraints = [
            models.CheckConstraint(
                name="vaccin_dates_ordonnees",
                condition=Q(nes_du=None) | Q(nes_au=None) | Q(nes_au__gte=F("nes_du")),
                violation_error_message="La fin précède le début.",
            )
        ]

    def __str__(self) -> str:
        return self.nom

    @property
    def exigence(self) -> regles.Exigence:
        return regles.Exigence(
            code=self.code,
            obligatoire=self.obligatoire,
            nes_du=self.nes_du,
            nes_au=self.nes_au,
            age_mois=self.age_mois,
        )


class Vaccination(models.Model):
    """The answer of the household for one vaccine; a row is there for each line of the table, done or not."""

    fiche = models.ForeignKey(
        FicheSanitaire, verbose_name="fiche", on_delete=models.CASCADE, related_name="vaccinations"
    )
    vaccin = models.ForeignKey(Vaccin, verbose_name="vaccin", on_delete=models.PROTECT, related_name="+")
    effectue = OuiNonChiffre("effectué", default=False)
    derniere_le = DateChiffree("dernière vaccination", null=True, blank=True)
    #: A certificate of the doctor was shown.
    contre_indication = OuiNonChiffre("contre-indication", default=False)

    class Meta:
        verbose_name = "vaccination"
        verbose_name_plural = "vaccinations"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                name="vaccination_unique",
                fields=["fiche", "vaccin"],
                violation_error_message="Ce vaccin est déjà renseigné.",
            )
        ]

    def __str__(self) -> str:
        return "vaccination"


class LectureSante(models.Model):
    """Who read whose health data, when, on which page. A trigger of the database refuses to change or delete one."""

    le = models.DateTimeField("le", db_index=True)
    utilisateur = models.ForeignKey(
        Utilisateur, verbose_name="lecteur", on_delete=models.PROTECT, related_name="lectures_sante"
    )
    #: The child by its public key: the log outlives the child's record, and says no name by itself.
    enfant_cle = models.UUIDField("clé de l’enfant", db_index=True)
    #: Name of the page, such as ``enfants:fiche``.
    page = models.CharField("page", max_length=80)

    class Meta:
        verbose_name = "lecture de données de santé"
        verbose_name_plural = "lectures de données de santé"
        ordering = ["-pk"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.le:%d/%m/%Y %H:%M} {self.utilisateur}"
