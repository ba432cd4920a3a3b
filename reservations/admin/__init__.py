"""The staff's screens: calendar, offer, requests, absences, règlements."""

from reservations.admin import (
    absences,
    attribution,
    attribution_lignes,
    calendrier,
    demandes,
    fermeture,
    offre,
    periode,
    places,
    presences,
    reglements,
    reservations,
)

__all__ = [
    "absences",
    "attribution",
    "attribution_lignes",
    "calendrier",
    "demandes",
    "fermeture",
    "offre",
    "periode",
    "places",
    "presences",
    "reglements",
    "reservations",
]
