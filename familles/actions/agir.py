"""An agent acts for a household, by phone or at the counter: the beginning and the end are traced, and each gesture."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from familles.models import Famille, Utilisateur
from portail.commun.traces import tracer


@transaction.atomic
def commencer(*, famille: Famille, agent: Utilisateur, maintenant: datetime) -> None:
    _noter("famille.agir_debut", famille, agent, maintenant)


@transaction.atomic
def cesser(*, famille: Famille, agent: Utilisateur, maintenant: datetime) -> None:
    _noter("famille.agir_fin", famille, agent, maintenant)


def _noter(geste: str, famille: Famille, agent: Utilisateur, maintenant: datetime) -> None:
    tracer(
        geste=geste,
        objet="famille",
        objet_cle=famille.cle,
        libelle=str(famille),
        famille_cle=famille.cle,
        auteur=agent,
        maintenant=maintenant,
    )
