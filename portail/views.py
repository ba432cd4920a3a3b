"""Home, dashboard, and the pages of the whole site."""

from __future__ import annotations

import sys

from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from contenu.contexte import cadre
from contenu.mise_en_forme import rendre
from contenu.models import Actualite
from familles.forms.compte import Connexion
from portail.commun.requetes import RequeteConnectee
from portail.tableau import tableau

ACTUALITES_A_L_ACCUEIL = 3
REESSAYER_SECONDES = 15


@login_not_required
@require_safe
def accueil(request: HttpRequest) -> HttpResponse:
    """Show the home page: login box, the town's welcome and its latest news."""
    lisibles = Actualite.objects.lisibles_par(request.user, timezone.now()).defer("texte")
    actualites = list(lisibles[: ACTUALITES_A_L_ACCUEIL + 1])
    commune = cadre(request).commune
    return render(
        request,
        "portail/accueil.html",
        {
            "form": Connexion(request=request),
            "commune": commune,
            "mot_d_accueil": rendre(commune.mot_d_accueil) if commune.mot_d_accueil else "",
            "actualites": actualites[:ACTUALITES_A_L_ACCUEIL],
            "autres_actualites": len(actualites) > ACTUALITES_A_L_ACCUEIL,
        },
    )


@require_safe
def espace(request: RequeteConnectee) -> HttpResponse:
    """Show the dashboard of a household."""
    donnees = tableau(request.user, timezone.now())
    if request.user.is_staff and not donnees.familles:
        return redirect("admin:index")
    return render(request, "portail/espace.html", {"tableau": donnees})


@login_not_required
def csrf_refuse(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403_csrf.html", status=403)


@login_not_required
def erreur_serveur(request: HttpRequest) -> HttpResponse:
    """Answer a fault: 503 with a delay when the database is away or overloaded, 500 otherwise. No query here."""
    if isinstance(sys.exc_info()[1], (OperationalError, InterfaceError)):
        page = render_to_string("503.html")
        return HttpResponse(page, status=503, headers={"Retry-After": str(REESSAYER_SECONDES)})
    return HttpResponse(render_to_string("500.html"), status=500)
