"""What prevents a household from booking: asked of every app that knows a reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Exists, QuerySet
from django.utils.module_loading import import_string

from enfants.models import Enfant
from familles.models import Famille, Utilisateur
from portail.commun.blocages import Blocage
from portail.commun.preparees import Parametre, preparee
from reservations.models import Periode, Reservation


def blocages(
    *, utilisateur: Utilisateur, famille: Famille, enfant: Enfant, periode: Periode, maintenant: datetime
) -> list[Blocage]:
    """Return every reason, in the order of the setting ``BLOCAGES_DE_RESERVATION``; empty when booking is open."""
    par_periode = blocages_par_periode(
        utilisateur=utilisateur, famille=famille, enfant=enfant, periodes=[periode], maintenant=maintenant
    )
    return par_periode[periode.pk]


def blocages_de(utilisateur: Utilisateur, reservation: Reservation, *, maintenant: datetime) -> list[Blocage]:
    """Return every reason not to add anything to this reservation; nothing ever prevents from cancelling."""
    return blocages(
        utilisateur=utilisateur,
        famille=reservation.famille,
        enfant=reservation.enfant,
        periode=reservation.periode,
        maintenant=maintenant,
    )


def blocages_par_periode(
    *, utilisateur: Utilisateur, famille: Famille, enfant: Enfant, periodes: Sequence[Periode], maintenant: datetime
) -> dict[int, list[Blocage]]:
    """Return the reasons of each période, by its id, in a number of queries that the périodes do not change."""
    return _par_periode(utilisateur, famille, [enfant], periodes, maintenant)


def blocages_du_groupe(
    utilisateur: Utilisateur, membres: Sequence[Reservation], *, maintenant: datetime
) -> list[Blocage]:
    """Return the reasons of several reservations of one household and période, each once, in the queries of one."""
    famille, periode = membres[0].famille, membres[0].periode
    enfants = [une.enfant for une in membres]
    raisons = _par_periode(utilisateur, famille, enfants, [periode], maintenant)[periode.pk]
    return list({(raison.phrase, raison.lien): raison for raison in raisons}.values())


def _par_periode(
    utilisateur: Utilisateur,
    famille: Famille,
    enfants: Sequence[Enfant],
    periodes: Sequence[Periode],
    maintenant: datetime,
) -> dict[int, list[Blocage]]:
    trouves: dict[int, list[Blocage]] = {periode.pk: [] for periode in periodes}
    for source in _utiles(list(map(import_string, settings.BLOCAGES_DE_RESERVATION)), utilisateur):
        lus = source(
            utilisateur=utilisateur, famille=famille, enfants=enfants, periodes=periodes, maintenant=maintenant
        )
        for pk, raisons in lus.items():
            trouves[pk] += raisons
    return trouves


def _utiles(sources: Sequence[Any], utilisateur: Utilisateur) -> list[Any]:
    """Leave out the sources that have nothing to look at in this town; one query for all."""
    if not any(hasattr(source, "prealable") for source in sources):
        return list(sources)
    (lus,) = _prealables(tuple(sources)).lire(login=utilisateur.pk) or [{}]
    return [source for rang, source in enumerate(sources) if lus.get(f"source_{rang}", True)]


@preparee
def _prealables(sources: Sequence[Any]) -> QuerySet[Utilisateur, dict[str, bool]]:
    prealables = {
        f"source_{rang}": Exists(source.prealable())
        for rang, source in enumerate(sources)
        if hasattr(source, "prealable")
    }
    return Utilisateur.objects.filter(pk=Parametre("login")).values(**prealables)


def communes(par_periode: Sequence[list[Blocage]]) -> list[Blocage]:
    """Take out of each list, in place, the reasons that all of them hold, and return these: they are said once."""
    partagees = [une for une in par_periode[0] if all(une in autres for autres in par_periode)] if par_periode else []
    for raisons in par_periode:
        raisons[:] = [une for une in raisons if une not in partagees]
    return partagees
