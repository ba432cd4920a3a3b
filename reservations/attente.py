"""Reading of the waiting lists: how many wait on each créneau, and the rank of those who do; one query."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from reservations.enums import EtatPresence
from reservations.models import Creneau, Presence
from reservations.regles.attente import Liste


@dataclass(frozen=True, slots=True)
class Listes:
    """The waiting lists of some créneaux; empty when the période has none."""

    en_attente: Mapping[int, int] = field(default_factory=dict)
    offres_echues: Mapping[int, int] = field(default_factory=dict)
    #: Rank of each waiting day, by its primary key.
    rangs: Mapping[int, int] = field(default_factory=dict)

    def de(self, creneau: Creneau, places_libres: int) -> Liste:
        """``places_libres``: those of the day and of its room, as the caller counts them."""
        return Liste(
            places_libres=places_libres,
            en_attente=self.en_attente.get(creneau.pk, 0),
            offres_echues=self.offres_echues.get(creneau.pk, 0),
        )


def lire_les_listes(creneaux: Collection[int], maintenant: datetime) -> Listes:
    """Read the lists of these créneaux."""
    en_attente: Counter[int] = Counter()
    offres_echues: Counter[int] = Counter()
    rangs = {}
    lignes = Presence.objects.filter(
        creneau__in=creneaux, etat__in=[EtatPresence.LISTE_ATTENTE, EtatPresence.PLACE_PROPOSEE]
    ).order_by("creneau", "ordre_attente")
    for pk, creneau, etat, fin in lignes.values_list("pk", "creneau", "etat", "offre_expire_le"):
        if etat == EtatPresence.LISTE_ATTENTE:
            en_attente[creneau] += 1
            rangs[pk] = en_attente[creneau]
        elif fin is not None and fin < maintenant:
            offres_echues[creneau] += 1
    return Listes(en_attente, offres_echues, rangs)
