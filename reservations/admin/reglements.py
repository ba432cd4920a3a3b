"""Règlements intérieurs: where each applies, its texts, their publication, and who accepted which."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from contenu.admin import AvecTrace
from reservations import actions
from reservations.admin.base import LectureSeule
from reservations.models import AcceptationReglement, Reglement, VersionReglement


@admin.register(Reglement)
class ReglementAdmin(AvecTrace):
    list_display = ("nom", "etablissement", "accueil", "actif", "nombre_de_versions")
    list_select_related = ("etablissement", "accueil__etablissement")
    search_fields = ("nom",)
    fields = ("nom", ("etablissement", "accueil"), "actif")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(nombre=Count("versions"))

    @admin.display(description="versions")
    def nombre_de_versions(self, reglement: Any) -> int:
        return int(reglement.nombre)


@admin.register(VersionReglement)
class VersionReglementAdmin(AvecTrace):
    """A draft is written here; once published it only shows, and a new version replaces it."""

    list_display = ("reglement", "numero", "publiee_le", "nombre_d_acceptations")
    list_filter = ("reglement",)
    list_select_related = ("reglement",)
    fields = ("reglement", "numero", "texte", "changements", "publiee_le")
    readonly_fields = ("publiee_le",)
    actions = ("publier",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(nombre=Count("acceptations"))

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        publiee = isinstance(obj, VersionReglement) and obj.publiee_le is not None
        return not publiee and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        publiee = isinstance(obj, VersionReglement) and obj.publiee_le is not None
        return not publiee and super().has_delete_permission(request, obj)

    @admin.display(description="familles qui l’ont acceptée")
    def nombre_d_acceptations(self, version: Any) -> int:
        return int(version.nombre)

    @admin.action(description="Publier : les familles l’acceptent avant de réserver", permissions=["change"])
    def publier(self, request: HttpRequest, queryset: QuerySet[VersionReglement]) -> None:
        nombre = sum(
            actions.publier_version(version=version, auteur=request.user, maintenant=timezone.now())  # type: ignore[arg-type]
            for version in VersionReglement.objects.filter(pk__in=queryset.values("pk")).order_by("pk")
        )
        messages.success(request, f"{nombre} version{'s' if nombre > 1 else ''} publiée{'s' if nombre > 1 else ''}.")


@admin.register(AcceptationReglement)
class AcceptationReglementAdmin(LectureSeule):
    list_display = ("famille", "version", "acceptee_le", "auteur")
    list_filter = ("version__reglement",)
    list_select_related = ("famille", "version__reglement", "auteur")
    search_fields = ("famille__nom_recherche", "famille__code")
    date_hierarchy = "acceptee_le"
