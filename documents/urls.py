from django.urls import path

from documents import views

app_name = "documents"

urlpatterns = [
    path("documents/", views.liste, name="liste"),
    path("documents/ajouter/", views.ajouter, name="ajouter"),
    path("documents/<uuid:cle>/fichier/", views.fichier, name="fichier"),
    path("documents/<uuid:cle>/retirer/", views.retirer, name="retirer"),
]
