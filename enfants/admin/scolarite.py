"""The yearly passage: its preview, then the gesture."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from enfants import regles
from enfants.actions.scolarite import passer_l_annee, previsualiser
from enfants.erreurs import EnfantRefus
from enfants.models import Enfant, PassageAnnee
from portail.commun.dates import aujourdhui


@admin.register(PassageAnnee)
class PassageAnneeAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["__str__", "le", "auteur", "nombre"]
    list_select_related = ["auteur"]
    change_list_template = "admin/enfants/passageannee/change_list.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A passage is made on its own page, after its preview."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        vue = self.admin_site.admin_view
        return [
            path("apercu/", vue(require_safe(self.apercu)), name="enfants_passageannee_apercu"),
            path("passer/", vue(require_POST(self.passer)), name="enfants_passageannee_passer"),
            *super().get_urls(),
        ]

    def apercu(self, request: HttpRequest) -> HttpResponse:
        """Show what the passage would do, group by group; nothing is written."""
        self._verifier(request)
        contexte = {
            **self.admin_site.each_context(request),
            "title": "Passage à l’année scolaire suivante",
            "opts": self.opts,
            "lignes": previsualiser(),
            "maintenus": Enfant.objects.filter(maintenu=True),
            "annees": [(annee, regles.libelle_annee(annee)) for annee in _annees_possibles()],
        }
        return TemplateResponse(request, "admin/enfants/passageannee/apercu.html", contexte)

    def passer(self, request: HttpRequest) -> HttpResponse:
        self._verifier(request)
        choix = {str(annee): annee for annee in _annees_possibles()}
        annee = choix.get(request.POST.get("annee", ""))
        if annee is None:
            messages.error(request, "Choisissez une rentrée pour laquelle le passage n’est pas encore fait.")
            return redirect("admin:enfants_passageannee_apercu")
        try:
            passage = passer_l_annee(
                annee=annee,
                auteur=request.user,  # type: ignore[arg-type]
                maintenant=timezone.now(),
            )
        except EnfantRefus as refus:
            for phrase in refus.phrases():
                messages.error(request, phrase)
        else:
            messages.success(request, f"Rentrée {passage}. Enfants passés : {passage.nombre}.")
        return redirect("admin:enfants_passageannee_changelist")

    def _verifier(self, request: HttpRequest) -> None:
        if not request.user.has_perm("enfants.add_passageannee"):
            raise PermissionDenied


def _annees_possibles() -> list[int]:
    """Return the coming school year, and the present one as long as its passage was not made."""
    en_cours = regles.annee_scolaire(aujourdhui(timezone.now()))
    faites = set(PassageAnnee.objects.values_list("annee", flat=True))
    return [annee for annee in (en_cours + 1, en_cours) if annee not in faites and annee + 1 not in faites]
