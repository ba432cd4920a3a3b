from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from enfants.models import Enfant
from facturation.enums import EtatAffiche, EtatCampagne, EtatFacture
from facturation.models.regie import Regie
from familles.models import Famille
from portail.commun.models import AvecCle
from portail.commun.montants import en_centimes
from reservations.models import Presence


class Campagne(AvecCle):
    """One billing run of a régie: a draft that can be made again, then issued once."""

    regie = models.ForeignKey(Regie, verbose_name="régie", on_delete=models.PROTECT, related_name="campagnes")
    libelle = models.CharField("libellé", max_length=120)
    #: Days billed, both included.
    du = models.DateField("du")
    au = models.DateField("au")
    etat = models.CharField("état", max_length=12, choices=EtatCampagne, default=EtatCampagne.BROUILLON)
    #: Date printed on the invoices, set when they are issued.
    date_emission = models.DateField("date d’émission", null=True, blank=True)
    date_limite_paiement = models.DateField("date limite de paiement", null=True, blank=True)
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="préparée par", on_delete=models.PROTECT, related_name="+"
    )
    cree_le = models.DateTimeField("créée le", default=timezone.now)
    #: When the draft was computed; the attendance may have moved since.
    calculee_le = models.DateTimeField("calculée le", default=timezone.now)
    #: What the régisseur must look at: a list of ``{nature, objet, nombre}`` (see ``NatureAnomalie``).
    anomalies = models.JSONField("anomalies", default=list, blank=True)

    class Meta:
        verbose_name = "campagne de facturation"
        verbose_name_plural = "campagnes de facturation"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="campagne_dates_ordonnees",
                condition=Q(au__gte=F("du")),
                violation_error_message="La fin précède le début.",
            ),
            models.CheckConstraint(
                name="campagne_emise_datee",
                condition=Q(etat=EtatCampagne.BROUILLON)
                | Q(date_emission__isnull=False, date_limite_paiement__isnull=False),
                violation_error_message="Une campagne émise porte ses dates.",
            ),
        ]

    def __str__(self) -> str:
        return self.libelle


class FactureQuerySet(models.QuerySet["Facture"]):
    def visibles(self) -> FactureQuerySet:
        """Keep what a family may see: never a draft."""
        return self.exclude(etat=EtatFacture.BROUILLON)

    def a_payer(self) -> FactureQuerySet:
        """Keep what still has something to pay that no payment under way covers."""
        return self.filter(etat=EtatFacture.EMISE, montant__gt=F("montant_regle") + F("montant_en_attente"))


class Facture(AvecCle):
    """An invoice. A draft may change; once issued, triggers of the database refuse any change but its settlement."""

    regie = models.ForeignKey(Regie, verbose_name="régie", on_delete=models.PROTECT, related_name="factures")
    campagne = models.ForeignKey(
        Campagne, verbose_name="campagne", null=True, blank=True, on_delete=models.PROTECT, related_name="factures"
    )
    famille = models.ForeignKey(Famille, verbose_name="famille", on_delete=models.PROTECT, related_name="factures")
    etat = models.CharField("état", max_length=12, choices=EtatFacture, default=EtatFacture.BROUILLON)
    #: Unbroken in its régie; given when it is issued.
    numero = models.PositiveIntegerField("numéro", null=True, blank=True, editable=False)
    date_emission = models.DateField("date", null=True, blank=True)
    date_limite_paiement = models.DateField("à payer avant le", null=True, blank=True)
    #: Billed days, both included.
    du = models.DateField("période du")
    au = models.DateField("période au")
    #: Debtor as of the issue, kept whatever becomes of the household.
    debiteur_nom = models.CharField("débiteur", max_length=200)
    debiteur_adresse = models.TextField("adresse du débiteur", blank=True)
    debiteur_code = models.CharField("code famille", max_length=20)
    montant = models.DecimalField("montant (€)", max_digits=9, decimal_places=2, default=0)
    #: Moved by a trigger from the payments allotted: never written by the application.
    montant_regle = models.DecimalField("réglé (€)", max_digits=9, decimal_places=2, default=0)
    montant_en_attente = models.DecimalField("en cours de validation (€)", max_digits=9, decimal_places=2, default=0)
    cree_le = models.DateTimeField("créée le", default=timezone.now)

    objects = FactureQuerySet.as_manager()

    class Meta:
        verbose_name = "facture"
        verbose_name_plural = "factures"
        ordering = ["-date_emission", "-numero"]
        constraints = [
            models.UniqueConstraint(name="facture_numero_unique", fields=["regie", "numero"]),
            models.UniqueConstraint(name="facture_une_par_famille_et_campagne", fields=["campagne", "famille"]),
            models.CheckConstraint(
                name="facture_emise_numerotee",
                condition=Q(etat=EtatFacture.BROUILLON, numero=None)
                | (
                    ~Q(etat=EtatFacture.BROUILLON)
                    & Q(numero__isnull=False, date_emission__isnull=False, date_limite_paiement__isnull=False)
                ),
                violation_error_message="Une facture émise porte un numéro et ses dates.",
            ),
            models.CheckConstraint(
                name="facture_reglement_entre_zero_et_montant",
                condition=Q(montant__gte=0, montant_regle__gte=0, montant_en_attente__gte=0)
                & Q(montant__gte=F("montant_regle") + F("montant_en_attente")),
                violation_error_message="Le règlement dépasse le montant de la facture.",
            ),
        ]

    def __str__(self) -> str:
        return f"Facture n° {self.numero_affiche}" if self.numero else "Facture provisoire"

    @property
    def numero_affiche(self) -> str:
        """Five digits as in the tutorial: « 00727 »."""
        return f"{self.numero:05d}" if self.numero else "provisoire"

    @property
    def titre_court(self) -> str:
        return f"Facture n° {self.numero_affiche}"

    @property
    def cle_texte(self) -> str:
        return str(self.cle)

    @property
    def adresse_pour_payer(self) -> str:
        """The payment page with this invoice ticked."""
        return f"{reverse('facturation:payer')}?facture={self.cle}"

    @property
    def mots_limite(self) -> str:
        return f"Avant le {self.date_limite_paiement:%d/%m/%Y}" if self.date_limite_paiement else ""

    @property
    def centimes_payables(self) -> int:
        return en_centimes(self.montant_payable)

    @property
    def reste_a_payer(self) -> Decimal:
        """What no validated payment covers yet."""
        return self.montant - self.montant_regle

    @property
    def montant_payable(self) -> Decimal:
        """What may be paid now: the rest, less what is being validated."""
        return self.montant - self.montant_regle - self.montant_en_attente

    @property
    def peut_recevoir_un_paiement(self) -> bool:
        """Handed to the Trésor or cancelled, an invoice takes no payment of the régie any more."""
        return self.etat == EtatFacture.EMISE

    @property
    def etat_affiche(self) -> EtatAffiche:
        if self.etat != EtatFacture.EMISE:
            return EtatAffiche(self.etat)
        if self.montant_regle == self.montant:
            return EtatAffiche.SOLDEE
        if self.montant_en_attente:
            return EtatAffiche.EN_ATTENTE
        return EtatAffiche.NON_SOLDEE


