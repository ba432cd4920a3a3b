"""The contact form, and the thread that it opens."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from contenu import acces, actions, cadence
from contenu.forms import FormulaireContact, FormulaireProtege, FormulaireSuite
from contenu.models import Echange
from portail.commun.adresses import adresse_du_client

TROP_DE_MESSAGES = (
    "Beaucoup de messages sont partis d’ici en peu de temps. Le vôtre est gardé ci-dessous\u00a0: "
    "envoyez-le dans une heure, ou téléphonez au service."
)
ECHANGES_AFFICHES = 10


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest) -> HttpResponse:
    """Write to the service, with an account or without; what was typed stays when something is refused."""
    if request.method != "POST":
        return _page(request, FormulaireContact(utilisateur=request.user))
    formulaire = FormulaireContact(request.POST, utilisateur=request.user)
    if not formulaire.is_valid():
        return _page(request, formulaire)
    if not _a_une_place(request, formulaire, formulaire.cleaned_data["courriel"]):
        return _page(request, formulaire, statut=429)
    echange = actions.ecrire(
        sujet=formulaire.cleaned_data["sujet"],
        texte=formulaire.cleaned_data["texte"],
        nom=formulaire.cleaned_data.get("nom", "") or _nom(request.user),
        courriel=formulaire.cleaned_data["courriel"],
        auteur=_auteur(request),
        cle_envoi=_cle(formulaire),
        maintenant=timezone.now(),
    )
    if request.user.is_authenticated and echange.auteur_id == request.user.pk:
        messages.success(request, "Votre message est envoyé au service.")
        return redirect(echange)
    return redirect("contenu:contact_envoye")


@login_not_required
@require_safe
def contact_envoye(request: HttpRequest) -> HttpResponse:
    """Confirm. The key of the thread is not shown here: it goes to the reply address, with the answer."""
    return render(request, "contenu/contact_envoye.html", {})


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def echange(request: HttpRequest, cle: UUID) -> HttpResponse:
    """Show a thread, and add a message to it."""
    try:
        echange = acces.echange(request.user, cle)
    except Http404:
        # Whether it exists or not: the author may have been logged out since the mail came.
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        raise
    if request.method != "POST":
        return _fil(request, echange, FormulaireSuite())
    formulaire = FormulaireSuite(request.POST)
    if not formulaire.is_valid():
        return _fil(request, echange, formulaire)
    if not _a_une_place(request, formulaire, echange.courriel):
        return _fil(request, echange, formulaire, statut=429)
    actions.completer(
        echange=echange,
        texte=formulaire.cleaned_data["texte"],
        auteur=_auteur(request),
        cle_envoi=_cle(formulaire),
        maintenant=timezone.now(),
    )
    messages.success(request, "Votre message est envoyé au service.")
    return redirect(echange)


def _page(request: HttpRequest, formulaire: FormulaireContact, statut: int = 200) -> HttpResponse:
    connecte = request.user.is_authenticated
    echanges = Echange.objects.de(request.user)[:ECHANGES_AFFICHES] if connecte else []  # type: ignore[arg-type]
    return render(request, "contenu/contact.html", {"form": formulaire, "echanges": echanges}, status=statut)


def _fil(request: HttpRequest, echange: Echange, formulaire: FormulaireSuite, statut: int = 200) -> HttpResponse:
    reponse = render(
        request,
        "contenu/echange.html",
        {"form": formulaire, "echange": echange, "fil": echange.messages.all()},
        status=statut,
    )
    # The address is the key of a thread without account: no search engine learns it, and the site's own policy
    # (same-origin) tells no other site. With « no-referrer », browsers send « Origin: null » and the form is refused.
    reponse.headers["X-Robots-Tag"] = "noindex, nofollow"
    return reponse


def _a_une_place(request: HttpRequest, formulaire: FormulaireProtege, destinataire: str) -> bool:
    if cadence.prendre(reseau=adresse_du_client(request), destinataire=destinataire):
        return True
    formulaire.add_error(None, TROP_DE_MESSAGES)
    return False


def _auteur(request: HttpRequest) -> Any:
    return request.user if request.user.is_authenticated else None


def _nom(utilisateur: Any) -> str:
    return str(utilisateur.get_full_name())[:80] if utilisateur.is_authenticated else ""


def _cle(formulaire: FormulaireProtege) -> UUID:
    """Return the key of a form that was found valid."""
    if formulaire.cle_envoi is None:
        raise ValueError("formulaire sans clé")
    return formulaire.cle_envoi
