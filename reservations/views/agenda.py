"""The private calendar feed of a household: its page for parents, and the feed itself, open to who has its address."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from portail.commun.requetes import RequeteConnectee
from reservations import acces, actions
from reservations.agenda import flux


@require_safe
def agenda(request: RequeteConnectee) -> HttpResponse:
    familles = acces.familles(request.user).prefetch_related("liens_agenda")
    lignes = []
    for famille in familles:
        lien = next((un for un in famille.liens_agenda.all() if un.revoque_le is None), None)
        adresse = settings.SITE_URL + reverse("agenda_ics", args=[lien.jeton]) if lien else ""
        lignes.append((famille, adresse))
    return render(request, "reservations/agenda.html", {"lignes": lignes})


@require_POST
def creer(request: RequeteConnectee, famille_cle: UUID) -> HttpResponse:
    famille = acces.famille(request.user, famille_cle)
    actions.creer_lien_agenda(famille=famille, auteur=request.user, maintenant=timezone.now())
    messages.success(request, "Votre lien d’agenda est prêt. Un lien précédent ne fonctionne plus.")
    return redirect("reservations:agenda")


@require_POST
def revoquer(request: RequeteConnectee, famille_cle: UUID) -> HttpResponse:
    famille = acces.famille(request.user, famille_cle)
    if actions.revoquer_lien_agenda(famille=famille, auteur=request.user, maintenant=timezone.now()):
        messages.success(request, "Le lien d’agenda ne fonctionne plus.")
    return redirect("reservations:agenda")


@login_not_required
@require_safe
def ics(request: HttpRequest, jeton: str) -> HttpResponse:
    famille = acces.famille_du_jeton(jeton)
    reponse = HttpResponse(flux(famille, timezone.now()), content_type="text/calendar; charset=utf-8")
    reponse["Cache-Control"] = "private, no-cache"
    reponse["X-Robots-Tag"] = "noindex"
    reponse["Content-Disposition"] = 'inline; filename="portail-famille.ics"'
    return reponse
