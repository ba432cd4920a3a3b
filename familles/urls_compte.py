"""Accounts: allauth's views under its own names, with French paths; no sign-up."""

from allauth.account import views
from django.contrib.auth.decorators import login_not_required
from django.urls import path, re_path

urlpatterns = [
    path("connexion/", login_not_required(views.login), name="account_login"),
    path("deconnexion/", views.logout, name="account_logout"),
    path("reauthentification/", views.reauthenticate, name="account_reauthenticate"),
    path("inactif/", login_not_required(views.account_inactive), name="account_inactive"),
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
    path("adresse/", views.email, name="account_email"),
    path(
        "adresse/a-confirmer/",
        login_not_required(views.email_verification_sent),
        name="account_email_verification_sent",
    ),
    re_path(
        r"^adresse/confirmer/(?P<key>[-:\w]+)/$", login_not_required(views.confirm_email), name="account_confirm_email"
    ),
]
