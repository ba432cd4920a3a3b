"""Logins, households, adults, quotient, and what parents change in their sheet."""

from familles.models.foyer import (
    AdressePostale,
    Famille,
    FamilleQuerySet,
    QuotientFamilial,
    QuotientFamilialQuerySet,
    Responsable,
    Utilisateur,
    UtilisateurManager,
)
from familles.models.suivi import CampagneCertification, Certification, Modification, ReglageChamp

__all__ = [
    "AdressePostale",
    "CampagneCertification",
    "Certification",
    "Famille",
    "FamilleQuerySet",
    "Modification",
    "QuotientFamilial",
    "QuotientFamilialQuerySet",
    "ReglageChamp",
    "Responsable",
    "Utilisateur",
    "UtilisateurManager",
]
