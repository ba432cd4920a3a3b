"""The requests of an allotment, one by one: rank, what settled, and what the service decides by itself."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portail.commun.erreurs import RefusMetier
from reservations import actions
from reservations.actions.attribution import BilanDecision
from reservations.admin.base import FiltreDesSites, LectureSeule, LimiteAuxSites
from reservations.enums import EtatPresence, MotifAttribution
from reservations.explications import en_bref
from reservations.models import Attribution, LigneAttribution, Presence
from reservations.planning.cases import pastille


class MotifDeDecisionForm(forms.Form):
    motif = forms.CharField(
        label="Motif, tel que la famille le lit",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 80}),
        error_messages={"required": str(MotifAttribution.SANS_MOTIF.label)},
        help_text="Par exemple « Situation signalée par le service social. »",
    )


@admin.register(LigneAttribution)
class LigneAttributionAdmin(LimiteAuxSites, LectureSeule):
    chemin_site = "attribution__periode__accueil__etablissement"
    list_display = (
        "jour",
        "prestation",
        "place_dans_l_ordre",
        "enfant",
        "famille",
        "issue",
        "pourquoi",
        "commune",
        "actifs",
        "avec_fratrie",
        "demandee",
    )
    list_display_links = None
    list_filter = (
        "donnee",
        ("impose", admin.EmptyFieldListFilter),
        "raison",
        ("attribution", FiltreDesSites),
        ("presence__creneau__prestation", FiltreDesSites),
    )
    date_hierarchy = "presence__creneau__jour"
    search_fields = ("presence__enfant__nom_recherche", "presence__reservation__famille__nom_recherche")
    ordering = ("presence__creneau__jour", "presence__creneau__prestation__ordre", "rang", "pk")
    list_per_page = 100
    change_list_template = "admin/reservations/attribution_lignes.html"
    list_select_related = (
        "attribution",
        "manque",
        "presence__enfant",
        "presence__creneau__prestation",
        "presence__reservation__famille",
    )
    actions = ("donner_la_place", "ne_pas_donner_la_place", "laisser_aux_criteres")

    def has_traiter_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("reservations.change_attribution"))

    @admin.display(description="jour", ordering="presence__creneau__jour")
    def jour(self, ligne: LigneAttribution) -> str:
        return f"{ligne.presence.creneau.jour:%d/%m/%Y}"

    @admin.display(description="prestation", ordering="presence__creneau__prestation")
    def prestation(self, ligne: LigneAttribution) -> str:
        return ligne.presence.creneau.prestation.nom_court

    @admin.display(description="enfant", ordering="presence__enfant__nom_recherche")
    def enfant(self, ligne: LigneAttribution) -> str:
        return str(ligne.presence.enfant)

    @admin.display(description="famille", ordering="presence__reservation__famille__nom_recherche")
    def famille(self, ligne: LigneAttribution) -> str:
        return str(ligne.presence.reservation.famille)

    @admin.display(description="place", ordering="donnee")
    def issue(self, ligne: LigneAttribution) -> SafeString:
        donnee = ligne.donnee and not ligne.perdue
        etat = EtatPresence.ACCEPTEE if donnee else EtatPresence.REFUSEE
        return pastille(etat.value, "Donnée" if donnee else "Pas de place")

    @admin.display(description="ce qui a décidé")
    def pourquoi(self, ligne: LigneAttribution) -> str:
        return en_bref(ligne)

    @admin.display(description="rang", ordering="rang")
    def place_dans_l_ordre(self, ligne: LigneAttribution) -> str:
        return f"{ligne.rang} pour\u00a0{ligne.places}"

    @admin.display(description="commune", boolean=True, ordering="residente")
    def commune(self, ligne: LigneAttribution) -> bool:
        return ligne.residente

    @admin.display(description="parents actifs", boolean=True, ordering="parents_actifs")
    def actifs(self, ligne: LigneAttribution) -> bool:
        return ligne.parents_actifs

    @admin.display(description="fratrie", boolean=True, ordering="fratrie")
    def avec_fratrie(self, ligne: LigneAttribution) -> bool:
        return ligne.fratrie

    @admin.display(description="demandée", ordering="demandee_le")
    def demandee(self, ligne: LigneAttribution) -> str:
        return f"{timezone.localtime(ligne.demandee_le):%d/%m %H:%M}"

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Lead back to the allotment that the list is kept to."""
        voulue = request.GET.get("attribution__id__exact", "")
        contexte = {"attribution_pk": voulue if voulue.isascii() and voulue.isdigit() else ""}
        return super().changelist_view(request, {**contexte, **(extra_context or {})})

    @admin.action(description="Donner la place, avec un motif…", permissions=["traiter"])
    def donner_la_place(self, request: HttpRequest, queryset: QuerySet[Any]) -> TemplateResponse | None:
        return self._demander_le_motif(request, queryset, donner=True)

    @admin.action(description="Ne pas donner la place, avec un motif…", permissions=["traiter"])
    def ne_pas_donner_la_place(self, request: HttpRequest, queryset: QuerySet[Any]) -> TemplateResponse | None:
        return self._demander_le_motif(request, queryset, donner=False)

    @admin.action(description="Laisser aux critères (oublier la décision du service)", permissions=["traiter"])
    def laisser_aux_criteres(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self._decider(request, queryset, None, "")

    def _demander_le_motif(
        self, request: HttpRequest, queryset: QuerySet[Any], *, donner: bool
    ) -> TemplateResponse | None:
        """Ask for the reason on a page of its own, then decide."""
        formulaire = MotifDeDecisionForm(request.POST if "confirmer" in request.POST else None)
        if formulaire.is_valid():
            self._decider(request, queryset, donner, formulaire.cleaned_data["motif"])
            return None
        return TemplateResponse(
            request,
            "admin/reservations/attribution_decider.html",
            {
                **self.admin_site.each_context(request),
                "title": "Donner des places" if donner else "Ne pas donner des places",
                "opts": self.opts,
                "formulaire": formulaire,
                "donner": donner,
                "lignes": queryset.select_related(*self.list_select_related),
                "geste": "donner_la_place" if donner else "ne_pas_donner_la_place",
                "nom_case": ACTION_CHECKBOX_NAME,
                "choisis": request.POST.getlist(ACTION_CHECKBOX_NAME),
                "tous": request.POST.get("select_across", "0"),
            },
        )

    def _decider(
        self,
        request: HttpRequest,
        queryset: QuerySet[Any],
        donner: bool | None,  # noqa: FBT001 - private
        motif: str,
    ) -> None:
        lignes = dict(queryset.values_list("pk", "attribution_id"))
        for attribution in Attribution.objects.filter(pk__in=set(lignes.values())).select_related("periode"):
            siennes = [pk for pk, autre in lignes.items() if autre == attribution.pk]
            try:
                bilan = actions.decider_des_lignes(
                    attribution=attribution,
                    lignes=siennes,
                    donner=donner,
                    motif=motif,
                    agent=request.user,  # type: ignore[arg-type]
                    maintenant=timezone.now(),
                )
            except RefusMetier as refus:
                for phrase in refus.phrases():
                    messages.error(request, f"{attribution.periode}\u00a0: {phrase}")
            else:
                _dire(request, attribution, bilan)


def _dire(request: HttpRequest, attribution: Attribution, bilan: BilanDecision) -> None:
    page = format_html(
        '<a href="{}">{}</a>',
        reverse("admin:reservations_attribution_change", args=[attribution.pk]),
        attribution.periode,
    )
    pluriel = "s" if bilan.decidees > 1 else ""
    messages.success(
        request,
        format_html("{}\u00a0: {} jour{} changé{}. Le reste est recalculé.", page, bilan.decidees, pluriel, pluriel),
    )
    for lignes, texte in ((bilan.gagnantes, "Ont maintenant une place"), (bilan.perdantes, "N’ont plus de place")):
        if lignes:
            noms = "\u202f; ".join(_nommer(une) for une in lignes[:10])
            suite = f"\u202f; et {len(lignes) - 10} de plus" if len(lignes) > 10 else ""  # noqa: PLR2004
            messages.warning(request, f"{texte}\u00a0: {noms}{suite}.")


def _nommer(ligne: LigneAttribution) -> str:
    presence: Presence = ligne.presence
    return f"{presence.enfant}, {presence.creneau.prestation.nom_court} du {presence.creneau.jour:%d/%m}"
