"""What a parent may change of a child's identity; the name and the birth date are the service's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from enfants.actions.ecarts import Ecarts, appliquer
from enfants.models import Enfant
from familles.models import Famille, Utilisateur
from portail.commun.traces import tracer

CHAMPS_IDENTITE = ("lieu_naissance", "departement_naissance", "menu")


def verrouiller(enfant: Enfant) -> Enfant:
    """Lock the child: every gesture on its sheet begins by this."""
    return Enfant.objects.select_for_update(of=("self",), no_key=True).select_related("menu").get(pk=enfant.pk)


@transaction.atomic
def modifier_identite(
    *, enfant: Enfant, famille: Famille, auteur: Utilisateur, valeurs: Mapping[str, Any], maintenant: datetime
) -> Ecarts:
    """Write the birth place and the menu, and trace what changed."""
    frais = verrouiller(enfant)
    ecarts = appliquer(frais, CHAMPS_IDENTITE, valeurs)
    if ecarts.champs:
        frais.save(update_fields=ecarts.champs)
        tracer_enfant("enfant.identite_modifiee", frais, famille, auteur, maintenant, ecarts)
    return ecarts


def tracer_enfant(
    geste: str,
    enfant: Enfant,
    famille: Famille | None,
    auteur: Utilisateur | None,
    maintenant: datetime,
    ecarts: Ecarts,
) -> None:
    """Write the trace of a gesture on a child, under the household that made it."""
    tracer(
        geste=geste,
        objet="enfant",
        objet_cle=enfant.cle,
        libelle=str(enfant),
        famille_cle=famille.cle if famille else None,
        auteur=auteur,
        maintenant=maintenant,
        avant=ecarts.avant,
        apres=ecarts.apres,
    )
