from django.urls import path

from dossiers import views

app_name = "dossiers"

urlpatterns = [
    path("", views.mes_donnees, name="mes_donnees"),
    path("<uuid:cle>/telecharger/", views.telecharger, name="telecharger"),
]
