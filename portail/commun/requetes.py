from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from familles.models import Utilisateur


class RequeteConnectee(HttpRequest):
    """Request of a person who is logged in, as ``LoginRequiredMiddleware`` guarantees."""

    user: Utilisateur
