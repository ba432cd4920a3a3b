from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from facturation.admin.commun import AvecTrace, EnLigneLectureSeule
from facturation.models import Compteur, Regie, RegieEtablissement


class EnLigneEtablissement(admin.TabularInline):  # type: ignore[type-arg]
    model = RegieEtablissement
    extra = 0

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class EnLigneCompteur(EnLigneLectureSeule):
    model = Compteur
    fields = ["serie", "valeur"]
    verbose_name_plural = "derniers numéros donnés"

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("facturation.view_regie")


class FormulaireRegie(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Regie
        fields = "__all__"  # noqa: DJ007 - the admin restricts by fieldsets and permissions
        help_texts = {
            "numcli": "Six chiffres donnés par la DGFiP, zéros compris. Vide : pas de paiement en ligne.",
            "saisie": "Test et activation n’encaissent rien. Production : après l’accord de la DGFiP.",
        }


@admin.register(Regie)
class AdminRegie(AvecTrace):
    form = FormulaireRegie
    list_display = ["nom", "code", "numcli", "saisie", "delai_paiement_jours"]
    inlines = [EnLigneEtablissement, EnLigneCompteur]
    fieldsets = [
        (None, {"fields": ["nom", "code", "regisseur", "courriel", "delai_paiement_jours"]}),
        ("Paiement en ligne", {"fields": ["numcli", "saisie", "montant_minimum", "montant_maximum"]}),
    ]
