"""Arrival and departure of each unsent day, for a prestation by the hour."""

from __future__ import annotations

from datetime import time
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from portail.commun.requetes import RequeteConnectee
from reservations import acces, actions
from reservations.brouillons import brouillon_de
from reservations.enums import GenrePrestation, Sens
from reservations.forms import HeuresForm
from reservations.models import ChoixBrouillon, Presence, Reservation


def a_l_heure(reservation: Reservation) -> list[ChoixBrouillon]:
    """Return the unsent days whose hours are asked."""
    return [
        un
        for un in brouillon_de(reservation)
        if un.sens == Sens.AJOUT and un.creneau.prestation.genre == GenrePrestation.HEURES
    ]


def _habitudes(reservation: Reservation) -> tuple[time, time] | None:
    """Return the hours that this child had last in this période."""
    derniere = (
        Presence.objects.filter(reservation=reservation, arrivee__isnull=False).order_by("-modifiee_le", "-pk").first()
    )
    return (derniere.arrivee, derniere.depart) if derniere and derniere.arrivee and derniere.depart else None


@require_safe
def heures(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    reservation = acces.reservation(request.user, cle)
    choix = a_l_heure(reservation)
    if not choix:
        messages.info(request, "Aucun jour à l’heure n’est à envoyer : cochez d’abord des jours.")
        return redirect("reservations:planning", cle)
    return _page(
        request, reservation, HeuresForm(reservation=reservation, choix=choix, habitudes=_habitudes(reservation))
    )


@require_POST
def enregistrer(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    reservation = acces.reservation(request.user, cle)
    choix = a_l_heure(reservation)
    formulaire = HeuresForm(request.POST, reservation=reservation, choix=choix)
    if not formulaire.is_valid():
        return _page(request, reservation, formulaire)
    actions.noter_les_heures(reservation=reservation, heures=formulaire.heures(), maintenant=timezone.now())
    return redirect("reservations:verifier", cle)


def _page(request: RequeteConnectee, reservation: Reservation, formulaire: HeuresForm) -> HttpResponse:
    return render(request, "reservations/heures.html", {"reservation": reservation, "formulaire": formulaire})
