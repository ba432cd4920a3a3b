"""The staff's screens: calendar, offer, requests."""

from reservations.admin import calendrier, demandes, offre, periode

__all__ = ["calendrier", "demandes", "offre", "periode"]
