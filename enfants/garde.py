"""In whose charge children are, read from the database for the rules; the holidays come through a door."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from django.conf import settings
from django.utils.module_loading import import_string

from enfants import regles
from enfants.models import Enfant, Rattachement
from enfants.regles import Conflit, Conges, FoyerDuJour

#: How far ahead staff are told of a conflict.
HORIZON = timedelta(days=365)


def vacances_entre(du: date, au: date) -> list[Conges]:
    """Return the school holidays that touch these days, both included; the app that keeps them is above this one."""
    lire: Callable[[date, date], list[Conges]] = import_string(settings.VACANCES_SCOLAIRES)
    return lire(du, au)


def foyers_par_jour(enfant: Enfant, jours: Iterable[date]) -> dict[date, FoyerDuJour]:
    """Return, for each day, the household in charge and the one that pays, in three queries whatever the days."""
    voulus = sorted(set(jours))
    if not voulus:
        return {}
    liens = [rattachement.lien for rattachement in _rattachements(enfant)]
    vacances = vacances_entre(voulus[0], voulus[-1])
    return {jour: regles.foyer_responsable(liens, jour, vacances) for jour in voulus}


def conflits_a_venir(enfant: Enfant, jour: date) -> list[Conflit]:
    """Return the disagreements of the year to come, for staff to settle."""
    liens = [rattachement.lien for rattachement in _rattachements(enfant)]
    if len(liens) < 2:  # noqa: PLR2004 - a household alone disagrees with nobody
        return []
    return regles.conflits(liens, jour, jour + HORIZON, vacances_entre(jour, jour + HORIZON))


def enfants_en_conflit(jour: date) -> list[int]:
    """Return the ids of the children of several households whose custody disagrees, in a fixed number of queries."""
    vacances = vacances_entre(jour, jour + HORIZON)
    liens: dict[int, list[regles.LienDeGarde]] = {}
    enfants = Enfant.objects.partages().values("pk")
    partages = Rattachement.objects.filter(enfant__in=enfants, famille__archivee_le=None)
    for rattachement in partages.prefetch_related("periodes"):
        liens.setdefault(rattachement.enfant_id, []).append(rattachement.lien)
    return [enfant for enfant, siens in liens.items() if regles.conflits(siens, jour, jour + HORIZON, vacances)]


def _rattachements(enfant: Enfant) -> list[Rattachement]:
    actifs = Rattachement.objects.filter(enfant=enfant, famille__archivee_le=None)
    return list(actifs.prefetch_related("periodes").order_by("pk"))
