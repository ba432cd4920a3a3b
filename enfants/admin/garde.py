"""The link of a child to a household, with its calendar."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from enfants.admin.commun import AvecTrace
from enfants.models import PeriodeDeGarde, Rattachement
from familles.models import Famille
from portail.commun.version_lue import AvecVersion, FormulaireVerifie


class PeriodesEnLigne(admin.TabularInline):  # type: ignore[type-arg]
    model = PeriodeDeGarde
    extra = 1


@admin.register(Rattachement)
class RattachementAdmin(AvecVersion, AvecTrace):
    """Reached from the child's page: dates agreed one by one are written here."""

    form = FormulaireVerifie
    fields = ["enfant", "famille", "garde", "vacances", "payeur", "du", "au"]
    readonly_fields = ["enfant", "famille"]
    inlines = [PeriodesEnLigne]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """The invoices go to a household of this child, and to no other."""
        if db_field.name == "payeur":
            identifiant = request.resolver_match.kwargs.get("object_id") if request.resolver_match else None
            options["queryset"] = Famille.objects.filter(rattachements__enfant__rattachements=identifiant).distinct()
        return super().formfield_for_foreignkey(db_field, request, **options)


class RattachementsEnLigne(AvecVersion, admin.StackedInline):  # type: ignore[type-arg]
    model = Rattachement
    form = FormulaireVerifie
    fields = ["famille", ("garde", "vacances"), "payeur", ("du", "au")]
    raw_id_fields = ["famille"]
    extra = 0
    can_delete = False
    show_change_link = True

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        if db_field.name == "payeur":
            identifiant = request.resolver_match.kwargs.get("object_id") if request.resolver_match else None
            options["queryset"] = Famille.objects.filter(rattachements__enfant=identifiant).distinct()
        return super().formfield_for_foreignkey(db_field, request, **options)
