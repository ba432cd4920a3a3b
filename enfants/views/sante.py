"""Gestures on a child's health sheet, for the holders of the parental authority."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from enfants import acces, regles
from enfants.acces import DossierEnfant
from enfants.actions import sante
from enfants.erreurs import EnfantRefus
from enfants.forms.sante import SanteForm
from enfants.views.page import (
    adresse,
    dit_si_illisible,
    formulaire_copie,
    formulaire_vaccinations,
    page_fiche,
    vers_la_fiche,
)
from portail.commun.dates import aujourdhui
from portail.commun.requetes import RequeteConnectee


@require_POST
@dit_si_illisible
@sensitive_post_parameters()
def enregistrer(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    dossier = acces.dossier_du_titulaire(request.user, cle)
    formulaire = SanteForm(request.POST, fiche=None, action=adresse("enregistrer_sante", dossier))
    if not formulaire.is_valid():
        return page_fiche(request, dossier, formulaire)
    valeurs = dict(formulaire.cleaned_data)
    try:
        sante.enregistrer_sante(**_geste(request, dossier), version=valeurs.pop("version"), valeurs=valeurs)
    except EnfantRefus as refus:
        return _a_relire(request, dossier, refus)
    messages.success(request, "Les renseignements médicaux sont enregistrés.")
    return vers_la_fiche(dossier, "sante")


@require_POST
@dit_si_illisible
@sensitive_post_parameters()
def enregistrer_vaccinations(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    dossier = acces.dossier_du_titulaire(request.user, cle)
    formulaire = formulaire_vaccinations(dossier, None, timezone.now(), request.POST)
    if not formulaire.is_valid():
        return page_fiche(request, dossier, formulaire)
    try:
        sante.enregistrer_vaccinations(
            **_geste(request, dossier), version=formulaire.cleaned_data["version"], reponses=formulaire.reponses()
        )
    except EnfantRefus as refus:
        return _a_relire(request, dossier, refus)
    messages.success(request, "Les vaccinations sont enregistrées.")
    return vers_la_fiche(dossier, "vaccinations")


@require_POST
@dit_si_illisible
def renouveler(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    """Keep the sheet, unchanged, for the school year that is being prepared."""
    dossier = acces.dossier_du_titulaire(request.user, cle)
    try:
        sante.renouveler_sante(**_geste(request, dossier))
    except EnfantRefus as refus:
        return _a_relire(request, dossier, refus)
    fin = regles.fin_de_validite(aujourdhui(timezone.now()))
    messages.success(request, f"La fiche sanitaire est renouvelée jusqu’au {fin:%d/%m/%Y}.")
    return vers_la_fiche(dossier, "sante")


@require_POST
@dit_si_illisible
def copier_medecin(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    """Copy the doctor of a sibling of the same household: the sibling's sheet is read, and this is logged."""
    dossier = acces.dossier_du_titulaire(request.user, cle)
    formulaire = formulaire_copie(dossier, "medecin", request.POST)
    if not formulaire.is_valid():
        messages.error(request, "Choisissez un enfant de la liste.")
        return vers_la_fiche(dossier, "sante")
    source = formulaire.enfant()
    geste = _geste(request, dossier)
    sante.noter_lecture(
        enfant=source, utilisateur=request.user, page="enfants:copier_medecin", maintenant=geste["maintenant"]
    )
    try:
        sante.copier_medecin(source=source, **geste)
    except EnfantRefus as refus:
        return _a_relire(request, dossier, refus)
    messages.success(request, f"Le médecin de {source.prenom} est recopié.")
    return vers_la_fiche(dossier, "sante")


def _geste(request: RequeteConnectee, dossier: DossierEnfant) -> dict[str, Any]:
    return {
        "enfant": dossier.enfant,
        "famille": dossier.famille,
        "auteur": request.user,
        "maintenant": timezone.now(),
    }


def _a_relire(request: RequeteConnectee, dossier: DossierEnfant, refus: EnfantRefus) -> HttpResponse:
    for phrase in refus.phrases():
        messages.error(request, phrase)
    return vers_la_fiche(dossier, "sante")
