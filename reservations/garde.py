"""Booked days on which the households of a child disagree: shown to staff, who settle them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet

from enfants.enums import ObstacleGarde
from enfants.garde import gardes_des_foyers
from enfants.models import Enfant
from reservations.models import Presence

#: What staff read of each conflict; no household is named, a direction need not know it.
HORS_GARDE = "Jour de garde d’un autre foyer"
SANS_LIEN = "L’enfant n’est plus rattaché à ce foyer ce jour-là"
EN_DOUBLE = "Deux foyers ont réservé ce jour"
CONTESTE = "Plusieurs foyers ont la garde ce jour-là"


def conflits_des_presences(presences: Iterable[int]) -> dict[int, list[str]]:
    """Return, by id, what is wrong with the custody of these days; ids that are fine are absent. Five queries."""
    lues = list(Presence.objects.filter(pk__in=list(presences)).actives().values_list(*CHAMPS))
    if not lues:
        return {}
    enfants, jours = {enfant for _, enfant, _, _ in lues}, [jour for *_, jour in lues]
    gardes = gardes_des_foyers(enfants, min(jours), max(jours))
    foyers = _foyers_du_jour(enfants, jours)
    trouves: dict[int, list[str]] = {}
    for pk, enfant, famille, jour in lues:
        garde = gardes.get((enfant, famille))
        constats = {
            SANS_LIEN: garde is None or garde.obstacle(jour) == ObstacleGarde.SANS_LIEN,
            HORS_GARDE: garde is not None and garde.obstacle(jour) == ObstacleGarde.AUTRE_FOYER,
            EN_DOUBLE: len(foyers[enfant, jour]) > 1,
            CONTESTE: garde is not None and garde.conteste(jour),
        }
        if phrases := [phrase for phrase, vrai in constats.items() if vrai]:
            trouves[pk] = phrases
    return trouves


CHAMPS = ("pk", "enfant_id", "reservation__famille_id", "creneau__jour")


def presences_en_conflit(jour: date) -> list[int]:
    """Return the ids of the days to come that a custody conflict concerns; only children with rules are looked at."""
    avec_regles = Enfant.objects.a_la_garde_reglee().values("pk")
    a_venir: QuerySet[Presence] = Presence.objects.filter(creneau__jour__gte=jour, enfant__in=avec_regles)
    return list(conflits_des_presences(a_venir.values_list("pk", flat=True)))


def _foyers_du_jour(enfants: Iterable[int], jours: list[date]) -> defaultdict[tuple[int, date], set[int]]:
    foyers: defaultdict[tuple[int, date], set[int]] = defaultdict(set)
    lues = Presence.objects.filter(enfant__in=list(enfants), creneau__jour__range=(min(jours), max(jours))).actives()
    for enfant, jour, famille in lues.values_list("enfant_id", "creneau__jour", "reservation__famille_id"):
        foyers[enfant, jour].add(famille)
    return foyers
