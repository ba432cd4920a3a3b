"""Mails of the hours of a day: changed, asked of the service, answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from reservations.courriels import ecrire_aux_responsables, nommer
from reservations.models import Presence, Reservation

#: (title, heading, what follows)
DEMANDE = (
    "Votre changement d’heures est reçu",
    "Heures demandées",
    "Un agent du service répond. D’ici là, le jour garde ses heures.",
)
FAIT = ("Les heures sont changées", "Nouvelles heures", "")
ACCEPTE = ("Votre changement d’heures est accepté", "Nouvelles heures", "")
REFUSE = ("Votre changement d’heures est refusé", "Heures gardées", "Ces jours restent réservés avec leurs heures.")


def heures_changees(*, presence: Presence, avant: str, apres: str, a_examiner: bool, maintenant: datetime) -> None:
    """Confirm a change of hours, or that it is asked."""
    ligne = (
        f"{nommer(presence.creneau)}, {apres} (au lieu de\xa0: {avant})"
        if avant
        else f"{nommer(presence.creneau)}, {apres}"
    )
    _ecrire(DEMANDE if a_examiner else FAIT, presence.reservation, [ligne], maintenant)


def heures_repondues(
    *, reservation: Reservation, presences: Sequence[Presence], accepte: bool, motif: str, maintenant: datetime
) -> None:
    """Tell the household what the service answered, with its reason."""
    lignes = [f"{nommer(une.creneau)}, {une.heures_en_mots}" for une in presences]
    _ecrire(ACCEPTE if accepte else REFUSE, reservation, lignes, maintenant, motif)


def _ecrire(
    mots: tuple[str, str, str], reservation: Reservation, lignes: Sequence[str], maintenant: datetime, motif: str = ""
) -> None:
    titre, intitule, suite = mots
    ecrire_aux_responsables(
        "heures",
        reservation,
        maintenant=maintenant,
        contexte={
            "titre": titre,
            "suite": suite,
            "motif": motif,
            "sections": [(intitule, list(lignes))],
            "url": settings.SITE_URL + reverse("reservations:detail", args=[reservation.cle]),
        },
    )
