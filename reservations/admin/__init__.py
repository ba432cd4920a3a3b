"""The staff's screens: calendar, offer, requests."""

from reservations.admin import calendrier, demandes, fermeture, offre, periode, places

__all__ = ["calendrier", "demandes", "fermeture", "offre", "periode", "places"]
