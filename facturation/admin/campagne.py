"""The billing run: prepare, preview, issue, follow."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone

from facturation.actions import campagne as campagnes
from facturation.actions import emission
from facturation.admin.commun import LectureSeule, poster
from facturation.admin.formulaires import FormulaireCampagne, FormulaireEmission
from facturation.enums import EtatCampagne, EtatFacture, MotifRefusFacturation, NatureAnomalie
from facturation.erreurs import FacturationRefusee
from facturation.models import Campagne
from portail.commun.decorateurs import geste
from portail.commun.montants import ZERO
from portail.commun.templatetags.typographie import euros

#: The page of a run that is being issued asks for itself again after that time.
SECONDES_AVANT_SUITE = 4


@admin.register(Campagne)
class AdminCampagne(LectureSeule):
    list_display = ["libelle", "regie", "du", "au", "etat", "nombre", "total", "date_emission"]
    list_filter = ["etat", "regie"]
    list_select_related = ["regie"]
    search_fields = ["libelle"]

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return request.user.has_perm("facturation.add_campagne")

    def has_gesture_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("facturation.change_campagne")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Campagne]:
        return (
            super()
            .get_queryset(request)
            .annotate(
                nombre_factures=Count("factures"),
                nombre_emises=Count("factures", filter=~Q(factures__etat=EtatFacture.BROUILLON)),
                montant_total=Sum("factures__montant", default=ZERO),
            )
        )

    @admin.display(description="factures")
    def nombre(self, campagne: Any) -> int:
        return int(campagne.nombre_factures)

    @admin.display(description="montant")
    def total(self, campagne: Any) -> str:
        return euros(campagne.montant_total)

    def get_urls(self) -> list[URLPattern]:
        gestes = {
            "recalculer": self.recalculer,
            "supprimer": self.supprimer,
            "emettre": self.emettre,
            "reprendre": self.reprendre,
        }
        vue = self.admin_site.admin_view
        return [
            *(
                path(f"<path:object_id>/{nom}/", vue(poster(methode)), name=f"facturation_campagne_{nom}")
                for nom, methode in gestes.items()
            ),
            *super().get_urls(),
        ]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Prepare a run: its draft is computed at once."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        formulaire = FormulaireCampagne(request.POST or None)
        if request.method == "POST" and formulaire.is_valid():
            campagne = campagnes.creer(
                **formulaire.cleaned_data,
                auteur=request.user,  # type: ignore[arg-type]
                maintenant=timezone.now(),
            )
            return self.retour(campagne)
        contexte = self._contexte(request, "Préparer une campagne de facturation", form=formulaire)
        return render(request, "facturation/gestion/preparer.html", contexte)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Preview a draft, follow an issue, or read again what was issued."""
        campagne = self.get_object(request, object_id)
        if campagne is None:
            raise Http404
        if not self.has_view_permission(request, campagne):
            raise PermissionDenied
        return self._apercu(request, campagne)

    def _apercu(
        self, request: HttpRequest, campagne: Any, formulaire: FormulaireEmission | None = None
    ) -> HttpResponse:
        factures = campagne.factures.select_related("famille").order_by("numero", "pk")
        contexte = self._contexte(
            request,
            campagne.libelle,
            campagne=campagne,
            page=Paginator(factures, 50).get_page(request.GET.get("p")),
            anomalies=[(NatureAnomalie(a["nature"]).label, a["objet"], a["nombre"]) for a in campagne.anomalies],
            form=formulaire or FormulaireEmission.propose(campagne.regie, timezone.localdate()),
            peut_agir=self.has_gesture_permission(request),
            en_brouillon=campagne.etat == EtatCampagne.BROUILLON,
            en_emission=campagne.etat == EtatCampagne.EMISSION,
        )
        reponse = render(request, "facturation/gestion/apercu.html", contexte, status=422 if formulaire else 200)
        if campagne.etat == EtatCampagne.EMISSION:
            reponse["Refresh"] = str(SECONDES_AVANT_SUITE)
        return reponse

    def _contexte(self, request: HttpRequest, titre: str, **reste: Any) -> dict[str, Any]:
        return {**self.admin_site.each_context(request), "title": titre, "opts": self.opts, **reste}

    @geste
    def recalculer(self, request: HttpRequest, campagne: Campagne) -> HttpResponse:
        campagnes.recalculer(campagne=campagne, auteur=request.user, maintenant=timezone.now())  # type: ignore[arg-type]
        messages.success(request, "Le brouillon est recalculé d’après les présences actuelles.")
        return self.retour(campagne)

    @geste
    def supprimer(self, request: HttpRequest, campagne: Campagne) -> HttpResponse:
        campagnes.supprimer(campagne=campagne, auteur=request.user, maintenant=timezone.now())  # type: ignore[arg-type]
        messages.success(request, "Le brouillon est supprimé : ses jours peuvent être facturés par une autre campagne.")
        return redirect("admin:facturation_campagne_changelist")

    @geste
    def emettre(self, request: HttpRequest, campagne: Campagne) -> HttpResponse:
        formulaire = FormulaireEmission(request.POST)
        if not formulaire.is_valid():
            return self._apercu(request, campagne, formulaire)
        emission.lancer(
            campagne=campagne,
            **formulaire.cleaned_data,
            auteur=request.user,  # type: ignore[arg-type]
            maintenant=timezone.now(),
        )
        messages.success(request, "L’émission est lancée : vous pouvez quitter cette page, elle continue sans vous.")
        return self.retour(campagne)

    @geste
    def reprendre(self, request: HttpRequest, campagne: Campagne) -> HttpResponse:
        """Wake the worker up for a run left half-way; harmless when it is at work."""
        if campagne.etat != EtatCampagne.EMISSION:
            raise FacturationRefusee(MotifRefusFacturation.PAS_EN_EMISSION)
        emission.reveiller(campagne)
        messages.success(request, "L’émission reprend où elle s’était arrêtée.")
        return self.retour(campagne)

    def retour(self, campagne: Campagne) -> HttpResponse:
        return redirect("admin:facturation_campagne_change", campagne.pk)
