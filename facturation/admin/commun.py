"""What these screens share: read-only models, and gestures that a rule may refuse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from portail.commun.montants import en_euros
from portail.commun.traces import tracer

Vue = Callable[..., HttpResponse]


class LectureSeule(admin.ModelAdmin):  # type: ignore[type-arg]
    """A model that staff read and that only actions write."""

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class EnLigneLectureSeule(admin.TabularInline):  # type: ignore[type-arg]
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class AvecTrace(admin.ModelAdmin):  # type: ignore[type-arg]
    """Write a trace of what changed, in the transaction of the change; nothing of money is deleted here."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001
        super().save_model(request, obj, form, change)
        nom = str(obj._meta.model_name)
        tracer(
            geste=f"{nom}.{'modifie' if change else 'cree'}",
            objet=nom,
            objet_cle=getattr(obj, "cle", None),
            libelle=str(obj),
            maintenant=timezone.now(),
            auteur=request.user,  # type: ignore[arg-type]
            avant={champ: str(form.initial.get(champ, "")) for champ in form.changed_data} if change else {},
            apres={champ: str(form.cleaned_data.get(champ, "")) for champ in form.changed_data},
        )


def poster(methode: Vue) -> Vue:
    return require_POST(methode)


def colonne_euros(champ: str, titre: str, tri: str | None = None) -> Any:
    """Return a column of a list that writes an amount as it is read."""

    @admin.display(description=titre, ordering=tri or champ)
    def colonne(objet: Any) -> str:
        return en_euros(getattr(objet, champ))

    return colonne
