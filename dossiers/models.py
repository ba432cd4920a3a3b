"""Imports of households from another product: the file as it was read, and what the portal made of each key."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from dossiers.enums import EN_COURS, Effet, EtatImportation, EtatLigne, Nature
from enfants.models import Enfant
from familles.models import Famille, Responsable, Utilisateur
from portail.commun.models import AvecCle


class ImportationQuerySet(models.QuerySet["Importation"]):
    def en_cours(self) -> ImportationQuerySet:
        """Keep those that a worker has to carry on."""
        return self.filter(etat__in=EN_COURS)


class Importation(AvecCle):
    """One file received. Nothing of it is written to the households before somebody confirms."""

    #: Name of the other product: with a reference of the file, it makes the key of a replay.
    source = models.CharField("logiciel d’origine", max_length=40)
    nom_fichier = models.CharField("fichier", max_length=200)
    entetes = models.JSONField("titres des colonnes", default=list)
    #: Name of a piece of data -> rank of its column.
    colonnes = models.JSONField("correspondance", default=dict, blank=True)
    accepter_doublons = models.BooleanField("créer même si une famille semble déjà connue", default=False)
    etat = models.CharField("état", max_length=12, choices=EtatImportation, default=EtatImportation.CHARGEE)
    nombre_lignes = models.PositiveIntegerField("lignes", default=0)
    #: Lines done in the present stage.
    traitees = models.PositiveIntegerField("lignes traitées", default=0)
    auteur = models.ForeignKey(Utilisateur, verbose_name="déposé par", on_delete=models.PROTECT, related_name="+")
    cree_le = models.DateTimeField("déposé le")
    confirmee_le = models.DateTimeField("confirmé le", null=True, blank=True)
    terminee_le = models.DateTimeField("terminé le", null=True, blank=True)

    objects = ImportationQuerySet.as_manager()

    class Meta:
        verbose_name = "import de familles"
        verbose_name_plural = "imports de familles"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="importation_ecrite_confirmee",
                condition=~Q(etat__in=["ecriture", "terminee"]) | Q(confirmee_le__isnull=False),
                violation_error_message="Rien n’est écrit sans confirmation.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.source} – {self.nom_fichier}"


class LigneImportation(models.Model):
    """One line of the file, with its problems; kept for the report, then purged."""

    importation = models.ForeignKey(Importation, on_delete=models.CASCADE, related_name="lignes")
    #: As a spreadsheet numbers it: the titles are on line 1.
    numero = models.PositiveIntegerField("ligne")
    valeurs = models.JSONField("cases", default=list)
    #: Reference of the household: all its lines are written together, or none.
    groupe = models.CharField("référence de la famille", max_length=60, blank=True)
    etat = models.CharField("état", max_length=10, choices=EtatLigne, default=EtatLigne.A_VERIFIER)
    effet = models.CharField("effet", max_length=12, choices=Effet, blank=True)
    #: List of ``{colonne, phrase, grave}``.
    problemes = models.JSONField("problèmes", default=list)

    class Meta:
        verbose_name = "ligne d’un import"
        verbose_name_plural = "lignes des imports"
        ordering = ["numero"]
        indexes = [models.Index(name="ligne_import_par_groupe", fields=["importation", "etat", "groupe"])]
        constraints = [models.UniqueConstraint(name="ligne_import_unique", fields=["importation", "numero"])]

    def __str__(self) -> str:
        return f"ligne {self.numero}"


class ReferenceExterne(models.Model):
    """The key of another product for one of our objects: what makes a replay update instead of duplicating."""

    source = models.CharField("logiciel d’origine", max_length=40)
    nature = models.CharField("nature", max_length=10, choices=Nature)
    identifiant = models.CharField("référence", max_length=130)
    famille = models.ForeignKey(Famille, null=True, blank=True, on_delete=models.CASCADE, related_name="references")
    responsable = models.ForeignKey(
        Responsable, null=True, blank=True, on_delete=models.CASCADE, related_name="references"
    )
    enfant = models.ForeignKey(Enfant, null=True, blank=True, on_delete=models.CASCADE, related_name="references")
    #: Short digest of each value as it was last imported: a replay writes what changed in the file, and leaves what
    #: the household corrected here.
    empreintes = models.JSONField("empreintes", default=dict)

    class Meta:
        verbose_name = "référence d’un autre logiciel"
        verbose_name_plural = "références d’un autre logiciel"
        constraints = [
            models.UniqueConstraint(
                name="reference_externe_unique",
                fields=["source", "nature", "identifiant"],
                violation_error_message="Cette référence est déjà connue.",
            ),
            models.CheckConstraint(
                name="reference_externe_un_objet",
                condition=Q(nature="famille", famille__isnull=False, responsable=None, enfant=None)
                | Q(nature="adulte", famille=None, responsable__isnull=False, enfant=None)
                | Q(nature="enfant", famille=None, responsable=None, enfant__isnull=False),
                violation_error_message="Une référence désigne un objet de sa nature.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.identifiant}"
