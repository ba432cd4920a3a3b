"""What the apps below ask of the reservations: the accueils there are, and those that a child attends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from enfants.models import Enfant
from reservations.enums import ETATS_CLOS
from reservations.models import Accueil, Presence


def choix() -> list[tuple[UUID, str]]:
    """Return every accueil, as ``(key, name)``, in their order."""
    accueils = Accueil.objects.select_related("etablissement").order_by("etablissement__ordre", "ordre", "pk")
    return [(accueil.cle, f"{accueil.etablissement.nom} – {accueil.nom}") for accueil in accueils]


def frequentes(enfants: Sequence[Enfant], jour: date) -> dict[int, set[UUID]]:
    """Return, by child, the accueils of the périodes under way or to come where it has a day that is not closed."""
    lignes = (
        Presence.objects.filter(enfant__in=enfants, creneau__prestation__periode__au__gte=jour)
        .exclude(etat__in=ETATS_CLOS)
        .values_list("enfant_id", "creneau__prestation__periode__accueil__cle")
        .distinct()
    )
    resultat: dict[int, set[UUID]] = {}
    for enfant_id, cle in lignes:
        resultat.setdefault(enfant_id, set()).add(cle)
    return resultat
