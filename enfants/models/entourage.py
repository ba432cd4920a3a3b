"""Who may collect a child, who is called in an emergency, and what each household allows."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from enfants.enums import NatureAutorisation
from enfants.models.enfant import Enfant
from familles.models import Famille, Utilisateur
from portail.commun.models import AvecCle
from portail.commun.texte import normaliser


class PersonneAutorisee(AvecCle):
    """Somebody whom one household names for one child; the child's other household never sees it."""

    enfant = models.ForeignKey(Enfant, verbose_name="enfant", on_delete=models.PROTECT, related_name="personnes")
    famille = models.ForeignKey(Famille, verbose_name="famille", on_delete=models.PROTECT, related_name="personnes")
    nom = models.CharField("nom", max_length=80)
    prenom = models.CharField("prénom", max_length=80)
    #: Kept to find the same person twice, whatever the accents and the case.
    nom_recherche = models.CharField("nom normalisé", max_length=170, editable=False)
    lien = models.CharField("lien avec l’enfant", max_length=60)
    telephone = models.CharField("téléphone", max_length=20, blank=True)
    peut_chercher = models.BooleanField("peut venir chercher l’enfant", default=True)
    urgence = models.BooleanField("à prévenir en cas d’urgence", default=False)
    cree_le = models.DateTimeField("ajoutée le", default=timezone.now)

    class Meta:
        verbose_name = "personne autorisée"
        verbose_name_plural = "personnes autorisées"
        ordering = ["nom_recherche", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="personne_unique",
                fields=["enfant", "famille", "nom_recherche"],
                violation_error_message="Cette personne est déjà dans la liste.",
            ),
            models.CheckConstraint(
                name="personne_utile",
                condition=Q(peut_chercher=True) | Q(urgence=True),
                violation_error_message="Cochez au moins une case : venir chercher l’enfant, ou urgence.",
            ),
            models.CheckConstraint(
                name="personne_urgence_joignable",
                condition=Q(urgence=False) | ~Q(telephone=""),
                violation_error_message="Un téléphone est nécessaire pour prévenir cette personne.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prenom} {self.nom}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.nom_recherche = normaliser(f"{self.nom} {self.prenom}")
        if (champs := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*champs, "nom_recherche"}
        super().save(*args, **kwargs)


class TypeAutorisation(models.Model):
    """What the town asks parents to allow; for images, one row per use, as consent must be specific."""

    code = models.SlugField("code", max_length=40, unique=True)
    libelle = models.CharField("libellé", max_length=120)
    precision = models.CharField("précision", max_length=300, blank=True)
    nature = models.CharField("nature", max_length=12, choices=NatureAutorisation, default=NatureAutorisation.GENERALE)
    ordre = models.PositiveSmallIntegerField("ordre", default=100)
    active = models.BooleanField("demandée aux familles", default=True)

    class Meta:
        verbose_name = "type d’autorisation"
        verbose_name_plural = "types d’autorisation"
        ordering = ["ordre", "pk"]

    def __str__(self) -> str:
        return self.libelle


class Autorisation(models.Model):
    """One household's answer; without an answer, or past its end, it is no."""

    enfant = models.ForeignKey(Enfant, verbose_name="enfant", on_delete=models.PROTECT, related_name="autorisations")
    famille = models.ForeignKey(Famille, verbose_name="famille", on_delete=models.PROTECT, related_name="autorisations")
    type = models.ForeignKey(
        TypeAutorisation, verbose_name="autorisation", on_delete=models.PROTECT, related_name="reponses"
    )
    accord = models.BooleanField("accord")
    le = models.DateTimeField("réponse donnée le")
    auteur = models.ForeignKey(
        Utilisateur, verbose_name="réponse donnée par", on_delete=models.PROTECT, related_name="+"
    )
    #: Included. A consent to images is asked again each school year; the others hold until they are changed.
    valable_jusqu_au = models.DateField("valable jusqu’au", null=True, blank=True)

    class Meta:
        verbose_name = "autorisation"
        verbose_name_plural = "autorisations"
        ordering = ["type", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="autorisation_unique",
                fields=["enfant", "famille", "type"],
                violation_error_message="Cette famille a déjà répondu pour cet enfant.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.type} : {'oui' if self.accord else 'non'}"

    def vaut_accord(self, jour: date) -> bool:
        return self.accord and (self.valable_jusqu_au is None or jour <= self.valable_jusqu_au)
