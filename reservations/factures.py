"""Which days an issued invoice holds: asked of the app that bills, through the setting ``JOURS_FACTURES``."""

from __future__ import annotations

from collections.abc import Collection

from django.conf import settings
from django.utils.module_loading import import_string


def jours_factures(presences: Collection[int]) -> set[int]:
    """Return those of these présences (ids) that an issued invoice holds; one query, none for no présence."""
    if not presences:
        return set()
    trouves: set[int] = import_string(settings.JOURS_FACTURES)(presences=presences)
    return trouves
