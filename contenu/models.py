"""What the town says: its identity, its information pages in a menu, its news."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import BooleanField, ExpressionWrapper, F, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from contenu import couleurs
from contenu.enums import EtatAccessibilite
from contenu.feuille import empreinte, feuille_de_style
from portail.commun.models import AvecCle

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


#: Each heading, then what is under it.
ORDRE_DU_MENU = (
    Coalesce("parent__ordre", "ordre").asc(),
    Coalesce("parent__titre", "titre").asc(),
    F("parent").asc(nulls_first=True),
    F("ordre").asc(),
    F("titre").asc(),
)


class PageInformationQuerySet(models.QuerySet["PageInformation"]):
    def publiees(self) -> PageInformationQuerySet:
        """Keep the pages that people read: a page under an unpublished heading is not."""
        return self.filter(Q(parent=None) | Q(parent__publiee=True), publiee=True)

    def avec_a_un_texte(self) -> PageInformationQuerySet:
        return self.annotate(a_un_texte=ExpressionWrapper(~Q(texte=""), output_field=BooleanField()))


class PageInformation(AvecCle):
    """A page of the information menu, which has two levels; a page without text is a heading of the menu."""

    titre = models.CharField("titre", max_length=120)
    slug = models.SlugField("adresse", max_length=80, unique=True)
    parent = models.ForeignKey(
        "self", verbose_name="sous", null=True, blank=True, on_delete=models.PROTECT, related_name="enfants"
    )
    ordre = models.PositiveSmallIntegerField("ordre", default=0)
    #: Markdown as typed by staff; sanitised each time it is shown.
    texte = models.TextField("texte", blank=True)
    publiee = models.BooleanField("publiée", default=True)
    modifiee_le = models.DateTimeField("modifiée le", auto_now=True)

    objects = PageInformationQuerySet.as_manager()

    class Meta:
        verbose_name = "page d’information"
        verbose_name_plural = "pages d’information"
        ordering = ["ordre", "titre"]

    def __str__(self) -> str:
        return self.titre

    def get_absolute_url(self) -> str:
        return reverse("contenu:page", kwargs={"slug": self.slug})

    def clean(self) -> None:
        if self.parent_id is None:
            return
        if self.parent_id == self.pk or (self.parent and self.parent.parent_id):
            raise ValidationError({"parent": "Le menu a deux niveaux : choisissez une rubrique du premier."})
        if self.pk and self.enfants.exists():
            raise ValidationError({"parent": "Cette page a des sous-pages : elle reste au premier niveau."})


class ActualiteQuerySet(models.QuerySet["Actualite"]):
    def publiees_au(self, maintenant: datetime) -> ActualiteQuerySet:
        return self.filter(Q(publiee_jusqu_au=None) | Q(publiee_jusqu_au__gt=maintenant), publiee_le__lte=maintenant)


class Actualite(AvecCle):
    titre = models.CharField("titre", max_length=120)
    slug = models.SlugField("adresse", max_length=80, unique=True)
    resume = models.TextField("résumé", blank=True)
    texte = models.TextField("texte")
    a_la_une = models.BooleanField("à la une", default=False)
    publiee_le = models.DateTimeField("publiée le", default=timezone.now)
    publiee_jusqu_au = models.DateTimeField("publiée jusqu’au", null=True, blank=True)

    objects = ActualiteQuerySet.as_manager()

    class Meta:
        verbose_name = "actualité"
        verbose_name_plural = "actualités"
        ordering = ["-a_la_une", "-publiee_le"]
        constraints = [
            models.CheckConstraint(
                name="actualite_dates_ordonnees",
                condition=Q(publiee_jusqu_au=None) | Q(publiee_jusqu_au__gt=F("publiee_le")),
                violation_error_message="La fin de publication précède le début.",
            )
        ]

    def __str__(self) -> str:
        return self.titre

    def get_absolute_url(self) -> str:
        return reverse("contenu:actualite", kwargs={"slug": self.slug})
