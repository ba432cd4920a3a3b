"""Mails of closures: to each adult of each household, and to the régies whose invoices hold cancelled days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from familles.models import Famille
from portail.commun.templatetags.typographie import jour_long
from reservations import courriels_factures
from reservations.courriels import ecrire_a_la_famille
from reservations.fermetures import FactureDuJour
from reservations.models import Fermeture, Presence


def fermeture(*, fermeture: Fermeture, famille: Famille, presences: Sequence[Presence], maintenant: datetime) -> None:
    """Tell a household which of its days are cancelled, and why."""
    _deposer("fermeture", fermeture, famille, maintenant, {"sections": [("Jours annulés", _lignes(presences))]})


def reouverture(
    *,
    fermeture: Fermeture,
    famille: Famille,
    rendues: Sequence[Presence],
    autres: Sequence[Presence],
    maintenant: datetime,
) -> None:
    """Tell a household which days open again: those that are booked again, and those that it may ask again."""
    sections = [
        (titre, _lignes(presences))
        for titre, presences in (("Jours de nouveau réservés", rendues), ("Jours à redemander si besoin", autres))
        if presences
    ]
    _deposer("reouverture", fermeture, famille, maintenant, {"sections": sections})


def jours_deja_factures(
    *,
    fermeture: Fermeture,
    presences: Sequence[Presence],
    factures: Mapping[int, FactureDuJour],
    maintenant: datetime,
) -> None:
    """Tell each régie which of its issued invoices hold days that are cancelled: the accounts are its to put right."""
    courriels_factures.ecrire_aux_regies(
        "fermeture_facturee",
        presences,
        factures,
        intitule="Jours déjà facturés",
        contexte={"fermeture": fermeture},
        maintenant=maintenant,
    )


def _lignes(presences: Sequence[Presence]) -> list[str]:
    """« lundi 15 janvier 2018, Matin : BAPTISTE »."""
    lues = [(une.creneau, une.reservation.enfant.prenom) for une in presences]
    ordre = sorted(lues, key=lambda ligne: (ligne[0].jour, ligne[0].prestation.ordre, ligne[1]))
    return [f"{jour_long(creneau.jour)}, {creneau.prestation.nom_court}\u00a0: {prenom}" for creneau, prenom in ordre]


def _deposer(
    nom: str, fermeture: Fermeture, famille: Famille, maintenant: datetime, contexte: Mapping[str, Any]
) -> None:
    url = settings.SITE_URL + reverse("reservations:liste")
    ecrire_a_la_famille(nom, famille, maintenant=maintenant, contexte={"fermeture": fermeture, "url": url, **contexte})
