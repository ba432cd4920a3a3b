"""How many places: shared rooms, links between prestations, change of a capacity with its effects shown first."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminDateWidget
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from contenu.admin import AvecTrace
from portail.commun.dates import aujourdhui
from reservations import acces, actions
from reservations.actions.capacite import ChangementDeCapacite, EffetsDuChangement, effets_du_changement
from reservations.actions.verrous import verrouiller_creneaux
from reservations.admin.base import FiltreDesSites, LimiteAuxSites
from reservations.enums import ETATS_CLOS, SiDepasse
from reservations.erreurs import CapaciteDepassee, EffetsModifies
from reservations.models import Etablissement, JourSalle, LienPrestation, Presence, Prestation, Salle


class CapaciteForm(forms.Form):
    capacite = forms.IntegerField(label="Places par jour", min_value=0, max_value=100_000)
    du = forms.DateField(label="Du", widget=AdminDateWidget)
    au = forms.DateField(label="Au", widget=AdminDateWidget, help_text="Un seul jour : la même date deux fois.")
    si_depasse = forms.ChoiceField(
        label="Si plus de places sont déjà prises", choices=SiDepasse.choices, widget=forms.RadioSelect
    )
    motif = forms.CharField(
        label="Motif, tel que les familles le lisent",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 80}),
    )
    aussi_les_suivants = forms.BooleanField(
        label="C’est aussi le nombre de places des jours qui seront créés plus tard", required=False
    )

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        du, au = donnees.get("du"), donnees.get("au")
        if du and au and au < du:
            self.add_error("au", "La fin précède le début.")
        if donnees.get("si_depasse") == SiDepasse.DEPLACER and not donnees.get("motif"):
            self.add_error("motif", "Écrivez le motif : les familles déplacées le reçoivent par courriel.")
        return donnees

    def changement(self, cible: Prestation | Salle) -> ChangementDeCapacite:
        donnees = self.cleaned_data
        return ChangementDeCapacite(
            cible,
            donnees["capacite"],
            donnees["du"],
            donnees["au"],
            SiDepasse(donnees["si_depasse"]),
            aussi_les_suivants=donnees["aussi_les_suivants"],
        )


class AvecCapacite(LimiteAuxSites):
    """Adds the page « Changer le nombre de places »: its form, its effects, then the gesture."""

    change_form_template = "admin/reservations/avec_capacite.html"

    def get_urls(self) -> list[URLPattern]:
        vue, nom = self.admin_site.admin_view, f"reservations_{self.opts.model_name}"
        return [
            path("<int:pk>/places/", vue(require_safe(self.places)), name=f"{nom}_places"),
            path(
                "<int:pk>/places/appliquer/", vue(require_POST(self.appliquer_places)), name=f"{nom}_appliquer_places"
            ),
            *super().get_urls(),
        ]

    def _cible(self, request: HttpRequest, pk: int) -> Any:
        if not self.has_change_permission(request):
            raise PermissionDenied
        cible = self.get_object(request, str(pk))
        if cible is None:
            raise Http404
        return cible

    def places(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask, then show day by day what would change; nothing is written."""
        cible = self._cible(request, pk)
        if "capacite" not in request.GET:
            return self._page(request, cible, CapaciteForm(initial=_depart(cible)), None)
        formulaire = CapaciteForm(request.GET)
        effets = effets_du_changement(formulaire.changement(cible)) if formulaire.is_valid() else None
        return self._page(request, cible, formulaire, effets)

    def appliquer_places(self, request: HttpRequest, pk: int) -> HttpResponse:
        cible = self._cible(request, pk)
        formulaire = CapaciteForm(request.POST)
        if not formulaire.is_valid():
            return self._page(request, cible, formulaire, None)
        changement = formulaire.changement(cible)
        try:
            effets = actions.changer_capacite(
                changement=changement,
                motif=formulaire.cleaned_data["motif"],
                empreinte=request.POST.get("empreinte", ""),
                agent=request.user,  # type: ignore[arg-type]
                maintenant=timezone.now(),
            )
        except EffetsModifies:
            messages.warning(request, "Des réservations ont changé depuis l’aperçu : relisez-le avant de confirmer.")
            return self._page(request, cible, formulaire, effets_du_changement(changement))
        except CapaciteDepassee:
            messages.error(request, "Rien n’est changé : plus de places sont prises certains jours.")
            return self._page(request, cible, formulaire, effets_du_changement(changement))
        _dire(request, effets)
        return redirect(f"admin:reservations_{self.opts.model_name}_change", cible.pk)

    def _page(
        self, request: HttpRequest, cible: Any, formulaire: CapaciteForm, effets: EffetsDuChangement | None
    ) -> HttpResponse:
        return TemplateResponse(
            request,
            "admin/reservations/places.html",
            {
                **self.admin_site.each_context(request),
                "title": f"Changer le nombre de places : {cible}",
                "opts": self.opts,
                "original": cible,
                "formulaire": formulaire,
                "effets": effets,
                "media": self.media + formulaire.media,
                "action": f"admin:reservations_{self.opts.model_name}_appliquer_places",
                "choix": [(nom, formulaire.data.get(nom, "")) for nom in formulaire.fields if nom in formulaire.data],
            },
        )