class LigneFacture(models.Model):
    """One line: a child, a prestation, its days, a quantity and a price, with the explanation of the price."""

    facture = models.ForeignKey(Facture, verbose_name="facture", on_delete=models.CASCADE, related_name="lignes")
    ordre = models.PositiveSmallIntegerField("ordre", default=0)
    enfant = models.ForeignKey(
        Enfant, verbose_name="enfant", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    #: Words as of the issue.
    enfant_nom = models.CharField("enfant (figé)", max_length=170, blank=True)
    etablissement = models.CharField("établissement", max_length=80, blank=True)
    accueil = models.CharField("accueil", max_length=80, blank=True)
    periode = models.CharField("période", max_length=120, blank=True)
    designation = models.CharField("désignation", max_length=160)
    jours = ArrayField(models.DateField(), verbose_name="jours", default=list, blank=True)
    quantite = models.DecimalField("quantité", max_digits=7, decimal_places=2)
    tarif = models.DecimalField("tarif (€)", max_digits=9, decimal_places=2)
    montant = models.DecimalField("montant (€)", max_digits=9, decimal_places=2)
    #: Why this price: tariff, bracket and quotient used, in a sentence and in values.
    explication = models.JSONField("explication", default=dict, blank=True)

    class Meta:
        verbose_name = "ligne de facture"
        verbose_name_plural = "lignes de facture"
        ordering = ["facture", "ordre", "pk"]
        constraints = [
            models.CheckConstraint(
                name="ligne_montant_exact",
                condition=Q(montant=F("quantite") * F("tarif")),
                violation_error_message="Le montant d’une ligne est la quantité multipliée par le tarif.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.designation} × {self.quantite}"


class PresenceFacturee(models.Model):
    """The claim of a billed day: a day is billed once, whatever is run twice or killed half-way."""

    presence = models.OneToOneField(
        Presence, verbose_name="présence", on_delete=models.PROTECT, related_name="facturation"
    )
    ligne = models.ForeignKey(LigneFacture, verbose_name="ligne", on_delete=models.CASCADE, related_name="presences")

    class Meta:
        verbose_name = "présence facturée"
        verbose_name_plural = "présences facturées"

    def __str__(self) -> str:
        return f"{self.presence} → {self.ligne}"


class PdfFacture(models.Model):
    """The very bytes of an issued invoice, made once and never again. Append-only."""

    facture = models.OneToOneField(Facture, verbose_name="facture", on_delete=models.PROTECT, related_name="pdf")
    contenu = models.BinaryField("contenu")
    sha256 = models.CharField("SHA-256", max_length=64)
    cree_le = models.DateTimeField("créé le")

    class Meta:
        verbose_name = "PDF d’une facture"
        verbose_name_plural = "PDF des factures"

    def __str__(self) -> str:
        return f"{self.facture} ({self.sha256[:12]})"
