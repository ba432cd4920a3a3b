"""In whose charge children are, read from the database for the rules; the holidays come through a door."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q
from django.utils.module_loading import import_string

from enfants import regles
from enfants.enums import Garde, GardeVacances
from enfants.models import Enfant, Rattachement
from enfants.regles import Conflit, Conges, FoyerDuJour, GardeDuFoyer, LienDeGarde

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


def jours_a_venir(enfant: Enfant, du: date, nombre: int) -> list[tuple[date, date, FoyerDuJour]]:
    """Return who has the child and who pays over ``nombre`` days, days in a row that are alike put together."""
    lignes: list[tuple[date, date, FoyerDuJour]] = []
    for jour, etat in foyers_par_jour(enfant, (du + timedelta(days=n) for n in range(nombre))).items():
        if lignes and lignes[-1][2] == etat:
            lignes[-1] = (lignes[-1][0], jour, etat)
        else:
            lignes.append((jour, jour, etat))
    return lignes


def garde_ordinaire() -> ExpressionWrapper:
    """Tell, of a row that has a child and a household, that the child is always and only there: no rule to read."""
    liens = Rattachement.objects.filter(enfant=OuterRef("enfant"))
    sans_regle = Q(garde=Garde.TOUJOURS, vacances=GardeVacances.COMME_D_HABITUDE, du=None, au=None, payeur=None)
    seul = Exists(liens.filter(sans_regle, famille=OuterRef("famille")))
    ailleurs = Exists(liens.exclude(famille=OuterRef("famille")))
    return ExpressionWrapper(Q(seul) & ~Q(ailleurs), output_field=BooleanField())


def garde_du_foyer(enfant: int, famille: int, du: date, au: date) -> GardeDuFoyer:
    """Read the custody of a child from ``du`` to ``au`` included, as this household's bookings meet it.

    One query; one more when the holidays are shared. An archived household has no day any more.
    """
    lus: dict[int, list[tuple[date, date]]] = {}
    champs: dict[int, dict[str, Any]] = {}
    lignes = Rattachement.objects.filter(enfant=enfant, famille__archivee_le=None).order_by("pk")
    for ligne in lignes.values(
        "pk", "famille_id", "garde", "vacances", "du", "au", "payeur_id", "periodes__du", "periodes__au"
    ):
        convenue = (ligne.pop("periodes__du"), ligne.pop("periodes__au"))
        champs[ligne["pk"]] = ligne
        lus.setdefault(ligne["pk"], []).extend([convenue] if convenue[0] else [])
    liens = tuple(
        LienDeGarde(
            famille=ligne["famille_id"],
            garde=ligne["garde"],
            vacances=ligne["vacances"],
            du=ligne["du"],
            au=ligne["au"],
            dates=tuple(lus[pk]),
            payeur=ligne["payeur_id"],
        )
        for pk, ligne in champs.items()
    )
    partagees = any(lien.vacances != GardeVacances.COMME_D_HABITUDE for lien in liens)
    return GardeDuFoyer(famille, liens, tuple(vacances_entre(du, au)) if partagees else ())


def gardes_des_foyers(enfants: Collection[int], du: date, au: date) -> dict[tuple[int, int], GardeDuFoyer]:
    """Return the custody of these children as each of their households meets it; three queries."""
    liens: dict[int, list[LienDeGarde]] = {}
    actifs = Rattachement.objects.filter(enfant__in=enfants, famille__archivee_le=None)
    for rattachement in actifs.prefetch_related("periodes").order_by("pk"):
        liens.setdefault(rattachement.enfant_id, []).append(rattachement.lien)
    vacances = tuple(vacances_entre(du, au))
    return {
        (enfant, lien.famille): GardeDuFoyer(lien.famille, tuple(siens), vacances)
        for enfant, siens in liens.items()
        for lien in siens
    }


def payeurs_designes(enfants: Collection[int]) -> dict[tuple[int, int], LienDeGarde]:
    """Return the links that name another payer, by child and household; one query."""
    designes = Rattachement.objects.filter(enfant__in=enfants, payeur__archivee_le=None).exclude(payeur=None)
    return {
        (lien.enfant_id, lien.famille_id): LienDeGarde(
            famille=lien.famille_id, du=lien.du, au=lien.au, payeur=lien.payeur_id
        )
        for lien in designes
    }


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
