"""Third step: the children, each on a page of its own."""

from __future__ import annotations

import copy
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inscriptions import acces
from inscriptions.actions import pieces, saisie
from inscriptions.enums import Section
from inscriptions.erreurs import DossierRefuse
from inscriptions.forms import FormulaireEnfant
from inscriptions.models import DossierInscription, EnfantDossier
from inscriptions.regles import ENFANTS_AU_PLUS
from inscriptions.views.commun import avec_brouillon, page_etape


@require_safe
@avec_brouillon
def liste(request: HttpRequest, dossier: DossierInscription, jeton: str) -> HttpResponse:
    """Show the children; the first of all is asked at once."""
    enfants = list(dossier.enfants.select_related("ecole"))
    if not enfants:
        return _formulaire(request, dossier, jeton, None)
    maintenant = timezone.now()
    lignes = [(enfant, enfant.age_le(maintenant)) for enfant in enfants]
    plein = len(enfants) >= ENFANTS_AU_PLUS
    return page_etape(request, dossier, jeton, Section.ENFANTS, "enfants", enfants=lignes, plein=plein)


@require_http_methods(["GET", "HEAD", "POST"])
@avec_brouillon
def ajouter(request: HttpRequest, dossier: DossierInscription, jeton: str) -> HttpResponse:
    return _formulaire(request, dossier, jeton, None)


@require_http_methods(["GET", "HEAD", "POST"])
@avec_brouillon
def modifier(request: HttpRequest, dossier: DossierInscription, jeton: str, cle: UUID) -> HttpResponse:
    return _formulaire(request, dossier, jeton, acces.ligne(dossier.enfants.all(), cle))


@require_POST
@avec_brouillon
def retirer(request: HttpRequest, dossier: DossierInscription, jeton: str, cle: UUID) -> HttpResponse:
    enfant = acces.ligne(dossier.enfants.all(), cle)
    pieces.retirer_enfant(dossier=dossier, enfant=enfant, maintenant=timezone.now())
    messages.success(request, f"{enfant} n’est plus dans votre demande.")
    return redirect("inscriptions:enfants", jeton=jeton)


def _formulaire(
    request: HttpRequest, dossier: DossierInscription, jeton: str, enfant: EnfantDossier | None
) -> HttpResponse:
    instance = copy.copy(enfant) if enfant else EnfantDossier(nom=dossier.nom)
    formulaire = FormulaireEnfant(request.POST or None, instance=instance)
    if request.method == "POST" and formulaire.is_valid():
        try:
            saisie.enregistrer_enfant(
                dossier=dossier, enfant=enfant, valeurs=formulaire.valeurs(), maintenant=timezone.now()
            )
        except DossierRefuse as refus:
            messages.error(request, refus.phrases()[0])
        return redirect("inscriptions:enfants", jeton=jeton)
    statut = 422 if formulaire.is_bound else 200
    return page_etape(request, dossier, jeton, Section.ENFANTS, "enfant", statut, form=formulaire, enfant=enfant)
