"""The staff's screen of the news: text, dates, and who reads them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db import models, transaction
from django.http import HttpRequest
from django.utils.module_loading import import_string

from contenu.admin.pages import AvecApercu, avec_aide
from contenu.enums import PublicActualite
from contenu.models import Actualite, CibleActualite


class FormulaireActualite(forms.ModelForm):  # type: ignore[type-arg]
    cibles = forms.MultipleChoiceField(
        label="Écoles et accueils",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Lue par les familles d’un élève de ces écoles, ou d’un enfant qui a des jours dans ces accueils.",
        error_messages={"invalid_choice": "Choisissez dans la liste."},
    )

    class Meta:
        model = Actualite
        fields = ["titre", "slug", "resume", "texte", "a_la_une", "public", "publiee_le", "publiee_jusqu_au"]
        widgets = {"public": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.noms = dict(import_string(settings.CHOIX_DES_PUBLICS)())
        gardees = {cible.cle: cible.nom for cible in self.instance.cibles.all()} if self.instance.pk else {}
        # What was chosen stays listed when the school or the accueil is gone.
        self.noms = gardees | self.noms
        self.fields["cibles"].choices = list(self.noms.items())  # type: ignore[attr-defined]
        self.fields["cibles"].initial = list(gardees)

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        choisies = donnees.get("cibles") or []
        if donnees.get("public") == PublicActualite.CIBLES and not choisies and "cibles" not in self.errors:
            self.add_error("cibles", "Choisissez au moins une école ou un accueil.")
        if donnees.get("public") != PublicActualite.CIBLES:
            donnees["cibles"] = []
        return donnees


@admin.register(Actualite)
class AdminActualite(AvecApercu):
    form = FormulaireActualite
    list_display = ["titre", "public", "publiee_le", "publiee_jusqu_au", "a_la_une"]
    list_filter = ["a_la_une", "public", "publiee_le"]
    search_fields = ["titre", "texte"]
    date_hierarchy = "publiee_le"
    prepopulated_fields = {"slug": ["titre"]}
    fields = ["titre", "slug", "resume", "texte", "a_la_une", "public", "cibles", "publiee_le", "publiee_jusqu_au"]
    gabarit_apercu = "contenu/actualite.html"
    nom_apercu = "actualite"

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        return avec_aide(super().formfield_for_dbfield, db_field, request, options)

    def save_model(self, request: HttpRequest, obj: models.Model, form: Any, change: bool) -> None:  # noqa: FBT001
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            CibleActualite.objects.filter(actualite=obj).delete()
            CibleActualite.objects.bulk_create(
                CibleActualite(actualite=obj, cle=cle, nom=form.noms[cle]) for cle in form.cleaned_data["cibles"]
            )
