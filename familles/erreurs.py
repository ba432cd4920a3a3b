"""Refusals of the accounts and households."""

from __future__ import annotations

from django.db import models

from portail.commun.erreurs import RefusMetier


class MotifIdentifiant(models.TextChoices):
    INCHANGE = "inchange", "C’est déjà votre adresse de connexion."
    DEJA_UTILISE = "deja_utilise", "Cette adresse est l’identifiant d’un autre compte."
    ABANDONNE = "abandonne", "Ce changement d’adresse a été abandonné."


class IdentifiantRefuse(RefusMetier):
    """The address cannot become the login."""
