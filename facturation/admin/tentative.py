"""Online attempts and what came back, for inspection; and the two gestures of an unclear one."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html_join

from facturation.actions import paiement as paiements
from facturation.actions import tentative as gestes
from facturation.admin.commun import EnLigneLectureSeule, LectureSeule, colonne_euros, poster
from facturation.enums import EtatTentative
from facturation.models import NotificationRecue, PartTentative, TentativePaiement
from portail.commun.decorateurs import geste


class EnLignePart(EnLigneLectureSeule):
    model = PartTentative
    fields = ["facture", "montant", "ouverte"]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("facturation.view_tentativepaiement")


class EnLigneNotification(EnLigneLectureSeule):
    model = NotificationRecue
    fields = ["recue_le", "verdict", "ecarts", "corps", "adresse_ip"]


@admin.register(TentativePaiement)
class AdminTentative(LectureSeule):
    list_display = ["refdet", "famille", "cree_le", colonne_euros("montant", "montant"), "etat", "resultat", "saisie"]
    list_filter = ["etat", "saisie", "regie", "resultat"]
    list_select_related = ["famille"]
    search_fields = ["refdet", "famille__nom_recherche", "famille__code", "numero_autorisation"]
    date_hierarchy = "cree_le"
    inlines = [EnLignePart, EnLigneNotification]
    #: Neither ``jeton`` nor ``objet``: who has them can write to the notification's address.
    fields = [
        "refdet",
        "regie",
        "famille",
        "auteur",
        "courriel",
        ("montant", "saisie", "numcli", "exercice"),
        ("etat", "resultat", "numero_autorisation"),
        ("cree_le", "terminee_le"),
    ]
    change_form_template = "facturation/gestion/tentative.html"

    def has_gesture_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("facturation.change_paiement")

    def get_urls(self) -> list[URLPattern]:
        vue = self.admin_site.admin_view
        return [
            path("<path:object_id>/payee/", vue(poster(self.payee)), name="facturation_tentative_payee"),
            path("<path:object_id>/liberer/", vue(poster(self.liberer)), name="facturation_tentative_liberer"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        tentative = self.get_object(request, object_id)
        a_trancher = tentative is not None and tentative.etat != EtatTentative.PAYEE
        contexte = {"a_trancher": a_trancher and self.has_gesture_permission(request), "etats": EtatTentative}
        return super().change_view(request, object_id, form_url, {**contexte, **(extra_context or {})})

    @geste
    def payee(self, request: HttpRequest, tentative: TentativePaiement) -> HttpResponse:
        """The statement shows it as paid: record its payment."""
        paiement = paiements.constater_a_la_main(
            tentative=tentative,
            auteur=request.user,  # type: ignore[arg-type]
            maintenant=timezone.now(),
        )
        messages.success(request, "Paiement enregistré. Il reste à le valider.")
        return redirect("admin:facturation_paiement_change", paiement.pk)

    @geste
    def liberer(self, request: HttpRequest, tentative: TentativePaiement) -> HttpResponse:
        """It was not paid: its invoices may be paid again."""
        gestes.liberer(tentative=tentative, auteur=request.user, maintenant=timezone.now())  # type: ignore[arg-type]
        messages.success(request, "Les factures de cette tentative peuvent de nouveau être payées.")
        return self.retour(tentative)

    def retour(self, tentative: TentativePaiement) -> HttpResponse:
        return redirect("admin:facturation_tentativepaiement_change", tentative.pk)


@admin.register(NotificationRecue)
class AdminNotification(LectureSeule):
    list_display = ["recue_le", "verdict", "tentative", "ecarts_en_mots", "adresse_ip"]
    list_filter = ["verdict"]
    list_select_related = ["tentative"]
    date_hierarchy = "recue_le"
    fields = ["recue_le", "verdict", "tentative", "ecarts_en_mots", "corps", "adresse_ip"]
    readonly_fields = ["ecarts_en_mots"]

    @admin.display(description="écarts")
    def ecarts_en_mots(self, recue: NotificationRecue) -> str:
        lignes = [(e["champ"], e["attendu"], e["recu"]) for e in recue.ecarts]
        return format_html_join("", "<p><strong>{}</strong> : attendu « {} », reçu « {} »</p>", lignes) or "Aucun"
