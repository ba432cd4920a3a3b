"""Closures: what one would cancel is shown first, then done; a day may open again."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from reservations import acces, actions
from reservations.admin.base import LectureSeule
from reservations.enums import EtatPresence
from reservations.erreurs import FermetureChangee
from reservations.fermetures import apercu_de_fermeture
from reservations.models import Accueil, Etablissement, Fermeture, Prestation

TOUT = "tout"


class FermerForm(forms.Form):
    """What to close, when, and the reason that families read."""

    cible = forms.ChoiceField(label="Ce qui ferme", error_messages={"required": "Choisissez ce qui ferme."})
    du = forms.DateField(label="Du", help_text="Au format JJ/MM/AAAA.")
    au = forms.DateField(label="Au", help_text="Au format JJ/MM/AAAA, inclus.")
    motif = forms.CharField(
        label="Motif, tel que les familles le lisent",
        max_length=200,
        help_text="Par exemple « Grève du personnel » ou « Panne de chauffage ».",
        error_messages={"required": "Écrivez le motif : les familles le reçoivent par courriel."},
    )

    def __init__(self, *args: Any, sites: QuerySet[Etablissement], jour: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        accueils = Accueil.objects.filter(etablissement__in=sites).select_related("etablissement")
        prestations = (
            Prestation.objects.filter(periode__accueil__in=accueils, periode__au__gte=jour)
            .select_related("periode__accueil__etablissement")
            .order_by("periode__accueil", "periode__du", "ordre")
        )
        self.cibles: dict[str, dict[str, Any]] = {TOUT: {}}
        groupes: list[Any] = [("", "Choisissez…"), (TOUT, "Toute la commune\xa0: tous les établissements")]
        for prefixe, champ, titre, objets in (
            ("e", "etablissement", "Un établissement", [(un, str(un)) for un in sites]),
            ("a", "accueil", "Un accueil", [(un, str(un)) for un in accueils]),
            ("p", "prestation", "Une prestation", [(une, f"{une.periode} : {une}") for une in prestations]),
        ):
            self.cibles |= {f"{prefixe}{objet.pk}": {champ: objet} for objet, _ in objets}
            groupes.append((titre, [(f"{prefixe}{objet.pk}", nom) for objet, nom in objets]))
        champ_cible: Any = self.fields["cible"]
        champ_cible.choices = groupes

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        du, au = donnees.get("du"), donnees.get("au")
        if du and au and du > au:
            self.add_error("au", "La fin de la fermeture précède son début.")
        return donnees

    def fermeture(self) -> Fermeture:
        donnees = self.cleaned_data
        return Fermeture(du=donnees["du"], au=donnees["au"], motif=donnees["motif"], **self.cibles[donnees["cible"]])


class RouvrirForm(forms.Form):
    du = forms.DateField(label="Du", help_text="Au format JJ/MM/AAAA.")
    au = forms.DateField(label="Au", help_text="Au format JJ/MM/AAAA, inclus.")
    rendre = forms.BooleanField(
        label="Rendre aux familles les réservations que la fermeture a annulées", required=False, initial=True
    )


@admin.register(Fermeture)
class FermetureAdmin(LectureSeule):
    list_display = ("__str__", "motif", "reservations_annulees", "decidee_le", "decidee_par")
    list_select_related = ("etablissement", "accueil__etablissement", "prestation", "decidee_par")
    date_hierarchy = "du"
    search_fields = ("motif",)
    change_list_template = "admin/reservations/fermetures.html"
    change_form_template = "admin/reservations/fermeture.html"
    fields = readonly_fields = ("cible_en_mots", "du", "au", "motif", "jours_rouverts", "decidee_le", "decidee_par")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Fermeture]:
        """A direction sees the closures of its own sites, and those of the whole town."""
        toutes = super().get_queryset(request).prefetch_related("jours_annules")
        if request.user.has_perm("reservations.voir_tous_etablissement"):
            return toutes
        sites = acces.sites(request.user)  # type: ignore[arg-type]
        return toutes.filter(
            Q(etablissement__in=sites)
            | Q(accueil__etablissement__in=sites)
            | Q(prestation__periode__accueil__etablissement__in=sites)
            | Q(etablissement=None, accueil=None, prestation=None)
        )

    @admin.display(description="ce qui ferme")
    def cible_en_mots(self, fermeture: Fermeture) -> str:
        return fermeture.cible_en_mots

    @admin.display(description="réservations annulées")
    def reservations_annulees(self, fermeture: Fermeture) -> int:
        return sum(un.rendu_le is None for un in fermeture.jours_annules.all())

    def get_urls(self) -> list[URLPattern]:
        vue = self.admin_site.admin_view
        return [
            path("preparer/", vue(require_safe(self.preparer)), name="reservations_fermeture_preparer"),
            path("appliquer/", vue(require_POST(self.appliquer)), name="reservations_fermeture_appliquer"),
            path("<int:pk>/rouvrir/", vue(self.rouvrir), name="reservations_fermeture_rouvrir"),
            *super().get_urls(),
        ]

    def preparer(self, request: HttpRequest) -> HttpResponse:
        """Show the form, and once it is filled, everything that the closure would do."""
        return self._page(request, self._formulaire(request, request.GET if "cible" in request.GET else None))

    def appliquer(self, request: HttpRequest) -> HttpResponse:
        formulaire = self._formulaire(request, request.POST)
        if not formulaire.is_valid():
            return self._page(request, formulaire)
        try:
            apercu = actions.fermer(
                fermeture=formulaire.fermeture(),
                auteur=request.user,  # type: ignore[arg-type]
                maintenant=timezone.now(),
                empreinte_verifiee=request.POST.get("empreinte", ""),
            )
        except FermetureChangee:
            messages.warning(
                request, "Des réservations ont changé depuis l’aperçu : relisez ce qui serait annulé, puis confirmez."
            )
            champs = {champ: request.POST.get(champ, "") for champ in formulaire.fields}
            return redirect(f"{reverse('admin:reservations_fermeture_preparer')}?{urlencode(champs)}")
        messages.success(
            request,
            f"Fermeture enregistrée. Réservations annulées : {len(apercu.touchees)} ; familles prévenues : "
            f"{apercu.familles}.",
        )
        return redirect("admin:reservations_fermeture_changelist")

    def _formulaire(self, request: HttpRequest, donnees: Any) -> FermerForm:
        if not request.user.has_perm("reservations.add_fermeture"):
            raise PermissionDenied
        return FermerForm(donnees, sites=acces.sites(request.user), jour=timezone.localdate())  # type: ignore[arg-type]

    def _page(self, request: HttpRequest, formulaire: FermerForm) -> HttpResponse:
        fermeture = formulaire.fermeture() if formulaire.is_bound and formulaire.is_valid() else None
        return TemplateResponse(
            request,
            "admin/reservations/fermer.html",
            {
                **self.admin_site.each_context(request),
                "title": "Fermer des jours",
                "opts": self.opts,
                "form": formulaire,
                "fermeture": fermeture,
                "apercu": apercu_de_fermeture(fermeture) if fermeture else None,
            },
        )

    def rouvrir(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show what may open again and, once confirmed, open it."""
        if not request.user.has_perm("reservations.add_fermeture"):
            raise PermissionDenied
        fermeture = self.get_queryset(request).filter(pk=pk).first()
        if fermeture is None:
            raise Http404
        initial = {"du": fermeture.du, "au": fermeture.au, "rendre": True}
        formulaire = RouvrirForm(request.POST if request.method == "POST" else None, initial=initial)
        if request.method == "POST" and formulaire.is_valid():
            bilan = actions.rouvrir(
                fermeture=fermeture,
                auteur=request.user,  # type: ignore[arg-type]
                maintenant=timezone.now(),
                **formulaire.cleaned_data,
            )
            messages.success(request, f"Jours rouverts : {bilan.jours} ; réservations rendues : {len(bilan.rendues)}.")
            if bilan.laissees:
                messages.warning(
                    request,
                    f"Réservations laissées annulées : {len(bilan.laissees)} (plus de place, ou redemandées depuis). "
                    "Les familles le lisent dans leur courriel.",
                )
            return redirect("admin:reservations_fermeture_changelist")
        annulees = fermeture.jours_annules.filter(rendu_le=None).select_related(
            "presence__creneau__prestation", "presence__enfant", "presence__reservation__famille"
        )
        return TemplateResponse(
            request,
            "admin/reservations/rouvrir.html",
            {
                **self.admin_site.each_context(request),
                "title": "Rouvrir des jours",
                "opts": self.opts,
                "form": formulaire,
                "fermeture": fermeture,
                "annulees": [un for un in annulees if un.presence.etat == EtatPresence.ANNULEE],
            },
        )
