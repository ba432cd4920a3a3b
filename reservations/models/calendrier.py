"""Days that deadlines count or not, and the deadlines themselves."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import time

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q

from portail.commun.templatetags.typographie import JOURS, heure
from reservations import regles
from reservations.enums import GenreDelai, NatureJourFerme, SiLimiteFermee, TypeJours

#: Singular and plural.
MOTS_DES_JOURS = {
    TypeJours.OUVRES: ("jour ouvré", "jours ouvrés"),
    TypeJours.OUVRABLES: ("jour ouvrable", "jours ouvrables"),
    TypeJours.CALENDAIRES: ("jour", "jours"),
    TypeJours.SCOLAIRES: ("jour d’école", "jours d’école"),
}
#: Farther back, the calendar that is read for a day would not be enough.
JOURS_D_ECOLE_AU_PLUS = 100
COMPTES = {GenreDelai.JOURS, GenreDelai.PERIODE}
LIGNE_DE_TABLEAU = re.compile(r"(\w+) *: *(\w+) +(\d{1,2})(?: *[:h] *(\d{2})?)?")


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


def lire_tableau(texte: str) -> tuple[tuple[int, int, time], ...]:
    """Read « lundi : vendredi 9:00 », one line for each weekday wanted; raise ``ValidationError`` in plain French."""
    lignes = []
    for ligne in filter(None, (une.strip().lower() for une in texte.splitlines())):
        trouve = LIGNE_DE_TABLEAU.fullmatch(ligne)
        if not trouve or trouve[1] not in JOURS or trouve[2] not in JOURS:
            raise ValidationError(
                {"tableau": f"« {ligne} » ne se lit pas. Écrivez par exemple « lundi : vendredi 9:00 »."}
            )
        heures, minute = int(trouve[3]), int(trouve[4] or 0)
        if heures > 23 or minute > 59:  # noqa: PLR2004 - a clock
            raise ValidationError({"tableau": f"« {ligne} » : l’heure n’existe pas."})
        lignes.append((JOURS.index(trouve[1]), JOURS.index(trouve[2]), time(heures, minute)))
    if len({voulu for voulu, _, _ in lignes}) != len(lignes):
        raise ValidationError({"tableau": "Un jour souhaité est écrit deux fois."})
    return tuple(lignes)


class RegleDelai(models.Model):
    """A named deadline, such as « 2 jours ouvrés avant, 12 h », shared by the périodes that follow it."""

    nom = models.CharField("nom", max_length=80, unique=True)
    genre = models.CharField("genre", max_length=10, choices=GenreDelai, default=GenreDelai.JOURS)
    nombre = models.PositiveSmallIntegerField(
        "nombre",
        default=0,
        validators=[MaxValueValidator(250)],
        help_text="De jours, d’heures, de semaines ou de mois.",
    )
    type_jours = models.CharField("jours comptés", max_length=12, choices=TypeJours, default=TypeJours.OUVRES)
    francs = models.BooleanField("jours francs", default=False, help_text="Jours entiers entre les deux dates.")
    heure = models.TimeField(
        "heure limite (incluse)", default=time(12), help_text="Pour un nombre d’heures : heure du service."
    )
    jour_semaine = models.PositiveSmallIntegerField(
        "jour de la limite", null=True, blank=True, choices=list(enumerate(JOURS))
    )
    tableau = models.TextField(
        "tableau", blank=True, help_text="Une ligne par jour souhaité, par exemple « lundi : vendredi 9:00 »."
    )
    date_fixe = models.DateField("date limite", null=True, blank=True)
    si_limite_fermee = models.CharField(
        "si la limite tombe un jour fermé", max_length=10, choices=SiLimiteFermee, default=SiLimiteFermee.GARDER
    )

    class Meta:
        verbose_name = "règle de délai"
        verbose_name_plural = "règles de délai"
        ordering = ["nom"]
        constraints = [
            models.CheckConstraint(
                name="regle_semaine_a_un_jour",
                condition=~Q(genre="semaine") | Q(jour_semaine__isnull=False),
                violation_error_message="Choisissez le jour de la semaine où tombe la limite.",
            ),
            models.CheckConstraint(
                name="regle_date_a_une_date",
                condition=~Q(genre="date") | Q(date_fixe__isnull=False),
                violation_error_message="Choisissez la date limite.",
            ),
            models.CheckConstraint(
                name="regle_tableau_a_des_lignes",
                condition=~Q(genre="tableau") | ~Q(tableau=""),
                violation_error_message="Écrivez au moins une ligne du tableau.",
            ),
        ]

    def __str__(self) -> str:
        return self.nom

    def clean(self) -> None:
        lire_tableau(self.tableau)
        if self.type_jours == TypeJours.SCOLAIRES and self.nombre > JOURS_D_ECOLE_AU_PLUS and self.genre in COMPTES:
            raise ValidationError({"nombre": f"En jours d’école, {JOURS_D_ECOLE_AU_PLUS} au plus."})

    @property
    def delai(self) -> regles.Delai:
        return regles.Delai(
            nombre=self.nombre,
            type_jours=TypeJours(self.type_jours),
            heure=self.heure,
            genre=GenreDelai(self.genre),
            francs=self.francs,
            jour_semaine=self.jour_semaine or 0,
            tableau=lire_tableau(self.tableau),
            date_fixe=self.date_fixe,
            si_fermee=SiLimiteFermee(self.si_limite_fermee),
        )

    @property
    def heure_limite(self) -> time | None:
        """The hour that is the same for every day, when the rule has one."""
        return None if self.genre in {GenreDelai.HEURES, GenreDelai.TABLEAU, GenreDelai.JAMAIS} else self.heure

    @property
    def en_mots(self) -> str:
        """« 2 jours ouvrés avant la date souhaitée »."""
        mots = MOTS_DES_GENRES[GenreDelai(self.genre)](self)
        recule = self.si_limite_fermee == SiLimiteFermee.RECULER and self.genre != GenreDelai.JAMAIS
        return f"{mots} (le jour ouvré précédent si la mairie est fermée)" if recule else mots


def _jours_en_mots(regle: RegleDelai, repere: str, jour_meme: str, veille: str) -> str:
    if regle.nombre + regle.francs == 0:
        return jour_meme
    if regle.type_jours == TypeJours.CALENDAIRES and regle.nombre + regle.francs == 1:
        return veille
    nombre = regle.nombre or 1
    mots = MOTS_DES_JOURS[TypeJours(regle.type_jours)][nombre > 1]
    francs = f" franc{'s' if nombre > 1 else ''}" if regle.francs and regle.nombre else ""
    return f"{nombre} {mots}{francs} avant {repere}"


def _heures_en_mots(regle: RegleDelai) -> str:
    if regle.nombre == 0:
        return f"{heure(regle.heure)} le jour souhaité"
    _, pluriel = MOTS_DES_JOURS[TypeJours(regle.type_jours)]
    comptees = "" if regle.type_jours == TypeJours.CALENDAIRES else f", en ne comptant que les {pluriel}"
    return f"{regle.nombre}\xa0h avant {heure(regle.heure)} le jour souhaité{comptees}"


def _semaine_en_mots(regle: RegleDelai) -> str:
    jour = JOURS[regle.jour_semaine or 0]
    if regle.nombre == 0:
        return f"le {jour} de la même semaine"
    return f"le {jour} de la semaine précédente" if regle.nombre == 1 else f"le {jour}, {regle.nombre} semaines avant"


def _tableau_en_mots(regle: RegleDelai) -> str:
    return "\u202f; ".join(
        f"pour le {JOURS[voulu]}, le {JOURS[limite]}{' précédent' if voulu == limite else ''} à\xa0{heure(a)}"
        for voulu, limite, a in lire_tableau(regle.tableau)
    )


def _mois_en_mots(regle: RegleDelai) -> str:
    return f"{regle.nombre} mois avant {DEBUT_DE_PERIODE}" if regle.nombre else PREMIER_JOUR


DATE_SOUHAITEE, DEBUT_DE_PERIODE = "la date souhaitée", "le début de la période"
PREMIER_JOUR, VEILLE_DU_DEBUT = "le premier jour de la période", "la veille du début de la période"
MOTS_DES_GENRES: dict[GenreDelai, Callable[[RegleDelai], str]] = {
    GenreDelai.JOURS: lambda regle: _jours_en_mots(regle, DATE_SOUHAITEE, "le jour même", "la veille"),
    GenreDelai.HEURES: _heures_en_mots,
    GenreDelai.SEMAINE: _semaine_en_mots,
    GenreDelai.TABLEAU: _tableau_en_mots,
    GenreDelai.DATE: lambda regle: f"jusqu’au {regle.date_fixe:%d/%m/%Y}",
    GenreDelai.PERIODE: lambda regle: _jours_en_mots(regle, DEBUT_DE_PERIODE, PREMIER_JOUR, VEILLE_DU_DEBUT),
    GenreDelai.MOIS: _mois_en_mots,
    GenreDelai.JAMAIS: lambda regle: "impossible en ligne",
}
