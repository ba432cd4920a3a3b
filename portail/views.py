"""Home, dashboard, and the pages of the whole site."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from contenu.models import Actualite
from portail.commun.requetes import RequeteConnectee


@login_not_required
@require_safe
def accueil(request: HttpRequest) -> HttpResponse:
    """Show the home page: login box and news."""
    return render(request, "portail/accueil.html", {"actualites": Actualite.objects.publiees_au(timezone.now())[:5]})


@require_safe
def espace(request: RequeteConnectee) -> HttpResponse:
    """Show the dashboard of a household."""
    if request.user.is_staff and not request.user.responsabilites.exists():
        return redirect("admin:index")
    return render(request, "portail/espace.html", {})


@login_not_required
def csrf_refuse(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403_csrf.html", status=403)
