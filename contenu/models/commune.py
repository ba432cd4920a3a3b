"""The identity of the town, and its accessibility statement."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from contenu import couleurs
from contenu.enums import EtatAccessibilite
from contenu.feuille import empreinte, feuille_de_style

couleur_hexadecimale = RegexValidator(r"^#[0-9A-Fa-f]{6}$", "Écrivez la couleur comme #0B5563.")


class Commune(models.Model):
    """The town that this installation serves; there is one row."""

    nom = models.CharField("nom affiché", max_length=80, help_text="Par exemple « Mairie de Batz-sur-Mer ».")
    commune = models.CharField("commune", max_length=80)
    adresse = models.CharField("adresse", max_length=120)
    code_postal = models.CharField("code postal", max_length=5)
    telephone = models.CharField("téléphone", max_length=20)
    courriel = models.EmailField("adresse électronique du service")
    site = models.URLField("site de la commune", blank=True)
    siret = models.CharField("SIRET", max_length=14, blank=True)
    logo = models.ImageField("logo", upload_to="identite/", blank=True)
    couleur_principale = models.CharField(
        "couleur principale", max_length=7, default="#0B5563", validators=[couleur_hexadecimale]
    )
    couleur_secondaire = models.CharField(
        "couleur secondaire", max_length=7, default="#B4541A", validators=[couleur_hexadecimale]
    )
    zone_scolaire = models.CharField("zone de vacances scolaires", max_length=1, default="B")
    mot_d_accueil = models.TextField("mot d’accueil", blank=True)
    horaires = models.TextField("horaires d’ouverture", blank=True, help_text="Une ligne par jour ou groupe de jours.")
    directeur_publication = models.CharField(
        "directeur de la publication", max_length=120, blank=True, help_text="Le plus souvent, le maire."
    )
    hebergeur = models.TextField("hébergeur", blank=True, help_text="Nom, adresse et téléphone.")
    courriel_dpo = models.EmailField("adresse du délégué à la protection des données", blank=True)
    modifiee_le = models.DateTimeField("modifiée le", auto_now=True)

    class Meta:
        verbose_name = "commune"
        verbose_name_plural = "identité de la commune"
        constraints = [
            models.CheckConstraint(
                name="commune_une_seule",
                condition=Q(pk=1),
                violation_error_message="Une installation sert une seule commune.",
            )
        ]

    def __str__(self) -> str:
        return self.nom

    def clean(self) -> None:
        fautes = {
            champ: couleurs.phrase_de_refus(valeur, papiers)
            for champ, papiers in couleurs.USAGES.items()
            if couleurs.est_une_couleur(valeur := getattr(self, champ)) and not couleurs.est_lisible(valeur, papiers)
        }
        if fautes:
            raise ValidationError(fautes)

    @property
    def feuille_de_style(self) -> str:
        return feuille_de_style(self.couleur_principale, self.couleur_secondaire)

    @property
    def version_identite(self) -> str:
        """Part of the sheet's address that changes with the colours, so that browsers may keep it."""
        return empreinte(self.feuille_de_style)

    @property
    def valeurs(self) -> tuple[Any, ...]:
        """Everything that the frame of the pages shows of the town: by it, what was rendered may be kept."""
        return (*(getattr(self, champ.attname) for champ in self._meta.concrete_fields), self.accessibilite)

    @property
    def accessibilite(self) -> str:
        """What the foot of every page says; without a declaration, the law reads « non conforme »."""
        declaration = getattr(self, "declaration", None)
        etat = declaration.etat if declaration else EtatAccessibilite.NON_CONFORME
        return str(EtatAccessibilite(etat).label).lower()


class DeclarationAccessibilite(models.Model):
    """The accessibility statement (loi 2005-102 art. 47, décret 2019-768): what the town declares of this portal."""

    commune = models.OneToOneField(Commune, primary_key=True, on_delete=models.CASCADE, related_name="declaration")
    etat = models.CharField(
        "état de conformité", max_length=20, choices=EtatAccessibilite, default=EtatAccessibilite.NON_CONFORME
    )
    etablie_le = models.DateField("déclaration établie le", null=True, blank=True)
    auditee_le = models.DateField("date de l’audit", null=True, blank=True)
    auditeur = models.CharField("organisme qui a fait l’audit", max_length=120, blank=True)
    #: Share of the criteria met on the audited pages, in per cent.
    taux = models.PositiveSmallIntegerField("taux de conformité (%)", null=True, blank=True)
    pages_verifiees = models.TextField("pages vérifiées", blank=True, help_text="Une par ligne.")
    outils = models.TextField("outils de vérification", blank=True, help_text="Un par ligne.")
    non_conformites = models.TextField("non-conformités", blank=True, help_text="Une par ligne.")
    derogations = models.TextField("dérogations et contenus exemptés", blank=True, help_text="Un par ligne.")
    schema_pluriannuel = models.URLField("adresse du schéma pluriannuel", blank=True)

    class Meta:
        verbose_name = "déclaration d’accessibilité"
        verbose_name_plural = "déclaration d’accessibilité"
        constraints = [
            models.CheckConstraint(
                name="declaration_sans_audit_non_conforme",
                condition=Q(etat=EtatAccessibilite.NON_CONFORME) | Q(auditee_le__isnull=False, taux__isnull=False),
                violation_error_message="Sans audit, la loi impose de déclarer « non conforme ».",
            ),
            models.CheckConstraint(
                name="declaration_etat_suit_le_taux",
                condition=Q(etat=EtatAccessibilite.NON_CONFORME)
                | Q(etat=EtatAccessibilite.PARTIELLE, taux__gte=50, taux__lt=100)
                | Q(etat=EtatAccessibilite.TOTALE, taux=100),
                violation_error_message="« Totalement » demande 100 % des critères, « partiellement » au moins 50 %.",
            ),
            models.CheckConstraint(
                name="declaration_taux_en_pour_cent",
                condition=Q(taux=None) | Q(taux__lte=100),
                violation_error_message="Le taux va de 0 à 100 %.",
            ),
        ]

    def __str__(self) -> str:
        return f"Accessibilité : {self.get_etat_display().lower()}"
