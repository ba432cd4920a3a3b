"""Public pages: information, news, identity of the town, and the pages that the law asks for."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from contenu.contexte import identite as identite_de_la_commune
from contenu.mise_en_forme import rendre
from contenu.models import Actualite, Commune, PageInformation
from contenu.recherche import rechercher

ACTUALITES_PAR_PAGE = 10


@login_not_required
@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a page of the information menu, with its neighbours under the same heading."""
    page = get_object_or_404(PageInformation.objects.publiees().select_related("parent"), slug=slug)
    voisines = PageInformation.objects.publiees().exclude(texte="").exclude(pk=page.pk).only("titre", "slug")
    return render(
        request,
        "contenu/page.html",
        {
            "page": page,
            "corps": rendre(page.texte) if page.texte else "",
            "fichiers": page.telechargements.publies_au(timezone.now()),
            "sous_pages": voisines.filter(parent=page),
            "voisines": voisines.filter(parent=page.parent_id) if page.parent_id else [],
        },
    )


@login_not_required
@require_safe
def actualites(request: HttpRequest) -> HttpResponse:
    lisibles = Actualite.objects.lisibles_par(request.user, timezone.now()).defer("texte")
    liste = Paginator(lisibles, ACTUALITES_PAR_PAGE).get_page(request.GET.get("page"))
    return render(request, "contenu/actualites.html", {"actualites": liste})


@login_not_required
@require_safe
def actualite(request: HttpRequest, slug: str) -> HttpResponse:
    actualite = get_object_or_404(Actualite.objects.lisibles_par(request.user, timezone.now()), slug=slug)
    return render(request, "contenu/actualite.html", {"actualite": actualite, "corps": rendre(actualite.texte)})


@login_not_required
@require_safe
def recherche(request: HttpRequest) -> HttpResponse:
    demande = request.GET.get("q", "").replace("\x00", "")[:200].strip()
    resultats = rechercher(demande, request.user, timezone.now())
    return render(request, "contenu/recherche.html", {"demande": demande, "resultats": resultats})


@login_not_required
@require_safe
def identite(request: HttpRequest) -> HttpResponse:
    """Serve the town's colours. The address that carries the version (``?v=``) never changes its content."""
    commune = identite_de_la_commune()
    version = commune.version_identite
    reponse = HttpResponse(commune.feuille_de_style, content_type="text/css; charset=utf-8")
    reponse.headers["ETag"] = f'"{version}"'
    duree = "max-age=31536000, immutable" if request.GET.get("v") == version else "max-age=300"
    reponse.headers["Cache-Control"] = f"public, {duree}"
    return get_conditional_response(request, etag=reponse.headers["ETag"], response=reponse)  # type: ignore[return-value]


@login_not_required
@require_safe
def logo(request: HttpRequest) -> FileResponse:
    """Serve the town's logo: always a PNG that the portal drew itself."""
    commune = Commune.objects.filter(pk=1).exclude(logo="").first()
    if commune is None or not commune.logo.storage.exists(str(commune.logo.name)):
        raise Http404
    reponse = FileResponse(commune.logo.open("rb"), content_type="image/png")
    reponse.headers["Cache-Control"] = "public, max-age=300"
    reponse.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return reponse


@login_not_required
@require_safe
def plan(request: HttpRequest) -> HttpResponse:
    return render(request, "contenu/plan.html", {})


@login_not_required
@require_safe
def mentions(request: HttpRequest) -> HttpResponse:
    return render(request, "contenu/mentions.html", {"site_url": settings.SITE_URL})


@login_not_required
@require_safe
def cookies(request: HttpRequest) -> HttpResponse:
    temoins = {"session": settings.SESSION_COOKIE_NAME, "csrf": settings.CSRF_COOKIE_NAME}
    return render(
        request, "contenu/cookies.html", {"temoins": temoins, "heures_session": settings.SESSION_COOKIE_AGE // 3600}
    )


@login_not_required
@require_safe
def accessibilite(request: HttpRequest) -> HttpResponse:
    declaration = getattr(identite_de_la_commune(), "declaration", None)
    return render(request, "contenu/accessibilite.html", {"declaration": declaration, "site_url": settings.SITE_URL})
