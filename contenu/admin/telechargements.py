"""The staff's screen of the toolbox: a file goes through the same reception as what families send."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.module_loading import import_string

from contenu.admin.pages import AvecTrace
from contenu.enums import FormatFichier
from contenu.models import ContenuTelechargement, Telechargement
from portail.commun.erreurs import RefusMetier
from portail.commun.televersement import fichiers_ecartes

MEGA = 1024 * 1024
#: A leaflet of the town may weigh more than a scan of a family.
OCTETS_MAXIMUM = 10 * MEGA
TROP_GROS = "Ce fichier dépasse 10 Mo : enregistrez-le en qualité plus basse, puis choisissez-le à nouveau."


@dataclass(frozen=True, slots=True)
class Recu:
    """A clean file, and the name it came under."""

    nom: str
    contenu: bytes
    format: FormatFichier
    pages: int

    def __str__(self) -> str:
        return self.nom


def recevoir(envoi: UploadedFile[bytes]) -> Recu:
    """Return the clean copy of a file; raise ``ValidationError`` with the sentence of its refusal."""
    try:
        with import_string(settings.RECEPTION_DE_FICHIERS)([envoi], octets_pdf=OCTETS_MAXIMUM) as sain:
            return Recu(str(envoi.name), sain.chemin.read_bytes(), FormatFichier(sain.format.value), sain.pages)
    except RefusMetier as refus:
        raise forms.ValidationError(refus.phrases()) from refus


class FormulaireTelechargement(forms.ModelForm):  # type: ignore[type-arg]
    fichier = forms.FileField(
        label="Fichier",
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png,.gif"}),
        help_text="PDF, JPEG, PNG ou GIF, 10 Mo au plus. Le portail le refait sans lien, champ à remplir ni script.",
        error_messages={"required": "Choisissez un fichier."},
    )
    #: Set for each request: the names of what was too big to be received.
    ecartes: list[str] = []

    class Meta:
        model = Telechargement
        fields = ["titre", "description", "page", "ordre", "publie_le", "publie_jusqu_au"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["fichier"].required = False
            self.fields["fichier"].label = "Remplacer le fichier"
        if self.ecartes:
            self.fields["fichier"].error_messages["required"] = TROP_GROS

    def clean_fichier(self) -> Recu | None:
        if self.ecartes:
            raise forms.ValidationError(TROP_GROS)
        envoi = self.cleaned_data["fichier"]
        return recevoir(envoi) if envoi else None


@admin.register(Telechargement)
class AdminTelechargement(AvecTrace):
    form = FormulaireTelechargement
    list_display = ["titre", "page", "sorte", "publie_le", "publie_jusqu_au", "ordre"]
    list_editable = ["ordre"]
    list_filter = ["page"]
    list_select_related = ["page"]
    list_per_page = 50
    search_fields = ["titre", "description"]
    fields = ["titre", "description", "fichier", "actuel", "page", "ordre", "publie_le", "publie_jusqu_au"]
    readonly_fields = ["actuel"]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001
        formulaire = super().get_form(request, obj, change, **kwargs)
        formulaire.ecartes = fichiers_ecartes(request)
        return formulaire

    def get_fields(self, request: HttpRequest, obj: Telechargement | None = None) -> Any:
        return [champ for champ in self.fields if obj or champ != "actuel"]

    @admin.display(description="format")
    def sorte(self, fichier: Telechargement) -> str:
        return fichier.sorte_et_taille

    @admin.display(description="fichier actuel")
    def actuel(self, fichier: Telechargement) -> str:
        return format_html(
            '<a href="{}">{}</a> ({}, pages : {})',
            fichier.get_absolute_url(),
            fichier.nom_de_fichier,
            fichier.sorte_et_taille,
            fichier.pages,
        )

    def save_model(self, request: HttpRequest, obj: models.Model, form: Any, change: bool) -> None:  # noqa: FBT001
        recu: Recu | None = form.cleaned_data.get("fichier")
        if recu is None:
            super().save_model(request, obj, form, change)
            return
        with transaction.atomic():
            decrire(obj, recu.contenu, recu.format, recu.pages)  # type: ignore[arg-type]
            super().save_model(request, obj, form, change)
            ContenuTelechargement.objects.update_or_create(telechargement=obj, defaults={"octets": recu.contenu})


def decrire(fichier: Telechargement, contenu: bytes, format_fichier: FormatFichier, pages: int) -> None:
    """Write on the row what its bytes are."""
    fichier.octets, fichier.empreinte = len(contenu), hashlib.sha256(contenu).hexdigest()
    fichier.format, fichier.pages = format_fichier, pages
