"""Fourth step: the pieces, through the very pipeline of the documents."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from contenu import cadence
from documents.erreurs import FichierRefuse
from documents.reception import nom_lisible, preparer
from inscriptions import acces
from inscriptions.actions import pieces as actions
from inscriptions.enums import Section
from inscriptions.forms import FormulairePiece
from inscriptions.models import DossierInscription
from inscriptions.pieces import pieces_attendues, types_proposes
from inscriptions.views.commun import avec_brouillon, page_etape
from portail.commun.adresses import adresse_du_client
from portail.commun.dates import aujourdhui
from portail.commun.televersement import fichiers_ecartes

#: Each upload runs a process: a network that sends more than that in an hour is no family.
ENVOIS_PAR_RESEAU = 60
TROP_D_ENVOIS = "Beaucoup de fichiers sont partis d’ici en peu de temps\u00a0: réessayez dans une heure."


@require_http_methods(["GET", "HEAD", "POST"])
@avec_brouillon
def pieces(request: HttpRequest, dossier: DossierInscription, jeton: str) -> HttpResponse:
    """Show what is asked and what was sent; a file that cannot be kept is refused beside its field."""
    options = {"types": types_proposes(), "enfants": list(dossier.enfants.all())}
    if request.method != "POST":
        return _page(request, dossier, jeton, FormulairePiece(**options))
    ecartes = fichiers_ecartes(request)
    formulaire = FormulairePiece(request.POST, {"fichiers": request.FILES.getlist("fichiers")}, **options)
    for nom in ecartes:
        formulaire.add_error("fichiers", f"«\u00a0{nom_lisible(nom)}\u00a0» est trop gros pour être reçu.")
    if formulaire.is_valid() and _a_une_place(request, formulaire) and _garder(dossier, formulaire):
        messages.success(request, "Votre document est ajouté à la demande.")
        return redirect("inscriptions:pieces", jeton=jeton)
    return _page(request, dossier, jeton, formulaire, 422)


def _a_une_place(request: HttpRequest, formulaire: FormulairePiece) -> bool:
    if cadence.prendre_une_place(f"piece:{cadence.groupe(adresse_du_client(request))}", ENVOIS_PAR_RESEAU):
        return True
    formulaire.add_error(None, TROP_D_ENVOIS)
    return False


def _garder(dossier: DossierInscription, formulaire: FormulairePiece) -> bool:
    try:
        with preparer(formulaire.cleaned_data["fichiers"]) as fichier:
            actions.ajouter_piece(
                dossier=dossier,
                enfant=formulaire.enfant,
                type_document=formulaire.cleaned_data["type"],
                fichier=fichier,
                cle_envoi=formulaire.cleaned_data["cle_envoi"],
                maintenant=timezone.now(),
            )
    except FichierRefuse as refus:
        formulaire.add_error("fichiers", refus.phrase())
        return False
    return True


def _page(
    request: HttpRequest, dossier: DossierInscription, jeton: str, formulaire: FormulairePiece, statut: int = 200
) -> HttpResponse:
    return page_etape(
        request,
        dossier,
        jeton,
        Section.PIECES,
        "pieces",
        statut,
        form=formulaire,
        attendues=pieces_attendues(dossier, aujourdhui(timezone.now())),
        envoyees=list(dossier.pieces.select_related("enfant", "type")),
    )


@require_POST
@avec_brouillon
def retirer(request: HttpRequest, dossier: DossierInscription, jeton: str, cle: UUID) -> HttpResponse:
    actions.retirer_piece(dossier=dossier, piece=acces.ligne(dossier.pieces.all(), cle), maintenant=timezone.now())
    messages.success(request, "Le document est retiré de votre demande.")
    return redirect("inscriptions:pieces", jeton=jeton)
