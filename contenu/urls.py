from django.urls import path

from contenu import views, vues_contact, vues_menus, vues_telechargements

app_name = "contenu"

urlpatterns = [
    path("infos/<slug:slug>/", views.page, name="page"),
    path("actualites/", views.actualites, name="actualites"),
    path("actualites/<slug:slug>/", views.actualite, name="actualite"),
    path("menus/", vues_menus.menus, name="menus"),
    path("menus/<str:lundi>/", vues_menus.menus_de_la_semaine, name="menus_de_la_semaine"),
    path("telechargements/", vues_telechargements.telechargements, name="telechargements"),
    path("telechargements/<uuid:cle>/", vues_telechargements.telecharger, name="telecharger"),
    path("recherche/", views.recherche, name="recherche"),
    path("identite.css", views.identite, name="identite"),
    path("logo/", views.logo, name="logo"),
    path("plan-du-site/", views.plan, name="plan"),
    path("mentions/", views.mentions, name="mentions"),
    path("cookies/", views.cookies, name="cookies"),
    path("accessibilite/", views.accessibilite, name="accessibilite"),
    path("contact/", vues_contact.contact, name="contact"),
    path("contact/envoye/", vues_contact.contact_envoye, name="contact_envoye"),
    path("contact/<uuid:cle>/", vues_contact.echange, name="echange"),
]
