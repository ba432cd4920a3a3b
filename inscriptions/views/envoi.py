"""Last step: everything read again, then sent; taken back as long as nobody answered."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from inscriptions import acces
from inscriptions.actions import envoi
from inscriptions.completude import manques_de
from inscriptions.erreurs import DossierRefuse
from inscriptions.forms import FormulaireEnvoi
from inscriptions.models import DossierInscription
from inscriptions.pieces import pieces_attendues
from inscriptions.views.commun import avec_brouillon, discrete, page_etape
from portail.commun.dates import aujourdhui


@require_safe
@avec_brouillon
def verification(request: HttpRequest, dossier: DossierInscription, jeton: str) -> HttpResponse:
    return _page(request, dossier, jeton, FormulaireEnvoi(initial={"message": dossier.message}))


@require_POST
@avec_brouillon
def envoyer(request: HttpRequest, dossier: DossierInscription, jeton: str) -> HttpResponse:
    """Send; what is missing is told with the step where it is, and nothing that was typed is lost."""
    formulaire = FormulaireEnvoi(request.POST)
    if manques_de(dossier) or not formulaire.is_valid():
        return _page(request, dossier, jeton, formulaire, 422)
    envoi.envoyer(dossier=dossier, message=formulaire.cleaned_data["message"], maintenant=timezone.now())
    return redirect("inscriptions:dossier", jeton=jeton)


def _page(
    request: HttpRequest, dossier: DossierInscription, jeton: str, formulaire: FormulaireEnvoi, statut: int = 200
) -> HttpResponse:
    maintenant = timezone.now()
    attendues = pieces_attendues(dossier, aujourdhui(maintenant))
    return page_etape(
        request,
        dossier,
        jeton,
        None,
        "verification",
        statut,
        form=formulaire,
        manques=manques_de(dossier),
        adultes=list(dossier.adultes.all()),
        enfants=[(enfant, enfant.age_le(maintenant)) for enfant in dossier.enfants.select_related("ecole")],
        pieces=list(dossier.pieces.select_related("enfant", "type")),
        a_fournir=[piece for piece in attendues if not piece.envois],
    )


@login_not_required
@require_POST
def corriger(request: HttpRequest, jeton: str) -> HttpResponse:
    """Take a file back to correct it, before an agent answers."""
    try:
        envoi.reprendre(dossier=acces.dossier(jeton), maintenant=timezone.now())
    except DossierRefuse:
        messages.info(request, "Le service a déjà répondu à cette demande.")
    else:
        messages.success(request, "Vous pouvez corriger votre demande\u00a0: n’oubliez pas de l’envoyer à nouveau.")
    return discrete(redirect("inscriptions:dossier", jeton=jeton))


@require_POST
@avec_brouillon
def abandonner(request: HttpRequest, dossier: DossierInscription, jeton: str) -> HttpResponse:
    envoi.abandonner(dossier=dossier, maintenant=timezone.now())
    messages.success(request, "Votre demande est effacée.")
    return redirect("inscriptions:accueil")
