"""The toolbox: the list of what may be downloaded, and each file."""

from __future__ import annotations

from itertools import groupby
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from contenu.models import Telechargement


@login_not_required
@require_safe
def telechargements(request: HttpRequest) -> HttpResponse:
    """List every file, under the heading or the page that it belongs to."""
    fichiers = Telechargement.objects.publies_au(timezone.now()).select_related("page")
    ordonnes = sorted(fichiers, key=lambda un: (un.page is None, un.page.titre if un.page else "", un.ordre, un.titre))
    groupes = [
        {"titre": titre, "fichiers": list(suite)}
        for titre, suite in groupby(ordonnes, key=lambda un: un.page.titre if un.page else "Autres documents")
    ]
    return render(request, "contenu/telechargements.html", {"groupes": groupes})


@login_not_required
@require_safe
def telecharger(request: HttpRequest, cle: UUID) -> HttpResponse:
    """Give a file, always as a download that no browser runs."""
    fichier = get_object_or_404(Telechargement.objects.publies_au(timezone.now()), cle=cle)
    etag = f'"{fichier.empreinte}"'
    if (inchange := get_conditional_response(request, etag=etag)) is not None:
        return inchange  # type: ignore[return-value]
    reponse = HttpResponse(bytes(fichier.contenu.octets), content_type=fichier.format)
    reponse.headers["Content-Disposition"] = content_disposition_header(True, fichier.nom_de_fichier)
    reponse.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    reponse.headers["X-Content-Type-Options"] = "nosniff"
    reponse.headers["ETag"] = etag
    reponse.headers["Cache-Control"] = "public, max-age=300"
    return reponse
