"""The allotment of a pre-booking window, until its confirmation: computed, edited, computed again, or given up."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from familles.models import Utilisateur
from portail.commun.erreurs import RefusMetier
from portail.commun.traces import tracer
from reservations.attributions import Calcul, avec_les_lies, calculer, champs_de_la_ligne
from reservations.enums import EtatAttribution, MotifAttribution, RaisonAttribution
from reservations.models import Attribution, LigneAttribution, Periode
from reservations.regles.attribution import ordre_complet

#: Rows written by one statement.
LOT = 1000
#: What identifies a line, and what its confirmation alone writes.
INCHANGES = frozenset({"id", "attribution", "presence", "ordre_attente", "perdue", "appliquee_le"})
#: Gestures of the trail, by what the service decides of a day.
GESTES_DE_DECISION = {
    True: "attribution.donnee",
    False: "attribution.retiree",
    None: "attribution.rendue_aux_criteres",
}


@dataclass(frozen=True, slots=True)
class BilanDecision:
    """What an edit of the service changed: the days it decided, and the others that gained or lost their place."""

    decidees: int
    gagnantes: list[LigneAttribution]
    perdantes: list[LigneAttribution]


@transaction.atomic
def preparer_attribution(*, periode: Periode, agent: Utilisateur, maintenant: datetime) -> Attribution:
    """Compute the first proposal of a période whose window is over; raise ``RefusMetier`` with every reason not to."""
    periode = Periode.objects.select_for_update(no_key=True, of=("self",)).get(pk=periode.pk)
    fenetre = periode.prereservation
    calcul = calculer(periode, {})
    constats = {
        MotifAttribution.SANS_FENETRE: fenetre is None,
        MotifAttribution.FENETRE_OUVERTE: fenetre is not None and maintenant <= fenetre.au,
        MotifAttribution.DEJA_PREPAREE: Attribution.objects.filter(periode=periode)
        .exclude(etat=EtatAttribution.ABANDONNEE)
        .exists(),
        MotifAttribution.AUCUNE_DEMANDE: not calcul.voeux,
    }
    if motifs := [motif for motif, vrai in constats.items() if vrai]:
        raise RefusMetier(motifs)
    attribution = Attribution.objects.create(
        periode=periode, criteres=ordre_complet(periode.criteres), auteur=agent, calculee_le=maintenant
    )
    _ecrire(attribution, calcul, {})
    tracer_attribution("attribution.preparee", attribution, agent, maintenant, _chiffres(calcul))
    return attribution


@transaction.atomic
def recalculer_attribution(*, attribution: Attribution, agent: Utilisateur, maintenant: datetime) -> Attribution:
    """Compute a proposal again with the requests and the places as they are now; what the service decided is kept.

    A decision that no longer has its place is dropped by the rule: the line says so.
    """
    attribution = verrouiller_proposition(attribution)
    decisions = decisions_de(attribution)
    calcul = calculer(attribution.periode, {pk: une["impose"] for pk, une in decisions.items()})
    _reecrire(attribution, calcul, decisions, maintenant)
    tracer_attribution("attribution.recalculee", attribution, agent, maintenant, _chiffres(calcul))
    return attribution


@transaction.atomic
def decider_des_lignes(
    *,
    attribution: Attribution,
    lignes: Collection[int],
    donner: bool | None,
    motif: str,
    agent: Utilisateur,
    maintenant: datetime,
) -> BilanDecision:
    """Give or withhold these days by decision of the service, or leave them to the criteria again (``donner`` None).

    The linked choices of the same child and day go with them. Everything else is computed again, within the places:
    a place given is taken from the last served, a place withdrawn goes to the next. Raises ``RefusMetier`` when a day
    cannot be given, because the service has given all its places already or because of a linked choice.
    """
    if donner is not None and not motif.strip():
        raise RefusMetier([MotifAttribution.SANS_MOTIF])
    attribution = verrouiller_proposition(attribution)
    visees = set(
        LigneAttribution.objects.filter(attribution=attribution, pk__in=lignes).values_list("presence_id", flat=True)
    )
    decisions = decisions_de(attribution)
    lus = calculer(attribution.periode, {pk: une["impose"] for pk, une in decisions.items()})
    ensemble = avec_les_lies(lus.voeux, lus.liens, visees)
    decision = {"impose": donner, "motif": motif.strip(), "modifiee_par_id": agent.pk, "modifiee_le": maintenant}
    decisions = {pk: une for pk, une in decisions.items() if pk not in ensemble}
    if donner is not None:
        decisions |= dict.fromkeys(ensemble, decision)
    calcul = calculer(attribution.periode, {pk: une["impose"] for pk, une in decisions.items()})
    if donner:
        _refuser_ce_qui_ne_peut_etre_donne(lus, calcul, ensemble, decisions)
    avant = dict(attribution.lignes.values_list("presence_id", "donnee"))
    _reecrire(attribution, calcul, decisions, maintenant)
    tracer_attribution(
        GESTES_DE_DECISION[donner],
        attribution,
        agent,
        maintenant,
        {"jours": len(ensemble), "presences": sorted(ensemble), **_chiffres(calcul)},
        motif=motif.strip(),
    )
    return _bilan(attribution, calcul, avant, ensemble)


def _bilan(
    attribution: Attribution, calcul: Calcul, avant: Mapping[int, bool], decidees: Collection[int]
) -> BilanDecision:
    """Name the days that an edit changed without deciding on them; ``avant``: who had a place, by présence id."""
    changees = [
        pk for pk, donnee in calcul.donnes.items() if pk in avant and avant[pk] != donnee and pk not in decidees
    ]
    lues = attribution.lignes.filter(presence__in=changees)
    autres = list(lues.select_related("presence__enfant", "presence__creneau__prestation"))
    return BilanDecision(
        len(decidees), [une for une in autres if une.donnee], [une for une in autres if not une.donnee]
    )


def _refuser_ce_qui_ne_peut_etre_donne(
    avant: Calcul, apres: Calcul, ensemble: Collection[int], decisions: Mapping[int, Mapping[str, Any]]
) -> None:
    """A place that the service gives must be there: the rule would leave it out without a word.

    Neither the days of ``ensemble`` nor those given before may lack theirs. One that had lost its place already (fewer
    places since) says so on its own line, and forbids nothing about other days.
    """
    manquees = [
        apres.resultats[pk]
        for pk, une in decisions.items()
        if une["impose"]
        and pk in apres.resultats
        and not apres.resultats[pk].donnee
        and (pk in ensemble or avant.resultats[pk].donnee)
    ]
    if manquees:
        liees = any(une.raison == RaisonAttribution.LIEN for une in manquees)
        raise RefusMetier([MotifAttribution.CHOIX_LIE if liees else MotifAttribution.SANS_PLACE])


@transaction.atomic
def abandonner_attribution(*, attribution: Attribution, agent: Utilisateur, maintenant: datetime) -> None:
    """Give a proposal up: its requests go on waiting, and another may be prepared."""
    attribution = verrouiller_proposition(attribution)
    attribution.etat = EtatAttribution.ABANDONNEE
    attribution.save(update_fields=["etat"])
    tracer_attribution("attribution.abandonnee", attribution, agent, maintenant, {})


def verrouiller_proposition(attribution: Attribution) -> Attribution:
    """Lock a proposal and read it with its période as it is now; raise ``RefusMetier`` once it is no proposal."""
    lue = (
        Attribution.objects.select_for_update(no_key=True, of=("self",))
        .select_related("periode__accueil__etablissement")
        .get(pk=attribution.pk)
    )
    if lue.etat != EtatAttribution.PROPOSEE:
        raise RefusMetier([MotifAttribution.PAS_PROPOSEE])
    return lue


def decisions_de(attribution: Attribution) -> dict[int, dict[str, Any]]:
    """Return what the service decided by itself, by présence id."""
    lues = attribution.lignes.exclude(impose=None)
    return {
        une["presence_id"]: {champ: une[champ] for champ in ("impose", "motif", "modifiee_par_id", "modifiee_le")}
        for une in lues.values("presence_id", "impose", "motif", "modifiee_par_id", "modifiee_le")
    }


def _reecrire(
    attribution: Attribution, calcul: Calcul, decisions: Mapping[int, Mapping[str, Any]], maintenant: datetime
) -> None:
    attribution.criteres, attribution.calculee_le = ordre_complet(attribution.periode.criteres), maintenant
    attribution.save(update_fields=["criteres", "calculee_le"])
    anciennes = dict(attribution.lignes.values_list("presence_id", "pk"))
    attribution.lignes.exclude(presence__in=calcul.resultats).delete()
    _ecrire(attribution, calcul, decisions, anciennes)


def _ecrire(
    attribution: Attribution,
    calcul: Calcul,
    decisions: Mapping[int, Mapping[str, Any]],
    anciennes: Mapping[int, int] | None = None,
) -> None:
    """Write one line for each wish; a line keeps its identifier, so that a page read before still names it."""
    sans = {"impose": None, "motif": "", "modifiee_par_id": None, "modifiee_le": None}
    lignes = [
        LigneAttribution(
            pk=(anciennes or {}).get(voeu.presence),
            attribution=attribution,
            presence_id=voeu.presence,
            **champs_de_la_ligne(voeu, calcul.resultats[voeu.presence]),
            **(decisions.get(voeu.presence) or sans),
        )
        for voeu in calcul.voeux
    ]
    LigneAttribution.objects.bulk_create([une for une in lignes if une.pk is None], batch_size=LOT)
    connues = [une for une in lignes if (anciennes or {}).get(une.presence_id)]
    champs = [un.name for un in LigneAttribution._meta.concrete_fields if un.name not in INCHANGES]
    if connues:
        LigneAttribution.objects.bulk_create(
            connues,
            batch_size=LOT,
            update_conflicts=True,
            update_fields=champs,
            unique_fields=["pk"],
        )


def _chiffres(calcul: Calcul) -> dict[str, int]:
    return {"demandes": len(calcul.voeux), "donnees": sum(calcul.donnes.values())}


def tracer_attribution(
    geste: str,
    attribution: Attribution,
    auteur: Utilisateur | None,
    maintenant: datetime,
    apres: Mapping[str, Any],
    *,
    motif: str = "",
) -> None:
    tracer(
        geste=geste,
        objet="reservations.attribution",
        objet_cle=attribution.cle,
        libelle=str(attribution),
        auteur=auteur,
        maintenant=maintenant,
        apres=dict(apres),
        motif=motif,
    )
