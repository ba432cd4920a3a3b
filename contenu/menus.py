"""What a family reads of the menus: a week, day by day, ready to be shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Max, Min, Q

from contenu.enums import Allergene, Label, Service
from contenu.models import JourDeMenu, PlatDuJour, SemaineDeMenus


@dataclass(frozen=True, slots=True)
class PlatAffiche:
    service: str
    nom: str
    labels: list[str]
    allergenes: str


@dataclass(frozen=True, slots=True)
class JourAffiche:
    jour: date
    mention: str
    plats: list[PlatAffiche]
    aujourdhui: bool


@dataclass(frozen=True, slots=True)
class Restaurant:
    """The week of one accueil; without a name, of all."""

    nom: str
    jours: list[JourAffiche]


@dataclass(frozen=True, slots=True)
class SemaineAffichee:
    lundi: date
    vendredi: date
    restaurants: list[Restaurant]
    precedente: date | None
    suivante: date | None


def semaine(lundi: date, jour: date) -> SemaineAffichee:
    """Return the published menus of a week, ``jour`` being marked, with the nearest published weeks around it."""
    publiees = SemaineDeMenus.objects.publiees()
    autour = publiees.aggregate(
        precedente=Max("lundi", filter=Q(lundi__lt=lundi)), suivante=Min("lundi", filter=Q(lundi__gt=lundi))
    )
    de_la_semaine = publiees.filter(lundi=lundi).avec_les_plats().order_by("accueil_nom")
    return SemaineAffichee(
        lundi=lundi,
        vendredi=lundi + timedelta(days=4),
        restaurants=restaurants(de_la_semaine, jour),
        precedente=autour["precedente"],
        suivante=autour["suivante"],
    )


def restaurants(semaines: Iterable[SemaineDeMenus], jour: date) -> list[Restaurant]:
    return [Restaurant(une.accueil_nom, [_jour(ligne, jour) for ligne in une.jours.all()]) for une in semaines]


def _jour(ligne: JourDeMenu, jour: date) -> JourAffiche:
    return JourAffiche(ligne.jour, ligne.mention, [_plat(plat) for plat in ligne.plats.all()], ligne.jour == jour)


def _plat(plat: PlatDuJour) -> PlatAffiche:
    return PlatAffiche(
        service=Service(plat.service).label,
        nom=plat.nom,
        labels=[str(label.label) for label in Label if label in plat.labels],
        allergenes=", ".join(str(allergene.label) for allergene in Allergene if allergene in plat.allergenes),
    )
