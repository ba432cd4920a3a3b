"""Addresses and names that the pages of the reservations share."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from django.urls import reverse

from portail.commun.texte import enumerer
from reservations.models import Reservation

ETAPES = ["Enfant", "Service et période", "Jours", "Vérification"]


def adresse_du_planning(membres: Sequence[Reservation], mois: str = "", *, page: str = "planning") -> str:
    """Return the address of a planning with the children side by side, on a month."""
    choix = {"mois": mois} if mois.replace("-", "").isdecimal() else {}
    avec = [str(une.enfant.cle) for une in membres[1:]]
    recherche = urlencode(choix | ({"avec": avec} if avec else {}), doseq=True)
    ancre = "#mois" if choix else ""
    adresse = reverse(f"reservations:{page}", args=[membres[0].cle])
    return f"{adresse}?{recherche}{ancre}" if recherche else adresse


def prenoms(membres: Sequence[Reservation]) -> str:
    """« Baptiste et Louise »: each child once."""
    return enumerer(dict.fromkeys(une.enfant.prenom for une in membres))
