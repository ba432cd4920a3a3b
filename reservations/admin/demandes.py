"""The queue of requests: accept or refuse by batch, with the places left in sight. Nothing is edited by hand."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.views.main import ChangeList
from django.db.models import Count, Model, Q, QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.safestring import SafeString

from portail.commun.templatetags.typographie import limite
from reservations import actions
from reservations.actions.reponse import BilanReponse
from reservations.admin.base import FiltreDesSites, LectureSeule, LimiteAuxSites
from reservations.admin.garde import GardeEnConflit, GardeEnConflitDesDemandes
from reservations.calendrier import limites_des_jours
from reservations.enums import EtatPresence, MotifRefus
from reservations.garde import conflits_des_presences
from reservations.models import Demande, LigneDemande, Presence
from reservations.planning.cases import pastille

#: Why a day that waits could not be accepted.
POURQUOI_EN_ATTENTE = {MotifRefus.COMPLET: "plus de place libre", MotifRefus.FERME: "jour fermé"}
A_TRAITER = (EtatPresence.DEMANDEE, EtatPresence.ANNULATION_DEMANDEE)


class MotifForm(forms.Form):
    motif = forms.CharField(
        label="Motif, tel que la famille le lit",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 80}),
        error_messages={"required": "Écrivez le motif : la famille le reçoit par courriel."},
        help_text="Par exemple « Effectif maximum atteint. »",
    )


class AvecReponse(LimiteAuxSites, LectureSeule):
    """Adds « accept » and « refuse » to a list; ``presences_de`` tells which days the chosen rows stand for."""

    actions = ("accepter_les_jours", "refuser_les_jours")

    def has_traiter_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("reservations.change_presence"))

    def presences_de(self, queryset: QuerySet[Any]) -> QuerySet[Presence]:
        raise NotImplementedError

    @admin.action(description="Accepter", permissions=["traiter"])
    def accepter_les_jours(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        presences = list(self.presences_de(queryset).values_list("pk", flat=True))
        bilan = actions.accepter(presences=presences, agent=request.user, maintenant=timezone.now())  # type: ignore[arg-type]
        _dire(request, bilan, "accepté")

    @admin.action(description="Refuser, avec un motif…", permissions=["traiter"])
    def refuser_les_jours(self, request: HttpRequest, queryset: QuerySet[Any]) -> TemplateResponse | None:
        """Ask for the reason on a page of its own, then refuse."""
        presences = self.presences_de(queryset)
        formulaire = MotifForm(request.POST if "confirmer" in request.POST else None)
        if formulaire.is_valid():
            bilan = actions.refuser(
                presences=list(presences.values_list("pk", flat=True)),
                agent=request.user,  # type: ignore[arg-type]
                motif=formulaire.cleaned_data["motif"],
                maintenant=timezone.now(),
            )
            _dire(request, bilan, "refusé")
            return None
        return TemplateResponse(
            request,
            "admin/reservations/refuser.html",
            {
                **self.admin_site.each_context(request),
                "title": "Refuser des jours",
                "opts": self.opts,
                "formulaire": formulaire,
                "presences": presences.select_related(
                    "enfant", "creneau__prestation__periode", "reservation__famille"
                ).order_by("creneau__jour"),
                "nom_case": ACTION_CHECKBOX_NAME,
                "choisis": request.POST.getlist(ACTION_CHECKBOX_NAME),
                "tous": request.POST.get("select_across", "0"),
            },
        )


def _dire(request: HttpRequest, bilan: BilanReponse, verbe: str) -> None:
    pluriel = "s" if bilan.traitees > 1 else ""
    if bilan.traitees:
        messages.success(request, f"{bilan.traitees} jour{pluriel} {verbe}{pluriel}. Les familles sont prévenues.")
    if bilan.ignorees:
        noms = ", ".join(f"{une.reservation.enfant} {une.creneau.jour:%d/%m}" for une in bilan.ignorees[:10])
        messages.warning(request, f"N’attendait plus de réponse, rien n’y change : {noms}.")
    if bilan.retenues:
        jours = "\u202f; ".join(
            f"{une.reservation.enfant}, {une.creneau.prestation.nom_court} du {une.creneau.jour:%d/%m}"
            f" ({POURQUOI_EN_ATTENTE[motif]})"
            for une, motif in bilan.retenues[:10]
        )
        autres = len(bilan.retenues) - 10
        suite = f"\u202f; et {autres} autre{'s' if autres > 1 else ''}" if autres > 0 else ""
        messages.warning(request, f"Toujours en liste d’attente\xa0: {jours}{suite}.")
    if not (bilan.traitees or bilan.ignorees or bilan.retenues):
        messages.info(request, "Aucun jour à traiter dans cette sélection.")


class HeuresAChanger(admin.SimpleListFilter):
    title = "changement d’heures"
    parameter_name = "heures"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("a_changer", "À examiner")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.heures_a_changer() if self.value() == "a_changer" else queryset  # type: ignore[attr-defined]


@admin.register(Presence)
class PresenceAdmin(AvecReponse):
    chemin_site = "reservation__periode__accueil__etablissement"
    list_display = (
        "jour",
        "prestation",
        "enfant",
        "famille",
        "pastille_etat",
        "garde",
        "limite_du_jour",
        "restantes",
        "modifiee_le",
    )
    list_display_links = ("jour",)
    list_filter = (
        "etat",
        HeuresAChanger,
        GardeEnConflit,
        ("creneau__prestation__periode__accueil__etablissement", FiltreDesSites),
        ("creneau__prestation__periode", FiltreDesSites),
        ("creneau__prestation", FiltreDesSites),
    )
    date_hierarchy = "creneau__jour"
    search_fields = ("enfant__nom_recherche", "reservation__famille__nom_recherche", "reservation__numero")
    #: The next deadline comes with the next day; then the oldest request first.
    ordering = ("creneau__jour", "modifiee_le", "pk")
    list_per_page = 50
    list_select_related = (
        "enfant",
        "creneau__prestation",
        "creneau__jour_salle",
        "reservation__famille",
        "reservation__periode__regle_reservation",
        "reservation__periode__regle_annulation",
        "reservation__periode__regle_attente",
    )

    def presences_de(self, queryset: QuerySet[Any]) -> QuerySet[Presence]:
        return Presence.objects.filter(pk__in=queryset.values("pk"))

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """Compute the limits of the page with one reading of the calendar, and one of the particular rules."""
        liste = super().get_changelist_instance(request)
        lignes: list[Any] = list(liste.result_list)
        if lignes:
            conflits = conflits_des_presences([une.pk for une in lignes])
            limites = limites_des_jours(lignes)
            for une in lignes:
                une.conflits_de_garde = conflits.get(une.pk, [])
                une.limite = limites[une.pk]
        liste.result_list = lignes
        return liste

    @admin.display(description="jour", ordering="creneau__jour")
    def jour(self, presence: Presence) -> str:
        return f"{presence.creneau.jour:%d/%m/%Y}"

    @admin.display(description="prestation", ordering="creneau__prestation")
    def prestation(self, presence: Presence) -> str:
        return presence.creneau.prestation.nom

    @admin.display(description="famille", ordering="reservation__famille__nom_recherche")
    def famille(self, presence: Presence) -> str:
        return str(presence.reservation.famille)

    @admin.display(description="état", ordering="etat")
    def pastille_etat(self, presence: Presence) -> SafeString:
        demandees = presence.heures_demandees_en_mots
        detail = f"{presence.heures_en_mots}, demandé\u00a0: {demandees}" if demandees else presence.motif
        return pastille(presence.etat, presence.get_etat_display(), detail)

    @admin.display(description="garde", empty_value="")
    def garde(self, presence: Any) -> str:
        return ", ".join(getattr(presence, "conflits_de_garde", []))

    @admin.display(description="limite")
    def limite_du_jour(self, presence: Any) -> str:
        return limite(presence.limite) if hasattr(presence, "limite") else ""

    @admin.display(description="places restantes")
    def restantes(self, presence: Presence) -> str:
        return f"{presence.creneau.places_libres} sur {presence.creneau.capacite}"


class LigneEnLigne(admin.TabularInline):  # type: ignore[type-arg]
    model = LigneDemande
    fields = readonly_fields = ("creneau", "sens", "etat", "raisons", "montant")
    extra = 0
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[LigneDemande]:
        return super().get_queryset(request).select_related("creneau__prestation")

    @admin.display(description="refus à l’envoi")
    def raisons(self, ligne: LigneDemande) -> str:
        return " ".join(ligne.phrases())

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(request.user.has_perm("reservations.view_demande"))


@admin.register(Demande)
class DemandeAdmin(AvecReponse):
    chemin_site = "reservation__periode__accueil__etablissement"
    list_display = ("numero", "enfant", "famille", "periode", "envoyee_le", "auteur", "a_traiter", "garde")
    list_filter = (
        GardeEnConflitDesDemandes,
        ("reservation__periode__accueil__etablissement", FiltreDesSites),
        ("reservation__periode", FiltreDesSites),
        "envoyee_le",
    )
    search_fields = ("reservation__numero", "reservation__enfant__nom_recherche", "reservation__famille__nom_recherche")
    list_select_related = ("reservation__enfant", "reservation__famille", "reservation__periode", "auteur")
    inlines = (LigneEnLigne,)
    readonly_fields = ("numero",)
    ordering = ("-pk",)

    def presences_de(self, queryset: QuerySet[Any]) -> QuerySet[Presence]:
        return Presence.objects.filter(demande__in=queryset.values("pk"), etat__in=A_TRAITER)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        attente = Count("presences", filter=Q(presences__etat__in=A_TRAITER))
        return super().get_queryset(request).annotate(attente=attente)

    @admin.display(description="enfant")
    def enfant(self, demande: Demande) -> str:
        return str(demande.reservation.enfant)

    @admin.display(description="famille")
    def famille(self, demande: Demande) -> str:
        return str(demande.reservation.famille)

    @admin.display(description="période")
    def periode(self, demande: Demande) -> str:
        return str(demande.reservation.periode)

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """Tell of each request of the page whether its days meet a custody conflict."""
        liste = super().get_changelist_instance(request)
        lignes: list[Any] = list(liste.result_list)
        jours = dict(Presence.objects.filter(demande__in=lignes).values_list("pk", "demande_id"))
        conflits = conflits_des_presences(jours)
        for une in lignes:
            phrases = [phrase for pk, siennes in conflits.items() if jours[pk] == une.pk for phrase in siennes]
            une.conflits_de_garde = list(dict.fromkeys(phrases))
        liste.result_list = lignes
        return liste

    @admin.display(description="garde", empty_value="")
    def garde(self, demande: Any) -> str:
        return ", ".join(getattr(demande, "conflits_de_garde", []))

    @admin.display(description="jours à traiter", ordering="attente")
    def a_traiter(self, demande: Any) -> int:
        return int(demande.attente)
