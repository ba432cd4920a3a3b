"""The gestures on the menus of the canteen: open a week, write it, copy another, publish."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from contenu.enums import Service
from contenu.erreurs import SaisieDepassee
from contenu.models import JourDeMenu, PlatDuJour, SemaineDeMenus
from contenu.regles import Jour, Plat
from portail.commun.traces import tracer

if TYPE_CHECKING:
    from familles.models import Utilisateur

RANGS = {service.value: rang for rang, service in enumerate(Service)}


@transaction.atomic
def ouvrir(
    *,
    lundi: date,
    accueil_cle: UUID | None,
    accueil_nom: str,
    source: SemaineDeMenus | None,
    auteur: Utilisateur,
    maintenant: datetime,
) -> SemaineDeMenus:
    """Create a week, not published, empty or with the dishes of another one."""
    semaine = SemaineDeMenus.objects.create(lundi=lundi, accueil_cle=accueil_cle, accueil_nom=accueil_nom)
    if source:
        ecrire_les_plats(semaine, decaler(lire(source), source.lundi, lundi))
    _tracer("menus.ouverts", semaine, auteur, maintenant, source=str(source or ""))
    return semaine


@transaction.atomic
def enregistrer(
    *, semaine: SemaineDeMenus, jours: Sequence[Jour], version: int, auteur: Utilisateur, maintenant: datetime
) -> None:
    """Write the whole week as it was on the screen; raise ``SaisieDepassee`` when it had changed since."""
    verrouillee = _verrouiller(semaine, version)
    ecrire_les_plats(verrouillee, jours)
    _tracer("menus.enregistres", verrouillee, auteur, maintenant, plats=sum(len(jour.plats) for jour in jours))


@transaction.atomic
def recopier(
    *, semaine: SemaineDeMenus, source: SemaineDeMenus, version: int, auteur: Utilisateur, maintenant: datetime
) -> None:
    """Replace what the week holds with the dishes of another one."""
    verrouillee = _verrouiller(semaine, version)
    ecrire_les_plats(verrouillee, decaler(lire(source), source.lundi, semaine.lundi))
    _tracer("menus.recopies", verrouillee, auteur, maintenant, source=str(source))


@transaction.atomic
def publier(*, semaine: SemaineDeMenus, publiee: bool, auteur: Utilisateur, maintenant: datetime) -> None:
    """Show the week to families, or take it back."""
    verrouillee = SemaineDeMenus.objects.select_for_update().get(pk=semaine.pk)
    if verrouillee.publiee == publiee:
        return
    verrouillee.publiee = publiee
    verrouillee.save(update_fields=["publiee", "modifiee_le"])
    _tracer("menus.publies" if publiee else "menus.retires", verrouillee, auteur, maintenant)


def lire(semaine: SemaineDeMenus) -> list[Jour]:
    """Return what a week says, day by day."""
    return [
        Jour(
            jour=jour.jour,
            mention=jour.mention,
            plats=tuple(
                Plat(Service(plat.service), plat.nom, tuple(plat.labels), tuple(plat.allergenes))
                for plat in jour.plats.all()
            ),
        )
        for jour in semaine.jours.all()
    ]


def decaler(jours: Iterable[Jour], de: date, vers: date) -> list[Jour]:
    """Return the same days in another week; a word such as « Repas de Noël » is of its day only."""
    ecart: timedelta = vers - de
    return [Jour(jour=jour.jour + ecart, plats=jour.plats) for jour in jours]


def _verrouiller(semaine: SemaineDeMenus, version: int) -> SemaineDeMenus:
    verrouillee = SemaineDeMenus.objects.select_for_update().get(pk=semaine.pk)
    if verrouillee.version != version:
        raise SaisieDepassee
    return verrouillee


def ecrire_les_plats(semaine: SemaineDeMenus, jours: Iterable[Jour]) -> None:
    """Replace what the week holds; call it inside a gesture, which traces."""
    semaine.jours.all().delete()
    retenus = [jour for jour in jours if jour.dit_quelque_chose]
    lignes = JourDeMenu.objects.bulk_create(
        [JourDeMenu(semaine=semaine, jour=jour.jour, mention=jour.mention) for jour in retenus]
    )
    PlatDuJour.objects.bulk_create(
        [
            PlatDuJour(
                jour=ligne,
                service=plat.service,
                rang=RANGS[plat.service],
                nom=plat.nom,
                labels=list(plat.labels),
                allergenes=list(plat.allergenes),
            )
            for ligne, jour in zip(lignes, retenus, strict=True)
            for plat in jour.plats
        ]
    )
    semaine.version += 1
    semaine.save(update_fields=["version", "modifiee_le"])


def _tracer(geste: str, semaine: SemaineDeMenus, auteur: Utilisateur, maintenant: datetime, **apres: str | int) -> None:
    tracer(
        geste=geste,
        objet="semainedemenus",
        libelle=str(semaine),
        auteur=auteur,
        maintenant=maintenant,
        apres=apres,
    )
