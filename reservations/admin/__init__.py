"""The staff's screens: calendar, offer, requests."""

from reservations.admin import calendrier, demandes, offre

__all__ = ["calendrier", "demandes", "offre"]
