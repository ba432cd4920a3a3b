from __future__ import annotations

import copy

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from inscriptions.actions import saisie
from inscriptions.enums import Section
from inscriptions.forms import FormulaireFoyer
from inscriptions.models import DossierInscription
from inscriptions.views.commun import avec_brouillon, page_etape


@require_http_methods(["GET", "HEAD", "POST"])
@avec_brouillon
def foyer(request: HttpRequest, dossier: DossierInscription, jeton: str) -> HttpResponse:
    """First step: the name and the address of the household."""
    # Validation writes in the instance: what is shown of the draft stays what is kept.
    formulaire = FormulaireFoyer(request.POST or None, instance=copy.copy(dossier))
    if request.method != "POST" or not formulaire.is_valid():
        statut = 422 if formulaire.is_bound else 200
        return page_etape(request, dossier, jeton, Section.FOYER, "foyer", statut, form=formulaire)
    saisie.enregistrer_foyer(dossier=dossier, valeurs=formulaire.valeurs(), maintenant=timezone.now())
    return redirect("inscriptions:adultes", jeton=jeton)
