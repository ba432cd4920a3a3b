from django.urls import path

from facturation import views

app_name = "facturation"
urlpatterns = [
    path("", views.liste, name="liste"),
    path("payer/", views.payer, name="payer"),
    path("payer/<str:adresse>/", views.lancer, name="lancer"),
    path("<uuid:cle>/", views.detail, name="detail"),
    path("<uuid:cle>/pdf/", views.telecharger, name="pdf"),
]
