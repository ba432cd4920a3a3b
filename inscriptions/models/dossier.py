"""A registration file (DUI) filed online: the household, its adults, its children, its pieces, before an agent."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Q

from documents.models import FichierGarde, TypeDocument
from enfants.enums import Niveau, Sexe
from enfants.models import Ecole
from familles.enums import Civilite, LienResponsable, Regime, SituationFamiliale
from familles.models import AdressePostale, Famille, Utilisateur
from inscriptions.enums import MODIFIABLES, EtatDossier
from portail.commun.dates import age_en_mots, aujourdhui
from portail.commun.models import AvecCle
from portail.commun.texte import normaliser

#: How long a file is kept that was never sent, and one that was answered: the household's own sheet then holds all.
DUREE_BROUILLON = timedelta(days=30)
DUREE_COMPLEMENT = timedelta(days=60)
DUREE_REPONDU = timedelta(days=180)


class DossierQuerySet(models.QuerySet["DossierInscription"]):
    def a_examiner(self) -> DossierQuerySet:
        """Keep what waits for an agent, the oldest first."""
        return self.filter(etat=EtatDossier.ENVOYE).order_by("envoye_le", "pk")

    def envoyes(self) -> DossierQuerySet:
        """Keep what the service may read: a draft is its household's only."""
        return self.exclude(etat=EtatDossier.BROUILLON)

    def perimes_le(self, maintenant: datetime) -> DossierQuerySet:
        """Keep the drafts left alone, and the answers that are old."""
        return self.filter(
            Q(etat=EtatDossier.BROUILLON, modifie_le__lt=maintenant - DUREE_BROUILLON)
            | Q(etat=EtatDossier.COMPLEMENT, modifie_le__lt=maintenant - DUREE_COMPLEMENT)
            | Q(etat__in=[EtatDossier.ACCEPTE, EtatDossier.REFUSE], traite_le__lt=maintenant - DUREE_REPONDU)
        )


