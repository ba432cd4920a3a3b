"""What the screens of this app share: the limits of each member of the staff, and screens that only show."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from reservations import acces


class LimiteAuxSites(admin.ModelAdmin):  # type: ignore[type-arg]
    """Show a direction only what hangs on its own sites: lists, objects, filters and choices of forms."""

    #: Lookup from the model to its établissement; ``pk`` for the établissement itself.
    chemin_site = "pk"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return acces.limiter_aux_sites(super().get_queryset(request), request.user, self.chemin_site)  # type: ignore[arg-type]


class LectureSeule(admin.ModelAdmin):  # type: ignore[type-arg]
    """A screen that shows: what is written there is written by actions."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class FiltreDesSites(admin.RelatedFieldListFilter):
    """Offer in a list filter only what the person may see of the related screen."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[tuple[Any, str]]:
        ecran = model_admin.admin_site._registry[field.related_model]
        visibles = ecran.get_queryset(request)
        if ordre := self.field_admin_ordering(field, request, model_admin):
            visibles = visibles.order_by(*ordre)
        if isinstance(ecran.list_select_related, (list, tuple)):
            # What the name of each choice reads is read with it.
            visibles = visibles.select_related(*ecran.list_select_related)
        return [(objet.pk, str(objet)) for objet in visibles]
