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
from facturation.models import Facture, LigneFacture
from portail.commun.templatetags.composants import etat as balise_etat
from portail.commun.templatetags.typographie import euros, jour_mois, quantite


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
    list_filter = [Solde, "etat", "regie", "campagne"]
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
        "paiements",
    ]
    readonly_fields = ["numero_court", "etat_en_mots", "document", "paiements"]

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
