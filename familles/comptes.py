"""How allauth behaves here: no sign-up, mails as rows, links built from the portal's own address."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.template.exceptions import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.utils import timezone

from familles.middleware import CLE_DEBUT
from familles.models import Utilisateur
from portail.commun.courriels import contexte_commun, deposer_rendu

CONFIRMER = {
    "reauthenticate": "Utiliser mon mot de passe",
    "mfa_reauthenticate": "Utiliser un code",
    "mfa_reauthenticate:webauthn": "Utiliser ma clé d’accès",
}


class Adaptateur(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": (
            "Cette adresse et ce mot de passe ne vont pas ensemble. Vérifiez-les, ou suivez "
            "« Identifiant ou Mot de passe oublié ? »."
        ),
        "too_many_login_attempts": (
            "Trop d’essais : attendez un quart d’heure, ou choisissez un nouveau mot de passe par "
            "« Identifiant ou Mot de passe oublié ? »."
        ),
        "enter_current_password": "Ce n’est pas votre mot de passe actuel.",
        "incorrect_password": "Ce n’est pas votre mot de passe.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are opened by the service, never by the person."""
        return False

    def get_reauthentication_methods(self, user: Utilisateur) -> list[dict[str, Any]]:
        """Name the other ways to prove who one is, in the portal's words."""
        methodes = super().get_reauthentication_methods(user)
        return [methode | {"description": CONFIRMER.get(methode["id"], methode["description"])} for methode in methodes]

    def login(self, request: HttpRequest, user: Utilisateur) -> None:  # type: ignore[override]
        super().login(request, user)
        request.session[CLE_DEBUT] = int(time.time())

    def format_email_subject(self, subject: str) -> str:
        return subject

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write allauth's mail as a row: the answer takes the same time whether or not an account exists."""
        complet = {**contexte_commun(), "email": email, **context}
        try:
            html = render_to_string(f"{template_prefix}_message.html", complet)
        except TemplateDoesNotExist:
            html = ""
        deposer_rendu(
            nom=template_prefix.rsplit("/", 1)[-1],
            destinataire=email,
            maintenant=timezone.now(),
            sujet=" ".join(render_to_string(f"{template_prefix}_subject.txt", complet).split()),
            texte=render_to_string(f"{template_prefix}_message.txt", complet),
            html=html,
            confidentiel=True,
        )

    def get_reset_password_from_key_url(self, key: str) -> str:
        return _depuis_le_site(super().get_reset_password_from_key_url(key))


def _depuis_le_site(adresse: str) -> str:
    """Replace the origin, which comes from the request, by the portal's own."""
    chemin = adresse.split("://", 1)[-1].partition("/")[2]
    return f"{settings.SITE_URL}/{chemin}"
