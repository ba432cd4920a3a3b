"""The staff's screens about children."""

from enfants.admin import enfant, garde, listes, scolarite, suivi

__all__ = ["enfant", "garde", "listes", "scolarite", "suivi"]
