from django.urls import path

from reservations.views import agenda, assistant, attente, demande, heures, jour, liste, outils, planning, reglement

app_name = "reservations"

urlpatterns = [
    path("", liste.liste, name="liste"),
    path("nouvelle/", assistant.choisir_enfant, name="nouvelle"),
    path("nouvelle/<uuid:famille_cle>/<uuid:enfant_cle>/", assistant.choisir_periode, name="choisir_periode"),
    path("nouvelle/<uuid:famille_cle>/<uuid:enfant_cle>/<uuid:periode_cle>/", assistant.ouvrir, name="ouvrir_planning"),
    path("agenda/", agenda.agenda, name="agenda"),
    path("agenda/<uuid:famille_cle>/creer/", agenda.creer, name="creer_agenda"),
    path("agenda/<uuid:famille_cle>/revoquer/", agenda.revoquer, name="revoquer_agenda"),
    path("places/<str:jeton>/", attente.places, name="places"),
    path("places/<str:jeton>/accepter/", attente.accepter, name="accepter_places"),
    path("places/<str:jeton>/refuser/", attente.refuser, name="refuser_places"),
    path("reglements/<uuid:famille_cle>/<uuid:cle>/", reglement.reglement, name="reglement"),
    path("reglements/<uuid:famille_cle>/<uuid:cle>/accepter/", reglement.accepter, name="accepter_reglement"),
    path("jours/<uuid:cle>/annuler/", jour.annuler, name="annuler_jour"),
    path("jours/<uuid:cle>/absence/", jour.absence, name="absence"),
    path("jours/<uuid:cle>/absence/piece/", jour.joindre, name="joindre_absence"),
    path("jours/<uuid:cle>/absence/retirer/", jour.retirer, name="retirer_absence"),
    path("demandes/<uuid:cle>/", demande.demande, name="demande"),
    path("demandes/<uuid:cle>/retirer/", demande.retirer, name="retirer_demande"),
    path("envois/<uuid:cle>/", demande.envoi, name="envoi"),
    path("<uuid:cle>/", liste.detail, name="detail"),
    path("<uuid:cle>/planning/", planning.planning, name="planning"),
    path("<uuid:cle>/annee/", planning.annee, name="annee"),
    path("<uuid:cle>/planning/enregistrer/", planning.enregistrer, name="enregistrer_planning"),
    path("<uuid:cle>/planning/enfant/", planning.ajouter_un_enfant, name="ajouter_un_enfant"),
    path("<uuid:cle>/planning/annuler/", planning.annuler_le_geste, name="annuler_le_geste"),
    path("<uuid:cle>/planning/abandonner/", planning.abandonner, name="abandonner_brouillon"),
    path("<uuid:cle>/remplir/", outils.remplir, name="remplir"),
    path("<uuid:cle>/remplir/appliquer/", outils.appliquer_remplissage, name="appliquer_remplissage"),
    path("<uuid:cle>/copier/", outils.copier, name="copier"),
    path("<uuid:cle>/copier/appliquer/", outils.appliquer_copie, name="appliquer_copie"),
    path("<uuid:cle>/heures/", heures.heures, name="heures"),
    path("<uuid:cle>/heures/enregistrer/", heures.enregistrer, name="enregistrer_heures"),
    path("<uuid:cle>/verifier/", demande.verifier, name="verifier"),
    path("<uuid:cle>/envoyer/", demande.envoyer, name="envoyer"),
]
