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
from reservations.admin.assistant import AvecAssistant
from reservations.admin.base import FiltreDesSites, LimiteAuxSites
from reservations.admin.prereservation import CRITERES_A_RANGER, SI_LES_PLACES_MANQUENT, AvecCriteres
from reservations.changement import Ecart, ecart_de_calendrier, verrouiller_les_jours
from reservations.enums import Selection
from reservations.fermetures import ETATS_ANNULES
from reservations.models import Periode, Presence, Prestation, RegleParticuliere
from reservations.models.regles_particulieres import effets_inutiles

#: What decides which days are open.
CALENDRIER = {"du", "au", "jours_ouverture", "jours_de_classe"}
SI_LES_DATES_CHANGENT = (
    "Rien ne se perd en silence : si des jours déjà ouverts sortent du calendrier, dites ce qu’ils deviennent."
)
#: What families follow to book and to cancel.
REGLES = {
    "regle_reservation",
    "regle_annulation",
    "validation_jusqu_au",
    "apres_delai",
    "apres_delai_annulation",
    "majoration_montant",
    "majoration_pourcent",
    "regle_tardive",
    "acceptation",
    "annulation",
    "age_minimum",
    "age_maximum",
    "niveaux",
    "residence",
    "selection",
    "ecoles",
    "classes",
    "familles",
    "publiee",
    "prereservation_du",
    "prereservation_au",
}
GARDER = "Les garder ouverts, avec leurs réservations"
FERMER = "Les fermer, annuler leurs réservations et prévenir les familles"
JOURS_A_COCHER = [(rang, nom.capitalize()) for rang, nom in enumerate(JOURS)]


class PeriodeForm(AvecCriteres, forms.ModelForm):  # type: ignore[type-arg]
    #: What a change of dates leaves behind, once the form is read.
    ecart: Ecart | None = None

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

    jours_en_trop = forms.ChoiceField(
        label="Jours déjà ouverts que les nouvelles dates n’ouvrent plus",
        required=False,
        choices=[("", "À choisir s’il y en a"), ("garder", GARDER), ("fermer", FERMER)],
        widget=forms.RadioSelect,
    )
    motif_fermeture = forms.CharField(label="Motif, tel que les familles le lisent", required=False, max_length=200)

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
        for champ, phrase in effets_inutiles(donnees.get("apres_delai", ""), donnees).items():
            self.add_error(champ, phrase)
        if self.instance.pk and self.has_changed() and not self.errors:
            self._demander_ce_que_deviennent_les_jours(donnees)
        return donnees

    def _demander_ce_que_deviennent_les_jours(self, donnees: dict[str, Any]) -> None:
        """Under lock, since the admin's page runs in a transaction: nobody books while the rules change."""
        jour = timezone.localdate()
        verrouiller_les_jours(self.instance, jour)
        if not CALENDRIER & set(self.changed_data):
            return
        avant = Periode.objects.get(pk=self.instance.pk)
        apres = Periode(**{champ: donnees[champ] for champ in CALENDRIER})
        self.ecart = ecart_de_calendrier(avant, apres, jour)
        if not self.ecart.en_trop:
            return
        if not donnees.get("jours_en_trop"):
            self.add_error("jours_en_trop", self.ecart.en_mots())
        elif donnees["jours_en_trop"] == "fermer" and not donnees.get("motif_fermeture"):
            self.add_error("motif_fermeture", "Écrivez le motif : les familles le reçoivent par courriel.")


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
class PeriodeAdmin(AvecAssistant, LimiteAuxSites, AvecTrace):
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
        (
            "Pré-réservation et attribution des places",
            {
                "fields": (("prereservation_du", "prereservation_au"), *CRITERES_A_RANGER),
                "description": SI_LES_PLACES_MANQUENT,
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

    def get_fieldsets(self, request: HttpRequest, obj: Periode | None = None) -> Any:
        """Ask what becomes of the days only where there may be some."""
        fieldsets = list(super().get_fieldsets(request, obj))
        if obj is not None:
            suite = {"fields": ("jours_en_trop", "motif_fermeture"), "description": SI_LES_DATES_CHANGENT}
            fieldsets.insert(1, ("Si les dates ou les jours changent", suite))
        return fieldsets

    def save_model(self, request: HttpRequest, obj: Periode, form: Any, change: bool) -> None:  # noqa: FBT001
        super().save_model(request, obj, form, change)
        if not change or not form.changed_data:
            return
        self._appliquer_l_ecart(request, obj, form)
        a_venir = Presence.objects.filter(
            reservation__periode=obj, etat__in=ETATS_ANNULES, creneau__jour__gte=timezone.localdate()
        ).count()
        if a_venir and REGLES & set(form.changed_data):
            messages.info(
                request,
                f"Jours déjà demandés ou réservés : {a_venir}. Aucun ne change d’état ; les nouvelles règles valent "
                "dès maintenant pour les demandes et les annulations à venir.",
            )

    def _appliquer_l_ecart(self, request: HttpRequest, periode: Periode, form: Any) -> None:
        if form.ecart is None:
            return
        if form.ecart.en_trop and form.cleaned_data["jours_en_trop"] == "fermer":
            annulees = actions.fermer_des_jours(
                periode=periode,
                jours=form.ecart.en_trop,
                motif=form.cleaned_data["motif_fermeture"],
                auteur=request.user,  # type: ignore[arg-type]
                maintenant=timezone.now(),
            )
            messages.success(request, f"Jours fermés : {len(form.ecart.en_trop)} ; réservations annulées : {annulees}.")
        elif form.ecart.en_trop:
            messages.info(request, f"Jours gardés ouverts : {len(form.ecart.en_trop)}.")
        if form.ecart.nouveaux:
            messages.info(
                request,
                f"Jours que les nouvelles dates ouvrent : {form.ecart.nouveaux}. Créez-les depuis la liste, par "
                "l’action « Créer les jours ouverts qui manquent ».",
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
