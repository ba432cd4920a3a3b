"""Children, their schools, and the households in charge of them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Count, F, Q
from django.utils import timezone

from enfants import regles
from enfants.enums import Garde, GardeVacances, Niveau, Sexe
from familles.models import Famille, Utilisateur
from portail.commun.dates import age_en_mots
from portail.commun.models import AvecCle
from portail.commun.texte import normaliser


class Ecole(models.Model):
    nom = models.CharField("nom", max_length=120, unique=True)
    ville = models.CharField("ville", max_length=80, blank=True)
    #: A pupil of this level leaves at the end of the year.
    dernier_niveau = models.CharField("dernier niveau", max_length=6, choices=Niveau, blank=True)
    ecole_suivante = models.ForeignKey(
        "self",
        verbose_name="école suivante",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Où vont les élèves après le dernier niveau. Vide : ils n’ont plus d’école connue.",
    )

    class Meta:
        verbose_name = "école"
        verbose_name_plural = "écoles"
        ordering = ["nom"]

    def __str__(self) -> str:
        return self.nom


class Classe(models.Model):
    ecole = models.ForeignKey(Ecole, verbose_name="école", on_delete=models.PROTECT, related_name="classes")
    nom = models.CharField("nom", max_length=60)
    niveau = models.CharField("niveau", max_length=6, choices=Niveau)

    class Meta:
        verbose_name = "classe"
        verbose_name_plural = "classes"
        ordering = ["ecole", "nom"]
        constraints = [
            models.UniqueConstraint(
                name="classe_unique",
                fields=["ecole", "nom", "niveau"],
                violation_error_message="Cette classe existe déjà dans cette école.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.nom} ({self.get_niveau_display()}), {self.ecole}"


class Menu(models.Model):
    """What a child may be served, worded as a choice of menu: never as a belief or an illness."""

    nom = models.CharField("nom", max_length=60, unique=True)
    ordre = models.PositiveSmallIntegerField("ordre", default=100)
    propose = models.BooleanField("proposé aux familles", default=True)

    class Meta:
        verbose_name = "menu"
        verbose_name_plural = "menus"
        ordering = ["ordre", "nom"]

    def __str__(self) -> str:
        return self.nom


class EnfantQuerySet(models.QuerySet["Enfant"]):
    def visibles_par(self, utilisateur: Utilisateur, jour: date) -> EnfantQuerySet:
        """Keep the children of the households of this login, or of the one an agent acts for: the parents' door.

        A household whose link ended before ``jour`` no longer sees the child.
        """
        liens = Rattachement.objects.non_termines(jour).filter(famille__in=Famille.objects.de(utilisateur))
        return self.filter(pk__in=liens.values("enfant"))

    def partages(self) -> EnfantQuerySet:
        """Keep the children of several households."""
        actifs = Count("rattachements", filter=Q(rattachements__famille__archivee_le=None))
        return self.annotate(nombre_de_foyers=actifs).filter(nombre_de_foyers__gt=1)

    def a_la_garde_reglee(self) -> EnfantQuerySet:
        """Keep the children that are not always and only in one household."""
        sans_regle = Q(garde=Garde.TOUJOURS, vacances=GardeVacances.COMME_D_HABITUDE, du=None, au=None)
        regles_lues = Rattachement.objects.exclude(sans_regle).values("enfant")
        return self.filter(Q(pk__in=regles_lues) | Q(pk__in=Enfant.objects.partages().values("pk")))

    def de_la_famille(self, famille: Famille, jour: date | None = None) -> EnfantQuerySet:
        """Keep the children whose link with this household is not over on that day; without a day, whoever had one."""
        liens = Rattachement.objects.filter(famille=famille)
        if jour is not None:
            liens = liens.non_termines(jour)
        return self.filter(pk__in=liens.values("enfant")).order_by("date_naissance", "pk")


class Enfant(AvecCle):
    """A child. Nothing here belongs to one household only: those facts are on the link or on the household."""

    nom = models.CharField("nom", max_length=80)
    prenom = models.CharField("prénom", max_length=80)
    nom_recherche = models.CharField("nom normalisé", max_length=170, editable=False, db_index=True)
    sexe = models.CharField("sexe", max_length=1, choices=Sexe, blank=True)
    date_naissance = models.DateField("né le")
    lieu_naissance = models.CharField("lieu de naissance", max_length=80, blank=True)
    #: Two or three characters, such as ``35``, ``2A`` or ``974``; empty when born abroad.
    departement_naissance = models.CharField("département de naissance", max_length=3, blank=True)
    ecole = models.ForeignKey(
        Ecole, verbose_name="école", null=True, blank=True, on_delete=models.PROTECT, related_name="eleves"
    )
    niveau = models.CharField("niveau", max_length=6, choices=Niveau, blank=True)
    classe = models.ForeignKey(
        Classe, verbose_name="classe", null=True, blank=True, on_delete=models.PROTECT, related_name="eleves"
    )
    #: Repeats the year: the next passage leaves the child where it is, and forgets this.
    maintenu = models.BooleanField("maintenu l’an prochain", default=False)
    #: Empty: the usual menu.
    menu = models.ForeignKey(
        Menu, verbose_name="menu", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    familles = models.ManyToManyField(
        Famille, through="Rattachement", through_fields=("enfant", "famille"), related_name="enfants"
    )
    cree_le = models.DateTimeField("créé le", default=timezone.now)

    objects = EnfantQuerySet.as_manager()

    class Meta:
        verbose_name = "enfant"
        verbose_name_plural = "enfants"
        ordering = ["nom_recherche", "pk"]

    def __str__(self) -> str:
        return f"{self.nom} {self.prenom}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.nom_recherche = normaliser(f"{self.nom} {self.prenom}")
        if (champs := kwargs.get("update_fields")) is not None:
            if {"ecole", "classe"} & {*champs} == {"ecole"} and self.classe and self.classe.ecole_id != self.ecole_id:
                # A new school, and nothing said of the class: the old one is not there.
                self.classe, champs = None, {*champs, "classe"}
            kwargs["update_fields"] = {*champs, "nom_recherche"}
        super().save(*args, **kwargs)

    def age_en_mots(self, jour: date) -> str:
        return age_en_mots(self.date_naissance, jour)


class RattachementQuerySet(models.QuerySet["Rattachement"]):
    def non_termines(self, jour: date) -> RattachementQuerySet:
        """Keep the links in force, and those to come: a household prepares the arrival of a child."""
        return self.filter(Q(au=None) | Q(au__gte=jour))


class Rattachement(models.Model):
    """The link of a child to a household: when it is in its charge, and whether this household pays those days."""

    enfant = models.ForeignKey(Enfant, verbose_name="enfant", on_delete=models.PROTECT, related_name="rattachements")
    famille = models.ForeignKey(Famille, verbose_name="famille", on_delete=models.PROTECT, related_name="rattachements")
    garde = models.CharField("garde", max_length=20, choices=Garde, default=Garde.TOUJOURS)
    vacances = models.CharField(
        "vacances scolaires", max_length=20, choices=GardeVacances, default=GardeVacances.COMME_D_HABITUDE
    )
    #: Empty: this household pays for the days it has.
    payeur = models.ForeignKey(
        Famille,
        verbose_name="factures adressées à",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Vide : ce foyer paie les jours dont il a la garde.",
    )
    du = models.DateField("à partir du", null=True, blank=True)
    au = models.DateField("jusqu’au", null=True, blank=True)

    objects = RattachementQuerySet.as_manager()

    class Meta:
        verbose_name = "rattachement"
        verbose_name_plural = "rattachements"
        constraints = [
            models.UniqueConstraint(
                name="rattachement_unique",
                fields=["enfant", "famille"],
                violation_error_message="Cet enfant est déjà rattaché à cette famille.",
            ),
            models.CheckConstraint(
                name="rattachement_dates_ordonnees",
                condition=Q(du=None) | Q(au=None) | Q(au__gte=F("du")),
                violation_error_message="La fin précède le début.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enfant} – {self.famille}"

    @property
    def lien(self) -> regles.LienDeGarde:
        """The link as the rules read it; give it with its ``periodes`` prefetched."""
        return regles.LienDeGarde(
            famille=self.famille_id,
            garde=self.garde,
            vacances=self.vacances,
            du=self.du,
            au=self.au,
            dates=tuple((periode.du, periode.au) for periode in self.periodes.all()),
            payeur=self.payeur_id,
        )


class PeriodeDeGarde(models.Model):
    """Dates agreed one by one: they come before any rhythm. Both days included."""

    rattachement = models.ForeignKey(
        Rattachement, verbose_name="rattachement", on_delete=models.CASCADE, related_name="periodes"
    )
    du = models.DateField("du")
    au = models.DateField("au")

    class Meta:
        verbose_name = "période de garde convenue"
        verbose_name_plural = "périodes de garde convenues"
        ordering = ["du"]
        constraints = [
            models.CheckConstraint(
                name="periode_de_garde_dates_ordonnees",
                condition=Q(au__gte=F("du")),
                violation_error_message="La fin précède le début.",
            )
        ]

    def __str__(self) -> str:
        return f"du {self.du:%d/%m/%Y} au {self.au:%d/%m/%Y}"
