"""The household's page in the staff's site: everything at hand, and the gestures of the service."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from familles import acces
from familles.actions import agir, ouverture, quotient
from familles.admin.recherche import chercher
from familles.enums import EtatModification, SourceQuotient
from familles.erreurs import CompteRefuse, QuotientRefuse
from familles.forms.fiche import Normalise
from familles.models import Famille, QuotientFamilial, Responsable
from portail.commun.blocs import rassembler
from portail.commun.models import Courriel, Trace
from portail.commun.traces import tracer
from portail.commun.version_lue import AvecVersion, FormulaireVerifie

DERNIERS = 10
DEJA_VENUE = "Cette personne s’est déjà connectée : elle peut utiliser « mot de passe oublié »."


class FormulaireFamille(Normalise, FormulaireVerifie):
    class Meta:
        model = Famille
        fields = "__all__"  # noqa: DJ007 - the fieldsets of the admin list what is offered


class FormulaireResponsable(Normalise, FormulaireVerifie):
    class Meta:
        model = Responsable
        fields = "__all__"  # noqa: DJ007


class FormulaireQuotient(forms.Form):
    valeur = forms.IntegerField(label="Quotient familial (€ par mois)", min_value=0, max_value=99999)
    du = forms.DateField(label="À partir du", help_text="Au format JJ/MM/AAAA.")
    au = forms.DateField(label="Jusqu’au", required=False, help_text="Vide tant que rien ne le remplace.")
    source = forms.ChoiceField(label="Source", choices=SourceQuotient.choices)


class Responsables(AvecVersion, admin.StackedInline):  # type: ignore[type-arg]
    model = Responsable
    form = FormulaireResponsable
    extra = 0
    can_delete = False
    classes = ("collapse",)
    exclude = ("utilisateur",)


class Quotients(admin.TabularInline):  # type: ignore[type-arg]
    """History, read only here: a quotient is added by its own gesture."""

    model = QuotientFamilial
    extra = 0
    can_delete = False
    fields = ("valeur", "du", "au", "source", "auteur", "cree_le")
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Famille)
class FamilleAdmin(AvecVersion, admin.ModelAdmin):  # type: ignore[type-arg]
    form = FormulaireFamille
    change_form_template = "familles/gestion/famille.html"
    list_display = ("code", "nom", "adultes", "enfants_de_la_famille", "ville", "comptes", "en_attente")
    list_display_links = ("code", "nom")
    list_filter = ("residente", "regime", ("archivee_le", admin.EmptyFieldListFilter))
    search_fields = ("nom_recherche",)
    search_help_text = "Nom, prénom d’un parent ou d’un enfant, téléphone, adresse électronique, code, N° allocataire"
    list_per_page = 50
    show_full_result_count = False
    inlines = (Responsables, Quotients)
    fieldsets = (
        (None, {"fields": [("code", "nom"), ("telephone", "situation"), ("regime", "numero_allocataire")]}),
        ("Adresse", {"fields": ["adresse", "complement", ("code_postal", "ville"), ("pays", "residente")]}),
        ("Service", {"fields": ["note_interne"]}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Famille]:
        attend = Q(modifications__etat=EtatModification.EN_ATTENTE)
        choisies: QuerySet[Famille] = super().get_queryset(request)
        return choisies.prefetch_related("responsables", "enfants").annotate(
            nombre_en_attente=Count("modifications", filter=attend, distinct=True)
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Famille], search_term: str
    ) -> tuple[QuerySet[Famille], bool]:
        return chercher(queryset, search_term), False

    def has_delete_permission(self, request: HttpRequest, obj: Famille | None = None) -> bool:
        """A household leaves by erasure, which keeps the accounting."""
        return False

    @admin.display(description="adultes")
    def adultes(self, obj: Famille) -> str:
        return ", ".join(f"{adulte.prenom} {adulte.nom}" for adulte in obj.responsables.all())

    @admin.display(description="enfants")
    def enfants_de_la_famille(self, obj: Famille) -> str:
        return ", ".join(enfant.prenom for enfant in obj.enfants.all())  # type: ignore[attr-defined]

    @admin.display(description="comptes ouverts")
    def comptes(self, obj: Famille) -> str:
        adultes = list(obj.responsables.all())
        return f"{sum(1 for adulte in adultes if adulte.utilisateur_id)} / {len(adultes)}"

    @admin.display(description="à valider")
    def en_attente(self, obj: Any) -> str:
        return str(obj.nombre_en_attente or "")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        famille = self.get_object(request, object_id)
        contexte = self._panneau(request, famille) if famille is not None else {}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **contexte})

    def _panneau(self, request: HttpRequest, famille: Famille) -> dict[str, Any]:
        """Everything at hand: who has a login, the children, what waits, the last mails and gestures."""
        return {
            "famille": famille,
            "adultes": list(famille.responsables.select_related("utilisateur").order_by("rang")),
            "enfants": list(famille.enfants.order_by("date_naissance")),  # type: ignore[attr-defined]
            "modifications": list(famille.modifications.select_related("auteur")[:DERNIERS]),
            "courriels": list(Courriel.objects.filter(famille_cle=famille.cle)[:DERNIERS]),
            "traces": list(Trace.objects.filter(famille_cle=famille.cle).select_related("auteur")[:DERNIERS]),
            "blocs": rassembler(settings.BLOCS_DE_LA_FAMILLE, famille, request.user),
            "peut_agir": acces.peut_agir_pour(request.user),  # type: ignore[arg-type]
            "peut_ouvrir": self.has_change_permission(request, famille),
            "peut_ecrire_le_quotient": request.user.has_perm("familles.add_quotientfamilial"),
            "voit_les_courriels": request.user.has_perm("commun.view_courriel"),
            "voit_les_traces": request.user.has_perm("commun.view_trace"),
        }

    # --- Writes ------------------------------------------------------------------------------------------------

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"code": Famille.objects.prochain_code(), **super().get_changeform_initial_data(request)}

    def save_model(self, request: HttpRequest, obj: Famille, form: Any, change: bool) -> None:  # noqa: FBT001
        super().save_model(request, obj, form, change)
        self._tracer(request, obj, obj.cle, form, "modifiee" if change else "creee")

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:  # noqa: FBT001
        super().save_formset(request, form, formset, change)
        for ligne in formset.forms:
            if ligne.has_changed() and isinstance(ligne.instance, Responsable):
                self._tracer(request, ligne.instance, form.instance.cle, ligne, "modifie")

    def _tracer(self, request: HttpRequest, objet: models.Model, famille_cle: Any, form: Any, verbe: str) -> None:
        champs = [nom for nom in form.changed_data if nom in form.cleaned_data]
        tracer(
            geste=f"{objet._meta.model_name}.{verbe}",
            objet=str(objet._meta.model_name),
            objet_cle=objet.cle,  # type: ignore[attr-defined]
            libelle=str(objet),
            famille_cle=famille_cle,
            auteur=request.user,  # type: ignore[arg-type]
            maintenant=timezone.now(),
            avant={nom: str(form.initial.get(nom) or "") for nom in champs},
            apres={nom: str(form.cleaned_data[nom] or "") for nom in champs},
        )

    # --- Gestures ----------------------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        def geste(vue: Any) -> Any:
            return self.admin_site.admin_view(vue)

        return [
            path("<int:pk>/ouvrir/<uuid:cle>/", geste(require_POST(self.ouvrir)), name="familles_famille_ouvrir"),
            path("<int:pk>/renvoyer/<uuid:cle>/", geste(require_POST(self.renvoyer)), name="familles_famille_renvoyer"),
            path("<int:pk>/detacher/<uuid:cle>/", geste(require_POST(self.detacher)), name="familles_famille_detacher"),
            path("<int:pk>/agir/", geste(require_POST(self.agir)), name="familles_famille_agir"),
            path(
                "<int:pk>/quotient/",
                geste(require_http_methods(["GET", "HEAD", "POST"])(self.quotient)),
                name="familles_famille_quotient",
            ),
            *super().get_urls(),
        ]

    def _adulte(self, request: HttpRequest, pk: int, cle: Any) -> Responsable:
        if not self.has_change_permission(request):
            raise PermissionDenied
        return get_object_or_404(Responsable, famille_id=pk, cle=cle)

    def ouvrir(self, request: HttpRequest, pk: int, cle: Any) -> HttpResponse:
        adulte = self._adulte(request, pk, cle)
        try:
            ouverture.ouvrir_pour(responsable=adulte, auteur=request.user, maintenant=timezone.now())  # type: ignore[arg-type]
        except CompteRefuse as refus:
            for phrase in refus.phrases():
                messages.error(request, f"{adulte} : {phrase}")
        else:
            messages.success(request, f"Le compte de {adulte} est ouvert : un lien d’activation part à {adulte.email}.")
        return self._retour(pk)

    def renvoyer(self, request: HttpRequest, pk: int, cle: Any) -> HttpResponse:
        adulte = self._adulte(request, pk, cle)
        if adulte.utilisateur is None or adulte.utilisateur.last_login is not None:
            messages.warning(
                request, "Cette personne s’est déjà connectée : elle peut utiliser « mot de passe oublié »."
            )
            return self._retour(pk)
        ouverture.renvoyer_l_activation(
            utilisateur=adulte.utilisateur,
            auteur=request.user,  # type: ignore[arg-type]
            maintenant=timezone.now(),
        )
        messages.success(request, f"Un nouveau lien d’activation part à {adulte.utilisateur.email}.")
        return self._retour(pk)

    def detacher(self, request: HttpRequest, pk: int, cle: Any) -> HttpResponse:
        adulte = self._adulte(request, pk, cle)
        if adulte.utilisateur_id:
            ouverture.detacher(responsable=adulte, auteur=request.user, maintenant=timezone.now())  # type: ignore[arg-type]
            messages.success(request, f"{adulte} n’a plus accès à cette famille.")
        return self._retour(pk)

    def agir(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not acces.peut_agir_pour(request.user):  # type: ignore[arg-type]
            raise PermissionDenied
        famille = get_object_or_404(Famille, pk=pk, archivee_le=None)
        agir.commencer(famille=famille, agent=request.user, maintenant=timezone.now())  # type: ignore[arg-type]
        request.session["agit_pour"] = famille.pk
        return redirect("espace")

    def quotient(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not request.user.has_perm("familles.add_quotientfamilial"):
            raise PermissionDenied
        famille = get_object_or_404(Famille, pk=pk)
        formulaire = FormulaireQuotient(request.POST or None)
        if formulaire.is_valid():
            try:
                quotient.enregistrer(
                    famille=famille,
                    auteur=request.user,  # type: ignore[arg-type]
                    maintenant=timezone.now(),
                    **formulaire.cleaned_data,
                )
            except QuotientRefuse as refus:
                formulaire.add_error("du", refus.phrases()[0])
            else:
                messages.success(request, "Le quotient est enregistré.")
                return self._retour(pk)
        contexte = {**self.admin_site.each_context(request), "title": f"Quotient familial de {famille}"}
        return render(request, "familles/gestion/quotient.html", {**contexte, "famille": famille, "form": formulaire})

    def _retour(self, pk: int) -> HttpResponse:
        return redirect(reverse("admin:familles_famille_change", args=[pk]))
