"""Second step: the adults, each on a page of its own."""

from __future__ import annotations

import copy
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inscriptions import acces
from inscriptions.actions import saisie
from inscriptions.enums import Section
from inscriptions.erreurs import DossierRefuse
from inscriptions.forms import FormulaireAdulte
from inscriptions.models import AdulteDossier, DossierInscription
from inscriptions.regles import ADULTES_AU_PLUS
from inscriptions.views.commun import avec_brouillon, page_etape


@require_safe
@avec_brouillon
def liste(request: HttpRequest, dossier: DossierInscription, jeton: str) -> HttpResponse:
    """Show the adults; the first of all is asked at once."""
    adultes = list(dossier.adultes.all())
    if not adultes:
        return _formulaire(request, dossier, jeton, None)
    plein = len(adultes) >= ADULTES_AU_PLUS
    return page_etape(request, dossier, jeton, Section.ADULTES, "adultes", adultes=adultes, plein=plein)


@require_http_methods(["GET", "HEAD", "POST"])
@avec_brouillon
def ajouter(request: HttpRequest, dossier: DossierInscription, jeton: str) -> HttpResponse:
    return _formulaire(request, dossier, jeton, None)


@require_http_methods(["GET", "HEAD", "POST"])
@avec_brouillon
def modifier(request: HttpRequest, dossier: DossierInscription, jeton: str, cle: UUID) -> HttpResponse:
    return _formulaire(request, dossier, jeton, acces.ligne(dossier.adultes.all(), cle))


@require_POST
@avec_brouillon
def retirer(request: HttpRequest, dossier: DossierInscription, jeton: str, cle: UUID) -> HttpResponse:
    adulte = acces.ligne(dossier.adultes.all(), cle)
    try:
        saisie.retirer_adulte(dossier=dossier, adulte=adulte, maintenant=timezone.now())
    except DossierRefuse as refus:
        messages.error(request, refus.phrases()[0])
    else:
        messages.success(request, f"{adulte} n’est plus dans votre demande.")
    return redirect("inscriptions:adultes", jeton=jeton)


def _formulaire(
    request: HttpRequest, dossier: DossierInscription, jeton: str, adulte: AdulteDossier | None
) -> HttpResponse:
    premier = adulte.rang == 1 if adulte else not dossier.adultes.exists()
    instance = copy.copy(adulte) if adulte else AdulteDossier(nom=dossier.nom)
    formulaire = FormulaireAdulte(request.POST or None, instance=instance, demandeur=premier)
    if request.method == "POST" and formulaire.is_valid():
        try:
            saisie.enregistrer_adulte(
                dossier=dossier, adulte=adulte, valeurs=formulaire.valeurs(), maintenant=timezone.now()
            )
        except DossierRefuse as refus:
            messages.error(request, refus.phrases()[0])
        return redirect("inscriptions:adultes", jeton=jeton)
    statut = 422 if formulaire.is_bound else 200
    return page_etape(
        request, dossier, jeton, Section.ADULTES, "adulte", statut, form=formulaire, adulte=adulte, premier=premier
    )
