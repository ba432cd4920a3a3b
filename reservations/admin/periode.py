"""The période: its dates, its prestations, who may book and by what rules."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from contenu.admin import AvecTrace
from enfants.enums import Niveau
from portail.commun.templatetags.typographie import JOURS
from reservations import actions
from reservations.admin.base import FiltreDesSites, LimiteAuxSites
from reservations.enums import Selection
from reservations.models import Periode, Prestation, RegleParticuliere

JOURS_A_COCHER = [(rang, nom.capitalize()) for rang, nom in enumerate(JOURS)]


class PeriodeForm(forms.ModelForm):  # type: ignore[type-arg]
    jours_ouverture = forms.TypedMultipleChoiceField(
        label="Jours d’ouverture",
        coerce=int,
        choices=JOURS_A_COCHER,
        widget=forms.CheckboxSelectMultiple,
    )
    niveaux = forms.MultipleChoiceField(
        label="Niveaux scolaires",
        choices=Niveau.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Aucun coché : tous.",
    )

    class Meta:
        model = Periode
        fields = "__all__"  # noqa: DJ007 - every field of a période is the agents' to set
        widgets = {  # noqa: RUF012 - Django's idiom
            "ecoles": forms.CheckboxSelectMultiple,
            "classes": forms.CheckboxSelectMultiple,
        }

    def clean(self) -> dict[str, Any]:
        """A selection says whom: an empty list would close the période to everybody without a word."""
        donnees = super().clean() or {}
        selection = donnees.get("selection")
        if selection == Selection.ECOLES and not donnees.get("ecoles") and not donnees.get("classes"):
            self.add_error("ecoles", "Choisissez au moins une école ou une classe.")
        if selection == Selection.FAMILLES and not donnees.get("familles"):
            self.add_error("familles", "Choisissez au moins une famille.")
        return donnees


class PrestationEnLigneForm(forms.ModelForm):  # type: ignore[type-arg]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """The places of days that exist change on the prestation's own page, with the effects shown first."""
        super().__init__(*args, **kwargs)
        if self.instance.pk and "capacite_par_jour" in self.fields:
            self.fields["capacite_par_jour"].disabled = True
            self.fields["capacite_par_jour"].help_text = "Pour le changer : « Modifier » la prestation."


class PrestationEnLigne(admin.StackedInline):  # type: ignore[type-arg]
    model = Prestation
    form = PrestationEnLigneForm
    extra = 0
    show_change_link = True
    fields = (("nom", "nom_court"), ("heure_debut", "heure_fin"), ("capacite_par_jour", "ordre"))


class RegleParticuliereForm(forms.ModelForm):  # type: ignore[type-arg]
    jours = forms.TypedMultipleChoiceField(
        label="Jours de la semaine",
        coerce=int,
        choices=JOURS_A_COCHER,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Aucun coché : tous.",
    )


class RegleParticuliereEnLigne(admin.StackedInline):  # type: ignore[type-arg]
    model = RegleParticuliere
    form = RegleParticuliereForm
    extra = 0
    fields = (
        ("geste", "prestation"),
        "jours",
        ("regle", "apres_delai"),
        ("majoration_montant", "majoration_pourcent", "regle_tardive"),
    )
    verbose_name_plural = "Règles particulières : elles remplacent celles de la période pour un geste"

    def get_formset(self, request: HttpRequest, obj: Periode | None = None, **kwargs: Any) -> Any:
        """Offer the prestations of this période only."""
        formset = super().get_formset(request, obj, **kwargs)
        champ: Any = formset.form.base_fields.get("prestation")
        if champ is not None:
            champ.queryset = Prestation.objects.filter(periode=obj) if obj else Prestation.objects.none()
            for bouton in ("can_add_related", "can_change_related", "can_view_related", "can_delete_related"):
                setattr(champ.widget, bouton, False)
        return formset


@admin.register(Periode)
class PeriodeAdmin(LimiteAuxSites, AvecTrace):
    chemin_site = "accueil__etablissement"
    form = PeriodeForm
    list_display = ("nom", "accueil", "du", "au", "acceptation", "publiee", "nombre_de_jours")
    list_filter = ("publiee", "acceptation", ("accueil__etablissement", FiltreDesSites))
    list_select_related = ("accueil__etablissement",)
    search_fields = ("nom", "accueil__nom", "accueil__etablissement__nom")
    autocomplete_fields = ("accueil", "familles")
    inlines = (PrestationEnLigne, RegleParticuliereEnLigne)
    actions = ("generer_les_creneaux",)
    fieldsets = (
        (None, {"fields": ("accueil", "nom", ("du", "au"), "jours_ouverture", "jours_de_classe", "publiee")}),
        (
            "Règles de réservation",
            {
                "fields": (
                    ("ouverture_reservations_le", "ouverture_autres_le"),
                    "validation_jusqu_au",
                    ("regle_reservation", "regle_annulation"),
                    ("acceptation", "annulation"),
                )
            },
        ),
        (
            "Après le délai",
            {
                "fields": (
                    ("apres_delai", "apres_delai_annulation"),
                    ("majoration_montant", "majoration_pourcent", "regle_tardive"),
                )
            },
        ),
        ("Liste d’attente", {"fields": ("liste_attente", ("duree_offre_heures", "regle_attente"))}),
        (
            "Qui peut réserver",
            {
                "fields": (
                    ("age_minimum", "age_maximum"),
                    ("age_au", "age_date"),
                    "niveaux",
                    "residence",
                    "selection",
                    ("ecoles", "classes"),
                    "familles",
                )
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        jours = Count("prestations__creneaux__jour", distinct=True)
        return super().get_queryset(request).annotate(jours=jours).order_by("du", "nom", "pk")

    @admin.display(description="jours ouverts")
    def nombre_de_jours(self, periode: Any) -> int:
        return int(periode.jours)

    @admin.action(description="Créer les jours ouverts qui manquent (créneaux)", permissions=["change"])
    def generer_les_creneaux(self, request: HttpRequest, queryset: QuerySet[Periode]) -> None:
        for periode in Periode.objects.filter(pk__in=queryset.values("pk")):
            bilan = actions.generer_creneaux(periode=periode, auteur=request.user, maintenant=timezone.now())  # type: ignore[arg-type]
            messages.success(
                request,
                f"{periode} : {bilan.crees} créneaux créés ; {bilan.exclus} jours écartés (fermés ou hors calendrier).",
            )
