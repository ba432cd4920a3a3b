"""Making and revoking the private address of a household's calendar feed."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from familles.models import Famille, Utilisateur
from portail.commun.traces import tracer
from reservations.models import LienAgenda
from reservations.models.agenda import nouveau_jeton


@transaction.atomic
def creer_lien_agenda(*, famille: Famille, auteur: Utilisateur, maintenant: datetime) -> LienAgenda:
    """Make a new address; the one before, if any, answers nothing any more."""
    _revoquer(famille, maintenant)
    lien = LienAgenda.objects.create(famille=famille, jeton=nouveau_jeton(), cree_le=maintenant)
    _tracer("agenda.lien_cree", famille, auteur, maintenant)
    return lien


@transaction.atomic
def revoquer_lien_agenda(*, famille: Famille, auteur: Utilisateur, maintenant: datetime) -> bool:
    """Close the address of a household; return whether there was one."""
    revoque = _revoquer(famille, maintenant)
    if revoque:
        _tracer("agenda.lien_revoque", famille, auteur, maintenant)
    return revoque


def _revoquer(famille: Famille, maintenant: datetime) -> bool:
    Famille.objects.select_for_update(no_key=True).values_list("pk").get(pk=famille.pk)
    return LienAgenda.objects.filter(famille=famille, revoque_le=None).update(revoque_le=maintenant) > 0


def _tracer(geste: str, famille: Famille, auteur: Utilisateur, maintenant: datetime) -> None:
    """The token itself is never written: a trace is read by more people than the feed."""
    tracer(
        geste=geste,
        objet="reservations.lienagenda",
        libelle=str(famille),
        famille_cle=famille.cle,
        auteur=auteur,
        maintenant=maintenant,
    )
