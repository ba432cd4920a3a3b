"""The one way to obtain a thread: it is returned, or the page does not exist."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404

from contenu.models import Echange


def echange(utilisateur: Any, cle: UUID) -> Echange:
    """Return a thread to its author, or to whoever holds the key of one that was opened without an account."""
    return get_object_or_404(Echange.objects.lisibles_par(utilisateur), cle=cle)
