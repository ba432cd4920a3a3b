"""The devices where a login is connected: listed, and closed one by one or all at once."""

from __future__ import annotations

import re

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.views.decorators.http import require_POST, require_safe

from familles.actions import identifiant
from portail.commun.requetes import RequeteConnectee

_NAVIGATEURS = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMES = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


@require_safe
def sessions(request: RequeteConnectee) -> HttpResponse:
    """List the sessions that are still open, this one first."""
    ouvertes = list(_ouvertes(request).order_by("-last_seen_at"))
    lignes = [
        {
            "appareil": appareil(session.user_agent),
            "vue_le": session.last_seen_at,
            "ouverte_le": session.created_at,
            "presente": session.session_key == request.session.session_key,
            "cle": _cle(session),
        }
        for session in ouvertes
    ]
    lignes.sort(key=lambda ligne: not ligne["presente"])
    return render(request, "account/sessions.html", {"sessions": lignes})


@require_POST
def fermer(request: RequeteConnectee, cle: str) -> HttpResponse:
    """Close one of one's own sessions, named by a key that says nothing."""
    for session in _ouvertes(request):
        if _cle(session) == cle and session.session_key != request.session.session_key:
            Session.objects.filter(session_key=session.session_key).delete()
            session.delete()
            messages.success(request, "Cet appareil est déconnecté.")
    return redirect("compte_sessions")


@require_POST
def fermer_les_autres(request: RequeteConnectee) -> HttpResponse:
    fermees = identifiant.fermer_les_sessions(utilisateur=request.user, sauf=request.session.session_key or "")
    messages.success(request, "Vos autres appareils sont déconnectés." if fermees else "Aucun autre appareil.")
    return redirect("compte_sessions")


def _ouvertes(request: RequeteConnectee):  # type: ignore[no-untyped-def]
    vivantes = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    return UserSession.objects.filter(user=request.user, session_key__in=vivantes)


def _cle(session: UserSession) -> str:
    return salted_hmac("familles.sessions", session.session_key).hexdigest()[:24]


def appareil(agent: str) -> str:
    """Word a device: « Firefox sur Windows »."""
    navigateur = next((nom for marque, nom in _NAVIGATEURS if marque in agent), "Navigateur")
    systeme = next((nom for marque, nom in _SYSTEMES if re.search(marque, agent)), "")
    return f"{navigateur} sur {systeme}" if systeme else navigateur
