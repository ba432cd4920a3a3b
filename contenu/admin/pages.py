"""The staff's screens for what the town says: identity and information pages, each with a preview."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from contenu.logo import redessiner
from contenu.mise_en_forme import rendre
from contenu.models import ORDRE_DU_MENU, Commune, DeclarationAccessibilite, PageInformation
from portail.commun.traces import tracer

AIDE_MISE_EN_FORME = (
    "Mise en forme : « ## Titre », « **gras** », « - élément d’une liste », « [texte du lien](https://…) », "
    "tableau « | Colonne | Colonne | » suivi d’une ligne « |---|---: | ». Le bouton « Aperçu » montre le résultat."
)


class AvecTrace(admin.ModelAdmin):  # type: ignore[type-arg]
    """Write a trace of what changed, in the transaction of the change; each half of an instant has its name."""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        champ = super().formfield_for_dbfield(db_field, request, **options)
        if isinstance(db_field, models.DateTimeField) and champ is not None:
            for partie, mot in zip(champ.widget.widgets, ("date", "heure"), strict=True):
                partie.attrs["aria-label"] = f"{champ.label.capitalize()}, {mot}"
        return champ

    def save_model(self, request: HttpRequest, obj: models.Model, form: Any, change: bool) -> None:  # noqa: FBT001
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            champs = [champ for champ in form.changed_data if champ in form.cleaned_data]
            self._tracer(
                request,
                obj,
                "modifiee" if change else "creee",
                avant={champ: str(form.initial.get(champ, ""))[:2000] for champ in champs} if change else {},
                apres={champ: str(form.cleaned_data[champ])[:2000] for champ in champs},
            )

    def delete_model(self, request: HttpRequest, obj: models.Model) -> None:
        with transaction.atomic():
            self._tracer(request, obj, "supprimee", avant={"texte": str(getattr(obj, "texte", ""))})
            super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        for objet in queryset:
            self.delete_model(request, objet)

    def _tracer(self, request: HttpRequest, obj: models.Model, verbe: str, **valeurs: Any) -> None:
        nom = str(obj._meta.model_name)
        tracer(
            geste=f"{nom}.{verbe}",
            objet=nom,
            objet_cle=getattr(obj, "cle", None),
            libelle=str(obj),
            auteur=request.user,  # type: ignore[arg-type]
            maintenant=timezone.now(),
            **valeurs,
        )


class AvecApercu(AvecTrace):
    """Add a button that shows what was typed as the public will read it, without saving anything."""

    change_form_template = "admin/contenu/avec_apercu.html"
    gabarit_apercu = ""
    nom_apercu = ""

    def get_urls(self) -> list[URLPattern]:
        nom = f"contenu_{self.opts.model_name}_apercu"
        return [path("apercu/", self.admin_site.admin_view(require_POST(self.apercu)), name=nom), *super().get_urls()]

    def apercu(self, request: HttpRequest) -> HttpResponse:
        if not (self.has_change_permission(request) or self.has_add_permission(request)):
            raise PermissionDenied
        formulaire = self.get_form(request)(request.POST)
        formulaire.full_clean()
        objet = self.model(**{champ: valeur for champ, valeur in self._saisi(formulaire).items() if valeur})
        return render(
            request,
            "contenu/apercu.html",
            {
                "objet": objet,
                self.nom_apercu: objet,
                "gabarit": self.gabarit_apercu,
                "corps": rendre(request.POST.get("texte", "")),
                "apercu": True,
            },
        )

    def _saisi(self, formulaire: forms.ModelForm[Any]) -> dict[str, Any]:
        """Return what can be shown of a form, even when it is not valid yet."""
        return {"titre": str(formulaire.data.get("titre", "")) or "Sans titre"} | {
            champ: valeur for champ, valeur in formulaire.cleaned_data.items() if champ in {"parent", "publiee_le"}
        }

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        url_apercu = reverse(f"admin:contenu_{self.opts.model_name}_apercu")
        return super().changeform_view(
            request, object_id, form_url, {**(extra_context or {}), "url_apercu": url_apercu}
        )


GROUPES_COMMUNE: list[tuple[Any, Any]] = [
    (None, {"fields": ["nom", "commune", "adresse", "code_postal", "telephone", "courriel", "site", "horaires"]}),
    ("Apparence", {"fields": ["logo", "couleur_principale", "couleur_secondaire", "mot_d_accueil"]}),
    ("Calendrier", {"fields": ["zone_scolaire"]}),
    ("Mentions légales", {"fields": ["siret", "directeur_publication", "hebergeur", "courriel_dpo"]}),
]


class FormulaireCommune(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Commune
        fields = ["logo", "couleur_principale", "couleur_secondaire"]
        widgets = {
            "couleur_principale": forms.TextInput(attrs={"type": "color"}),
            "couleur_secondaire": forms.TextInput(attrs={"type": "color"}),
        }

    def clean_logo(self) -> Any:
        logo = self.cleaned_data["logo"]
        return redessiner(logo) if isinstance(logo, UploadedFile) else logo


class AdressesEnHttps:
    """What is typed without a scheme is read as ``https://``."""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        if isinstance(db_field, models.URLField):
            options["assume_scheme"] = "https"
        return super().formfield_for_dbfield(db_field, request, **options)  # type: ignore[misc]


