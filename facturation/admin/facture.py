"""Invoices as staff read them: nothing here changes one."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from facturation.admin.commun import EnLigneLectureSeule, LectureSeule, colonne_euros
from facturation.enums import EtatFacture
from facturation.models import Facture, LigneFacture, PresenceFacturee
from portail.commun.templatetags.composants import etat as balise_etat
from portail.commun.templatetags.typographie import euros, jour_long, jour_mois, quantite
from reservations.enums import EtatPresence


class EnLigneLigne(EnLigneLectureSeule):
    model = LigneFacture
    fields = ["enfant_nom", "offre", "detail", "nombre", "prix", "total", "pourquoi"]
    readonly_fields = fields

    @admin.display(description="établissement / accueil / période")
    def offre(self, ligne: LigneFacture) -> str:
        return " / ".join((ligne.etablissement, ligne.accueil, ligne.periode))

    @admin.display(description="désignation")
    def detail(self, ligne: LigneFacture) -> str:
        return f"{ligne.designation} : {' '.join(jour_mois(jour) for jour in ligne.jours)}"

    @admin.display(description="quantité")
    def nombre(self, ligne: LigneFacture) -> str:
        return quantite(ligne.quantite)

    @admin.display(description="tarif")
    def prix(self, ligne: LigneFacture) -> str:
        return euros(ligne.tarif)

    @admin.display(description="montant")
    def total(self, ligne: LigneFacture) -> str:
        return euros(ligne.montant)

    @admin.display(description="explication")
    def pourquoi(self, ligne: LigneFacture) -> str:
        return str(ligne.explication.get("phrase", ""))


class Solde(admin.SimpleListFilter):
    title = "règlement"
    parameter_name = "solde"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("non", "Non soldées"), ("attente", "Paiement en attente de validation"), ("oui", "Soldées")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Facture]) -> QuerySet[Facture]:
        emises = queryset.filter(etat=EtatFacture.EMISE)
        if self.value() == "non":
            return emises.filter(montant__gt=F("montant_regle"))
        if self.value() == "attente":
            return emises.filter(montant_en_attente__gt=0)
        if self.value() == "oui":
            return emises.filter(montant=F("montant_regle"))
        return queryset


#: States of a billed day that would not be billed any more.
ETATS_NON_DUS = (EtatPresence.ANNULEE, EtatPresence.ABSENTE_JUSTIFIEE)


class ARegulariser(admin.SimpleListFilter):
    """Invoices that hold days cancelled or justified since: they do not change, the account is put right elsewhere."""

    title = "jours annulés ou justifiés depuis"
    parameter_name = "a_regulariser"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("oui", "Au moins un jour")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Facture]) -> QuerySet[Facture]:
        if self.value() != "oui":
            return queryset
        jours = PresenceFacturee.objects.filter(presence__etat__in=ETATS_NON_DUS)
        emises = queryset.exclude(etat__in=[EtatFacture.BROUILLON, EtatFacture.ANNULEE])
        return emises.filter(pk__in=jours.values("ligne__facture"))


@admin.register(Facture)
class AdminFacture(LectureSeule):
    list_display = [
        "numero_court",
        "famille",
        "date_emission",
        "date_limite_paiement",
        colonne_euros("montant", "montant"),
        colonne_euros("montant_regle", "réglé"),
        colonne_euros("montant_en_attente", "en attente"),
        "etat_en_mots",
    ]
    list_filter = [Solde, ARegulariser, "etat", "regie", "campagne"]
    list_select_related = ["famille"]
    search_fields = ["numero", "famille__nom_recherche", "famille__code", "debiteur_nom"]
    date_hierarchy = "date_emission"
    list_per_page = 50
    inlines = [EnLigneLigne]
    fields = [
        "numero_court",
        "etat_en_mots",
        "document",
        "regie",
        "campagne",
        "famille",
        "debiteur_nom",
        "debiteur_adresse",
        "debiteur_code",
        ("date_emission", "date_limite_paiement"),
        ("du", "au"),
        ("montant", "montant_regle", "montant_en_attente"),
        "a_regulariser",
        "paiements",
    ]
    readonly_fields = ["numero_court", "etat_en_mots", "document", "a_regulariser", "paiements"]

    @admin.display(description="facture", ordering="numero")
    def numero_court(self, facture: Facture) -> str:
        return facture.numero_affiche

    @admin.display(description="état", ordering="etat")
    def etat_en_mots(self, facture: Facture) -> str:

        affiche = facture.etat_affiche
        return balise_etat("facture", affiche.value, mot=affiche.label)

    @admin.display(description="PDF")
    def document(self, facture: Facture) -> str:
        if facture.etat == EtatFacture.BROUILLON:
            return "À l’émission"
        return format_html('<a href="{}">Télécharger</a>', reverse("facturation:pdf", args=[facture.cle]))

    @admin.display(description="jours annulés ou justifiés depuis")
    def a_regulariser(self, facture: Facture) -> str:
        """The days of an issued invoice that would not be due any more; it does not change, nor what it asks."""
        if facture.etat in {EtatFacture.BROUILLON, EtatFacture.ANNULEE}:
            return "Aucun"
        lues = PresenceFacturee.objects.filter(ligne__facture=facture, presence__etat__in=ETATS_NON_DUS)
        lignes = [
            (
                jour_long(une.presence.creneau.jour),
                une.presence.creneau.prestation.nom,
                une.presence.enfant,
                une.presence.get_etat_display().lower(),
                f" ({une.presence.motif})" if une.presence.motif else "",
            )
            for une in lues.select_related("presence__creneau__prestation", "presence__enfant").order_by(
                "presence__creneau__jour", "pk"
            )
        ]
        if not lignes:
            return "Aucun"
        return format_html(
            "<p>La facture ne change pas et reste due\u00a0: régularisez le compte de la famille.</p><ul>{}</ul>",
            format_html_join("", "<li>{}, {}\u00a0: {}, {}{}</li>", lignes),
        )

    @admin.display(description="paiements")
    def paiements(self, facture: Facture) -> str:
        affectations = facture.affectations.select_related("paiement").order_by("pk")
        lignes = [
            (
                reverse("admin:facturation_paiement_change", args=[a.paiement_id]),
                euros(a.montant),
                str(a.paiement),
                a.paiement.get_etat_display(),
            )
            for a in affectations
        ]
        return format_html_join("", '<p><a href="{}">{} sur : {}</a> – {}</p>', lignes) or "Aucun"
