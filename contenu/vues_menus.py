"""The menus of the canteen, as families read them."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from contenu import menus as lecture
from contenu.regles import lundi_de, semaine_a_lire
from portail.commun.dates import aujourdhui


@login_not_required
@require_safe
def menus(request: HttpRequest) -> HttpResponse:
    """Show the week under way; on a week-end, the next one."""
    jour = aujourdhui(timezone.now())
    return _page(request, semaine_a_lire(jour), jour)


@login_not_required
@require_safe
def menus_de_la_semaine(request: HttpRequest, lundi: str) -> HttpResponse:
    """Show one week, named by its Monday; any other day leads to it."""
    try:
        demande = date.fromisoformat(lundi)
        debut = lundi_de(demande)
    except (ValueError, OverflowError):
        raise Http404 from None
    if demande != debut:
        return redirect("contenu:menus_de_la_semaine", lundi=debut.isoformat())
    return _page(request, debut, aujourdhui(timezone.now()))


def _page(request: HttpRequest, lundi: date, jour: date) -> HttpResponse:
    try:
        semaine = lecture.semaine(lundi, jour)
    except OverflowError:
        raise Http404 from None
    return render(request, "contenu/menus.html", {"semaine": semaine, "cette_semaine": semaine_a_lire(jour)})
