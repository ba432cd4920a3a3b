"""Refusals about children."""

from django.db import models

from portail.commun.erreurs import RefusMetier


class MotifEnfant(models.TextChoices):
    FICHE_MODIFIEE = (
        "fiche_modifiee",
        "Quelqu’un d’autre a enregistré cette fiche entre-temps. Relisez-la ci-dessus, puis enregistrez à nouveau.",
    )
    PERSONNE_EN_DOUBLE = "personne_en_double", "Cette personne est déjà dans la liste."
    RIEN_A_RENOUVELER = "rien_a_renouveler", "Il n’y a pas de fiche sanitaire à renouveler."
    ANNEE_DEJA_PASSEE = "annee_deja_passee", "Le passage à cette année scolaire a déjà été fait."
    RIEN_A_COPIER = "rien_a_copier", "Aucun médecin n’est renseigné sur la fiche choisie."


class EnfantRefus(RefusMetier):
    """A gesture on a child's sheet that is refused."""
