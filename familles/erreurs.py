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


class MotifModification(models.TextChoices):
    DEJA_TRAITEE = "deja_traitee", "Un autre agent a déjà répondu, ou la famille a changé d’avis."
    CHOIX_DISPARU = "choix_disparu", "Ce choix n’existe plus : refusez, ou modifiez la fiche vous-même."
    SANS_OBJET = "sans_objet", "La personne concernée n’est plus dans la famille : refusez."


class ModificationRefusee(RefusMetier):
    """The change that waited cannot be dealt with any more."""


class MotifQuotient(models.TextChoices):
    DATES = "dates", "La fin précède le début."
    CHEVAUCHEMENT = "chevauchement", "Un quotient plus récent commence déjà à cette date ou après."


class QuotientRefuse(RefusMetier):
    """The quotient contradicts the history."""


class MotifCompte(models.TextChoices):
    SANS_ADRESSE = "sans_adresse", "Cette personne n’a pas d’adresse électronique."
    DEJA_OUVERT = "deja_ouvert", "Cette personne a déjà un identifiant."
    AGENT = "agent", "Cette adresse est celle d’un membre du personnel."
    FERME = "ferme", "Un compte fermé existe à cette adresse : un administrateur peut le rouvrir."
    SANS_AUTORITE = "sans_autorite", "Cette personne n’a pas l’autorité parentale."


class CompteRefuse(RefusMetier):
    """The login of an adult cannot be opened."""
