"""Second factor: allauth's, with its secrets sealed, a QR code that the security policy allows, and passkeys."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import qrcode
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, ListWebAuthnView, LoginWebAuthnView, RemoveWebAuthnView
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.html import format_html, format_html_join

CLE_REFUSEE = "Cette clé d’accès n’a pas été reconnue. Recommencez, ou utilisez votre mot de passe."


def _coffre() -> MultiFernet:
    """Seal with a key drawn from the portal's own; former keys still open what they sealed."""
    cles = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet(
        [
            Fernet(base64.urlsafe_b64encode(hashlib.scrypt(cle.encode(), salt=b"mfa", n=2**12, r=8, p=1, dklen=32)))
            for cle in cles
        ]
    )


class AdaptateurMfa(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "Ce code n’est pas le bon, ou il vient de changer. Saisissez celui qui s’affiche maintenant.",
        "unverified_email": "Confirmez d’abord votre adresse électronique.",
    }

    def encrypt(self, text: str) -> str:
        return _coffre().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _coffre().decrypt(encrypted_text.encode()).decode()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The name that a device shows beside the key; the key itself belongs to the host, and to no other."""
        return super().get_public_key_credential_rp_entity() | {"name": settings.MFA_TOTP_ISSUER}

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: A002 - allauth's name
        nombre = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return f"Clé n°\u00a0{nombre + 1}"

    def build_totp_svg(self, url: str) -> str:
        """Return an inline drawing without any style attribute."""
        code = qrcode.QRCode(border=4)
        code.add_data(url)
        code.make()
        cases = code.get_matrix()
        noires = format_html_join(
            "",
            "M{} {}h1v1h-1z",
            ((x, y) for y, ligne in enumerate(cases) for x, noire in enumerate(ligne) if noire),
        )
        return format_html(
            '<svg class="qr" viewBox="0 0 {0} {0}" role="img" aria-label="Code à photographier avec l’application">'
            '<rect width="{0}" height="{0}" fill="#fff"/><path d="{1}" fill="#000"/></svg>',
            len(cases),
            noires,
        )


class ActiverTotp(ActivateTOTPView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        contexte: dict[str, Any] = super().get_context_data(**kwargs)
        form = contexte["form"]
        form.fields["code"].label = "Code à six chiffres affiché par l’application"
        form.fields["code"].widget.attrs.pop("placeholder", None)
        form.fields["code"].widget.attrs["inputmode"] = "numeric"
        contexte["secret"] = " ".join(form.secret[rang : rang + 4] for rang in range(0, len(form.secret), 4))
        return contexte


class Verifier(AuthenticateView):
    """The code, or the key when the login has one."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        contexte: dict[str, Any] = super().get_context_data(**kwargs)
        siens = Authenticator.objects.filter(user=self.stage.login.user)
        contexte["a_une_cle"] = siens.filter(type=Authenticator.Type.WEBAUTHN).exists()
        return contexte


class AjouterCle(AddWebAuthnView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        contexte: dict[str, Any] = super().get_context_data(**kwargs)
        contexte["adresse_numerique"] = settings.DEMO
        return contexte


class ListerCles(ListWebAuthnView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lignes = [
            {
                "nom": cle.wrap().name,
                "ajoutee_le": cle.created_at,
                "utilisee_le": cle.last_used_at,
                "cle": cle_publique(cle),
            }
            for cle in self.get_queryset().order_by("pk")
        ]
        return super().get_context_data(**kwargs) | {"cles": lignes}


class RetirerCle(RemoveWebAuthnView):
    """One of one's own, named by a key that says nothing: ids in sequence do not leave the server."""

    def get_object(self, queryset: Any = None) -> Authenticator:
        for cle in self.get_queryset():
            if constant_time_compare(cle_publique(cle), self.kwargs["cle"]):
                return cle
        raise Http404

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        contexte: dict[str, Any] = super().get_context_data(**kwargs)
        return contexte | {"nom": self.object.wrap().name, "cle": self.kwargs["cle"]}


class EntrerAvecCle(LoginWebAuthnView):
    """In by the key alone; whatever is wrong with it, the login page says one sentence."""

    def form_invalid(self, form: Any) -> HttpResponse:
        messages.error(self.request, CLE_REFUSEE)
        return redirect("account_login")


def cle_publique(cle: Authenticator) -> str:
    return salted_hmac("familles.cle_d_acces", str(cle.pk)).hexdigest()[:32]


activer = ActiverTotp.as_view()
verifier = Verifier.as_view()
ajouter_cle = AjouterCle.as_view()
lister_cles = ListerCles.as_view()
retirer_cle = RetirerCle.as_view()
entrer_avec_cle = EntrerAvecCle.as_view()