def _depart(cible: Prestation | Salle) -> dict[str, Any]:
    jour = aujourdhui(timezone.now())
    if isinstance(cible, Prestation):
        fin = cible.periode.au
    else:
        dernier = JourSalle.objects.filter(salle=cible).order_by("-jour").values_list("jour", flat=True).first()
        fin = dernier or jour
    return {
        "capacite": cible.capacite_par_jour,
        "du": max(jour, cible.periode.du) if isinstance(cible, Prestation) else jour,
        "au": max(fin, jour),
        "si_depasse": SiDepasse.REFUSER,
        "aussi_les_suivants": True,
    }


def _dire(request: HttpRequest, effets: EffetsDuChangement) -> None:
    modifies, deplacees = len(effets.modifies), len(effets.deplacees)
    messages.success(request, f"Nombre de places changé : {modifies} jour{'s' if modifies > 1 else ''}.")
    if deplacees:
        pluriel = "s" if deplacees > 1 else ""
        messages.success(request, f"{deplacees} réservation{pluriel} en liste d’attente ; les familles sont prévenues.")
    if effets.depasses:
        messages.warning(
            request,
            "Ces jours gardent les places déjà prises : "
            + ", ".join(f"{un.ligne.jour:%d/%m/%Y} ({un.reduction.capacite})" for un in effets.depasses[:20]),
        )


#: Fields from which the days of a prestation follow.
DECIDENT_DES_JOURS = {"genre", "jour_unique"}


class LienEnLigne(admin.TabularInline):  # type: ignore[type-arg]
    model = LienPrestation
    fk_name = "prestation"
    extra = 0
    verbose_name_plural = "Le même jour, pour le même enfant, cette prestation"

    def get_formset(self, request: HttpRequest, obj: Prestation | None = None, **kwargs: Any) -> Any:
        """Offer the other prestations of the same période only."""
        formset = super().get_formset(request, obj, **kwargs)
        champ: Any = formset.form.base_fields.get("autre")
        if champ is not None:
            autres = Prestation.objects.none()
            if obj is not None:
                autres = Prestation.objects.filter(periode=obj.periode_id).exclude(pk=obj.pk)
            champ.queryset = autres
            for bouton in ("can_add_related", "can_change_related", "can_view_related", "can_delete_related"):
                setattr(champ.widget, bouton, False)
        return formset


class PrestationForm(forms.ModelForm):  # type: ignore[type-arg]
    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        salle, periode = donnees.get("salle"), donnees.get("periode") or getattr(self.instance, "periode", None)
        if salle is not None and periode is not None and salle.etablissement_id != periode.accueil.etablissement_id:
            self.add_error("salle", "Cette salle est celle d’un autre établissement.")
        jour = donnees.get("jour_unique")
        if jour and periode is not None and not periode.du <= jour <= periode.au:
            self.add_error("jour_unique", f"La période va du {periode.du:%d/%m/%Y} au {periode.au:%d/%m/%Y}.")
        if self.instance.pk and (change := DECIDENT_DES_JOURS & set(self.changed_data)):
            self._refuser_si_reservee("genre" if "genre" in change else "jour_unique")
        return donnees

    def _refuser_si_reservee(self, champ: str) -> None:
        """What is booked keeps its day and its kind; under lock, since the admin's page runs in a transaction."""
        verrouiller_creneaux(list(self.instance.creneaux.values_list("pk", flat=True)))
        tenues = Presence.objects.filter(creneau__prestation=self.instance).exclude(etat__in=ETATS_CLOS)
        jours = sorted({f"{jour:%d/%m/%Y}" for jour in tenues.values_list("creneau__jour", flat=True)[:200]})
        if jours:
            self.add_error(
                champ,
                f"Des familles ont réservé le {', '.join(jours[:5])}{'…' if len(jours) > 5 else ''} : fermez d’abord "
                "ces jours (Fermetures, « Fermer des jours »), elles seront prévenues.",
            )


