"""Days that deadlines count or not, and the deadlines themselves."""

from django.db import models
from django.db.models import F, Q

from reservations import regles
from reservations.enums import NatureJourFerme, TypeJours

#: Singular and plural.
MOTS_DES_JOURS = {
    TypeJours.OUVRES: ("jour ouvré", "jours ouvrés"),
    TypeJours.OUVRABLES: ("jour ouvrable", "jours ouvrables"),
    TypeJours.CALENDAIRES: ("jour", "jours"),
}


class JourFerme(models.Model):
    """A day on which the town hall does not work: it is not a « jour ouvré » of any deadline."""

    jour = models.DateField("jour", unique=True)
    libelle = models.CharField("libellé", max_length=80)
    nature = models.CharField("nature", max_length=10, choices=NatureJourFerme)
    #: The town hall may be closed on a day when the canteen works, and the other way round.
    ferme_les_accueils = models.BooleanField("les accueils ferment aussi", default=True)

    class Meta:
        verbose_name = "jour fermé"
        verbose_name_plural = "jours fermés"
        ordering = ["jour"]

    def __str__(self) -> str:
        return f"{self.jour:%d/%m/%Y} {self.libelle}"


class VacancesScolaires(models.Model):
    """School holidays of the town's zone; both days included."""

    libelle = models.CharField("libellé", max_length=80)
    premier_jour = models.DateField("premier jour sans classe")
    dernier_jour = models.DateField("dernier jour sans classe")

    class Meta:
        verbose_name = "vacances scolaires"
        verbose_name_plural = "vacances scolaires"
        ordering = ["premier_jour"]
        constraints = [
            models.UniqueConstraint(name="vacances_uniques", fields=["premier_jour"]),
            models.CheckConstraint(
                name="vacances_dates_ordonnees",
                condition=Q(dernier_jour__gte=F("premier_jour")),
                violation_error_message="Le dernier jour précède le premier.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.libelle} ({self.premier_jour:%d/%m/%Y} – {self.dernier_jour:%d/%m/%Y})"


class RegleDelai(models.Model):
    """A named deadline, such as « 2 jours ouvrés avant, 12 h », shared by the périodes that follow it."""

    nom = models.CharField("nom", max_length=80, unique=True)
    nombre = models.PositiveSmallIntegerField("nombre de jours avant")
    type_jours = models.CharField("jours comptés", max_length=12, choices=TypeJours, default=TypeJours.OUVRES)
    heure = models.TimeField("heure limite (incluse)")

    class Meta:
        verbose_name = "règle de délai"
        verbose_name_plural = "règles de délai"
        ordering = ["nom"]

    def __str__(self) -> str:
        return self.nom

    @property
    def delai(self) -> regles.Delai:
        return regles.Delai(nombre=self.nombre, type_jours=TypeJours(self.type_jours), heure=self.heure)

    @property
    def en_mots(self) -> str:
        """« 2 jours ouvrés avant la date souhaitée »."""
        if self.nombre == 0:
            return "le jour même"
        return f"{self.nombre} {MOTS_DES_JOURS[TypeJours(self.type_jours)][self.nombre > 1]} avant la date souhaitée"
