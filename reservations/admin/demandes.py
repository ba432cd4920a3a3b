"""The queue of the requests: by deadline then age, with the places left and what is to be seen, answered by batch."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Count, F, Model, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from portail.commun.templatetags.typographie import jour_court, limite
from reservations.admin.base import FiltreDesSites
from reservations.admin.filtres import URGENT, AttenteDesDemandes, AVerifier, Urgence
from reservations.admin.garde import GardeEnConflitDesDemandes
from reservations.admin.presences import foyer_et_classe, il_y_a, liste_de_phrases
from reservations.admin.reponses import AvecReponse
from reservations.conflits import constats_des_jours
from reservations.echeances import premiere_echeance
from reservations.enums import ETATS_A_TRAITER, EtatPresence
from reservations.models import Demande, LigneDemande, Presence

#: Days of one request that its row details; beyond, they are read in their own list.
JOURS_DETAILLES = 40


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


class ListeDesDemandes(ChangeList):
    """The queue; the nearest deadline of each request is read for the list only."""

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Demande]:
        if "echeance" not in self.root_queryset.query.annotations:
            self.root_queryset = self.root_queryset.annotate(echeance=premiere_echeance())
        return super().get_queryset(request, exclude_parameters)  # type: ignore[no-any-return]


@admin.register(Demande)
class DemandeAdmin(AvecReponse):
    chemin_site = "reservation__periode__accueil__etablissement"
    list_display = ("numero", "qui", "quoi", "a_traiter", "limite_proche", "places", "a_voir")
    list_filter = (
        AttenteDesDemandes,
        Urgence,
        AVerifier,
        GardeEnConflitDesDemandes,
        ("reservation__periode__accueil__etablissement", FiltreDesSites),
        ("reservation__periode__accueil", FiltreDesSites),
        ("reservation__periode", FiltreDesSites),
        "reservation__enfant__ecole",
        "reservation__enfant__classe",
        "envoyee_le",
    )
    search_fields = ("reservation__numero", "reservation__enfant__nom_recherche", "reservation__famille__nom_recherche")
    list_select_related = (
        "reservation__enfant__ecole",
        "reservation__enfant__classe",
        "reservation__famille",
        "reservation__periode__accueil__etablissement",
        "auteur",
    )
    list_per_page = 50
    inlines = (LigneEnLigne,)
    readonly_fields = ("numero",)

    def presences_de(self, queryset: QuerySet[Any]) -> QuerySet[Presence]:
        return Presence.objects.filter(demande__in=queryset.order_by().values("pk"), etat__in=ETATS_A_TRAITER)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        attente = Count("presences", filter=Q(presences__etat__in=ETATS_A_TRAITER))
        return super().get_queryset(request).annotate(attente=attente)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return ListeDesDemandes

    def get_ordering(self, request: HttpRequest) -> Any:
        """The nearest deadline, then the oldest request; what is answered already, the newest first."""
        if request.GET.get("attente") == "toutes":
            return ("-pk",)
        return (F("echeance").asc(nulls_last=True), "envoyee_le", "pk")

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """Read for the whole page the days that wait, their places, and what is to be seen on them."""
        liste: Any = super().get_changelist_instance(request)
        lignes: list[Any] = list(liste.result_list)
        lues = Presence.objects.filter(demande__in=lignes, etat__in=ETATS_A_TRAITER).select_related(
            "creneau__prestation", "creneau__jour_salle"
        )
        jours: defaultdict[int | None, list[Presence]] = defaultdict(list)
        for une in lues.order_by("creneau__jour", "creneau__prestation__ordre", "pk"):
            jours[une.demande_id].append(une)
        autres = dict(Presence.objects.filter(demande__in=lignes).actives().values_list("pk", "demande_id"))
        constats = constats_des_jours(autres, maintenant=timezone.now(), dossier=self.has_traiter_permission(request))
        phrases: defaultdict[int | None, list[str]] = defaultdict(list)
        for pk, siens in constats.items():
            phrases[autres[pk]] += [un.phrase for un in siens]
        for une in lignes:
            une.jours, une.constats = jours[une.pk], list(dict.fromkeys(phrases[une.pk]))
        liste.result_list = lignes
        liste.tout = "attente=toutes"
        return liste  # type: ignore[no-any-return]

    @admin.display(description="enfant et famille", ordering="reservation__enfant__nom_recherche")
    def qui(self, demande: Demande) -> SafeString:
        reservation = demande.reservation
        return format_html("{}<br><small>{}</small>", reservation.enfant, foyer_et_classe(reservation))

    @admin.display(description="accueil et période", ordering="reservation__periode")
    def quoi(self, demande: Demande) -> SafeString:
        periode = demande.reservation.periode
        return format_html("{}<br><small>{}</small>", periode.accueil.nom, periode)

    @admin.display(description="à traiter", ordering="attente")
    def a_traiter(self, demande: Any) -> SafeString:
        """How many days wait, which kind, since when, and the way to them one by one."""
        jours: list[Presence] = getattr(demande, "jours", [])
        envoi = format_html(
            "<small>envoyée {}{}</small>",
            il_y_a(demande.envoyee_le),
            ", saisie par le service" if demande.motif_au_nom_de else "",
        )
        if not jours:
            return format_html("Rien à traiter<br>{}", envoi)
        retraits = sum(une.etat == EtatPresence.ANNULATION_DEMANDEE for une in jours)
        mots = [
            f"{nombre} {mot}{'s' if nombre > 1 else ''}"
            for nombre, mot in ((len(jours) - retraits, "jour"), (retraits, "annulation"))
            if nombre
        ]
        lien = f"{reverse('admin:reservations_presence_changelist')}?demande__id__exact={demande.pk}&attente=oui"
        return format_html('<a href="{}">{}</a><br>{}', lien, ", ".join(mots), envoi)

    @admin.display(description="limite la plus proche", ordering="echeance", empty_value="")
    def limite_proche(self, demande: Any) -> SafeString | str:
        if (echeance := getattr(demande, "echeance", None)) is None:
            return ""
        mot = urgence(echeance, timezone.now())
        dite = limite(echeance)
        return format_html('{}<br><strong class="urgence">{}</strong>', dite, mot) if mot else dite

    @admin.display(description="places restantes", empty_value="")
    def places(self, demande: Any) -> SafeString | str:
        """The fewest, and each day on demand."""
        jours = [une for une in getattr(demande, "jours", []) if une.etat != EtatPresence.ANNULATION_DEMANDEE]
        if not jours:
            return ""
        restes = [une.creneau.places_libres for une in jours]
        bornes = f"{min(restes)}" if min(restes) == max(restes) else f"de {min(restes)} à {max(restes)}"
        lignes = [
            f"{jour_court(une.creneau.jour)}, {une.creneau.prestation.nom_court}\u00a0: "
            f"{une.creneau.places_libres} sur {une.creneau.capacite}"
            for une in jours[:JOURS_DETAILLES]
        ]
        if len(jours) > JOURS_DETAILLES:
            lignes.append(f"et {len(jours) - JOURS_DETAILLES} autres jours")
        return format_html(
            '<details class="places-du-jour"><summary>{}</summary><ul>{}</ul></details>',
            bornes,
            format_html_join("", "<li>{}</li>", ([une] for une in lignes)),
        )

    @admin.display(description="à vérifier", empty_value="")
    def a_voir(self, demande: Any) -> SafeString:
        return liste_de_phrases(getattr(demande, "constats", []))


def urgence(echeance: datetime, maintenant: datetime) -> str:
    """Return the word of an urgent deadline; empty when there is time."""
    if echeance < maintenant:
        return "Dépassée"
    return "Dans les 48 h" if echeance < maintenant + URGENT else ""
