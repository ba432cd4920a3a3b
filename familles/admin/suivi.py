"""What parents changed, what the town lets them change, and who said that all is up to date."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from familles.actions import fiche
from familles.champs import SECTION_ENFANT, SECTION_FAMILLE, SECTION_RESPONSABLE
from familles.enums import EtatModification
from familles.erreurs import ModificationRefusee
from familles.models import CampagneCertification, Modification, ReglageChamp


class FormulaireRefus(forms.Form):
    motif = forms.CharField(label="Motif, que la famille lira", max_length=300)


class ARegarder(admin.SimpleListFilter):
    title = "à regarder"
    parameter_name = "a_voir"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("oui", "À regarder"), ("attente", "À valider")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Modification]) -> QuerySet[Modification]:
        if self.value() == "oui":
            return queryset.a_voir()  # type: ignore[attr-defined,no-any-return]
        if self.value() == "attente":
            return queryset.en_attente()  # type: ignore[attr-defined,no-any-return]
        return queryset


@admin.register(Modification)
class ModificationAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Old → new, for each piece of data; nothing is edited here, answers are gestures."""

    list_display = ("le", "famille", "objet_libelle", "libelle", "avant", "apres", "etat", "auteur")
    list_filter = (ARegarder, "etat", "champ")
    search_fields = ("famille__nom_recherche", "famille__code", "objet_libelle", "avant", "apres")
    list_select_related = ("famille", "auteur")
    list_per_page = 50
    show_full_result_count = False
    actions = ("accepter", "refuser", "marquer_vues")
    fields = (
        "famille",
        "objet_libelle",
        "libelle",
        "avant",
        "apres",
        "etat",
        "auteur",
        "le",
        "traitee_par",
        "traitee_le",
        "motif",
    )
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Modification | None = None) -> bool:
        return False

    @admin.action(description="Accepter les modifications choisies", permissions=["change"])
    def accepter(self, request: HttpRequest, queryset: QuerySet[Modification]) -> None:
        acceptees = 0
        for modification in queryset.order_by("pk"):
            try:
                fiche.accepter(modification=modification, agent=request.user, maintenant=timezone.now())  # type: ignore[arg-type]
                acceptees += 1
            except ModificationRefusee as refus:
                self.message_user(request, f"{modification} : {refus.phrases()[0]}", messages.WARNING)
        self.message_user(request, f"Modifications acceptées : {acceptees}.", messages.SUCCESS)

    @admin.action(description="Refuser les modifications choisies…", permissions=["change"])
    def refuser(self, request: HttpRequest, queryset: QuerySet[Modification]) -> HttpResponse | None:
        formulaire = FormulaireRefus(request.POST if "motif" in request.POST else None)
        if not formulaire.is_valid():
            contexte = {**self.admin_site.each_context(request), "title": "Refuser", "modifications": queryset}
            return render(request, "familles/gestion/refuser.html", {**contexte, "form": formulaire})
        refusees = 0
        for modification in queryset.order_by("pk"):
            try:
                fiche.refuser(
                    modification=modification,
                    agent=request.user,  # type: ignore[arg-type]
                    motif=formulaire.cleaned_data["motif"],
                    maintenant=timezone.now(),
                )
                refusees += 1
            except ModificationRefusee as refus:
                self.message_user(request, f"{modification} : {refus.phrases()[0]}", messages.WARNING)
        self.message_user(
            request, f"Modifications refusées : {refusees}. Les familles sont prévenues.", messages.SUCCESS
        )
        return None

    @admin.action(description="Marquer comme vues", permissions=["change"])
    def marquer_vues(self, request: HttpRequest, queryset: QuerySet[Modification]) -> None:
        vues = queryset.filter(vue_le=None, etat=EtatModification.APPLIQUEE).update(vue_le=timezone.now())
        self.message_user(request, f"Modifications marquées comme vues : {vues}.", messages.SUCCESS)


@admin.register(ReglageChamp)
class ReglageChampAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """What the town chose; below, what holds for all the rest, each a click away from a choice."""

    change_list_template = "familles/gestion/reglages.html"
    list_display = ("champ", "politique")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        choisis = set(ReglageChamp.objects.values_list("champ", flat=True))
        groupes = [
            (titre, [(champ.nom, champ.libelle, champ.defaut.label) for champ in champs if champ.nom not in choisis])
            for titre, champs in (
                ("La famille", SECTION_FAMILLE),
                ("Chaque adulte", SECTION_RESPONSABLE),
                ("Chaque enfant", SECTION_ENFANT),
            )
        ]
        contexte = {"groupes": groupes, "peut_choisir": self.has_add_permission(request)}
        return super().changelist_view(request, {**contexte, **(extra_context or {})})


@admin.register(CampagneCertification)
class CampagneCertificationAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("libelle", "du", "au", "bloquante", "reponses")

    def get_queryset(self, request: HttpRequest) -> QuerySet[CampagneCertification]:
        return super().get_queryset(request).annotate(nombre=Count("certifications"))  # type: ignore[no-any-return]

    @admin.display(description="familles à jour")
    def reponses(self, obj: Any) -> int:
        return int(obj.nombre)
