from django.urls import path

from facturation import views

app_name = "paiement"
urlpatterns = [
    path("<uuid:cle>/reprendre/", views.reprendre, name="reprendre"),
    path("<uuid:cle>/abandonner/", views.abandonner, name="abandonner"),
    path("tipi/notification/<str:jeton>/", views.tipi_notification, name="tipi_notification"),
]
