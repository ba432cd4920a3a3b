"""Days of the children: those of today first, and the queue of those that wait, with all that one must know."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from portail.commun.dates import aujourdhui
from portail.commun.pagination import PaginationParCles
from portail.commun.templatetags.typographie import jour_court, limite
from reservations import acces
from reservations.admin.base import FiltreDesSites
from reservations.admin.filtres import Attente, AVerifier, HeuresAChanger, Quand, Urgence
from reservations.admin.garde import GardeEnConflit
from reservations.admin.reponses import AvecReponse
from reservations.calendrier import limites_des_jours
from reservations.conflits import constats_des_jours
from reservations.echeances import EN_ATTENTE, ORDRE, avec_echeance
from reservations.models import Creneau, EtapePresence, Presence
from reservations.planning.cases import pastille

#: Filters that make of the list the queue: the deadline first, then the age of the request.
DE_LA_FILE = frozenset({"attente", "urgence", "a_verifier", "etat__in", "demande__id__exact"})


class EtapeEnLigne(admin.TabularInline):  # type: ignore[type-arg]
    """Who changed the day, when and why: what the family reads in its own history, with the names of the service."""

    model = EtapePresence
    fields = readonly_fields = ("le", "changement", "auteur", "motif")
    verbose_name_plural = "Historique"
    extra = 0
    can_delete = False
    ordering = ("pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[EtapePresence]:
        return super().get_queryset(request).select_related("auteur")

    @admin.display(description="changement")
    def changement(self, etape: EtapePresence) -> str:
        if etape.avant == etape.apres:
            return ""
        avant = f"{etape.get_avant_display()} → " if etape.avant else ""
        return f"{avant}{etape.get_apres_display()}"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ListeDesJours(ChangeList):
    """A day, or the queue; the deadlines are only read for the queue, which is ordered by them."""

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Presence]:
        if est_la_file(request) and "limite" not in self.root_queryset.query.annotations:
            self.root_queryset = avec_echeance(self.root_queryset)
        return super().get_queryset(request, exclude_parameters)  # type: ignore[no-any-return]


def est_la_file(request: HttpRequest) -> bool:
    return bool(DE_LA_FILE & set(request.GET)) or request.GET.get("etat__exact") in EN_ATTENTE


@admin.register(Presence)
class PresenceAdmin(AvecReponse):
    chemin_site = "reservation__periode__accueil__etablissement"
    list_display = ("jour", "quoi", "qui", "pastille_etat", "limite_du_jour", "restantes", "a_voir")
    list_display_links = ("jour",)
    list_filter = (
        Quand,
        Attente,
        Urgence,
        AVerifier,
        "etat",
        HeuresAChanger,
        GardeEnConflit,
        ("creneau__prestation__periode__accueil__etablissement", FiltreDesSites),
        ("creneau__prestation__periode__accueil", FiltreDesSites),
        ("creneau__prestation__periode", FiltreDesSites),
        ("creneau__prestation", FiltreDesSites),
        "enfant__ecole",
        "enfant__classe",
    )
    search_fields = ("enfant__nom_recherche", "reservation__famille__nom_recherche", "reservation__numero")
    list_per_page = 50
    #: A town has a million of these rows: neither counted whole beside the filters, nor joined to their page's tables.
    show_full_result_count = False
    paginator = PaginationParCles
    inlines = (EtapeEnLigne,)
    list_select_related = (
        "enfant__ecole",
        "enfant__classe",
        "creneau__prestation",
        "creneau__jour_salle",
        "reservation__famille",
        "reservation__periode__accueil",
        "reservation__periode__regle_reservation",
        "reservation__periode__regle_annulation",
        "reservation__periode__regle_attente",
    )

    def presences_de(self, queryset: QuerySet[Any]) -> QuerySet[Presence]:
        return Presence.objects.filter(pk__in=queryset.order_by().values("pk"))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return ListeDesJours

    def get_ordering(self, request: HttpRequest) -> Any:
        if est_la_file(request):
            return ORDRE
        return ("creneau__jour", "creneau__prestation__ordre", "enfant__nom_recherche", "pk")

    def prochain_jour(self, request: HttpRequest, jour: date) -> date:
        """Return this day, or the next one on which the sites of this person open; this day when none does."""
        return self._jour_voisin(request, jour, 1) or jour

    def _jour_voisin(self, request: HttpRequest, jour: date, sens: int) -> date | None:
        creneaux = acces.limiter_aux_sites(
            Creneau.objects.filter(ferme=False),
            request.user,  # type: ignore[arg-type]
            "prestation__periode__accueil__etablissement",
        )
        if sens > 0:
            return creneaux.filter(jour__gte=jour).order_by("jour").values_list("jour", flat=True).first()
        return creneaux.filter(jour__lte=jour).order_by("-jour").values_list("jour", flat=True).first()

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """Compute the limits of the page with one reading of the calendar, and what is to be seen by sets."""
        liste: Any = super().get_changelist_instance(request)
        lignes: list[Any] = list(liste.result_list)
        if lignes:
            dossier = self.has_traiter_permission(request)
            constats = constats_des_jours([une.pk for une in lignes], maintenant=timezone.now(), dossier=dossier)
            # The queue is ordered by the deadlines: those of its days are read already.
            lues = {une.pk: une.limite for une in lignes if une.etat in EN_ATTENTE and est_la_file(request)}
            limites = lues | limites_des_jours([une for une in lignes if une.pk not in lues])
            for une in lignes:
                une.constats = [un.phrase for un in constats.get(une.pk, [])]
                une.limite_dite = limites[une.pk]
        liste.result_list = lignes
        liste.tout = "quand=tous"
        liste.navigation = self._navigation(request, liste)
        return liste  # type: ignore[no-any-return]

    def _navigation(self, request: HttpRequest, liste: ChangeList) -> dict[str, Any]:
        """Where « before » and « after » lead: the neighbouring open days, or the neighbouring weeks."""
        quand = next(un for un in liste.filter_specs if isinstance(un, Quand))
        du, au = quand.jours or (quand.jour_meme, quand.jour_meme)
        if quand.semaine:
            avant: date | None = du - timedelta(days=7)
            apres: date | None = du + timedelta(days=7)
        else:
            avant = self._jour_voisin(request, du - timedelta(days=1), -1)
            apres = self._jour_voisin(request, au + timedelta(days=1), 1)
        prefixe = Quand.SEMAINE if quand.semaine else ""
        lundi = du - timedelta(days=du.weekday())

        def lien(cle: str) -> str:
            return liste.get_query_string({"quand": cle}, ["p"])  # type: ignore[no-any-return]

        return {
            "titre": quand.en_mots,
            "montree": quand.jours is not None,
            "semaine": quand.semaine,
            "jour": du,
            "avant": lien(f"{prefixe}{avant}") if avant else "",
            "apres": lien(f"{prefixe}{apres}") if apres else "",
            "avant_en_mots": _en_mots(avant, semaine=quand.semaine),
            "apres_en_mots": _en_mots(apres, semaine=quand.semaine),
            "aujourd_hui": "" if quand.jours == (quand.jour_meme, quand.jour_meme) else lien(f"{quand.jour_meme}"),
            "autre_vue": lien(f"{du}" if quand.semaine else f"{Quand.SEMAINE}{lundi}"),
            "tous": lien("tous") if quand.jours else "",
            "caches": [(nom, valeur) for nom, valeur in liste.params.items() if nom not in {"quand", "p"}],
        }

    @admin.display(description="jour", ordering="creneau__jour")
    def jour(self, presence: Presence) -> str:
        return f"{jour_court(presence.creneau.jour)}/{presence.creneau.jour:%Y}"

    @admin.display(description="prestation", ordering="creneau__prestation")
    def quoi(self, presence: Presence) -> SafeString:
        heures = presence.heures_en_mots
        return format_html(
            "{}<br><small>{}{}</small>",
            presence.creneau.prestation.nom,
            presence.reservation.periode.accueil.nom,
            f", {heures}" if heures else "",
        )

    @admin.display(description="enfant et famille", ordering="enfant__nom_recherche")
    def qui(self, presence: Presence) -> SafeString:
        return format_html("{}<br><small>{}</small>", presence.enfant, foyer_et_classe(presence))

    @admin.display(description="état", ordering="etat")
    def pastille_etat(self, presence: Presence) -> SafeString:
        demandees = presence.heures_demandees_en_mots
        detail = f"{presence.heures_en_mots}, demandé\u00a0: {demandees}" if demandees else presence.motif
        dite = pastille(presence.etat, presence.get_etat_display(), detail)
        if presence.etat not in EN_ATTENTE:
            return dite
        return format_html("{}<br><small>{}</small>", dite, il_y_a(presence.modifiee_le))

    @admin.display(description="à vérifier", empty_value="")
    def a_voir(self, presence: Any) -> SafeString:
        return liste_de_phrases(getattr(presence, "constats", []))

    @admin.display(description="limite")
    def limite_du_jour(self, presence: Any) -> str:
        return limite(presence.limite_dite) if hasattr(presence, "limite_dite") else ""

    @admin.display(description="places restantes")
    def restantes(self, presence: Presence) -> str:
        return f"{presence.creneau.places_libres} sur {presence.creneau.capacite}"


def il_y_a(instant: datetime) -> str:
    """« hier », « il y a 3 jours »: the age of a request."""
    jours = (aujourdhui(timezone.now()) - aujourdhui(instant)).days
    if jours < 1:
        return "aujourd’hui"
    return "hier" if jours == 1 else f"il y a {jours} jours"


def foyer_et_classe(ligne: Any) -> str:
    """« AABELIUM (F00001), CE1 », of a day or of a reservation."""
    reservation, enfant = getattr(ligne, "reservation", ligne), ligne.enfant
    classe = enfant.classe.nom if enfant.classe else enfant.ecole.nom if enfant.ecole else ""
    return f"{reservation.famille}{f', {classe}' if classe else ''}"


def _en_mots(jour: date | None, *, semaine: bool) -> str:
    if jour is None:
        return ""
    return f"semaine du {jour:%d/%m}" if semaine else jour_court(jour)


def liste_de_phrases(phrases: list[str]) -> SafeString:
    if not phrases:
        return SafeString()
    return format_html('<ul class="constats">{}</ul>', format_html_join("", "<li>{}</li>", ([une] for une in phrases)))
