"""What the steps share: the key opens a draft, the page is neither kept nor told to any other site."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from inscriptions import acces
from inscriptions.enums import EtatDossier, Section
from inscriptions.erreurs import DossierRefuse
from inscriptions.models import ComplementDossier, DossierInscription

TITRES = [*(section.label for section in Section), "Vérification"]
Vue = Callable[..., HttpResponse]


def discrete(reponse: HttpResponse) -> HttpResponse:
    """The address of the page is the key of the file: no search engine and no other site learns it.

    With a stricter policy (``no-referrer``), browsers send « Origin: null » and the forms of the page are refused.
    """
    reponse.headers["X-Robots-Tag"] = "noindex, nofollow"
    return reponse


def avec_brouillon(vue: Vue) -> Vue:
    """Give the view the draft of the key; once sent, its state is shown instead. Open without an account."""

    @wraps(vue)
    def enveloppe(request: HttpRequest, jeton: str, **cles: Any) -> HttpResponse:
        dossier = acces.dossier(jeton)
        if not dossier.est_modifiable:
            return discrete(redirect("inscriptions:dossier", jeton=jeton))
        try:
            return discrete(vue(request, dossier, jeton, **cles))
        except DossierRefuse:
            # Sent meanwhile, from another window: the state says so.
            return discrete(redirect("inscriptions:dossier", jeton=jeton))

    return login_not_required(never_cache(enveloppe))


def page_etape(
    request: HttpRequest,
    dossier: DossierInscription,
    jeton: str,
    section: Section | None,
    gabarit: str,
    statut: int = 200,
    **contexte: Any,
) -> HttpResponse:
    """Render a step; ``section`` is none for the last one, the check."""
    rang = list(Section).index(section) + 1 if section else len(TITRES)
    complement = complement_ouvert(dossier)
    fixe = {"dossier": dossier, "jeton": jeton, "titres": TITRES, "etape": rang, "complement": complement}
    return render(request, f"inscriptions/{gabarit}.html", {**fixe, **contexte}, status=statut)


def complement_ouvert(dossier: DossierInscription) -> ComplementDossier | None:
    """Return what the service asks to add, while it does; no query for any other file."""
    return dossier.complements.filter(clos_le=None).first() if dossier.etat == EtatDossier.COMPLEMENT else None
