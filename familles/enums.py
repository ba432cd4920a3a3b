from django.db import models


class Civilite(models.TextChoices):
    MADAME = "mme", "Madame"
    MONSIEUR = "m", "Monsieur"


class Regime(models.TextChoices):
    CAF = "caf", "CAF (régime général)"
    MSA = "msa", "MSA (régime agricole)"
    AUTRE = "autre", "Autre régime"


class LienResponsable(models.TextChoices):
    MERE = "mere", "Mère"
    PERE = "pere", "Père"
    BEAU_PARENT = "beau_parent", "Beau-parent"
    TUTEUR = "tuteur", "Tuteur ou tutrice"
    AUTRE = "autre", "Autre"


class Activite(models.TextChoices):
    """Does an adult work? Places may be allotted by it."""

    TRAVAILLE = "travaille", "Travaille, étudie ou suit une formation"
    SANS = "sans", "Sans activité professionnelle"


class SituationFamiliale(models.TextChoices):
    MARIES = "maries", "Mariés"
    PACSES = "pacses", "Pacsés"
    VIE_MARITALE = "vie_maritale", "Vie maritale"
    SEPARES = "separes", "Séparés ou divorcés"
    SEUL = "seul", "Parent seul"
    VEUF = "veuf", "Veuf ou veuve"


class SourceQuotient(models.TextChoices):
    CAF = "caf", "Attestation CAF"
    MSA = "msa", "Attestation MSA"
    IMPOTS = "impots", "Avis d’imposition"
    MANUEL = "manuel", "Saisi par le service"


class Politique(models.TextChoices):
    """What parents may do with one piece of data of their sheet."""

    MASQUE = "masque", "Masqué"
    AFFICHE = "affiche", "Affiché, non modifiable"
    MODIFIABLE = "modifiable", "Modifiable"
    OBLIGATOIRE = "obligatoire", "Modifiable et obligatoire"
    ATTENTE = "attente", "Modifiable après accord d’un agent"


class EtatModification(models.TextChoices):
    """A change made by a parent: applied at once, or waiting for an agent."""

    APPLIQUEE = "appliquee", "Appliquée"
    EN_ATTENTE = "en_attente", "En attente d’un agent"
    ACCEPTEE = "acceptee", "Acceptée"
    REFUSEE = "refusee", "Refusée"
    REMPLACEE = "remplacee", "Remplacée par une autre"
