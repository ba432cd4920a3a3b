"""The children of a login, and the sheet of one of them."""

from __future__ import annotations

from copy import copy
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from enfants import acces
from enfants.actions import identite
from enfants.cartes import carte
from enfants.forms.identite import IdentiteForm
from enfants.models import Enfant
from enfants.views.page import adresse, page_fiche, vers_la_fiche
from portail.commun.dates import aujourdhui
from portail.commun.decorateurs import journalise_la_lecture
from portail.commun.requetes import RequeteConnectee


@require_safe
def liste(request: RequeteConnectee) -> HttpResponse:
    """Show the card of each child of the households of this login."""
    jour = aujourdhui(timezone.now())
    enfants = Enfant.objects.visibles_par(request.user, jour).order_by("date_naissance", "pk")
    return render(request, "enfants/liste.html", {"cartes": [carte(enfant, jour) for enfant in enfants]})


@journalise_la_lecture
@require_safe
def fiche(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    """Show a child's sheet; the health data on it are read, so this is written in the log of readings."""
    return page_fiche(request, acces.dossier(request.user, cle))


@require_POST
def modifier_identite(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    dossier = acces.dossier(request.user, cle)
    formulaire = IdentiteForm(request.POST, instance=copy(dossier.enfant), action=adresse("modifier_identite", dossier))
    if not formulaire.is_valid():
        return page_fiche(request, dossier, formulaire)
    identite.modifier_identite(
        enfant=dossier.enfant,
        famille=dossier.famille,
        auteur=request.user,
        valeurs=formulaire.cleaned_data,
        maintenant=timezone.now(),
    )
    messages.success(request, "Les informations sont enregistrées.")
    return vers_la_fiche(dossier, "identite")
