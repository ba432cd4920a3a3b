"""The reservations, as a block of the household's page and of the child's; a direction sees its sites only."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from enfants.models import Enfant
from familles.models import Famille
from portail.commun.blocs import DERNIERS, Bloc, Ligne
from reservations.acces import limiter_aux_sites
from reservations.models import Reservation


def de_la_famille(famille: Famille, agent: Any) -> Bloc | None:
    return _bloc(Reservation.objects.filter(famille=famille), f"famille__id__exact={famille.pk}", agent)


def de_l_enfant(enfant: Enfant, agent: Any) -> Bloc | None:
    return _bloc(Reservation.objects.filter(enfant=enfant), f"enfant__id__exact={enfant.pk}", agent)


def _bloc(reservations: QuerySet[Reservation], filtre: str, agent: Any) -> Bloc | None:
    if not agent.has_perm("reservations.view_reservation"):
        return None
    siennes = limiter_aux_sites(reservations, agent, "periode__accueil__etablissement")
    entamees = siennes.entamees().avec_bilan().select_related("enfant", "periode__accueil__etablissement")  # type: ignore[attr-defined]
    lignes = tuple(
        Ligne(
            reverse("admin:reservations_reservation_change", args=[reservation.pk]),
            f"{reservation.numero_affiche} {reservation.enfant.prenom}, "
            f"{reservation.periode.accueil.etablissement.nom} / {reservation.periode.nom}",
            str(reservation.etat.label),
        )
        for reservation in entamees.order_by("-numero")[:DERNIERS]
    )
    tout = f"{reverse('admin:reservations_reservation_changelist')}?{filtre}"
    return Bloc("Réservations", lignes, tout, "Aucune réservation.")
