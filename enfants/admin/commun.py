"""What the screens share: a trace of each change, in its transaction, and nothing deleted."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from enfants.actions.ecarts import en_texte
from portail.commun.traces import tracer


class AvecTrace(admin.ModelAdmin):  # type: ignore[type-arg]
    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001
        """Django's admin saves inside a transaction: the trace is in it."""
        super().save_model(request, obj, form, change)
        tracer_formulaire(request, obj, form, "modifie" if change else "cree")

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:  # noqa: FBT001
        super().save_formset(request, form, formset, change)
        for ligne in formset.forms:
            if ligne.has_changed():
                retiree = ligne in formset.deleted_forms
                tracer_formulaire(request, form.instance, ligne, "ligne_retiree" if retiree else "ligne_modifiee")


def _avant(form: Any, champ: str) -> Any:
    """Return what a field showed: the object that was chosen, where the form only knows its key."""
    valeur, choisissables = form[champ].initial, getattr(form.fields[champ], "queryset", None)
    return valeur if choisissables is None or valeur is None else choisissables.filter(pk=valeur).first()


def tracer_formulaire(request: HttpRequest, objet: Any, form: Any, verbe: str) -> None:
    """Write old and new values of what a form of the admin changed, under the child when it is about one."""
    objet = getattr(objet, "enfant", objet)
    nom = str(objet._meta.model_name)
    initiales = {champ: _avant(form, champ) for champ in form.changed_data if champ in form.fields}
    tracer(
        geste=f"{nom}.{verbe}",
        objet=nom,
        objet_cle=getattr(objet, "cle", None),
        libelle=str(objet),
        maintenant=timezone.now(),
        auteur=request.user,  # type: ignore[arg-type]
        avant={champ: en_texte(valeur) for champ, valeur in initiales.items() if valeur not in (None, "")},
        apres={champ: en_texte(form.cleaned_data.get(champ)) for champ in form.changed_data},
    )
