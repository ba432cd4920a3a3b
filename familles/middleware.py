"""What each request of a login goes through: idle sessions end, others are seen, agents may act for a household."""

from __future__ import annotations

import time
from collections.abc import Callable

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

from familles.acces import peut_agir_pour

#: Writing it at each page would cost a write per page: five minutes are precise enough.
PRECISION_SECONDES = 300
CLE_VU = "vu"
#: Each write puts the session's own expiry off: its beginning is what bounds it.
CLE_DEBUT = "debut"
CLE_AGIT_POUR = "agit_pour"


class CompteMiddleware:
    def __init__(self, suite: Callable[[HttpRequest], HttpResponse]) -> None:
        self.suite = suite

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            _suivre(request)
        if request.user.is_authenticated:
            _agir_pour(request)
        return self.suite(request)


def _suivre(request: HttpRequest) -> None:
    """End a session that was left alone for too long; note the others, for the page that lists them."""
    maintenant = int(time.time())
    vu = request.session.get(CLE_VU)
    duree = settings.INACTIVITE_PERSONNEL if request.user.is_staff else settings.INACTIVITE_FAMILLE
    trop_longue = maintenant - request.session.setdefault(CLE_DEBUT, maintenant) > settings.SESSION_COOKIE_AGE
    if trop_longue or (vu is not None and maintenant - vu > duree):
        logout(request)
        messages.info(request, "Vous avez été déconnecté, par sécurité. Reconnectez-vous pour continuer.")
        return
    if vu is None or maintenant - vu >= PRECISION_SECONDES:
        request.session[CLE_VU] = maintenant
        UserSession.objects.create_from_request(request)


def _agir_pour(request: HttpRequest) -> None:
    """Give the pages of families the household that the agent acts for, as long as they have the right to."""
    famille = request.session.get(CLE_AGIT_POUR)
    if famille is None:
        return
    if peut_agir_pour(request.user):
        request.user.agit_pour = famille  # type: ignore[union-attr]
    else:
        del request.session[CLE_AGIT_POUR]
