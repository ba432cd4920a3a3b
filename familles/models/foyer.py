"""Logins, households, their adults, and the quotient familial with its history."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Max, Q
from django.db.models.functions import Cast, Lower, Substr
from django.utils import timezone
from django.utils.functional import cached_property

from familles.enums import Activite, Civilite, LienResponsable, Regime, SituationFamiliale, SourceQuotient
from portail.commun.contraintes import MemeObjet, PeriodeDeDates
from portail.commun.models import AvecCle
from portail.commun.preparees import Parametre, preparee
from portail.commun.texte import normaliser


class UtilisateurManager(BaseUserManager["Utilisateur"]):
    def create_user(self, email: str, password: str | None = None, **champs: Any) -> Utilisateur:
        """Create a login; without a password it can only be reached by a link sent by mail."""
        utilisateur = self.model(email=email.strip().lower(), **champs)
        utilisateur.set_password(password)
        utilisateur.save(using=self._db)
        return utilisateur

    def create_superuser(self, email: str, password: str | None = None, **champs: Any) -> Utilisateur:
        return self.create_user(email, password, **{"is_staff": True, "is_superuser": True} | champs)

    def get_by_natural_key(self, username: str | None) -> Utilisateur:
        return self.get(email=(username or "").strip().lower())


class Utilisateur(AbstractBaseUser, PermissionsMixin):
    """A login: an e-mail address, kept in lower case. Parents and staff alike."""

    cle = models.UUIDField("clé", default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField("adresse électronique", max_length=254, unique=True)
    prenom = models.CharField("prénom", max_length=80, blank=True)
    nom = models.CharField("nom", max_length=80, blank=True)
    is_active = models.BooleanField("actif", default=True)
    is_staff = models.BooleanField("agent de la commune", default=False)
    date_joined = models.DateTimeField("créé le", default=timezone.now)

    objects = UtilisateurManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []

    class Meta:
        verbose_name = "utilisateur"
        verbose_name_plural = "utilisateurs"
        ordering = ["email"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="utilisateur_email_unique",
                violation_error_message="Cette adresse est déjà utilisée.",
            ),
            models.CheckConstraint(
                name="utilisateur_email_minuscules",
                condition=Q(email=Lower("email")),
                violation_error_message="L’adresse s’écrit en minuscules.",
            ),
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    def clean(self) -> None:
        self.email = (self.email or "").strip().lower()

    def get_full_name(self) -> str:
        return f"{self.prenom} {self.nom}".strip()

    def get_short_name(self) -> str:
        return self.prenom or self.email

    @cached_property
    def a_une_adresse_confirmee(self) -> bool:
        """Asked once for each reading of the login: the frame of the pages and the bookings both ask it."""
        return bool(_adresses_confirmees().lire(login=self.pk))


@preparee
def _adresses_confirmees() -> models.QuerySet[Any]:
    return Utilisateur.objects.filter(pk=Parametre("login"), emailaddress__verified=True).values_list("pk")[:1]


class AdressePostale(models.Model):
    """An address, French or foreign; the postcode is checked by the form, according to the country."""

    adresse = models.CharField("adresse", max_length=120, blank=True)
    complement = models.CharField("complément d’adresse", max_length=120, blank=True)
    code_postal = models.CharField("code postal", max_length=12, blank=True)
    ville = models.CharField("ville", max_length=80, blank=True)
    pays = models.CharField("pays", max_length=60, default="France", blank=True)

    class Meta:
        abstract = True

    def lignes_adresse(self) -> list[str]:
        """Return the postal lines that are filled, the country only when abroad."""
        localite = f"{self.code_postal} {self.ville}".strip()
        pays = "" if self.pays == "France" else self.pays
        return [ligne for ligne in (self.adresse, self.complement, localite, pays) if ligne]


class FamilleQuerySet(models.QuerySet["Famille"]):
    def de(self, utilisateur: Utilisateur) -> FamilleQuerySet:
        """Keep the households of which this login is an adult, or the one that an agent acts for."""
        if (pour := getattr(utilisateur, "agit_pour", None)) is not None:
            return self.filter(pk=pour, archivee_le=None)
        return self.filter(responsables__utilisateur=utilisateur, archivee_le=None).distinct()

    def prochain_code(self) -> str:
        """Propose the code after the highest one of the usual form, such as ``F00043``."""
        usuels = self.filter(code__regex=r"^F\d{1,9}$").annotate(rang=Cast(Substr("code", 2), models.IntegerField()))
        return f"F{(usuels.aggregate(dernier=Max('rang'))['dernier'] or 0) + 1:05d}"


class Famille(AvecCle, AdressePostale):
    """One household: the account holder of the portal. A child may belong to several."""

    #: What staff and invoices call it, such as ``F00042``.
    code = models.CharField("code famille", max_length=20, unique=True)
    nom = models.CharField("nom de famille", max_length=80)
    nom_recherche = models.CharField("nom normalisé", max_length=80, editable=False, db_index=True)
    telephone = models.CharField("téléphone du domicile", max_length=20, blank=True)
    situation = models.CharField("situation familiale", max_length=20, choices=SituationFamiliale, blank=True)
    regime = models.CharField("régime", max_length=10, choices=Regime, blank=True)
    numero_allocataire = models.CharField("N° allocataire", max_length=20, blank=True)
    #: Residents are known to the service; the postcode alone would be wrong for a shared one.
    residente = models.BooleanField("réside dans la commune", default=True)
    note_interne = models.TextField("note du service", blank=True)
    cree_le = models.DateTimeField("créée le", default=timezone.now)
    archivee_le = models.DateTimeField("archivée le", null=True, blank=True)

    objects = FamilleQuerySet.as_manager()

    class Meta:
        verbose_name = "famille"
        verbose_name_plural = "familles"
        permissions = [
            ("agir_pour_famille", "Peut agir au nom d’une famille"),
            ("exporter_famille", "Peut exporter ou effacer les données d’une famille"),
        ]
        ordering = ["nom_recherche", "code"]

    def __str__(self) -> str:
        return f"{self.nom} ({self.code})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.nom_recherche = normaliser(self.nom)
        if (champs := kwargs.get("update_fields")) is not None and "nom" in champs:
            kwargs["update_fields"] = {*champs, "nom_recherche"}
        super().save(*args, **kwargs)


class Responsable(AvecCle, AdressePostale):
    """An adult of a household, with an optional login of their own."""

    famille = models.ForeignKey(Famille, verbose_name="famille", on_delete=models.PROTECT, related_name="responsables")
    utilisateur = models.ForeignKey(
        Utilisateur,
        verbose_name="identifiant de connexion",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="responsabilites",
    )
    #: 1 is the adult the invoices are addressed to.
    rang = models.PositiveSmallIntegerField("rang", default=1)
    civilite = models.CharField("civilité", max_length=5, choices=Civilite, blank=True)
    nom = models.CharField("nom", max_length=80)
    nom_naissance = models.CharField("nom de naissance", max_length=80, blank=True)
    prenom = models.CharField("prénom", max_length=80)
    nom_recherche = models.CharField("nom normalisé", max_length=170, editable=False, db_index=True)
    lien = models.CharField("lien avec les enfants", max_length=20, choices=LienResponsable, blank=True)
    date_naissance = models.DateField("date de naissance", null=True, blank=True)
    autorite_parentale = models.BooleanField("autorité parentale", default=True)
    email = models.EmailField("adresse électronique", max_length=254, blank=True)
    telephone_mobile = models.CharField("téléphone portable", max_length=20, blank=True)
    telephone_travail = models.CharField("téléphone professionnel", max_length=20, blank=True)
    profession = models.CharField("profession", max_length=80, blank=True)
    employeur = models.CharField("employeur", max_length=80, blank=True)
    #: Not said: counted as not working when places are allotted by it.
    activite = models.CharField("activité", max_length=10, choices=Activite, blank=True)

    class Meta:
        verbose_name = "responsable"
        verbose_name_plural = "responsables"
        ordering = ["famille", "rang", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="responsable_rang_unique",
                fields=["famille", "rang"],
                violation_error_message="Un autre responsable de cette famille a déjà ce rang.",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.UniqueConstraint(
                name="responsable_utilisateur_unique",
                fields=["famille", "utilisateur"],
                condition=Q(utilisateur__isnull=False),
                violation_error_message="Cet identifiant est déjà celui d’un responsable de la famille.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_civilite_display()} {self.prenom} {self.nom}".strip()

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.nom_recherche = normaliser(f"{self.nom} {self.nom_naissance} {self.prenom}")[:170]
        if (champs := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*champs, "nom_recherche"}
        super().save(*args, **kwargs)

    def telephones(self) -> list[str]:
        """Return the phones that are filled, the mobile first."""
        return [numero for numero in (self.telephone_mobile, self.telephone_travail) if numero]


class QuotientFamilialQuerySet(models.QuerySet["QuotientFamilial"]):
    def valables_le(self, jour: date) -> QuotientFamilialQuerySet:
        return self.filter(Q(au=None) | Q(au__gte=jour), du__lte=jour)


class QuotientFamilial(models.Model):
    """The household's quotient, dated. A trigger refuses any write that the service has not signed for."""

    famille = models.ForeignKey(Famille, verbose_name="famille", on_delete=models.PROTECT, related_name="quotients")
    valeur = models.PositiveIntegerField("quotient familial (€ par mois)")
    du = models.DateField("à partir du")
    #: Included; empty as long as nothing replaces it.
    au = models.DateField("jusqu’au", null=True, blank=True)
    source = models.CharField("source", max_length=10, choices=SourceQuotient)
    auteur = models.ForeignKey(
        Utilisateur, verbose_name="saisi par", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    cree_le = models.DateTimeField("saisi le", default=timezone.now)

    objects = QuotientFamilialQuerySet.as_manager()

    class Meta:
        verbose_name = "quotient familial"
        verbose_name_plural = "quotients familiaux"
        ordering = ["famille", "-du"]
        constraints = [
            models.CheckConstraint(
                name="quotient_dates_ordonnees",
                condition=Q(au=None) | Q(au__gte=F("du")),
                violation_error_message="La fin précède le début.",
            ),
            ExclusionConstraint(
                name="quotient_sans_chevauchement",
                expressions=[
                    (MemeObjet("famille"), RangeOperators.OVERLAPS),
                    (PeriodeDeDates(), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Un autre quotient est déjà valable à ces dates.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.valeur} à partir du {self.du:%d/%m/%Y}"
