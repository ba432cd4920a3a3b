"""Days that deadlines do not count, school holidays, and the deadlines."""

from __future__ import annotations

from datetime import date, timedelta

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from contenu.admin import AvecTrace
from portail.commun.templatetags.typographie import jour_long, limite
from reservations import regles
from reservations.calendrier import jours_fermes_entre
from reservations.models import JourFerme, RegleDelai, VacancesScolaires

JOURS_D_EXEMPLE = 14


@admin.register(JourFerme)
class JourFermeAdmin(AvecTrace):
    list_display = ("jour", "libelle", "nature", "ferme_les_accueils")
    list_filter = ("nature", "ferme_les_accueils")
    date_hierarchy = "jour"
    search_fields = ("libelle",)


@admin.register(VacancesScolaires)
class VacancesScolairesAdmin(AvecTrace):
    list_display = ("libelle", "premier_jour", "dernier_jour")
    date_hierarchy = "premier_jour"
    search_fields = ("libelle",)


@admin.register(RegleDelai)
class RegleDelaiAdmin(AvecTrace):
    list_display = ("nom", "en_mots", "genre")
    list_filter = ("genre",)
    search_fields = ("nom",)
    readonly_fields = ("exemples",)
    change_form_template = "admin/reservations/regle_delai.html"
    fieldsets = (
        (None, {"fields": ("nom", "genre", ("nombre", "type_jours", "francs"), "heure", "si_limite_fermee")}),
        ("Selon le genre", {"fields": ("jour_semaine", "tableau", "date_fixe")}),
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
        fautes = [faute for champ, liste in formulaire.errors.items() if champ != "nom" for faute in liste]
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
            return format_html('<div id="exemples">Remplissez la règle, puis demandez l’aperçu.</div>')
        lignes = format_html_join("", "<li>{}</li>", ((une,) for une in exemples_de(regle, timezone.localdate())))
        return format_html('<div id="exemples"><p>{}</p><ul>{}</ul></div>', regle.en_mots, lignes)


def exemples_de(regle: RegleDelai, aujourd_hui: date) -> list[str]:
    """Word the limits of the next days, and of those around the next closed day: that is where rules surprise."""
    jours = [aujourd_hui + timedelta(days=rang) for rang in range(1, JOURS_D_EXEMPLE + 1)]
    ferme = JourFerme.objects.filter(jour__gt=jours[-1]).order_by("jour").values_list("jour", flat=True).first()
    if ferme is not None:
        jours += [ferme + timedelta(days=rang) for rang in range(-1, 4)]
    fermes = jours_fermes_entre(jours[0], jours[-1])
    calendrier, motifs = fermes.calendrier(), fermes.motifs()
    return [
        f"Pour le {jour_long(jour)}{f' ({motifs[jour]})' if jour in motifs else ''} : "
        f"{limite(regles.date_limite(jour, regle.delai, calendrier)) or 'aucune réservation possible'}"
        for jour in dict.fromkeys(jours)
        if jour.weekday() < regles.delais.SAMEDI
    ]
