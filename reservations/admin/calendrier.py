"""Days that deadlines do not count, school holidays, and the deadlines."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

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
    fieldsets = (
        (None, {"fields": ("nom", "genre", ("nombre", "type_jours", "francs"), "heure", "si_limite_fermee")}),
        ("Selon le genre", {"fields": ("jour_semaine", "tableau", "date_fixe")}),
        ("Ce que donne cette règle", {"fields": ("exemples",)}),
    )

    @admin.display(description="prochains jours")
    def exemples(self, regle: RegleDelai) -> SafeString | str:
        """Word the limit of each of the next days, holidays included."""
        if regle.pk is None:
            return "Enregistrez pour voir la limite de chacun des prochains jours."
        debut = timezone.localdate()
        jours = [debut + timedelta(days=rang) for rang in range(1, JOURS_D_EXEMPLE + 1)]
        fermes = jours_fermes_entre(jours[0], jours[-1])
        calendrier, motifs = fermes.calendrier(), fermes.motifs()
        lignes: list[tuple[Any, ...]] = [
            (
                jour_long(jour),
                f" ({motifs[jour]})" if jour in motifs else "",
                limite(regles.date_limite(jour, regle.delai, calendrier)) or "aucune limite",
            )
            for jour in jours
            if jour.weekday() < regles.delais.SAMEDI
        ]
        return format_html_join("", "Pour le {}{} : {}<br>", lignes)
