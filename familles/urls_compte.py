"""Accounts: allauth's views under its own names, with French paths, and ours; no sign-up."""

from allauth.account import views
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path, re_path
from django.views.decorators.debug import sensitive_post_parameters

from familles.views import compte, sessions

mots_de_passe_caches = sensitive_post_parameters()

urlpatterns = [
    path("connexion/", login_not_required(views.login), name="account_login"),
    path("deconnexion/", compte.deconnexion, name="account_logout"),
    path("reauthentification/", mots_de_passe_caches(views.reauthenticate), name="account_reauthenticate"),
    path("inactif/", login_not_required(views.account_inactive), name="account_inactive"),
    path("activer/<str:jeton>/", compte.activer, name="compte_activer"),
    path("mot-de-passe/modifier/", views.password_change, name="account_change_password"),
    path("mot-de-passe/choisir/", views.password_set, name="account_set_password"),
    path("mot-de-passe/oublie/", login_not_required(views.password_reset), name="account_reset_password"),
    path(
        "mot-de-passe/oublie/envoye/",
        login_not_required(views.password_reset_done),
        name="account_reset_password_done",
    ),
    re_path(
        r"^mot-de-passe/nouveau/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        login_not_required(views.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "mot-de-passe/nouveau/fait/",
        login_not_required(views.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    path("double-authentification/", include("familles.urls_double")),
    path("sessions/", sessions.sessions, name="compte_sessions"),
    path("sessions/fermer/", sessions.fermer_les_autres, name="compte_sessions_fermer"),
    path("sessions/<str:cle>/fermer/", sessions.fermer, name="compte_session_fermer"),
    path("adresse/", compte.adresse, name="account_email"),
    path("adresse/modifier/", compte.modifier_adresse, name="compte_adresse_modifier"),
    path("adresse/renvoyer/", compte.renvoyer_confirmation, name="compte_adresse_renvoyer"),
    path("adresse/renoncer/", compte.renoncer, name="compte_adresse_renoncer"),
    path("adresse/confirmer/<str:key>/", compte.confirmer, name="account_confirm_email"),
    path("adresse/retablir/<str:jeton>/", compte.retablir, name="compte_retablir"),
]
