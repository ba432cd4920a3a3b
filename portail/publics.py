"""Schools and accueils as audiences of the news: what the app of contents asks of those above it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Cast, Concat

from enfants.models import Ecole, Enfant
from familles.models import Utilisateur
from portail.accueils import choix as choix_des_accueils
from reservations.enums import ETATS_CLOS
from reservations.models import Presence

ECOLE, ACCUEIL = "ecole-", "accueil-"


def choix() -> list[tuple[str, str]]:
    """Return every audience, as ``(key, name)``: the schools, then the accueils."""
    ecoles = [(f"{ECOLE}{pk}", f"École\u00a0: {nom}") for pk, nom in Ecole.objects.values_list("pk", "nom")]
    return [*ecoles, *((f"{ACCUEIL}{cle}", f"Accueil\u00a0: {nom}") for cle, nom in choix_des_accueils())]


def de(utilisateur: Utilisateur, jour: date) -> Sequence[QuerySet[Enfant] | QuerySet[Presence]]:
    """Return the keys of the audiences of a login, as queries: the schools of its children, and the accueils where
    they have a day that is not closed, in a période that is not over on ``jour``."""
    enfants = Enfant.objects.visibles_par(utilisateur, jour)
    ecoles = enfants.filter(ecole__isnull=False).values_list(_cle(ECOLE, "ecole_id"))
    presences = Presence.objects.filter(enfant__in=enfants, creneau__prestation__periode__au__gte=jour)
    accueils = presences.exclude(etat__in=ETATS_CLOS).values_list(
        _cle(ACCUEIL, "creneau__prestation__periode__accueil__cle")
    )
    return [ecoles, accueils]


def _cle(prefixe: str, colonne: str) -> Concat:
    return Concat(Value(prefixe), Cast(colonne, CharField()), output_field=CharField())
