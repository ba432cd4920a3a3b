"""The children of a login, and the sheet of one of them."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from enfants import acces
from enfants.actions import identite
from enfants.cartes import carte
from enfants.models import Enfant
from enfants.views.page import formulaire_identite, page_fiche, vers_la_fiche
from familles.models import ReglageChamp
from portail.commun.dates import aujourdhui
from portail.commun.decorateurs import journalise_la_lecture
from portail.commun.requetes import RequeteConnectee


@require_safe
def liste(request: RequeteConnectee) -> HttpResponse:
    """Show the card of each child of the households of this login."""
    jour = aujourdhui(timezone.now())
    enfants = Enfant.objects.visibles_par(request.user, jour).order_by("date_naissance", "pk")
    politiques = ReglageChamp.objects.politiques()
    cartes = [carte(enfant, jour, politiques) for enfant in enfants]
    return render(request, "enfants/liste.html", {"cartes": cartes})


@journalise_la_lecture
@require_safe
def fiche(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    """Show a child's sheet; the health data on it are read, so this is written in the log of readings."""
    return page_fiche(request, acces.dossier(request.user, cle))


@require_POST
def modifier_identite(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    dossier = acces.dossier(request.user, cle)
    formulaire = formulaire_identite(dossier, request.POST)
    if not formulaire.is_valid():
        return page_fiche(request, dossier, formulaire)
    bilan = identite.modifier_identite(
        enfant=dossier.enfant,
        famille=dossier.famille,
        auteur=request.user,
        valeurs=formulaire.cleaned_data,
        maintenant=timezone.now(),
    )
    if bilan.en_attente:
        messages.info(request, "Votre demande est enregistrée : un agent vérifiera ce changement.")
    if bilan.appliquees or not bilan.en_attente:
        messages.success(request, "Les informations sont enregistrées.")
    return vers_la_fiche(dossier, "identite")