@admin.register(Prestation)
class PrestationAdmin(AvecCapacite, AvecTrace):
    chemin_site = "periode__accueil__etablissement"
    form = PrestationForm
    list_display = ("nom", "nom_court", "periode", "genre", "salle", "capacite_par_jour")
    list_select_related = ("periode__accueil__etablissement", "salle")
    list_filter = (
        ("periode__accueil__etablissement", FiltreDesSites),
        ("periode", FiltreDesSites),
        "genre",
    )
    search_fields = ("nom", "periode__nom")
    autocomplete_fields = ("periode",)
    inlines = (LienEnLigne,)
    fieldsets = (
        (None, {"fields": ("periode", ("nom", "nom_court"), "genre", ("heure_debut", "heure_fin"), "ordre")}),
        ("Places", {"fields": (("capacite_par_jour", "salle"),)}),
        ("Sortie", {"fields": (("jour_unique", "reponse_avant_le"),)}),
        ("Ce que lit la famille", {"fields": ("description",)}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Prestation | None = None) -> Any:
        """The places of days that exist change on their own page, with the effects shown first.

        Once booked, it stays in its période: moving it would change the rules and the bills of what is booked.
        """
        if obj is None:
            return self.readonly_fields
        reservee = Presence.objects.filter(creneau__prestation=obj).exists()
        fixes = ("capacite_par_jour", "periode") if reservee else ("capacite_par_jour",)
        return (*super().get_readonly_fields(request, obj), *fixes)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "salle":
            salles = acces.limiter_aux_sites(
                Salle.objects.select_related("etablissement"), request.user, "etablissement"
            )  # type: ignore[arg-type]
            kwargs["queryset"] = salles
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Prestation, form: Any, change: bool) -> None:  # noqa: FBT001
        """A prestation gets its days at once; one that enters or leaves a room takes them along, if there is room."""
        self._enregistrer(request, obj, form, change)
        if not change or DECIDENT_DES_JOURS & set(form.changed_data):
            actions.redater(prestation=obj, auteur=request.user, maintenant=timezone.now())  # type: ignore[arg-type]
            ouverts = obj.creneaux.filter(ferme=False).count()
            messages.info(request, f"Jours ouverts pour {obj} : {ouverts}.")

    def _enregistrer(self, request: HttpRequest, obj: Prestation, form: Any, change: bool) -> None:  # noqa: FBT001
        if not change or "salle" not in form.changed_data:
            super().save_model(request, obj, form, change)
            return
        voulue, obj.salle_id = obj.salle, form.initial.get("salle")
        super().save_model(request, obj, form, change)
        try:
            actions.placer_dans_la_salle(
                prestation=obj,
                salle=voulue,
                agent=request.user,  # type: ignore[arg-type]
                a_partir_du=aujourdhui(timezone.now()),
                maintenant=timezone.now(),
            )
        except CapaciteDepassee as refus:
            jours = ", ".join(f"{jour:%d/%m/%Y}" for jour in refus.jours[:20])
            messages.error(request, f"La salle n’est pas changée : trop petite pour ce qui est réservé le {jours}.")


@admin.register(Salle)
class SalleAdmin(AvecCapacite, AvecTrace):
    chemin_site = "etablissement"
    list_display = ("nom", "etablissement", "capacite_par_jour")
    list_select_related = ("etablissement",)
    list_filter = (("etablissement", FiltreDesSites),)
    search_fields = ("nom",)
    fields = ("etablissement", "nom", "capacite_par_jour")

    def get_readonly_fields(self, request: HttpRequest, obj: Salle | None = None) -> Any:
        return ("etablissement", "capacite_par_jour") if obj else ()

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "etablissement":
            kwargs["queryset"] = acces.limiter_aux_sites(Etablissement.objects.all(), request.user, "pk")  # type: ignore[arg-type]
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
