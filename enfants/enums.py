from django.db import models


class Sexe(models.TextChoices):
    FILLE = "f", "Fille"
    GARCON = "m", "Garçon"


class Niveau(models.TextChoices):
    """School level, in the order of a childhood."""

    TPS = "tps", "Toute petite section"
    PS = "ps", "Petite section"
    MS = "ms", "Moyenne section"
    GS = "gs", "Grande section"
    CP = "cp", "CP"
    CE1 = "ce1", "CE1"
    CE2 = "ce2", "CE2"
    CM1 = "cm1", "CM1"
    CM2 = "cm2", "CM2"
    SIXIEME = "6e", "6e"
    CINQUIEME = "5e", "5e"
    QUATRIEME = "4e", "4e"
    TROISIEME = "3e", "3e"
    LYCEE = "lycee", "Lycée"


class Garde(models.TextChoices):
    """When a child is in the charge of a household."""

    TOUJOURS = "toujours", "Toujours"
    SEMAINES_PAIRES = "semaines_paires", "Semaines paires"
    SEMAINES_IMPAIRES = "semaines_impaires", "Semaines impaires"
    DATES = "dates", "Aux dates convenues"


class GardeVacances(models.TextChoices):
    """How two households share the school holidays; parity is that of the year in which they begin."""

    COMME_D_HABITUDE = "habitude", "Comme le reste de l’année"
    PREMIERE_MOITIE = "premiere", "Première moitié"
    SECONDE_MOITIE = "seconde", "Seconde moitié"
    PREMIERE_ANNEES_PAIRES = "premiere_paires", "Première moitié les années paires, seconde les années impaires"
    PREMIERE_ANNEES_IMPAIRES = "premiere_impaires", "Première moitié les années impaires, seconde les années paires"


class NatureConflit(models.TextChoices):
    PLUSIEURS = "plusieurs", "Plusieurs foyers ont la garde"
    PERSONNE = "personne", "Aucun foyer n’a la garde"


class ObstacleGarde(models.TextChoices):
    """Why a day is not for a household to book."""

    SANS_LIEN = "sans_lien", "L’enfant n’est pas rattaché à ce foyer ce jour-là"
    AUTRE_FOYER = "autre_foyer", "Jour de garde de l’autre foyer"


class NatureAutorisation(models.TextChoices):
    GENERALE = "generale", "Générale"
    IMAGE = "image", "Image (à redemander chaque année scolaire)"


class EtatVaccin(models.TextChoices):
    """Where one line of the vaccination table stands, for one child, one day."""

    FAIT = "fait", "Fait"
    A_FAIRE = "a_faire", "À faire"
    PLUS_TARD = "plus_tard", "Plus tard"
    FACULTATIF = "facultatif", "Facultatif"
    CONTRE_INDIQUE = "contre_indique", "Contre-indiqué (certificat)"


class EtatVaccinal(models.TextChoices):
    """Where the whole stands, for admission."""

    A_JOUR = "a_jour", "À jour"
    PROVISOIRE = "provisoire", "Admission provisoire"
    MANQUANT = "manquant", "Vaccin obligatoire manquant"
