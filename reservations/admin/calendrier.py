"""Days that deadlines do not count, school holidays, and the deadlines."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from contenu.admin import AvecTrace
from portail.commun.templatetags.typographie import jour_long, limite
from reservations import regles
from reservations.calendrier import jours_fermes_entre
from reservations.enums import GenreDelai
from reservations.fermetures import Contradiction, classes_pendant_les_vacances, jours_encore_ouverts
from reservations.models import JourFerme, RegleDelai, VacancesScolaires
from reservations.regles.annees import Vacances, bornes_ouvrees

JOURS_D_EXEMPLE = 14
#: A bridge makes no période of its own.
UNE_SEMAINE = timedelta(weeks=1)
JAMAIS = "pas possible en ligne"


class AvecConsequences(AvecTrace):
    """Say, once saved, what the calendar now contradicts: days stay open until a closure is decided, never silently."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001
        super().save_model(request, obj, form, change)
        self._dire_la_suite(request, obj)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        messages.info(
            request,
            f"{obj} : les délais sont recalculés. Pour ouvrir ces jours, demandez sur chaque période la création des "
            "jours ouverts qui manquent.",
        )

    def _dire_la_suite(self, request: HttpRequest, obj: Any) -> None:
        messages.info(request, "Les délais qui comptent ces jours sont recalculés, pour les demandes à venir.")
        for contradiction in self.contradictions(obj):
            nombre = f"{contradiction.reservations} réservation{'s' if contradiction.reservations > 1 else ''}"
            adresse = reverse("admin:reservations_fermeture_preparer")
            messages.warning(
                request,
                format_html(
                    '{} : {} jour{} de prestation encore ouvert{}, {}. <a href="{}?{}">Préparer la fermeture</a>',
                    contradiction.nom,
                    contradiction.creneaux,
                    "s" if contradiction.creneaux > 1 else "",
                    "s" if contradiction.creneaux > 1 else "",
                    nombre,
                    adresse,
                    urlencode(contradiction.fermeture),
                ),
            )

    def contradictions(self, obj: Any) -> list[Contradiction]:
        raise NotImplementedError


@admin.register(JourFerme)
class JourFermeAdmin(AvecConsequences):
    list_display = ("jour", "libelle", "nature", "ferme_les_accueils")
    list_filter = ("nature", "ferme_les_accueils")
    date_hierarchy = "jour"
    search_fields = ("libelle",)

    def contradictions(self, obj: JourFerme) -> list[Contradiction]:
        return jours_encore_ouverts(obj) if obj.ferme_les_accueils else []


@admin.register(VacancesScolaires)
class VacancesScolairesAdmin(AvecConsequences):
    list_display = ("libelle", "premier_jour", "dernier_jour")
    date_hierarchy = "premier_jour"
    search_fields = ("libelle",)

    def contradictions(self, obj: VacancesScolaires) -> list[Contradiction]:
        return classes_pendant_les_vacances(obj)