class EnLigneDeclaration(AdressesEnHttps, admin.StackedInline):  # type: ignore[type-arg]
    model = DeclarationAccessibilite
    can_delete = False
    min_num = 1
    max_num = 1


@admin.register(Commune)
class AdminCommune(AdressesEnHttps, AvecTrace):
    """One row: the list leads straight to it."""

    form = FormulaireCommune
    inlines = [EnLigneDeclaration]
    fieldsets = GROUPES_COMMUNE

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not Commune.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Commune | None = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if self.has_view_or_change_permission(request) and (commune := Commune.objects.first()):
            return redirect("admin:contenu_commune_change", commune.pk)
        return super().changelist_view(request, extra_context)

    def save_model(self, request: HttpRequest, obj: models.Model, form: Any, change: bool) -> None:  # noqa: FBT001
        obj.pk = 1
        super().save_model(request, obj, form, change)


@admin.register(PageInformation)
class AdminPageInformation(AvecApercu):
    """The menu in the order it is read; the number of the order is changed in the list itself."""

    list_display = ["titre_dans_le_menu", "ordre", "publiee", "contenu", "modifiee_le"]
    list_editable = ["ordre", "publiee"]
    list_filter = ["publiee"]
    search_fields = ["titre", "texte"]
    prepopulated_fields = {"slug": ["titre"]}
    fields = ["titre", "slug", "parent", "ordre", "publiee", "texte"]
    gabarit_apercu = "contenu/page.html"
    nom_apercu = "page"

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[PageInformation]:
        return PageInformation.objects.select_related("parent").avec_a_un_texte()

    def get_ordering(self, request: HttpRequest) -> Any:
        return ORDRE_DU_MENU

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        if db_field.name == "parent":
            options["queryset"] = PageInformation.objects.filter(parent=None)
        return super().formfield_for_foreignkey(db_field, request, **options)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        return avec_aide(super().formfield_for_dbfield, db_field, request, options)

    @admin.display(description="page")
    def titre_dans_le_menu(self, page: PageInformation) -> str:
        return f"— {page.titre}" if page.parent_id else page.titre

    @admin.display(description="contenu")
    def contenu(self, page: PageInformation) -> str:
        return "Page" if page.a_un_texte else "Titre de rubrique"  # type: ignore[attr-defined]


def avec_aide(fabriquer: Callable[..., Any], db_field: Any, request: HttpRequest, options: dict[str, Any]) -> Any:
    champ = fabriquer(db_field, request, **options)
    if db_field.name == "texte":
        champ.help_text = AIDE_MISE_EN_FORME
        champ.widget.attrs["rows"] = 24
    return champ
