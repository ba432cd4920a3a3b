"""The offer: établissement > accueil > période > prestation > créneau."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, OuterRef, Q
from django.utils import timezone
from django.utils.functional import cached_property

from portail.commun.models import AvecCle
from reservations.enums import (
    Acceptation,
    ApresDelaiAnnulation,
    GenrePrestation,
    JoursDeClasse,
    Selection,
    TraitementAnnulation,
)
from reservations.models.acces_periode import ConditionsPeriode
from reservations.models.calendrier import RegleDelai
from reservations.models.prereservation import FenetreDePrereservation
from reservations.models.regles_particulieres import EffetApresDelai, contraintes_de_l_effet

if TYPE_CHECKING:
    from reservations.models.regles_particulieres import RegleParticuliere


class Etablissement(AvecCle):
    nom = models.CharField("nom", max_length=80, unique=True)
    ordre = models.PositiveSmallIntegerField("ordre", default=0)
    telephone = models.CharField("téléphone", max_length=20, blank=True)
    adresse = models.CharField("adresse", max_length=200, blank=True)
    #: Members of the direction see and check only the sites where they are named.
    direction = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name="direction", blank=True, related_name="etablissements"
    )

    class Meta:
        verbose_name = "établissement"
        verbose_name_plural = "établissements"
        ordering = ["ordre", "nom"]
        permissions = [("voir_tous_etablissement", "Travaille sur tous les établissements")]

    def __str__(self) -> str:
        return self.nom


class Accueil(AvecCle):
    etablissement = models.ForeignKey(
        Etablissement, verbose_name="établissement", on_delete=models.PROTECT, related_name="accueils"
    )
    nom = models.CharField("nom", max_length=80)
    ordre = models.PositiveSmallIntegerField("ordre", default=0)

    class Meta:
        verbose_name = "accueil"
        verbose_name_plural = "accueils"
        ordering = ["etablissement", "ordre", "nom"]
        constraints = [
            models.UniqueConstraint(
                name="accueil_nom_unique",
                fields=["etablissement", "nom"],
                violation_error_message="Cet établissement a déjà un accueil de ce nom.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.etablissement} / {self.nom}"


#: Column of each list's table.
CLES_DES_LISTES = {"ecoles": "ecole", "classes": "classe", "familles": "famille"}


def tous_les_jours_de_semaine() -> list[int]:
    return [0, 1, 2, 3, 4]


class PeriodeQuerySet(models.QuerySet["Periode"]):
    def ouvertes_aux_familles(self, maintenant: datetime) -> PeriodeQuerySet:
        """Keep what parents may look at: published and not over; those that open later say when."""
        return self.filter(publiee=True, au__gte=timezone.localdate(maintenant))

    def avec_listes(self) -> PeriodeQuerySet:
        """Read in the same query the schools, classes and households for which each one is kept."""
        return self.annotate(
            **{
                f"{champ}_admises": ArraySubquery(
                    getattr(Periode, champ).through.objects.filter(periode=OuterRef("pk")).values(cle)
                )
                for champ, cle in CLES_DES_LISTES.items()
            }
        )


class Periode(ConditionsPeriode, FenetreDePrereservation, EffetApresDelai, AvecCle):
    """A dated offer with its own rules: « RESTAURATION ENFANT 2017-2018 »."""

    accueil = models.ForeignKey(Accueil, verbose_name="accueil", on_delete=models.PROTECT, related_name="periodes")
    nom = models.CharField("nom", max_length=120)
    du = models.DateField("du")
    #: Included.
    au = models.DateField("au")
    #: Weekdays of opening, 0 = Monday … 6 = Sunday.
    jours_ouverture = ArrayField(
        models.PositiveSmallIntegerField(validators=[MaxValueValidator(6)]),
        verbose_name="jours d’ouverture",
        default=tous_les_jours_de_semaine,
    )
    jours_de_classe = models.CharField(
        "calendrier scolaire", max_length=15, choices=JoursDeClasse, default=JoursDeClasse.TOUS
    )
    #: Last day to send requests (included): « Vous avez jusqu'au … pour valider vos réservations ».
    validation_jusqu_au = models.DateField("réservations possibles jusqu’au")
    regle_reservation = models.ForeignKey(
        RegleDelai, verbose_name="délai pour réserver", on_delete=models.PROTECT, related_name="+"
    )
    regle_annulation = models.ForeignKey(
        RegleDelai, verbose_name="délai pour annuler", on_delete=models.PROTECT, related_name="+"
    )
    #: What becomes of a cancellation asked after its deadline.
    apres_delai_annulation = models.CharField(
        "annulation après le délai",
        max_length=15,
        choices=ApresDelaiAnnulation,
        default=ApresDelaiAnnulation.REFUS,
    )
    acceptation = models.CharField("acceptation", max_length=12, choices=Acceptation, default=Acceptation.MANUELLE)
    #: Who answers a cancellation asked within its deadline; until the answer the place stays held.
    annulation = models.CharField(
        "annulation", max_length=12, choices=TraitementAnnulation, default=TraitementAnnulation.MANUELLE
    )
    #: When a day is full, may a household wait for a place?
    liste_attente = models.BooleanField("liste d’attente quand un jour est complet", default=False)
    duree_offre_heures = models.PositiveSmallIntegerField(
        "durée d’une place proposée, en heures",
        default=24,
        validators=[MinValueValidator(1), MaxValueValidator(240)],
        help_text="Une place libérée est gardée ce temps pour la première famille de la liste d’attente.",
    )
    #: Last instant at which a freed place may go to the list by itself; empty: the deadline to book.
    regle_attente = models.ForeignKey(
        RegleDelai,
        verbose_name="dernière limite pour proposer une place",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Vide : la limite pour réserver. Après elle, un agent peut encore accepter une demande en attente.",
    )
    publiee = models.BooleanField("visible des familles", default=True)

    objects = PeriodeQuerySet.as_manager()

    class Meta:
        verbose_name = "période"
        verbose_name_plural = "périodes"
        ordering = ["du", "nom"]
        constraints = [
            *ConditionsPeriode.Meta.constraints,
            *FenetreDePrereservation.Meta.constraints,
            *contraintes_de_l_effet("periode"),
            models.UniqueConstraint(
                name="periode_nom_unique",
                fields=["accueil", "nom"],
                violation_error_message="Cet accueil a déjà une période de ce nom.",
            ),
            models.CheckConstraint(
                name="periode_dates_ordonnees",
                condition=Q(au__gte=F("du")),
                violation_error_message="La fin de la période précède son début.",
            ),
        ]

    def __str__(self) -> str:
        return self.nom

    @cached_property
    def particulieres(self) -> list[RegleParticuliere]:
        """Rules that replace its own, with their deadlines; one query, once for each reading of the période."""
        return list(self.regles_particulieres.select_related("regle", "regle_tardive").order_by("pk"))

    @cached_property
    def listes_d_acces(self) -> dict[str, frozenset[int]]:
        """Identifiers of the schools and classes, or of the households, for which it is kept; one query at most."""
        if self.selection == Selection.TOUS:
            return {}
        lue = self if hasattr(self, "ecoles_admises") else Periode.objects.avec_listes().get(pk=self.pk)
        return {champ: frozenset(getattr(lue, f"{champ}_admises")) for champ in CLES_DES_LISTES}


class Prestation(AvecCle):
    """What is booked and billed on one day: « Périscolaire Matin Ecole Alain BOUTLE »."""

    periode = models.ForeignKey(Periode, verbose_name="période", on_delete=models.PROTECT, related_name="prestations")
    nom = models.CharField("désignation", max_length=120)
    #: Word of the planning's column, such as « Matin ».
    nom_court = models.CharField("nom court", max_length=30)
    ordre = models.PositiveSmallIntegerField("ordre", default=0)
    heure_debut = models.TimeField("de", null=True, blank=True)
    heure_fin = models.TimeField("à", null=True, blank=True)
    capacite_par_jour = models.PositiveIntegerField("places par jour", default=30, validators=[MinValueValidator(1)])
    genre = models.CharField("genre", max_length=10, choices=GenrePrestation, default=GenrePrestation.SIMPLE)
    #: Its places are also those of the room: what is left is the smaller of the two.
    salle = models.ForeignKey(
        "reservations.Salle",
        verbose_name="salle partagée",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="prestations",
        help_text="Vide : ses places ne sont partagées avec aucune autre prestation.",
    )
    description = models.TextField(
        "description",
        blank=True,
        help_text="Ce que la famille lit : programme, affaires à prévoir, lieu de rendez-vous.",
    )
    #: For an outing.
    jour_unique = models.DateField("jour de la sortie", null=True, blank=True)
    #: For an outing: last instant (included) to book it or to cancel it; empty: the deadlines of the période.
    reponse_avant_le = models.DateTimeField("réponse avant le", null=True, blank=True)

    class Meta:
        verbose_name = "prestation"
        verbose_name_plural = "prestations"
        ordering = ["periode", "ordre", "nom"]
        constraints = [
            models.CheckConstraint(
                name="prestation_sortie_a_son_jour",
                condition=Q(genre="sortie", jour_unique__isnull=False)
                | (~Q(genre="sortie") & Q(jour_unique=None, reponse_avant_le=None)),
                violation_error_message="Une sortie a son jour ; les autres n’ont ni jour ni date limite à elles.",
            ),
            models.CheckConstraint(
                name="prestation_a_l_heure_bornee",
                condition=~Q(genre="heures")
                | Q(heure_debut__isnull=False, heure_fin__isnull=False, heure_fin__gt=F("heure_debut")),
                violation_error_message="Une prestation à l’heure a une heure de début et une heure de fin.",
            ),
            models.UniqueConstraint(
                name="prestation_nom_unique",
                fields=["periode", "nom"],
                violation_error_message="Cette période a déjà une prestation de ce nom.",
            ),
        ]

    def __str__(self) -> str:
        return self.nom


class CreneauQuerySet(models.QuerySet["Creneau"]):
    def entre(self, du: date, au: date) -> CreneauQuerySet:
        """Keep the days of a range, both ends included."""
        return self.filter(jour__range=(du, au))

    def avec_places(self) -> CreneauQuerySet:
        """Read with each day its prestation, and its room on that day: what ``places_libres`` looks at."""
        return self.select_related("prestation", "jour_salle")


class Creneau(models.Model):
    """One prestation on one open day, with its places. No row: closed that day."""

    prestation = models.ForeignKey(
        Prestation, verbose_name="prestation", on_delete=models.PROTECT, related_name="creneaux"
    )
    jour = models.DateField("jour")
    capacite = models.PositiveIntegerField("places")
    #: Days in a state of ``ETATS_QUI_PRENNENT_UNE_PLACE``; moved only by a conditional UPDATE, with the day's state.
    places_prises = models.PositiveIntegerField("places prises", default=0)
    ferme = models.BooleanField("fermé exceptionnellement", default=False)
    #: The shared room on that day; set by the database as the créneau is made, then by ``actions.salles``.
    jour_salle = models.ForeignKey(
        "reservations.JourSalle",
        verbose_name="jour de la salle partagée",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="creneaux",
    )

    objects = CreneauQuerySet.as_manager()

    class Meta:
        verbose_name = "créneau"
        verbose_name_plural = "créneaux"
        ordering = ["jour", "prestation"]
        indexes = [models.Index(name="creneau_jour", fields=["jour"])]
        constraints = [
            models.UniqueConstraint(
                name="creneau_unique",
                fields=["prestation", "jour"],
                violation_error_message="Cette prestation a déjà un créneau ce jour-là.",
            ),
            models.CheckConstraint(
                name="creneau_places_entre_zero_et_capacite",
                condition=Q(places_prises__gte=0, places_prises__lte=F("capacite")),
                violation_error_message="La capacité ne peut pas descendre sous le nombre de places prises.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prestation} {self.jour:%d/%m/%Y}"

    @property
    def places_libres(self) -> int:
        """Places left that day: its own, and those of the room when it is shared."""
        libres = self.capacite - self.places_prises
        return min(libres, self.jour_salle.places_libres) if self.jour_salle else libres

    def compter_une_place(self) -> None:
        """Count one more place as taken, in memory alone: on the day, and in its room."""
        self.places_prises += 1
        if self.jour_salle is not None:
            self.jour_salle.places_prises += 1