@admin.register(RegleDelai)
class RegleDelaiAdmin(AvecTrace):
    list_display = ("nom", "en_mots", "genre")
    list_filter = ("genre",)
    search_fields = ("nom",)
    readonly_fields = ("exemples",)
    change_form_template = "admin/reservations/regle_delai.html"
    fieldsets = (
        (None, {"fields": ("nom", "genre", ("nombre", "type_jours", "francs"), "heure", "si_limite_fermee")}),
        (
            "Selon le genre",
            {
                "fields": ("jour_semaine", "tableau", "date_fixe"),
                "description": "Seuls les genres « semaine précédente », « chaque jour de la semaine », « date fixe » "
                "en ont besoin.",
            },
        ),
        ("Ce que donne cette règle", {"fields": ("exemples",)}),
    )

    class Media:
        js = ("js/regle-delai.js",)

    def get_urls(self) -> list[URLPattern]:
        vue = self.admin_site.admin_view(require_POST(self.apercu))
        return [path("apercu/", vue, name="reservations_regledelai_apercu"), *super().get_urls()]

    def apercu(self, request: HttpRequest) -> HttpResponse:
        """Say what the rule that is typed would give, without saving it: a page, whose list the form's script takes."""
        if not (self.has_change_permission(request) or self.has_add_permission(request)):
            raise PermissionDenied
        formulaire = self.get_form(request)(request.POST)
        formulaire.full_clean()
        # A name that is missing or taken changes nothing to what the rule gives.
        fautes = [
            f"{formulaire.fields[champ].label} : {faute}" if champ in formulaire.fields else faute
            for champ, liste in formulaire.errors.items()
            if champ != "nom"
            for faute in liste
        ]
        return TemplateResponse(
            request,
            "admin/reservations/regle_apercu.html",
            {
                **self.admin_site.each_context(request),
                "title": "Ce que donne cette règle",
                "opts": self.opts,
                "fautes": fautes,
                "en_mots": "" if fautes else formulaire.instance.en_mots,
                "exemples": [] if fautes else exemples_de(formulaire.instance, timezone.localdate()),
            },
        )

    @admin.display(description="prochains jours")
    def exemples(self, regle: RegleDelai) -> SafeString:
        """Word the limit of each of the next days, holidays included."""
        if regle.pk is None:
            return SafeString('<div id="exemples">Remplissez la règle, puis demandez l’aperçu.</div>')
        lignes = format_html_join("", "<li>{}</li>", ((une,) for une in exemples_de(regle, timezone.localdate())))
        return format_html('<div id="exemples"><p>{}</p><ul>{}</ul></div>', regle.en_mots, lignes)


def exemples_de(regle: RegleDelai, aujourd_hui: date) -> list[str]:
    """Word the limits of the next days, and of those around the next closed day: that is where rules surprise.

    A rule that counts from the start of a période is told for the next ones.
    """
    if regle.genre in {GenreDelai.PERIODE, GenreDelai.MOIS}:
        return _exemples_de_periodes(regle, aujourd_hui)
    jours = [aujourd_hui + timedelta(days=rang) for rang in range(1, JOURS_D_EXEMPLE + 1)]
    ferme = JourFerme.objects.filter(jour__gt=jours[-1]).order_by("jour").values_list("jour", flat=True).first()
    if ferme is not None:
        jours += [ferme + timedelta(days=rang) for rang in range(-1, 4)]
    fermes = jours_fermes_entre(jours[0], jours[-1])
    calendrier, motifs = fermes.calendrier(), fermes.libelles()
    return [
        f"Pour le {jour_long(jour)}{f' ({motifs[jour]})' if jour in motifs else ''} : "
        f"{limite(regles.date_limite(jour, regle.delai, calendrier)) or JAMAIS}"
        for jour in dict.fromkeys(jours)
        if jour.weekday() < regles.delais.SAMEDI
    ]


def _exemples_de_periodes(regle: RegleDelai, aujourd_hui: date) -> list[str]:
    """Take the next holidays as périodes; where the calendar has none, the next first Mondays of a month will do."""
    suivantes = VacancesScolaires.objects.filter(
        premier_jour__gt=aujourd_hui, dernier_jour__gte=F("premier_jour") + UNE_SEMAINE
    ).order_by("premier_jour")[:3]
    debuts = {
        bornes_ouvrees(Vacances(une.libelle, une.premier_jour, une.dernier_jour))[0]: f" ({une.libelle})"
        for une in suivantes
    } or dict.fromkeys((aujourd_hui + timedelta(weeks=n, days=-aujourd_hui.weekday()) for n in (5, 10, 15)), "")
    calendrier = jours_fermes_entre(aujourd_hui, max(debuts)).calendrier()
    return [
        f"Pour une période qui commence le {jour_long(debut)}{nom} : "
        f"{limite(regles.date_limite(debut, regle.delai, calendrier, debut_periode=debut))}"
        for debut, nom in debuts.items()
    ]
