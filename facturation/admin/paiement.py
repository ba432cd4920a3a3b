"""Payments: what waits for the régisseur's check, and what is received at the desk."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join

from facturation.actions import paiement as gestes
from facturation.admin.commun import LectureSeule, colonne_euros, poster
from facturation.admin.formulaires import FormulaireAnnulation, FormulaireSaisie
from facturation.enums import EtatPaiement
from facturation.erreurs import PaiementRefuse
from facturation.models import Paiement
from portail.commun.decorateurs import geste
from portail.commun.templatetags.typographie import euros


class TropPercu(admin.SimpleListFilter):
    title = "affectation"
    parameter_name = "reste"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("oui", "Avec une somme sans facture")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Paiement]) -> QuerySet[Paiement]:
        return queryset.filter(non_affecte__gt=0) if self.value() else queryset


@admin.register(Paiement)
class AdminPaiement(LectureSeule):
    list_display = [
        "recu_le",
        "famille",
        colonne_euros("montant", "montant"),
        "mode",
        "etat",
        "quittance",
        "reference",
        "sans_facture",
    ]
    list_filter = ["etat", TropPercu, "mode", "regie"]
    list_select_related = ["famille"]
    search_fields = ["numero", "reference", "famille__nom_recherche", "famille__code", "tentative__refdet"]
    date_hierarchy = "recu_le"
    list_per_page = 50
    actions = ["valider_la_selection"]
    change_form_template = "facturation/gestion/paiement.html"
    change_list_template = "facturation/gestion/paiements.html"
    fields = [
        "regie",
        "famille",
        ("montant", "mode"),
        ("recu_le", "reference"),
        ("etat", "quittance", "valide_le", "valide_par"),
        ("annule_le", "motif_annulation"),
        "factures_reglees",
        "paiement_en_ligne",
    ]
    readonly_fields = ["quittance", "factures_reglees", "paiement_en_ligne"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Paiement]:
        return super().get_queryset(request).avec_non_affecte()  # type: ignore[no-any-return,attr-defined]

    def has_gesture_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("facturation.change_paiement")

    @admin.display(description="quittance", ordering="numero")
    def quittance(self, paiement: Paiement) -> str:
        return paiement.numero_affiche or "–"

    @admin.display(description="sans facture")
    def sans_facture(self, paiement: Any) -> str:
        return euros(paiement.non_affecte) if paiement.non_affecte else ""

    @admin.display(description="factures réglées")
    def factures_reglees(self, paiement: Paiement) -> str:
        lignes = [
            (reverse("admin:facturation_facture_change", args=[a.facture_id]), str(a.facture), euros(a.montant))
            for a in paiement.affectations.select_related("facture").order_by("pk")
        ]
        return format_html_join("", '<p><a href="{}">{}</a> : {}</p>', lignes) or "Aucune"

    @admin.display(description="paiement en ligne")
    def paiement_en_ligne(self, paiement: Paiement) -> str:
        if paiement.tentative is None:
            return "–"
        adresse = reverse("admin:facturation_tentativepaiement_change", args=[paiement.tentative_id])
        return format_html('<a href="{}">{}</a>', adresse, paiement.tentative.refdet)

    @admin.action(description="Valider les paiements cochés", permissions=["gesture"])
    def valider_la_selection(self, request: HttpRequest, queryset: QuerySet[Paiement]) -> None:
        """Validate each in its own transaction; one that cannot be is told and stops nothing."""
        valides = 0
        for paiement in queryset.order_by("recu_le", "pk"):
            try:
                gestes.valider(paiement=paiement, auteur=request.user, maintenant=timezone.now())  # type: ignore[arg-type]
            except PaiementRefuse as refus:
                messages.error(request, f"{paiement} : {' '.join(refus.phrases())}")
            else:
                valides += 1
        if valides:
            pluriel = "s" if valides > 1 else ""
            messages.success(
                request, f"{valides} paiement{pluriel} validé{pluriel} : quittance{pluriel} envoyée{pluriel}."
            )

    def get_urls(self) -> list[URLPattern]:
        vue = self.admin_site.admin_view
        return [
            path("saisir/", vue(self.saisir), name="facturation_paiement_saisir"),
            path("<path:object_id>/valider/", vue(poster(self.valider)), name="facturation_paiement_valider"),
            path("<path:object_id>/annuler/", vue(poster(self.annuler)), name="facturation_paiement_annuler"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        contexte = {"peut_saisir": request.user.has_perm("facturation.add_paiement")}
        return super().changelist_view(request, {**contexte, **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        paiement = self.get_object(request, object_id)
        peut = paiement is not None and self.has_gesture_permission(request)
        contexte = {
            "peut_valider": peut and paiement.etat == EtatPaiement.EN_ATTENTE,
            "peut_annuler": peut and paiement.etat != EtatPaiement.ANNULE,
            "formulaire_annulation": FormulaireAnnulation(),
        }
        return super().change_view(request, object_id, form_url, {**contexte, **(extra_context or {})})

    @geste
    def valider(self, request: HttpRequest, paiement: Paiement) -> HttpResponse:
        valide = gestes.valider(paiement=paiement, auteur=request.user, maintenant=timezone.now())  # type: ignore[arg-type]
        messages.success(request, f"Paiement validé : quittance n° {valide.numero_affiche}, envoyée à la famille.")
        return self.retour(paiement)

    @geste
    def annuler(self, request: HttpRequest, paiement: Paiement) -> HttpResponse:
        formulaire = FormulaireAnnulation(request.POST)
        motif = formulaire.cleaned_data["motif"] if formulaire.is_valid() else ""
        gestes.annuler(paiement=paiement, motif=motif, auteur=request.user, maintenant=timezone.now())  # type: ignore[arg-type]
        messages.success(request, "Paiement annulé : ses factures sont de nouveau à payer, la famille est prévenue.")
        return self.retour(paiement)

    def retour(self, paiement: Paiement) -> HttpResponse:
        return redirect("admin:facturation_paiement_change", paiement.pk)

    def saisir(self, request: HttpRequest) -> HttpResponse:
        """Enter a cheque, cash, a transfer…; shown again with its sentences when something is wrong."""
        if not request.user.has_perm("facturation.add_paiement"):
            raise PermissionDenied
        initial = {"envoi": uuid4(), "recu_le": timezone.localdate(), "famille": request.GET.get("famille", "")}
        formulaire = FormulaireSaisie(request.POST or None, initial=initial)
        if request.method == "POST" and formulaire.is_valid():
            try:
                paiement = formulaire.enregistrer(auteur=request.user, maintenant=timezone.now())  # type: ignore[arg-type]
            except PaiementRefuse as refus:
                formulaire.add_error("montant", refus.phrases())
            else:
                return self._saisi(request, paiement)
        contexte = {
            **self.admin_site.each_context(request),
            "title": "Saisir un paiement",
            "opts": self.opts,
            "form": formulaire,
        }
        return render(request, "facturation/gestion/saisir.html", contexte)

    def _saisi(self, request: HttpRequest, paiement: Paiement | None) -> HttpResponse:
        if paiement is None:
            messages.info(request, "Ce paiement était déjà enregistré.")
            return redirect("admin:facturation_paiement_changelist")
        messages.success(request, f"Paiement enregistré : {paiement}.")
        return self.retour(paiement)
