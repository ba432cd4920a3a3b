"""The allotment of a pre-booking window: prepare, read, decide, compute again, confirm, follow."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from portail.commun.decorateurs import geste
from portail.commun.erreurs import RefusMetier
from reservations import acces, actions
from reservations.actions import confirmation
from reservations.admin.base import FiltreDesSites, LectureSeule, LimiteAuxSites
from reservations.attributions import sans_attribution
from reservations.enums import EtatAttribution, EtatPresence
from reservations.explications import criteres_en_mots
from reservations.models import Attribution, Periode

#: The page of an allotment that is being applied asks for itself again after that time.
SECONDES_AVANT_SUITE = 4


@admin.register(Attribution)
class AttributionAdmin(LimiteAuxSites, LectureSeule):
    chemin_site = "periode__accueil__etablissement"
    list_display = ("periode", "etablissement", "etat", "calculee_le", "nombre_de_demandes", "nombre_de_places")
    list_filter = ("etat", ("periode__accueil__etablissement", FiltreDesSites))
    list_select_related = ("periode__accueil__etablissement",)
    search_fields = ("periode__nom",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("reservations.add_attribution"))

    def has_gesture_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("reservations.change_attribution"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return (
            super()
            .get_queryset(request)
            .annotate(
                demandes=Count("lignes"),
                donnees=Count("lignes", filter=Q(lignes__donnee=True)),
                appliquees=Count("lignes", filter=Q(lignes__appliquee_le__isnull=False)),
                decidees=Count("lignes", filter=Q(lignes__impose__isnull=False)),
                perdues=Count("lignes", filter=Q(lignes__perdue=True)),
            )
        )

    @admin.display(description="établissement", ordering="periode__accueil__etablissement__nom")
    def etablissement(self, attribution: Attribution) -> str:
        return str(attribution.periode.accueil.etablissement)

    @admin.display(description="jours demandés")
    def nombre_de_demandes(self, attribution: Any) -> int:
        return int(attribution.demandes)

    @admin.display(description="places données")
    def nombre_de_places(self, attribution: Any) -> int:
        return int(attribution.donnees)

    def get_urls(self) -> list[URLPattern]:
        gestes = {
            "recalculer": self.recalculer,
            "confirmer": self.confirmer,
            "abandonner": self.abandonner,
            "reprendre": self.reprendre,
        }
        vue = self.admin_site.admin_view
        return [
            *(
                path(
                    f"<path:object_id>/{nom}/",
                    vue(require_POST(methode)),
                    name=f"reservations_attribution_{nom}",
                )
                for nom, methode in gestes.items()
            ),
            *super().get_urls(),
        ]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Choose a période whose window is over; its proposal is computed at once."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        periodes = self._a_attribuer(request)
        if request.method == "POST":
            choisie = next((une for une in periodes if str(une.pk) == request.POST.get("periode")), None)
            if choisie is None:
                raise Http404
            try:
                attribution = actions.preparer_attribution(
                    periode=choisie,
                    agent=request.user,  # type: ignore[arg-type]
                    maintenant=timezone.now(),
                )
            except RefusMetier as refus:
                for phrase in refus.phrases():
                    messages.error(request, f"{choisie}\u00a0: {phrase}")
                return redirect("admin:reservations_attribution_add")
            messages.success(request, "La proposition est calculée\u00a0: relisez-la, modifiez-la, puis confirmez-la.")
            return self.retour(attribution)
        contexte = self._contexte(request, "Préparer une attribution", periodes=periodes, maintenant=timezone.now())
        return TemplateResponse(request, "admin/reservations/attribution_preparer.html", contexte)

    def _a_attribuer(self, request: HttpRequest) -> list[Periode]:
        """Return the périodes with a window and no allotment, with how many days wait; one query."""
        attente = Count("reservations__presences", filter=Q(reservations__presences__etat=EtatPresence.EN_ATTRIBUTION))
        visibles = acces.limiter_aux_sites(Periode.objects.all(), request.user, "accueil__etablissement")  # type: ignore[arg-type]
        return list(
            sans_attribution(visibles)
            .annotate(attente=attente)
            .select_related("accueil__etablissement")
            .order_by("prereservation_au", "pk")
        )

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Read the totals of each day; the lines have a list of their own."""
        attribution: Any = self.get_object(request, object_id)
        if attribution is None:
            raise Http404
        if not self.has_view_permission(request, attribution):
            raise PermissionDenied
        etat = EtatAttribution(attribution.etat)
        contexte = self._contexte(
            request,
            str(attribution),
            attribution=attribution,
            criteres=criteres_en_mots(attribution.criteres),
            jours=totaux_par_jour(attribution),
            lignes=reverse("admin:reservations_ligneattribution_changelist")
            + f"?attribution__id__exact={attribution.pk}",
            peut_agir=self.has_gesture_permission(request),
            proposee=etat == EtatAttribution.PROPOSEE,
            en_cours=etat == EtatAttribution.CONFIRMATION,
            confirmee=etat == EtatAttribution.CONFIRMEE,
        )
        reponse = TemplateResponse(request, "admin/reservations/attribution.html", contexte)
        if etat == EtatAttribution.CONFIRMATION:
            reponse["Refresh"] = str(SECONDES_AVANT_SUITE)
        return reponse

    def _contexte(self, request: HttpRequest, titre: str, **reste: Any) -> dict[str, Any]:
        return {**self.admin_site.each_context(request), "title": titre, "opts": self.opts, **reste}

    @geste
    def recalculer(self, request: HttpRequest, attribution: Attribution) -> HttpResponse:
        actions.recalculer_attribution(attribution=attribution, agent=request.user, maintenant=timezone.now())  # type: ignore[arg-type]
        messages.success(request, "La proposition est recalculée\u00a0; les décisions du service sont gardées.")
        return self.retour(attribution)

    @geste
    def confirmer(self, request: HttpRequest, attribution: Attribution) -> HttpResponse:
        actions.confirmer_attribution(attribution=attribution, agent=request.user, maintenant=timezone.now())  # type: ignore[arg-type]
        messages.success(request, "La confirmation est lancée\u00a0: vous pouvez quitter cette page, elle continue.")
        return self.retour(attribution)

    @geste
    def abandonner(self, request: HttpRequest, attribution: Attribution) -> HttpResponse:
        actions.abandonner_attribution(attribution=attribution, agent=request.user, maintenant=timezone.now())  # type: ignore[arg-type]
        messages.success(request, "La proposition est abandonnée\u00a0: les demandes attendent toujours.")
        return self.retour(attribution)

    @geste
    def reprendre(self, request: HttpRequest, attribution: Attribution) -> HttpResponse:
        """Wake the worker up for a confirmation left half-way; harmless when it is at work."""
        if attribution.etat == EtatAttribution.CONFIRMATION:
            confirmation.reveiller(attribution)
            messages.success(request, "La confirmation reprend où elle s’était arrêtée.")
        return self.retour(attribution)

    def retour(self, attribution: Attribution) -> HttpResponse:
        return redirect("admin:reservations_attribution_change", attribution.pk)


def totaux_par_jour(attribution: Attribution) -> list[dict[str, Any]]:
    """Return the requests, the places and what is given on each day; one query."""
    lues = (
        attribution.lignes.values(
            "presence__creneau__jour", "presence__creneau__prestation__nom", "presence__creneau__prestation"
        )
        .annotate(
            demandes=Count("pk"),
            places=Max("places"),
            donnees=Count("pk", filter=Q(donnee=True)),
        )
        .order_by("presence__creneau__jour", "presence__creneau__prestation__ordre", "presence__creneau__prestation")
    )
    return [
        {
            "jour": une["presence__creneau__jour"],
            "prestation": une["presence__creneau__prestation__nom"],
            "demandes": une["demandes"],
            "places": une["places"],
            "donnees": une["donnees"],
            "sans_place": une["demandes"] - une["donnees"],
            "libres": une["places"] - une["donnees"],
            "filtre": f"&presence__creneau__jour__year={une['presence__creneau__jour'].year}"
            f"&presence__creneau__jour__month={une['presence__creneau__jour'].month}"
            f"&presence__creneau__jour__day={une['presence__creneau__jour'].day}"
            f"&presence__creneau__prestation__id__exact={une['presence__creneau__prestation']}",
        }
        for une in lues
    ]
