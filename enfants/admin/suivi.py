"""The log of readings of health data, for whoever answers for it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest

from enfants.models import Enfant, LectureSante


@admin.register(LectureSante)
class LectureSanteAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["le", "utilisateur", "enfant", "page"]
    list_select_related = ["utilisateur"]
    list_filter = ["page"]
    date_hierarchy = "le"
    search_fields = ["utilisateur__email", "enfant_cle"]
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[LectureSante]:
        noms = Enfant.objects.filter(cle=OuterRef("enfant_cle")).values("nom_recherche")
        return super().get_queryset(request).annotate(nom_enfant=Subquery(noms[:1]))

    @admin.display(description="enfant")
    def enfant(self, lecture: Any) -> str:
        return lecture.nom_enfant or str(lecture.enfant_cle)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
