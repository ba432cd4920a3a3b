"""Declared absences: the agents' queue, justified or not by batch; and the reasons that families choose from."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from contenu.admin import AvecTrace
from portail.commun.templatetags.composants import etat as balise_etat
from reservations import actions
from reservations.actions.absence import BilanAbsences
from reservations.admin.base import FiltreDesSites, LectureSeule, LimiteAuxSites
from reservations.admin.reponses import MotifForm
from reservations.models import DeclarationAbsence, MotifAbsence


@admin.register(MotifAbsence)
class MotifAbsenceAdmin(AvecTrace):
    list_display = ("nom", "traitement", "type_piece", "delai_jours_apres", "actif")
    list_select_related = ("type_piece",)
    fields = ("nom", "precision", "traitement", "type_piece", "delai_jours_apres", "ordre", "actif")


@admin.register(DeclarationAbsence)
class DeclarationAbsenceAdmin(LimiteAuxSites, LectureSeule):
    chemin_site = "presence__reservation__periode__accueil__etablissement"
    list_display = ("jour", "enfant", "prestation", "motif", "piece", "pastille_etat", "declaree_le")
    list_filter = (
        "etat",
        "motif",
        ("presence__creneau__prestation__periode__accueil__etablissement", FiltreDesSites),
    )
    search_fields = ("presence__enfant__nom_recherche", "presence__reservation__famille__nom_recherche")
    date_hierarchy = "presence__creneau__jour"
    list_per_page = 50
    #: What waits longest first.
    ordering = ("etat", "declaree_le", "pk")
    list_select_related = (
        "presence__enfant",
        "presence__creneau__prestation",
        "presence__reservation",
        "motif__type_piece",
        "document",
    )
    actions = ("justifier", "ne_pas_justifier")

    def has_traiter_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("reservations.change_declarationabsence"))

    @admin.action(description="Justifier : le jour n’est pas facturé", permissions=["traiter"])
    def justifier(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        declarations = list(queryset.values_list("pk", flat=True))
        bilan = actions.justifier_absences(declarations=declarations, agent=request.user, maintenant=timezone.now())  # type: ignore[arg-type]
        _dire(request, bilan, "justifiée")

    @admin.action(description="Ne pas justifier, avec un motif…", permissions=["traiter"])
    def ne_pas_justifier(self, request: HttpRequest, queryset: QuerySet[Any]) -> TemplateResponse | None:
        formulaire = MotifForm(request.POST if "confirmer" in request.POST else None)
        if formulaire.is_valid():
            bilan = actions.refuser_absences(
                declarations=list(queryset.values_list("pk", flat=True)),
                motif=formulaire.cleaned_data["motif"],
                agent=request.user,  # type: ignore[arg-type]
                maintenant=timezone.now(),
            )
            _dire(request, bilan, "non justifiée")
            return None
        return TemplateResponse(
            request,
            "admin/reservations/ne_pas_justifier.html",
            {
                **self.admin_site.each_context(request),
                "title": "Ne pas justifier des absences",
                "opts": self.opts,
                "formulaire": formulaire,
                "declarations": queryset.select_related(*self.list_select_related),
                "nom_case": ACTION_CHECKBOX_NAME,
                "choisis": request.POST.getlist(ACTION_CHECKBOX_NAME),
                "tous": request.POST.get("select_across", "0"),
            },
        )

    @admin.display(description="jour", ordering="presence__creneau__jour")
    def jour(self, declaration: DeclarationAbsence) -> str:
        return f"{declaration.presence.creneau.jour:%d/%m/%Y}"

    @admin.display(description="enfant", ordering="presence__enfant__nom_recherche")
    def enfant(self, declaration: DeclarationAbsence) -> str:
        return str(declaration.presence.enfant)

    @admin.display(description="prestation")
    def prestation(self, declaration: DeclarationAbsence) -> str:
        return declaration.presence.creneau.prestation.nom

    @admin.display(description="pièce")
    def piece(self, declaration: DeclarationAbsence) -> SafeString | str:
        if declaration.document is not None:
            lien = reverse("admin:documents_document_change", args=[declaration.document.pk])
            return format_html('<a href="{}">{}</a>', lien, declaration.document.nom)
        return "manque" if declaration.motif.type_piece else "non demandée"

    @admin.display(description="état", ordering="etat")
    def pastille_etat(self, declaration: DeclarationAbsence) -> SafeString:
        return balise_etat("absence", declaration.etat, declaration.get_etat_display())


def _dire(request: HttpRequest, bilan: BilanAbsences, issue: str) -> None:
    if bilan.traitees:
        pluriel = "s" if bilan.traitees > 1 else ""
        messages.success(request, f"{bilan.traitees} absence{pluriel} {issue}{pluriel}. Les familles sont prévenues.")
    if bilan.ignorees:
        noms = ", ".join(f"{une.presence.enfant} {une.presence.creneau.jour:%d/%m}" for une in bilan.ignorees[:10])
        messages.warning(request, f"Déjà traitée, ou l’enfant était présent, rien n’y change : {noms}.")
