"""Tools of the planning: fill it by a pattern, copy it to another child; always a preview, then unsent edits."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from enfants.models import Enfant
from portail.commun.dates import aujourdhui
from portail.commun.erreurs import RefusMetier
from portail.commun.requetes import RequeteConnectee
from reservations import acces, actions
from reservations.enums import Rythme, Sens
from reservations.forms import CopierForm, RemplirForm
from reservations.models import Reservation
from reservations.remplissage import Apercu, apercu_de_consigne, apercu_de_copie
from reservations.views.adresses import prenoms


def _formulaire(request: RequeteConnectee, reservation: Reservation, donnees: QueryDict | None) -> RemplirForm:
    periode = reservation.periode
    prestations = list(periode.prestations.order_by("ordre", "nom"))
    du = min(max(periode.du, aujourdhui(timezone.now())), periode.au)
    return RemplirForm(
        donnees,
        enfants=_enfants(request, reservation),
        periode=periode,
        prestations=prestations,
        initial={
            "enfants": [str(reservation.enfant.cle)],
            "prestations": [str(une.cle) for une in prestations] if len(prestations) == 1 else [],
            "du": du,
            "au": periode.au,
            "rythme": Rythme.CHAQUE_SEMAINE,
            "geste": Sens.AJOUT,
        },
    )


def _enfants(request: RequeteConnectee, reservation: Reservation) -> list[Enfant]:
    liens = acces.rattachements(request.user).filter(famille=reservation.famille)
    return [lien.enfant for lien in liens]


def _cibles(reservation: Reservation, enfants: Sequence[Enfant]) -> list[Reservation]:
    """Return the reservation of each child for the same période, made in memory where it does not exist yet."""
    existantes = {
        une.enfant_id: une
        for une in Reservation.objects.filter(
            famille=reservation.famille, periode=reservation.periode, enfant__in=enfants
        )
    }
    cibles = []
    for enfant in enfants:
        cible = existantes.get(enfant.pk) or Reservation(
            famille=reservation.famille, enfant=enfant, periode=reservation.periode
        )
        cible.famille, cible.enfant, cible.periode = reservation.famille, enfant, reservation.periode
        cible.a_des_liens = reservation.a_des_liens
        cibles.append(cible)
    return cibles


def _apercus_de_remplissage(
    request: RequeteConnectee, reservation: Reservation, formulaire: RemplirForm
) -> list[Apercu]:
    donnees = formulaire.cleaned_data
    enfants = [un for un in _enfants(request, reservation) if str(un.cle) in donnees["enfants"]]
    prestations = [une for une in reservation.periode.prestations.all() if str(une.cle) in donnees["prestations"]]
    return [
        apercu_de_consigne(
            cible, formulaire.consigne(), prestations, attendre=donnees["attendre"], maintenant=timezone.now()
        )
        for cible in _cibles(reservation, enfants)
    ]


def _montrer(
    request: RequeteConnectee, gabarit: str, reservation: Reservation, formulaire: object, apercus: list[Apercu]
) -> HttpResponse:
    return render(
        request,
        gabarit,
        {
            "reservation": reservation,
            "prenoms": prenoms([un.reservation for un in apercus] or [reservation]),
            "formulaire": formulaire,
            "apercus": apercus,
            "changements": sum(un.changements for un in apercus),
            "listes_possibles": sum(un.listes_possibles for un in apercus),
            "avec_les_listes": _avec_les_listes(request),
            "choix": [(nom, valeur) for nom, valeurs in request.GET.lists() for valeur in valeurs],
        },
    )


def _avec_les_listes(request: RequeteConnectee) -> str:
    """Return the address of the same preview with the waiting lists of the full days."""
    choix = request.GET.copy()
    choix["attendre"] = "on"
    return f"{request.path}?{choix.urlencode()}#apercu"


@require_safe
def remplir(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    reservation = acces.reservation(request.user, cle)
    demande = "apercu" in request.GET
    formulaire = _formulaire(request, reservation, request.GET if demande else None)
    apercus = _apercus_de_remplissage(request, reservation, formulaire) if demande and formulaire.is_valid() else []
    return _montrer(request, "reservations/remplir.html", reservation, formulaire, apercus)


@require_POST
def appliquer_remplissage(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    reservation = acces.reservation(request.user, cle)
    formulaire = _formulaire(request, reservation, request.POST)
    if not formulaire.is_valid():
        return _montrer(request, "reservations/remplir.html", reservation, formulaire, [])
    return _appliquer(
        request, reservation, _apercus_de_remplissage(request, reservation, formulaire), "Planning rempli"
    )


def _autres_enfants(request: RequeteConnectee, reservation: Reservation) -> list[Enfant]:
    return [un for un in _enfants(request, reservation) if un.pk != reservation.enfant_id]


def _apercus_de_copie(request: RequeteConnectee, reservation: Reservation, formulaire: CopierForm) -> list[Apercu]:
    donnees = formulaire.cleaned_data
    enfants = [un for un in _autres_enfants(request, reservation) if str(un.cle) in donnees["vers"]]
    return [
        apercu_de_copie(
            reservation,
            cible,
            remplacer=donnees["remplacer"],
            attendre=donnees["attendre"],
            maintenant=timezone.now(),
        )
        for cible in _cibles(reservation, enfants)
    ]


@require_safe
def copier(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    reservation = acces.reservation(request.user, cle)
    demande = "apercu" in request.GET
    formulaire = CopierForm(
        request.GET if demande else None,
        enfants=_autres_enfants(request, reservation),
        liste_attente=reservation.periode.liste_attente,
    )
    apercus = _apercus_de_copie(request, reservation, formulaire) if demande and formulaire.is_valid() else []
    return _montrer(request, "reservations/copier.html", reservation, formulaire, apercus)


@require_POST
def appliquer_copie(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    reservation = acces.reservation(request.user, cle)
    formulaire = CopierForm(
        request.POST,
        enfants=_autres_enfants(request, reservation),
        liste_attente=reservation.periode.liste_attente,
    )
    if not formulaire.is_valid():
        return _montrer(request, "reservations/copier.html", reservation, formulaire, [])
    return _appliquer(request, reservation, _apercus_de_copie(request, reservation, formulaire), "Planning copié")


def _appliquer(
    request: RequeteConnectee, reservation: Reservation, apercus: list[Apercu], libelle: str
) -> HttpResponse:
    """Turn previews into unsent edits, and lead to the check page of the first child concerned."""
    try:
        touchees = actions.appliquer_apercus(apercus=apercus, libelle=libelle, maintenant=timezone.now())
    except RefusMetier as refus:
        for phrase in refus.phrases():
            messages.error(request, phrase)
        return redirect("reservations:planning", reservation.cle)
    if not touchees:
        messages.info(
            request, "Rien ne change : tous ces jours sont déjà comme vous le voulez, ou ne sont plus possibles."
        )
        return redirect("reservations:planning", reservation.cle)
    messages.success(
        request, f"Planning rempli pour {prenoms(touchees)}. Rien n’est encore envoyé : vérifiez, puis envoyez."
    )
    return redirect("reservations:verifier", touchees[0].cle)
