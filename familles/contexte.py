from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from familles.models import Famille


def compte(request: HttpRequest | None) -> dict[str, Any]:
    """Tell pages what they show of the login, read only by those that show it."""
    return {
        "personnel_sans_famille": SimpleLazyObject(lambda: personnel_sans_famille(request)),
        "adresse_a_confirmer": SimpleLazyObject(lambda: adresse_a_confirmer(request)),
        "agit_pour": SimpleLazyObject(lambda: _famille_pour_qui_on_agit(request)),
    }


def _famille_pour_qui_on_agit(request: HttpRequest | None) -> Famille | None:
    pour = getattr(getattr(request, "user", None), "agit_pour", None)
    return None if pour is None else Famille.objects.filter(pk=pour).first()


def personnel_sans_famille(request: HttpRequest | None) -> bool:
    """Tell whether this is a member of the staff without a household, whom the pages of families do not answer."""
    utilisateur = getattr(request, "user", None)
    if utilisateur is None or not utilisateur.is_authenticated or not utilisateur.is_staff:
        return False
    return not Famille.objects.de(utilisateur).exists()


def adresse_a_confirmer(request: HttpRequest | None) -> bool:
    utilisateur = getattr(request, "user", None)
    if utilisateur is None or not utilisateur.is_authenticated or utilisateur.is_staff:
        return False
    return not utilisateur.a_une_adresse_confirmee
