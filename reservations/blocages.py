"""What prevents a household from booking: asked of every app that knows a reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from enfants.models import Enfant
from familles.models import Famille, Utilisateur
from portail.commun.blocages import Blocage
from reservations.models import Periode, Reservation


@lru_cache(maxsize=4)
def _sources(chemins: tuple[str, ...]) -> list[Any]:
    return [import_string(chemin) for chemin in chemins]


def blocages(
    *, utilisateur: Utilisateur, famille: Famille, enfant: Enfant, periode: Periode, maintenant: datetime
) -> list[Blocage]:
    """Return every reason, in the order of the setting ``BLOCAGES_DE_RESERVATION``; empty when booking is open."""
    return [
        blocage
        for source in _sources(tuple(settings.BLOCAGES_DE_RESERVATION))
        for blocage in source(
            utilisateur=utilisateur, famille=famille, enfant=enfant, periode=periode, maintenant=maintenant
        )
    ]


def blocages_du_groupe(
    utilisateur: Utilisateur, membres: Sequence[Reservation], *, maintenant: datetime
) -> list[Blocage]:
    """Return the reasons of several reservations of one household, each once."""
    raisons = [
        raison
        for une in membres
        for raison in blocages(
            utilisateur=utilisateur,
            famille=une.famille,
            enfant=une.enfant,
            periode=une.periode,
            maintenant=maintenant,
        )
    ]
    return list({(raison.phrase, raison.lien): raison for raison in raisons}.values())
