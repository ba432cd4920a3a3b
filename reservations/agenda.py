"""The days of a household as a calendar file: first name and service, nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count
from icalendar import Calendar, Event

from familles.models import Famille
from portail.commun.dates import aujourdhui, instant
from reservations.enums import EtatPresence
from reservations.models import Presence

PASSE_MONTRE = timedelta(days=60)
ANNULES = frozenset({EtatPresence.ANNULEE, EtatPresence.REFUSEE, EtatPresence.ABSENTE_JUSTIFIEE})
INCERTAINS = frozenset({EtatPresence.DEMANDEE, EtatPresence.EN_ATTRIBUTION, EtatPresence.LISTE_ATTENTE})


def flux(famille: Famille, maintenant: datetime) -> bytes:
    """Return the feed (RFC 5545): one event a day, with a stable UID; cancelled days stay, as cancelled. One query."""
    calendrier = Calendar()
    calendrier.add("prodid", "-//Portail famille//FR")
    calendrier.add("version", "2.0")
    calendrier.add("method", "PUBLISH")
    calendrier.add("x-wr-calname", "Portail famille")
    presences = (
        Presence.objects.filter(reservation__famille=famille, creneau__jour__gte=aujourdhui(maintenant) - PASSE_MONTRE)
        .select_related("enfant", "creneau__prestation__periode__accueil__etablissement")
        .annotate(nombre_d_etapes=Count("etapes"))
        .order_by("creneau__jour", "pk")
    )
    for presence in presences:
        calendrier.add_component(_evenement(presence))
    return bytes(calendrier.to_ical())


def _evenement(presence: Any) -> Event:
    etat = EtatPresence(presence.etat)
    prestation = presence.creneau.prestation
    evenement = Event()
    evenement.add("uid", f"{presence.cle}@{settings.ALLOWED_HOSTS[0]}")
    evenement.add("dtstamp", presence.modifiee_le)
    evenement.add("last-modified", presence.modifiee_le)
    evenement.add("sequence", presence.nombre_d_etapes)
    evenement.add("summary", f"{presence.enfant.prenom} : {prestation.nom_court} ({etat.label})")
    evenement.add("location", str(prestation.periode.accueil.etablissement))
    evenement.add("status", _statut(etat))
    evenement.add("transp", "TRANSPARENT")
    jour = presence.creneau.jour
    debut, fin = presence.arrivee or prestation.heure_debut, presence.depart or prestation.heure_fin
    if debut and fin:
        # In UTC: an hour of Paris would have to come with the definition of its time zone (RFC 5545, 3.2.19).
        evenement.add("dtstart", instant(jour, debut).astimezone(UTC))
        evenement.add("dtend", instant(jour, fin).astimezone(UTC))
    else:
        evenement.add("dtstart", jour)
        evenement.add("dtend", jour + timedelta(days=1))
    return evenement


def _statut(etat: EtatPresence) -> str:
    if etat in ANNULES:
        return "CANCELLED"
    return "TENTATIVE" if etat in INCERTAINS else "CONFIRMED"