class DossierInscription(AvecCle, AdressePostale):
    """One request. Its address was confirmed before it existed: the link that opens it went to it alone."""

    courriel = models.EmailField("adresse confirmée du demandeur", max_length=254)
    etat = models.CharField("état", max_length=10, choices=EtatDossier, default=EtatDossier.BROUILLON)
    nom = models.CharField("nom du foyer", max_length=80, blank=True)
    nom_recherche = models.CharField("nom normalisé", max_length=80, editable=False, blank=True)
    telephone = models.CharField("téléphone du domicile", max_length=20, blank=True)
    situation = models.CharField("situation familiale", max_length=20, choices=SituationFamiliale, blank=True)
    regime = models.CharField("régime", max_length=10, choices=Regime, blank=True)
    numero_allocataire = models.CharField("N° allocataire", max_length=20, blank=True)
    message = models.TextField("message au service", max_length=1000, blank=True)
    cree_le = models.DateTimeField("commencé le")
    modifie_le = models.DateTimeField("modifié le")
    envoye_le = models.DateTimeField("envoyé le", null=True, blank=True)
    #: Set while the household is asked for a complement.
    complement_le = models.DateTimeField("complément demandé le", null=True, blank=True)
    traite_le = models.DateTimeField("traité le", null=True, blank=True)
    traite_par = models.ForeignKey(
        Utilisateur, verbose_name="traité par", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    motif_refus = models.CharField("motif du refus", max_length=500, blank=True)
    #: The household that was made of it, or that it was attached to.
    famille = models.ForeignKey(
        Famille, verbose_name="famille", null=True, blank=True, on_delete=models.PROTECT, related_name="inscriptions"
    )

    objects = DossierQuerySet.as_manager()

    class Meta:
        verbose_name = "demande d’inscription"
        verbose_name_plural = "demandes d’inscription"
        ordering = ["envoye_le", "pk"]
        indexes = [
            models.Index(name="dossier_a_examiner", fields=["envoye_le"], condition=Q(etat="envoye")),
            models.Index(name="dossier_par_courriel", fields=["courriel"]),
        ]
        constraints = [
            models.UniqueConstraint(
                name="dossier_un_brouillon_par_adresse",
                fields=["courriel"],
                condition=Q(etat="brouillon"),
                violation_error_message="Une demande est déjà commencée à cette adresse.",
            ),
            models.CheckConstraint(
                name="dossier_envoye_date",
                condition=Q(etat="brouillon", envoye_le=None) | (~Q(etat="brouillon") & Q(envoye_le__isnull=False)),
                violation_error_message="L’état et la date d’envoi se contredisent.",
            ),
            models.CheckConstraint(
                name="dossier_traite_date",
                condition=Q(etat__in=["brouillon", "envoye", "complement"], traite_le=None)
                | Q(etat__in=["accepte", "refuse"], traite_le__isnull=False),
                violation_error_message="L’état et la date de réponse se contredisent.",
            ),
            models.CheckConstraint(
                name="dossier_complement_date",
                condition=Q(etat="complement", complement_le__isnull=False)
                | (~Q(etat="complement") & Q(complement_le=None)),
                violation_error_message="L’état et la date du complément se contredisent.",
            ),
            models.CheckConstraint(
                name="dossier_refus_motive",
                condition=(Q(etat="refuse") & ~Q(motif_refus="")) | (~Q(etat="refuse") & Q(motif_refus="")),
                violation_error_message="Un refus dit pourquoi, et lui seul.",
            ),
            models.CheckConstraint(
                name="dossier_accepte_a_une_famille",
                condition=Q(etat="accepte", famille__isnull=False) | (~Q(etat="accepte") & Q(famille=None)),
                violation_error_message="Une demande acceptée a une famille, et elle seule.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.nom or self.courriel} ({self.reference})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.nom_recherche = normaliser(self.nom)
        if (champs := kwargs.get("update_fields")) is not None and "nom" in champs:
            kwargs["update_fields"] = {*champs, "nom_recherche"}
        super().save(*args, **kwargs)

    @property
    def reference(self) -> str:
        """What the household and the service say on the phone; drawn from the random key."""
        return f"DUI-{self.cle.hex[:8].upper()}"

    @property
    def est_modifiable(self) -> bool:
        return self.etat in MODIFIABLES


class AdulteDossier(AvecCle, AdressePostale):
    """An adult of the file; the first one is who asks, at the confirmed address."""

    dossier = models.ForeignKey(
        DossierInscription, verbose_name="demande", on_delete=models.CASCADE, related_name="adultes"
    )
    rang = models.PositiveSmallIntegerField("rang", default=1)
    civilite = models.CharField("civilité", max_length=5, choices=Civilite, blank=True)
    nom = models.CharField("nom", max_length=80)
    nom_naissance = models.CharField("nom de naissance", max_length=80, blank=True)
    prenom = models.CharField("prénom", max_length=80)
    nom_recherche = models.CharField("nom normalisé", max_length=170, editable=False)
    lien = models.CharField("lien avec les enfants", max_length=20, choices=LienResponsable, blank=True)
    date_naissance = models.DateField("date de naissance", null=True, blank=True)
    autorite_parentale = models.BooleanField("autorité parentale", default=True)
    email = models.EmailField("adresse électronique", max_length=254, blank=True)
    telephone_mobile = models.CharField("téléphone portable", max_length=20, blank=True)
    telephone_travail = models.CharField("téléphone professionnel", max_length=20, blank=True)
    profession = models.CharField("profession", max_length=80, blank=True)
    employeur = models.CharField("employeur", max_length=80, blank=True)

    class Meta:
        verbose_name = "adulte de la demande"
        verbose_name_plural = "adultes de la demande"
        ordering = ["dossier", "rang", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="adulte_dossier_rang_unique",
                fields=["dossier", "rang"],
                violation_error_message="Un autre adulte de la demande a déjà ce rang.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_civilite_display()} {self.prenom} {self.nom}".strip()

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.nom_recherche = normaliser(f"{self.nom} {self.nom_naissance} {self.prenom}")[:170]
        if (champs := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*champs, "nom_recherche"}
        super().save(*args, **kwargs)

    def telephones(self) -> list[str]:
        return [numero for numero in (self.telephone_mobile, self.telephone_travail) if numero]


class EnfantDossier(AvecCle):
    """A child of the file. Health is asked later, in the account, where it is encrypted and its readings logged."""

    dossier = models.ForeignKey(
        DossierInscription, verbose_name="demande", on_delete=models.CASCADE, related_name="enfants"
    )
    nom = models.CharField("nom", max_length=80)
    prenom = models.CharField("prénom", max_length=80)
    nom_recherche = models.CharField("nom normalisé", max_length=170, editable=False)
    sexe = models.CharField("sexe", max_length=1, choices=Sexe, blank=True)
    date_naissance = models.DateField("né le")
    lieu_naissance = models.CharField("lieu de naissance", max_length=80, blank=True)
    departement_naissance = models.CharField("département de naissance", max_length=3, blank=True)
    ecole = models.ForeignKey(
        Ecole, verbose_name="école", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    niveau = models.CharField("niveau", max_length=6, choices=Niveau, blank=True)
    autre_foyer = models.BooleanField("vit aussi dans un autre foyer", default=False)

    class Meta:
        verbose_name = "enfant de la demande"
        verbose_name_plural = "enfants de la demande"
        ordering = ["dossier", "date_naissance", "pk"]

    def __str__(self) -> str:
        return f"{self.nom} {self.prenom}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.nom_recherche = normaliser(f"{self.nom} {self.prenom}")
        if (champs := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*champs, "nom_recherche"}
        super().save(*args, **kwargs)

    def age_le(self, maintenant: datetime) -> str:
        return age_en_mots(self.date_naissance, aujourdhui(maintenant))


class PieceDossier(AvecCle, FichierGarde):
    """A piece sent with the file: once accepted, it becomes a document of the household, the very same file."""

    dossier = models.ForeignKey(
        DossierInscription, verbose_name="demande", on_delete=models.CASCADE, related_name="pieces"
    )
    enfant = models.ForeignKey(
        EnfantDossier, verbose_name="enfant", null=True, blank=True, on_delete=models.CASCADE, related_name="pieces"
    )
    type = models.ForeignKey(TypeDocument, verbose_name="type", on_delete=models.PROTECT, related_name="+")
    nom = models.CharField("nom du document", max_length=80)
    envoyee_le = models.DateTimeField("envoyée le")

    class Meta:
        verbose_name = "pièce de la demande"
        verbose_name_plural = "pièces de la demande"
        ordering = ["dossier", "type__ordre", "pk"]

    def __str__(self) -> str:
        return self.nom
