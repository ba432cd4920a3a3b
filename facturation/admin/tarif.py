"""Tariffs: dated, with their brackets; what has been billed is replaced by a new tariff, never changed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Max
from django.http import HttpRequest

from facturation.admin.commun import AvecTrace
from facturation.models import PresenceFacturee, Tarif, TrancheTarif


def dernier_jour_facture(tarif: Tarif) -> Any:
    """Return the last day billed under this tariff, drafts included, or nothing."""
    factures = PresenceFacturee.objects.filter(
        presence__creneau__prestation=tarif.prestation_id, presence__creneau__jour__gte=tarif.du
    )
    if tarif.au is not None:
        factures = factures.filter(presence__creneau__jour__lte=tarif.au)
    return factures.aggregate(jour=Max("presence__creneau__jour"))["jour"]


class FormulaireTarif(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Tarif
        fields = ["prestation", "du", "au", "montant"]
        help_texts = {
            "montant": "Tarif unique, ou tarif des familles dont le quotient n’est pas connu.",
            "au": "Laissez vide tant qu’aucun autre tarif ne le remplace.",
        }

    def clean_au(self) -> Any:
        fin = self.cleaned_data["au"]
        if self.instance.pk and fin is not None:
            dernier = dernier_jour_facture(Tarif.objects.get(pk=self.instance.pk))
            if dernier is not None and fin < dernier:
                raise ValidationError(f"Des jours sont facturés à ce tarif jusqu’au {dernier:%d/%m/%Y}.")
        return fin


class EnsembleDeTranches(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    def clean(self) -> None:
        """Refuse a hole below the first bracket: every known quotient must find its own."""
        super().clean()
        gardees = [f.cleaned_data for f in self.forms if f.cleaned_data and not f.cleaned_data.get("DELETE")]
        minimums = [tranche["qf_minimum"] for tranche in gardees if tranche.get("qf_minimum") is not None]
        if minimums and min(minimums) > 0:
            raise ValidationError("La première tranche commence au quotient 0.")


class EnLigneTranche(admin.TabularInline):  # type: ignore[type-arg]
    model = TrancheTarif
    formset = EnsembleDeTranches
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_add_permission(request, obj) and not _fige(obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and not _fige(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not _fige(obj)


def _fige(tarif: Tarif | None) -> bool:
    return tarif is not None and tarif.pk is not None and dernier_jour_facture(tarif) is not None


@admin.register(Tarif)
class AdminTarif(AvecTrace):
    form = FormulaireTarif
    list_display = ["prestation", "periode", "du", "au", "montant"]
    list_filter = ["prestation__periode__accueil__etablissement", "prestation__periode"]
    search_fields = ["prestation__nom", "prestation__periode__nom"]
    list_select_related = ["prestation__periode"]
    inlines = [EnLigneTranche]

    @admin.display(description="période", ordering="prestation__periode__nom")
    def periode(self, tarif: Tarif) -> str:
        return str(tarif.prestation.periode)

    def get_readonly_fields(self, request: HttpRequest, obj: Tarif | None = None) -> list[str]:
        """Once days are billed, only its end moves: another price is another tariff."""
        return ["prestation", "du", "montant"] if _fige(obj) else []
