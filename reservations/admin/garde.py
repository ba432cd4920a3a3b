"""Custody conflicts among the booked days: a filter and a column for the lists of the staff."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from portail.commun.dates import aujourdhui
from reservations.garde import presences_en_conflit


class GardeEnConflit(admin.SimpleListFilter):
    """``vers_la_presence`` leads from the rows of the list to the days."""

    title = "garde"
    parameter_name = "garde"
    vers_la_presence = "pk"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("conflit", "À vérifier entre les foyers")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() != "conflit":
            return queryset
        return queryset.filter(
            **{f"{self.vers_la_presence}__in": presences_en_conflit(aujourdhui(timezone.now()))}
        ).distinct()


class GardeEnConflitDesDemandes(GardeEnConflit):
    vers_la_presence = "presences"
