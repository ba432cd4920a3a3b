from django.db import models


class EtatCourriel(models.TextChoices):
    A_ENVOYER = "a_envoyer", "À envoyer"
    ENVOYE = "envoye", "Envoyé"
    ABANDONNE = "abandonne", "Abandonné après plusieurs essais"
