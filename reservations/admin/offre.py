"""The offer: établissement, accueil, période with its prestations, and the days they make."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from contenu.admin import AvecTrace
from portail.commun.templatetags.typographie import JOURS
from reservations import acces, actions
from reservations.admin.base import FiltreDesSites, LimiteAuxSites
from reservations.models import Accueil, Creneau, Etablissement, Periode, Prestation


class AccueilEnLigne(admin.TabularInline):  # type: ignore[type-arg]
    model = Accueil
    extra = 0
    show_change_link = True


@admin.register(Etablissement)
class EtablissementAdmin(LimiteAuxSites, AvecTrace):
    list_display = ("nom", "telephone", "ordre")
    search_fields = ("nom",)
    autocomplete_fields = ("direction",)
    inlines = (AccueilEnLigne,)


@admin.register(Accueil)
class AccueilAdmin(LimiteAuxSites, AvecTrace):
    chemin_site = "etablissement"
    list_display = ("nom", "etablissement", "ordre")
    list_select_related = ("etablissement",)
    search_fields = ("nom", "etablissement__nom")


class PeriodeForm(forms.ModelForm):  # type: ignore[type-arg]
    jours_ouverture = forms.TypedMultipleChoiceField(
        label="Jours d’ouverture",
        coerce=int,
        choices=[(rang, nom.capitalize()) for rang, nom in enumerate(JOURS)],
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Periode
        fields = "__all__"  # noqa: DJ007 - every field of a période is the agents' to set


class PrestationEnLigne(admin.StackedInline):  # type: ignore[type-arg]
    model = Prestation
    extra = 0
    fields = (("nom", "nom_court"), ("heure_debut", "heure_fin"), ("capacite_par_jour", "ordre"))


@admin.register(Periode)
class PeriodeAdmin(LimiteAuxSites, AvecTrace):
    chemin_site = "accueil__etablissement"
    form = PeriodeForm
    list_display = ("nom", "accueil", "du", "au", "acceptation", "publiee", "nombre_de_jours")
    list_filter = ("publiee", "acceptation", ("accueil__etablissement", FiltreDesSites))
    list_select_related = ("accueil__etablissement",)
    search_fields = ("nom", "accueil__nom", "accueil__etablissement__nom")
    autocomplete_fields = ("accueil",)
    inlines = (PrestationEnLigne,)
    actions = ("generer_les_creneaux",)
    fieldsets = (
        (None, {"fields": ("accueil", "nom", ("du", "au"), "jours_ouverture", "jours_de_classe", "publiee")}),
        (
            "Règles de réservation",
            {
                "fields": (
                    ("ouverture_reservations_le", "validation_jusqu_au"),
                    ("regle_reservation", "regle_annulation"),
                    ("acceptation", "annulation"),
                )
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        jours = Count("prestations__creneaux__jour", distinct=True)
        return super().get_queryset(request).annotate(jours=jours)

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


@admin.register(Prestation)
class PrestationAdmin(LimiteAuxSites, AvecTrace):
    chemin_site = "periode__accueil__etablissement"
    list_display = ("nom", "nom_court", "periode", "capacite_par_jour")
    list_select_related = ("periode__accueil__etablissement",)
    list_filter = (("periode__accueil__etablissement", FiltreDesSites), ("periode", FiltreDesSites))
    search_fields = ("nom", "periode__nom")
    autocomplete_fields = ("periode",)


class CreneauForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Creneau
        fields = ("prestation", "jour", "capacite", "ferme")

    def clean(self) -> dict[str, Any]:
        """Compare with the places taken, once the row is locked: the admin's page runs in a transaction."""
        donnees = super().clean() or {}
        if self.instance.pk and donnees.get("capacite") is not None:
            actuel = Creneau.objects.select_for_update(no_key=True).get(pk=self.instance.pk)
            if donnees["capacite"] < actuel.places_prises:
                self.add_error(
                    "capacite",
                    f"{actuel.places_prises} places sont déjà prises ce jour-là : refusez ou annulez d’abord "
                    "des demandes, ou fermez le jour à de nouvelles réservations.",
                )
        return donnees


@admin.register(Creneau)
class CreneauAdmin(LimiteAuxSites, AvecTrace):
    chemin_site = "prestation__periode__accueil__etablissement"
    form = CreneauForm
    list_display = ("jour", "prestation", "capacite", "places_prises", "libres", "en_attente", "ferme")
    list_select_related = ("prestation__periode",)
    list_filter = (
        ("prestation__periode__accueil__etablissement", FiltreDesSites),
        ("prestation__periode", FiltreDesSites),
        "ferme",
    )
    date_hierarchy = "jour"
    autocomplete_fields = ("prestation",)
    readonly_fields = ("places_prises",)
    ordering = ("jour", "prestation__ordre")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        attente = Count("presences", filter=Q(presences__etat="demandee"))
        return super().get_queryset(request).annotate(demandes=attente)

    @admin.display(description="places restantes")
    def libres(self, creneau: Creneau) -> int:
        return creneau.places_libres

    @admin.display(description="dont à traiter")
    def en_attente(self, creneau: Any) -> int:
        return int(creneau.demandes)

    def get_readonly_fields(self, request: HttpRequest, obj: Creneau | None = None) -> Any:
        """A day and its prestation do not change: people have booked them."""
        return (*self.readonly_fields, "prestation", "jour") if obj else self.readonly_fields

    def save_model(self, request: HttpRequest, obj: Creneau, form: Any, change: bool) -> None:  # noqa: FBT001
        """Write only what the form holds: the places taken move under it at any moment."""
        if not change:
            super().save_model(request, obj, form, change)
            return
        obj.save(update_fields=["capacite", "ferme"])
        champs = form.changed_data
        self._tracer(
            request,
            obj,
            "modifiee",
            avant={champ: str(form.initial.get(champ, "")) for champ in champs},
            apres={champ: str(form.cleaned_data[champ]) for champ in champs},
        )

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "prestation":
            kwargs["queryset"] = acces.limiter_aux_sites(
                Prestation.objects.all(),
                request.user,  # type: ignore[arg-type]
                "periode__accueil__etablissement",
            )
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
