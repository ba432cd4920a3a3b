"""The one mail of an allotment to a household: what is given, what is not, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse

from reservations.courriels import ecrire_a_la_famille, nommer
from reservations.enums import EtatPresence
from reservations.explications import criteres_en_mots, expliquer, situation_en_mots
from reservations.models import Attribution, LigneAttribution, Presence
from reservations.regles.attente import rang_en_mots

if TYPE_CHECKING:
    from reservations.actions.confirmation import Servie

TITRES = {
    EtatPresence.ACCEPTEE: "{prenom}, places attribuées",
    EtatPresence.LISTE_ATTENTE: "{prenom}, jours en liste d’attente",
    EtatPresence.REFUSEE: "{prenom}, jours sans place",
}


def places_attribuees(*, attribution: Attribution, servies: Sequence[Servie], maintenant: datetime) -> None:
    """Write to each adult of one household; the days are in the state that the confirmation gave them."""
    famille = servies[0].presence.reservation.famille
    rangs = rangs_en_liste(
        attribution, [une.presence for une in servies if une.presence.etat == EtatPresence.LISTE_ATTENTE]
    )
    sections: defaultdict[str, list[str]] = defaultdict(list)
    situations: dict[str, list[str]] = {}
    ordre: list[str] = list(TITRES)
    for une in sorted(
        servies, key=lambda i: (i.presence.enfant_id, ordre.index(i.presence.etat), i.presence.creneau.jour)
    ):
        prenom = une.presence.reservation.enfant.prenom
        titre = TITRES[EtatPresence(une.presence.etat)].format(prenom=prenom)
        sections[titre].append(_ligne(une, rangs.get(une.presence.pk)))
        situations.setdefault(prenom, situation_en_mots(une.ligne, attribution.criteres))
    ecrire_a_la_famille(
        "places_attribuees",
        famille,
        maintenant=maintenant,
        contexte={
            "periode": attribution.periode,
            "sections": list(sections.items()),
            "criteres": criteres_en_mots(attribution.criteres),
            "situations": list(situations.items()),
            "en_liste": any(une.presence.etat == EtatPresence.LISTE_ATTENTE for une in servies),
            "url": settings.SITE_URL + reverse("reservations:detail", args=[servies[0].presence.reservation.cle]),
        },
    )


def _ligne(servie: Servie, rang: int | None) -> str:
    attente = f" ({rang_en_mots(rang)} d’attente)" if rang else ""
    return f"{nommer(servie.presence.creneau)}{attente}. {expliquer(servie.ligne)}"


def rangs_en_liste(attribution: Attribution, presences: Iterable[Presence]) -> dict[int, int]:
    """Return the rank of each day in its waiting list once everybody is served, by présence id; two queries.

    The list is being filled household by household: what the mail says is the rank that will be.
    """
    par_creneau = {une.pk: une.creneau_id for une in presences}
    if not par_creneau:
        return {}
    lignes = LigneAttribution.objects.filter(attribution=attribution, presence__creneau__in=par_creneau.values())
    ordres: defaultdict[int, list[int]] = defaultdict(list)
    siens = {}
    for presence, creneau, donnee, ordre in lignes.values_list(
        "presence_id", "presence__creneau_id", "donnee", "ordre_attente"
    ):
        if presence in par_creneau:
            siens[presence] = ordre or 0
        if not donnee or presence in par_creneau:
            ordres[creneau].append(ordre or 0)
    avant = Presence.objects.filter(creneau__in=par_creneau.values(), etat=EtatPresence.LISTE_ATTENTE).exclude(
        lignes_attribution__attribution=attribution
    )
    for creneau, ordre in avant.values_list("creneau_id", "ordre_attente"):
        ordres[creneau].append(ordre)
    return {pk: 1 + sum(autre < siens[pk] for autre in ordres[creneau]) for pk, creneau in par_creneau.items()}
