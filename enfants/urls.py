"""Addresses of the children's pages: one per gesture."""

from django.urls import path

from enfants.views import entourage, fiche, sante

app_name = "enfants"

urlpatterns = [
    path("", fiche.liste, name="liste"),
    path("<uuid:cle>/", fiche.fiche, name="fiche"),
    path("<uuid:cle>/identite/", fiche.modifier_identite, name="modifier_identite"),
    path("<uuid:cle>/sante/", sante.enregistrer, name="enregistrer_sante"),
    path("<uuid:cle>/sante/renouveler/", sante.renouveler, name="renouveler_sante"),
    path("<uuid:cle>/vaccinations/", sante.enregistrer_vaccinations, name="enregistrer_vaccinations"),
    path("<uuid:cle>/medecin/copier/", sante.copier_medecin, name="copier_medecin"),
    path("<uuid:cle>/personnes/ajouter/", entourage.ajouter_personne, name="ajouter_personne"),
    path("<uuid:cle>/personnes/copier/", entourage.copier_personnes, name="copier_personnes"),
    path("<uuid:cle>/personnes/<uuid:personne>/", entourage.modifier_personne, name="modifier_personne"),
    path("<uuid:cle>/personnes/<uuid:personne>/retirer/", entourage.retirer_personne, name="retirer_personne"),
    path("<uuid:cle>/autorisations/", entourage.repondre_aux_autorisations, name="repondre_aux_autorisations"),
]
