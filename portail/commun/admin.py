"""Mails and traces as the service reads them: nothing here is edited."""

from __future__ import annotations

import json
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from portail.commun import courriels
from portail.commun.models import Courriel, Trace

CHANGEMENTS_MONTRES = 2


class LectureSeule(admin.ModelAdmin):  # type: ignore[type-arg]
    """A model that the service reads only."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Courriel)
class CourrielAdmin(LectureSeule):
    list_display = ("cree_le", "destinataire", "sujet", "etat", "essais", "envoye_le")
    list_filter = ("etat", "nom")
    search_fields = ("destinataire", "sujet", "famille_cle")
    date_hierarchy = "cree_le"
    list_per_page = 50
    show_full_result_count = False
    actions = ("renvoyer",)
    fields = (
        "destinataire",
        "sujet",
        "contenu",
        "etat",
        "essais",
        "derniere_erreur",
        "cree_le",
        "prochain_essai_le",
        "envoye_le",
    )
    readonly_fields = ("contenu",)

    def has_renvoyer_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("commun.renvoyer_courriel")

    @admin.display(description="texte")
    def contenu(self, courriel: Courriel) -> SafeString:
        """The text, unless it carries a key: whoever reads a link that resets a password can take the account."""
        if courriel.confidentiel:
            return format_html("<em>{}</em>", "Ce courriel contient un lien personnel : seul son destinataire le lit.")
        return format_html('<pre class="courriel-texte">{}</pre>', courriel.texte)

    @admin.action(description="Renvoyer les courriels choisis", permissions=["renvoyer"])
    def renvoyer(self, request: HttpRequest, queryset: QuerySet[Courriel]) -> None:
        for courriel in queryset:
            courriels.renvoyer(
                courriel=courriel,
                auteur=request.user,  # type: ignore[arg-type]
                maintenant=timezone.now(),
            )
        self.message_user(request, f"Courriels remis en file : {len(queryset)}.", messages.SUCCESS)


@admin.register(Trace)
class TraceAdmin(LectureSeule):
    list_display = ("le", "auteur", "quoi", "libelle", "resume")
    list_filter = ("geste",)
    search_fields = ("libelle", "geste", "auteur__email", "famille_cle", "objet_cle")
    search_help_text = "Nom ou code d’une famille, d’un parent, d’un enfant ; adresse de l’auteur"
    date_hierarchy = "le"
    list_per_page = 50
    list_select_related = ("auteur",)
    show_full_result_count = False
    fields = ("le", "auteur", "quoi", "libelle", "famille", "changements", "motif", "geste", "objet_cle")
    readonly_fields = ("changements", "quoi", "famille")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Trace], search_term: str
    ) -> tuple[QuerySet[Trace], bool]:
        """Find by what the trace says, or by the household it is about, in the words of the households' own search."""
        trouvees, double = super().get_search_results(request, queryset, search_term)
        if search_term.strip():
            cles = import_module(settings.RECHERCHE_DES_FAMILLES).cles_des_familles(search_term)
            trouvees = queryset.filter(Q(pk__in=trouvees.values("pk")) | Q(famille_cle__in=cles))
        return trouvees, double

    @admin.display(description="geste", ordering="geste")
    def quoi(self, trace: Trace) -> str:
        return trace.geste_en_clair

    @admin.display(description="avant → après")
    def resume(self, trace: Trace) -> str:
        """The first changes, on one line; the page of the trace has them all."""
        champs = sorted({*trace.avant, *trace.apres})
        morceaux = [
            f"{champ} : {_valeur(trace.avant.get(champ)) or '(vide)'} → {_valeur(trace.apres.get(champ)) or '(vide)'}"
            for champ in champs[:CHANGEMENTS_MONTRES]
        ]
        reste = len(champs) - CHANGEMENTS_MONTRES
        return Truncator(" · ".join(morceaux)).chars(160) + (f" (et {reste} de plus)" if reste > 0 else "")

    @admin.display(description="famille")
    def famille(self, trace: Trace) -> str:
        if trace.famille_cle is None:
            return "—"
        noms = import_module(settings.RECHERCHE_DES_FAMILLES).noms_des_familles([trace.famille_cle])
        return str(noms.get(trace.famille_cle, "—"))

    @admin.display(description="avant → après")
    def changements(self, trace: Trace) -> SafeString:
        champs = sorted({*trace.avant, *trace.apres})
        if not champs:
            return format_html("{}", "—")
        lignes = format_html_join(
            "",
            "<tr><th scope='row'>{}</th><td>{}</td><td>{}</td></tr>",
            ((champ, _valeur(trace.avant.get(champ)), _valeur(trace.apres.get(champ))) for champ in champs),
        )
        return format_html(
            "<table><thead><tr><th scope='col'>Donnée</th><th scope='col'>Avant</th><th scope='col'>Après</th></tr>"
            "</thead><tbody>{}</tbody></table>",
            lignes,
        )


def _valeur(valeur: Any) -> str:
    if valeur is None:
        return ""
    return valeur if isinstance(valeur, str) else json.dumps(valeur, ensure_ascii=False)
