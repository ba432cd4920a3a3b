"""The offer: établissement, accueil, prestation, and the days they make."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from contenu.admin import AvecTrace
from reservations import acces, actions
from reservations.admin.base import FiltreDesSites, LimiteAuxSites
from reservations.admin.comptes import AvecComptes
from reservations.models import Accueil, Creneau, Etablissement, Prestation


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
                prises = actuel.places_prises
                deja = f"{prises} places sont déjà prises" if prises > 1 else "Une place est déjà prise"
                self.add_error(
                    "capacite",
                    f"{deja} ce jour-là : sur la page de la prestation, "
                    "« Changer le nombre de places » garde les réservations ou en passe en liste d’attente.",
                )
        return donnees


@admin.register(Creneau)
class CreneauAdmin(AvecComptes, AvecTrace):
    chemin_site = "prestation__periode__accueil__etablissement"
    form = CreneauForm
    list_display = ("jour", "prestation", "capacite", "places_prises", "libres", "en_attente", "ferme")
    list_select_related = ("prestation__periode", "jour_salle")
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
        actions.tenir_la_liste([obj.pk], maintenant=timezone.now())
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
