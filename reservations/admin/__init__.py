"""The staff's screens: calendar, offer, requests, absences, règlements."""

from reservations.admin import (
    absences,
    calendrier,
    demandes,
    fermeture,
    offre,
    periode,
    places,
    reglements,
    reservations,
)

__all__ = [
    "absences",
    "calendrier",
    "demandes",
    "fermeture",
    "offre",
    "periode",
    "places",
    "reglements",
    "reservations",
]
