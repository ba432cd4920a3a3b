"""What the apps below ask of the reservations: the accueils there are, and those that a child attends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from enfants.models import Enfant
from familles.models import Utilisateur
from portail.commun.dates import aujourdhui
from reservations.acces import sites
from reservations.enums import ETATS_CLOS
from reservations.models import Accueil, Presence


def enfants_suivis(enfants: QuerySet[Enfant], agent: Utilisateur) -> QuerySet[Enfant]:
    """Keep, for a direction, the children with a day that is not closed in a période of its sites not over yet."""
    if agent.has_perm("reservations.voir_tous_etablissement"):
        return enfants
    jours = Presence.objects.filter(
        enfant=OuterRef("pk"),
        creneau__prestation__periode__au__gte=aujourdhui(timezone.now()),
        creneau__prestation__periode__accueil__etablissement__in=sites(agent),
    )
    return enfants.filter(Exists(jours.exclude(etat__in=ETATS_CLOS)))


def choix() -> list[tuple[UUID, str]]:
    """Return every accueil, as ``(key, name)``, in their order."""
    accueils = Accueil.objects.select_related("etablissement").order_by("etablissement__ordre", "ordre", "pk")
    return [(accueil.cle, f"{accueil.etablissement.nom} – {accueil.nom}") for accueil in accueils]


def frequentes(enfants: Sequence[Enfant], jour: date) -> dict[int, set[UUID]]:
    """Return, by child, the accueils of the périodes under way or to come where it has a day that is not closed."""
    lignes = (
        Presence.objects.filter(enfant__in=enfants, creneau__prestation__periode__au__gte=jour)
        .exclude(etat__in=ETATS_CLOS)
        .values_list("enfant_id", "creneau__prestation__periode__accueil__cle")
        .distinct()
    )
    resultat: dict[int, set[UUID]] = {}
    for enfant_id, cle in lignes:
        resultat.setdefault(enfant_id, set()).add(cle)
    return resultat
