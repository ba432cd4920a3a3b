"""Counts per day and site: on a page to read or print, and as a file."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_safe

from portail.commun.dates import aujourdhui
from portail.commun.tableur import en_csv
from reservations import acces
from reservations.admin.base import LimiteAuxSites
from reservations.comptes import ENTETES, Etendue, en_tableau, etendue, lire_les_comptes
from reservations.models import Etablissement

ETENDUES = (("jour", "Jour"), ("semaine", "Semaine"), ("mois", "Mois"))
#: What leads to the range before, and to the one after.
VOISINS = {
    "jour": ("Jour précédent", "Jour suivant"),
    "semaine": ("Semaine précédente", "Semaine suivante"),
    "mois": ("Mois précédent", "Mois suivant"),
}


class AvecComptes(LimiteAuxSites):
    """Adds « Effectifs par jour » to the list of the créneaux."""

    change_list_template = "admin/reservations/creneau/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        vue = self.admin_site.admin_view
        return [
            path("effectifs/", vue(require_safe(self.effectifs)), name="reservations_creneau_effectifs"),
            path("effectifs.csv", vue(require_safe(self.effectifs_csv)), name="reservations_creneau_effectifs_csv"),
            *super().get_urls(),
        ]

    def _voulus(self, request: HttpRequest) -> tuple[Etendue, list[Etablissement], Etablissement | None]:
        """Read the day, the range and the site; what is not understood is today, the week, all of one's sites."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            jour = date.fromisoformat(request.GET.get("jour", ""))
        except ValueError:
            jour = aujourdhui(timezone.now())
        if not date(1990, 1, 1) < jour < date(2100, 1, 1):
            jour = aujourdhui(timezone.now())
        sites = list(acces.sites(request.user).order_by("ordre", "nom"))  # type: ignore[arg-type]
        cle = request.GET.get("site", "")
        return etendue(request.GET.get("etendue", ""), jour), sites, next((s for s in sites if str(s.cle) == cle), None)

    def effectifs(self, request: HttpRequest) -> HttpResponse:
        voulue, sites, site = self._voulus(request)
        lignes = lire_les_comptes(request.user, voulue, site)  # type: ignore[arg-type]
        commun = {"etendue": voulue.nom, "site": str(site.cle) if site else ""}
        contexte: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "title": "Effectifs par jour",
            "opts": self.opts,
            "voulue": voulue,
            "sites": sites,
            "site": site,
            "etendues": ETENDUES,
            "jours": [(jour, list(du_jour)) for jour, du_jour in groupby(lignes, key=lambda une: une.jour)],
            "etendue_avant": VOISINS[voulue.nom][0],
            "etendue_apres": VOISINS[voulue.nom][1],
            "avant": urlencode(commun | {"jour": voulue.avant.isoformat()}),
            "apres": urlencode(commun | {"jour": voulue.apres.isoformat()}),
            "fichier": urlencode(commun | {"jour": voulue.du.isoformat()}),
        }
        return TemplateResponse(request, "admin/reservations/effectifs.html", contexte)

    def effectifs_csv(self, request: HttpRequest) -> HttpResponse:
        voulue, _, site = self._voulus(request)
        lignes = lire_les_comptes(request.user, voulue, site)  # type: ignore[arg-type]
        reponse = HttpResponse(en_csv(ENTETES, en_tableau(lignes)), content_type="text/csv; charset=utf-8")
        nom = f"effectifs-{voulue.du:%Y-%m-%d}-{voulue.au:%Y-%m-%d}.csv"
        reponse["Content-Disposition"] = f'attachment; filename="{nom}"'
        return reponse
