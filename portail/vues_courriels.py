"""Mails of the demonstration, readable on a page: there is no mailbox behind the invented addresses."""

from __future__ import annotations

import re

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from portail.commun.models import Courriel

PAR_PAGE = 20
_ADRESSE = re.compile(r"https?://[^\s<>\"']+")


@login_not_required
@require_safe
def courriels(request: HttpRequest) -> HttpResponse:
    """List the mails, newest first, with their text and its links; only in the demonstration."""
    if not settings.DEMO:
        raise Http404
    choisis = Courriel.objects.order_by("-cree_le", "-pk")
    if destinataire := request.GET.get("destinataire", "").strip():
        choisis = choisis.filter(destinataire__icontains=destinataire)
    page = Paginator(choisis, PAR_PAGE).get_page(request.GET.get("page"))
    for courriel in page:
        courriel.texte_lie = avec_liens(courriel.texte)
    return render(request, "portail/demo/courriels.html", {"page": page, "destinataire": destinataire})


def avec_liens(texte: str) -> SafeString:
    """Escape a text and make its addresses clickable."""
    morceaux: list[str] = []
    fin = 0
    for trouve in _ADRESSE.finditer(texte):
        adresse = trouve.group().rstrip(".,;)")
        morceaux += [conditional_escape(texte[fin : trouve.start()]), format_html('<a href="{0}">{0}</a>', adresse)]
        fin = trouve.start() + len(adresse)
    morceaux.append(conditional_escape(texte[fin:]))
    return mark_safe("".join(morceaux))  # noqa: S308 - every piece was escaped above
