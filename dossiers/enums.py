from django.db import models


class EtatImportation(models.TextChoices):
    """An import, from the file received to the last household written."""

    CHARGEE = "chargee", "Colonnes à indiquer"
    VERIFICATION = "verification", "Vérification en cours"
    VERIFIEE = "verifiee", "À confirmer"
    SANS_EFFET = "sans_effet", "Vérifié : rien à écrire"
    ECRITURE = "ecriture", "Import en cours"
    INTERROMPUE = "interrompue", "Interrompu"
    TERMINEE = "terminee", "Terminé"


#: Checked, and waiting for somebody: the columns may still be chosen again.
A_DECIDER = frozenset({EtatImportation.VERIFIEE, EtatImportation.SANS_EFFET})
EN_COURS = frozenset({EtatImportation.VERIFICATION, EtatImportation.ECRITURE})


class EtatLigne(models.TextChoices):
    A_VERIFIER = "a_verifier", "À vérifier"
    VALIDE = "valide", "Prête"
    REFUSEE = "refusee", "Refusée"
    ECRITE = "ecrite", "Écrite"


class Effet(models.TextChoices):
    """What a household of the file does to the portal."""

    CREATION = "creation", "Créée"
    MISE_A_JOUR = "mise_a_jour", "Mise à jour"
    INCHANGEE = "inchangee", "Inchangée"


class Nature(models.TextChoices):
    FAMILLE = "famille", "Famille"
    ADULTE = "adulte", "Adulte"
    ENFANT = "enfant", "Enfant"
