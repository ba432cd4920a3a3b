from django.urls import path

from inscriptions.views import adultes, demarrage, enfants, envoi, foyer, pieces

app_name = "inscriptions"

urlpatterns = [
    path("", demarrage.accueil, name="accueil"),
    path("lien-envoye/", demarrage.lien_envoye, name="lien_envoye"),
    path("fiche-d-inscription.pdf", demarrage.fiche, name="fiche"),
    path("commencer/<str:jeton>/", demarrage.commencer, name="commencer"),
    path("<str:jeton>/", demarrage.dossier, name="dossier"),
    path("<str:jeton>/foyer/", foyer.foyer, name="foyer"),
    path("<str:jeton>/adultes/", adultes.liste, name="adultes"),
    path("<str:jeton>/adultes/ajouter/", adultes.ajouter, name="adulte_ajouter"),
    path("<str:jeton>/adultes/<uuid:cle>/", adultes.modifier, name="adulte"),
    path("<str:jeton>/adultes/<uuid:cle>/retirer/", adultes.retirer, name="adulte_retirer"),
    path("<str:jeton>/enfants/", enfants.liste, name="enfants"),
    path("<str:jeton>/enfants/ajouter/", enfants.ajouter, name="enfant_ajouter"),
    path("<str:jeton>/enfants/<uuid:cle>/", enfants.modifier, name="enfant"),
    path("<str:jeton>/enfants/<uuid:cle>/retirer/", enfants.retirer, name="enfant_retirer"),
    path("<str:jeton>/pieces/", pieces.pieces, name="pieces"),
    path("<str:jeton>/pieces/<uuid:cle>/retirer/", pieces.retirer, name="piece_retirer"),
    path("<str:jeton>/verification/", envoi.verification, name="verification"),
    path("<str:jeton>/envoyer/", envoi.envoyer, name="envoyer"),
    path("<str:jeton>/corriger/", envoi.corriger, name="corriger"),
    path("<str:jeton>/abandonner/", envoi.abandonner, name="abandonner"),
]
