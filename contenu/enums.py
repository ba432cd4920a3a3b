from django.db import models


class EtatAccessibilite(models.TextChoices):
    """The three states that the law knows (RGAA)."""

    NON_CONFORME = "non", "Non conforme"
    PARTIELLE = "partielle", "Partiellement conforme"
    TOTALE = "totale", "Totalement conforme"


class EtatEchange(models.TextChoices):
    """What the service still owes to who wrote."""

    A_TRAITER = "a_traiter", "À traiter"
    REPONDU = "repondu", "Répondu"
    CLOS = "clos", "Clos"


class FormatFichier(models.TextChoices):
    """The formats that the reception of files gives back."""

    PDF = "application/pdf", "PDF"
    JPEG = "image/jpeg", "image JPEG"
    PNG = "image/png", "image PNG"
