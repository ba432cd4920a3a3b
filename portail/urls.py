"""Addresses of the portal. Each app owns its own file; those of accounts are allauth's, with French paths."""

from django.contrib import admin
from django.urls import include, path

from portail import sante, views, vues_courriels, vues_demo

handler500 = "portail.views.erreur_serveur"

urlpatterns = [
    path("", views.accueil, name="accueil"),
    path("", include("contenu.urls")),
    path("", include("documents.urls")),
    path("espace/", views.espace, name="espace"),
    path("compte/mes-donnees/", include("dossiers.urls")),
    path("compte/", include("familles.urls_compte")),
    path("famille/", include("familles.urls")),
    path("inscription/", include("inscriptions.urls")),
    path("factures/", include("facturation.urls")),
    path("paiement/", include("facturation.urls_paiement")),
    path("calendrier/", include("reservations.urls_agenda")),
    path("reservations/", include("reservations.urls")),
    path("enfants/", include("enfants.urls")),
    path("gestion/", admin.site.urls),
    path("demo/composants/", vues_demo.composants, name="demo_composants"),
    path("demo/courriels/", vues_courriels.courriels, name="demo_courriels"),
    path("sante/vivant/", sante.vivant, name="sante_vivant"),
    path("sante/pret/", sante.pret, name="sante_pret"),
]
