"""Places that are held for a household: the link of the mail is enough to accept or refuse them, by one POST."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from familles.models import Utilisateur
from portail.commun.templatetags.typographie import jour_long, limite
from reservations import acces, actions
from reservations.actions.attente import BilanPlaces
from reservations.calendrier import garde_de
from reservations.models import Presence, Reservation
from reservations.prix import prix_des_creneaux


@login_not_required
@require_safe
def places(request: HttpRequest, jeton: str) -> HttpResponse:
    """Show what is held for this reservation; nothing is accepted by opening the link."""
    reservation = acces.reservation_des_places(jeton)
    maintenant = timezone.now()
    proposees = list(
        Presence.objects.proposees()
        .filter(reservation=reservation)
        .select_related("creneau__prestation")
        .order_by("creneau__jour", "creneau__prestation__ordre")
    )
    en_cours = [une for une in proposees if une.offre_expire_le and maintenant <= une.offre_expire_le]
    garde = garde_de(reservation)
    prix = prix_des_creneaux(
        famille=reservation.famille,
        enfant=reservation.enfant,
        # The price of a day that another household pays is not for this one to know.
        creneaux=[une.creneau for une in en_cours if not garde or garde.payeur(une.creneau.jour) == garde.famille],
    )
    return render(
        request,
        "reservations/places.html",
        {
            "reservation": reservation,
            "jeton": jeton,
            "echues": len(proposees) - len(en_cours),
            "places": [
                {
                    "cle": une.cle,
                    "jour": jour_long(une.creneau.jour),
                    "prestation": une.creneau.prestation.nom,
                    "limite": limite(une.offre_expire_le),
                    "montant": prix[une.creneau_id].montant if une.creneau_id in prix else None,
                }
                for une in en_cours
            ],
            "a_un_compte": acteur(request, reservation) is not None,
        },
    )


@login_not_required
@require_POST
def accepter(request: HttpRequest, jeton: str) -> HttpResponse:
    bilan = _repondre(request, jeton, actions.accepter_les_places)
    if bilan.faites:
        messages.success(
            request,
            f"C’est réservé\xa0: {enumerer(bilan.faites)}. Un courriel de confirmation part à chaque responsable.",
        )
    return redirect("reservations:places", jeton)


@login_not_required
@require_POST
def refuser(request: HttpRequest, jeton: str) -> HttpResponse:
    bilan = _repondre(request, jeton, actions.decliner_les_places)
    if bilan.faites:
        messages.info(
            request,
            f"Vous laissez la place\xa0: {enumerer(bilan.faites)}. Elle est proposée à la famille suivante.",
        )
    return redirect("reservations:places", jeton)


def _repondre(request: HttpRequest, jeton: str, geste: Callable[..., BilanPlaces]) -> BilanPlaces:
    reservation = acces.reservation_des_places(jeton)
    choisies = request.POST.getlist("places")
    bilan = geste(
        reservation=reservation,
        presences=cles(choisies),
        auteur=acteur(request, reservation),
        maintenant=timezone.now(),
    )
    if bilan.perdues:
        messages.error(
            request,
            f"Trop tard pour {enumerer(bilan.perdues)}\xa0: le délai pour répondre est dépassé, "
            "la place passe à la famille suivante.",
        )
    if bilan.hors_garde:
        messages.error(
            request,
            f"Ce n’est plus un jour de garde de votre foyer\xa0: {enumerer(bilan.hors_garde)}. La place ne peut pas "
            "être acceptée\xa0; prévenez le service si c’est une erreur.",
        )
    if bilan.deja:
        messages.warning(request, f"Déjà répondu, rien n’y change\xa0: {enumerer(bilan.deja)}.")
    if not choisies:
        messages.error(request, "Cochez au moins une place.")
    return bilan


def acteur(request: HttpRequest, reservation: Reservation) -> Utilisateur | None:
    """Return the adult of the household who answers, when they are logged in; else the link alone answers."""
    utilisateur = request.user
    if isinstance(utilisateur, Utilisateur) and acces.reservations(utilisateur).filter(pk=reservation.pk).exists():
        return utilisateur
    return None


def cles(textes: Iterable[str]) -> list[UUID]:
    """Read the keys of a form; what is not one is ignored."""
    lues = []
    for texte in textes:
        try:
            lues.append(UUID(texte))
        except ValueError:
            continue
    return lues


def enumerer(presences: Iterable[Presence]) -> str:
    """« jeudi 18 janvier 2018 (Matin), vendredi 19 janvier 2018 (Matin) »."""
    return ", ".join(f"{jour_long(une.creneau.jour)} ({une.creneau.prestation.nom_court})" for une in presences)
