"""What a household must do before it may book, as far as this app knows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse

from familles.models import Famille, Utilisateur
from portail.commun.blocages import Blocage


def adresse_non_confirmee(
    *, utilisateur: Utilisateur, famille: Famille, enfant: Any, periode: Any, maintenant: datetime
) -> list[Blocage]:
    """Booking waits for the confirmation of the login's address (tutorial, first message)."""
    if utilisateur.is_staff or utilisateur.a_une_adresse_confirmee:
        return []
    return [
        Blocage(
            code="adresse_non_confirmee",
            phrase="Confirmez votre adresse électronique grâce au lien reçu par courriel.",
            lien=reverse("account_email"),
            libelle_lien="Recevoir le lien à nouveau",
        )
    ]
