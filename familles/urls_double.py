"""Second factor: allauth's views under its own names, with French paths."""

from allauth.mfa.base import views as base
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as cles
from django.contrib.auth.decorators import login_not_required
from django.urls import path

from familles import double_authentification
from portail.commun.decorateurs import journalise_la_lecture

urlpatterns = [
    path("", base.index, name="mfa_index"),
    path("code/", login_not_required(double_authentification.verifier), name="mfa_authenticate"),
    path("reauthentification/", base.reauthenticate, name="mfa_reauthenticate"),
    path("application/activer/", double_authentification.activer, name="mfa_activate_totp"),
    path("application/desactiver/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("cles/", double_authentification.lister_cles, name="mfa_list_webauthn"),
    path("cles/ajouter/", double_authentification.ajouter_cle, name="mfa_add_webauthn"),
    path("cles/connexion/", login_not_required(double_authentification.entrer_avec_cle), name="mfa_login_webauthn"),
    path("cles/reauthentification/", cles.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("cles/<str:cle>/retirer/", double_authentification.retirer_cle, name="mfa_remove_webauthn"),
    # They note that the codes were seen.
    path("codes/", journalise_la_lecture(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("codes/nouveaux/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path(
        "codes/telecharger/",
        journalise_la_lecture(codes.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
]
