"""The staff's screens of the canteen: the weeks, and the grid of one week."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.module_loading import import_string
from django.views.decorators.http import require_POST, require_safe

from contenu import menus as lecture
from contenu import regles
from contenu.actions import menus as actions
from contenu.erreurs import SaisieDepassee
from contenu.grille import FormulaireGrille, plats_connus
from contenu.models import SemaineDeMenus
from portail.commun.dates import aujourdhui

DEPASSEE = "Un autre agent a enregistré cette semaine entre-temps : rien n’est écrasé. Rouvrez-la dans un autre onglet."
SOURCES_PROPOSEES = 60


class FormulaireSemaine(forms.ModelForm):  # type: ignore[type-arg]
    """Opening of a week: which one, for whom, from what."""

    lundi = forms.DateField(
        label="Semaine",
        help_text="N’importe quel jour de la semaine, au format JJ/MM/AAAA.",
        error_messages={"required": "Choisissez une semaine.", "invalid": "Écrivez un jour, comme 23/11/2026."},
    )
    accueil = forms.ChoiceField(label="Pour", required=False)
    source = forms.ModelChoiceField(
        label="Reprendre les menus de",
        required=False,
        queryset=SemaineDeMenus.objects.all(),
        empty_label="Semaine vide",
    )

    class Meta:
        model = SemaineDeMenus
        fields = ["lundi"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.accueils = {str(cle): nom for cle, nom in import_string(settings.CHOIX_DES_ACCUEILS)()}
        self.fields["accueil"].choices = [("", "Tous les restaurants"), *self.accueils.items()]  # type: ignore[attr-defined]
        derniere = SemaineDeMenus.objects.aggregate(derniere=models.Max("lundi"))["derniere"]
        prochaine = derniere + timedelta(days=7) if derniere else regles.lundi_de(aujourdhui(timezone.now()))
        self.fields["lundi"].initial = prochaine

    def clean_lundi(self) -> date:
        try:
            return regles.lundi_de(self.cleaned_data["lundi"])
        except OverflowError:
            raise ValidationError("Écrivez un jour, comme 23/11/2026.") from None

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        cle = donnees.get("accueil") or ""
        self.instance.accueil_cle = UUID(cle) if cle else None
        self.instance.accueil_nom = self.accueils.get(cle, "")
        if "lundi" in donnees and SemaineDeMenus.objects.filter(
            lundi=donnees["lundi"], accueil_cle=self.instance.accueil_cle
        ):
            self.add_error("lundi", "Les menus de cette semaine existent déjà : ouvrez-les dans la liste.")
        return donnees


@admin.register(SemaineDeMenus)
class AdminSemaineDeMenus(admin.ModelAdmin):  # type: ignore[type-arg]
    form = FormulaireSemaine
    list_display = ["semaine", "pour", "publiee", "nombre_de_plats", "modifiee_le"]
    list_filter = ["publiee"]
    date_hierarchy = "lundi"
    list_per_page = 50
    fields = ["lundi", "accueil", "source"]
    actions = ["publier_les_semaines"]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[SemaineDeMenus]:
        return super().get_queryset(request).annotate(plats=models.Count("jours__plats"))

    @admin.display(description="semaine", ordering="lundi")
    def semaine(self, semaine: SemaineDeMenus) -> str:
        return f"Du {semaine.lundi:%d/%m} au {semaine.lundi + timedelta(days=4):%d/%m/%Y}"

    @admin.display(description="pour", ordering="accueil_nom")
    def pour(self, semaine: SemaineDeMenus) -> str:
        return semaine.accueil_nom or "Tous les restaurants"

    @admin.display(description="plats")
    def nombre_de_plats(self, semaine: SemaineDeMenus) -> int:
        return semaine.plats  # type: ignore[attr-defined, no-any-return]

    @admin.action(description="Publier les semaines choisies", permissions=["change"])
    def publier_les_semaines(self, request: HttpRequest, queryset: models.QuerySet[SemaineDeMenus]) -> None:
        for semaine in queryset.order_by("pk"):
            actions.publier(semaine=semaine, publiee=True, **_auteur(request))
        self.message_user(request, "Les menus choisis sont publiés.", messages.SUCCESS)

    def get_urls(self) -> list[URLPattern]:
        vues = [
            ("<int:pk>/apercu/", require_safe(self.apercu), "apercu"),
            ("<int:pk>/publier/", require_POST(self.publier), "publier"),
            ("<int:pk>/retirer/", require_POST(self.retirer), "retirer"),
            ("<int:pk>/recopier/", require_POST(self.recopier), "recopier"),
        ]
        return [
            *(
                path(chemin, self.admin_site.admin_view(vue), name=f"contenu_semainedemenus_{nom}")
                for chemin, vue, nom in vues
            ),
            *super().get_urls(),
        ]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001
        """Open the week; an existing one is written by its grid."""
        ouverte = actions.ouvrir(
            lundi=form.cleaned_data["lundi"],
            accueil_cle=obj.accueil_cle,
            accueil_nom=obj.accueil_nom,
            source=form.cleaned_data["source"],
            **_auteur(request),
        )
        obj.__dict__.update(ouverte.__dict__)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Open a week: one button, which leads to its grid."""
        seul = {"show_save_and_add_another": False, "show_save_and_continue": False}
        return super().add_view(request, form_url, {**(extra_context or {}), **seul})

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        return redirect("admin:contenu_semainedemenus_change", obj.pk)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Nothing: the action left its own trace."""

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the grid of a week, and write it."""
        if not object_id.isdecimal():
            raise Http404
        semaine = self._semaine(request, int(object_id))
        jours = actions.lire(semaine)
        if request.method != "POST":
            return self._grille(request, semaine, FormulaireGrille(semaine=semaine, jours=jours))
        if not self.has_change_permission(request, semaine):
            raise PermissionDenied
        formulaire = FormulaireGrille(request.POST, semaine=semaine, jours=jours)
        if not formulaire.is_valid():
            return self._grille(request, semaine, formulaire)
        try:
            actions.enregistrer(
                semaine=semaine,
                jours=formulaire.saisie(),
                version=formulaire.cleaned_data["version"],
                **_auteur(request),
            )
        except SaisieDepassee:
            formulaire.add_error(None, DEPASSEE)
            return self._grille(request, semaine, formulaire)
        if "publier" in request.POST:
            actions.publier(semaine=semaine, publiee=True, **_auteur(request))
        messages.success(request, "Les menus sont enregistrés" + (" et publiés." if "publier" in request.POST else "."))
        return redirect("admin:contenu_semainedemenus_change", semaine.pk)

    def _grille(self, request: HttpRequest, semaine: SemaineDeMenus, formulaire: FormulaireGrille) -> HttpResponse:
        autres = SemaineDeMenus.objects.exclude(pk=semaine.pk).order_by("-lundi", "accueil_nom")[:SOURCES_PROPOSEES]
        contexte = {
            **self.admin_site.each_context(request),
            "title": str(semaine),
            "opts": self.opts,
            "semaine": semaine,
            "form": formulaire,
            "plats_connus": plats_connus(),
            "remarques": regles.remarques(actions.lire(semaine)),
            "sources": autres,
            "peut_modifier": self.has_change_permission(request, semaine),
            "peut_supprimer": self.has_delete_permission(request, semaine),
        }
        return render(request, "admin/contenu/semaine.html", contexte)

    def apercu(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show a week as families will read it."""
        semaine = self._semaine(request, pk)
        affichee = lecture.SemaineAffichee(
            lundi=semaine.lundi,
            vendredi=semaine.lundi + timedelta(days=4),
            restaurants=lecture.restaurants([semaine], aujourdhui(timezone.now())),
            precedente=None,
            suivante=None,
        )
        return render(
            request, "contenu/apercu.html", {"gabarit": "contenu/menus.html", "semaine": affichee, "apercu": True}
        )

    def publier(self, request: HttpRequest, pk: int) -> HttpResponse:
        semaine = self._a_changer(request, pk)
        actions.publier(semaine=semaine, publiee=True, **_auteur(request))
        messages.success(request, "Les menus sont publiés : les familles les lisent.")
        return redirect("admin:contenu_semainedemenus_change", pk)

    def retirer(self, request: HttpRequest, pk: int) -> HttpResponse:
        semaine = self._a_changer(request, pk)
        actions.publier(semaine=semaine, publiee=False, **_auteur(request))
        messages.success(request, "Les menus ne sont plus publiés.")
        return redirect("admin:contenu_semainedemenus_change", pk)

    def recopier(self, request: HttpRequest, pk: int) -> HttpResponse:
        semaine = self._a_changer(request, pk)
        source, version = request.POST.get("source", ""), request.POST.get("version", "")
        if not (source.isdecimal() and version.isdecimal()):
            messages.error(request, "Choisissez la semaine à reprendre.")
            return redirect("admin:contenu_semainedemenus_change", pk)
        try:
            actions.recopier(
                semaine=semaine,
                source=get_object_or_404(SemaineDeMenus.objects.avec_les_plats(), pk=source),
                version=int(version),
                **_auteur(request),
            )
        except SaisieDepassee:
            messages.error(request, DEPASSEE)
        else:
            messages.success(request, "Les plats de l’autre semaine sont repris : relisez-les.")
        return redirect("admin:contenu_semainedemenus_change", pk)

    def _semaine(self, request: HttpRequest, pk: int) -> SemaineDeMenus:
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        return get_object_or_404(SemaineDeMenus.objects.avec_les_plats(), pk=pk)

    def _a_changer(self, request: HttpRequest, pk: int) -> SemaineDeMenus:
        if not self.has_change_permission(request):
            raise PermissionDenied
        return get_object_or_404(SemaineDeMenus, pk=pk)


def _auteur(request: HttpRequest) -> dict[str, Any]:
    return {"auteur": request.user, "maintenant": timezone.now()}
