"""The parents' pages: what is owed, what was sent, the sending, the file."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from documents import acces, actions, coffre
from documents.erreurs import DejaTraite, FichierRefuse
from documents.forms import FormulaireEnvoi, initiaux
from documents.models import Document, FichierGarde
from documents.reception import nom_lisible, preparer
from documents.traitement import limites
from portail.commun.dates import aujourdhui
from portail.commun.requetes import RequeteConnectee
from portail.commun.televersement import fichiers_ecartes

DOCUMENTS_PAR_PAGE = 10


@require_safe
def liste(request: RequeteConnectee) -> HttpResponse:
    """Show the pieces owed by each person, then everything that was sent."""
    envoyes = Document.objects.de(request.user).select_related("type", "enfant", "famille")
    dossiers = acces.dossiers_de(request.user, aujourdhui(timezone.now()))
    return render(
        request,
        "documents/liste.html",
        {
            "dossiers": dossiers,
            "pieces_demandees": any(dossier.pieces for dossier in dossiers),
            "envoyes": Paginator(envoyes, DOCUMENTS_PAR_PAGE).get_page(request.GET.get("page")),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def ajouter(request: RequeteConnectee) -> HttpResponse:
    """Send a document. What cannot be kept is refused beside the field, and what was typed stays."""
    couples = acces.couples(request.user)
    if not couples:
        raise Http404
    if request.method != "POST":
        formulaire = FormulaireEnvoi(couples=couples)
        formulaire.initial = initiaux(formulaire.choix, request.GET.dict())
        return _page_d_envoi(request, formulaire)
    ecartes = fichiers_ecartes(request)
    # Pages that were chosen, then those photographed one by one: a phone gives one picture to each field.
    pages = [*request.FILES.getlist("fichiers"), *request.FILES.getlist("photos")]
    formulaire = FormulaireEnvoi(request.POST, {"fichiers": pages}, couples=couples)
    for nom in ecartes:
        formulaire.add_error("fichiers", f"«\u202f{nom_lisible(nom)}\u202f» est trop gros pour être reçu.")
    if formulaire.is_valid():
        return _envoyer(request, formulaire)
    return _page_d_envoi(request, formulaire)


def _envoyer(request: RequeteConnectee, formulaire: FormulaireEnvoi) -> HttpResponse:
    famille, enfant = formulaire.personne()
    try:
        with preparer(formulaire.cleaned_data["fichiers"]) as fichier:
            actions.envoyer(
                famille=famille,
                enfant=enfant,
                type_document=formulaire.cleaned_data["type"],
                nom=formulaire.cleaned_data["nom"],
                fichier=fichier,
                auteur=request.user,
                cle_envoi=formulaire.cleaned_data["cle_envoi"],
                maintenant=timezone.now(),
            )
    except FichierRefuse as refus:
        formulaire.add_error("fichiers", refus.phrase())
        return _page_d_envoi(request, formulaire)
    messages.success(request, "Votre document est envoyé. Le service va le vérifier.")
    return redirect("documents:liste")


def _page_d_envoi(request: RequeteConnectee, formulaire: FormulaireEnvoi) -> HttpResponse:
    contexte = {"form": formulaire, "fichiers_maximum": limites.FICHIERS_PAR_ENVOI}
    return render(request, "documents/ajouter.html", contexte)


@require_safe
def fichier(request: RequeteConnectee, cle: UUID) -> FileResponse:
    """Give back a document to a household that sent it, as a download."""
    return en_piece_jointe(acces.document(request.user, cle))


def en_piece_jointe(document: FichierGarde) -> FileResponse:
    """Serve a stored file so that no browser runs or keeps it; 404 when the store has lost it."""
    chemin = coffre.chemin(document.fichier)
    if not chemin.is_file():
        raise Http404
    reponse = FileResponse(
        chemin.open("rb"), as_attachment=True, filename=document.nom_de_fichier, content_type=document.format
    )
    reponse.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    reponse.headers["X-Content-Type-Options"] = "nosniff"
    reponse.headers["Cache-Control"] = "no-store, private"
    return reponse


@require_POST
def retirer(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    try:
        actions.retirer(document=acces.document(request.user, cle), auteur=request.user, maintenant=timezone.now())
    except DejaTraite:
        messages.error(request, "Le service a déjà traité ce document\u00a0: il ne peut plus être retiré.")
    else:
        messages.success(request, "Le document est retiré.")
    return redirect("documents:liste")
