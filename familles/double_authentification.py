"""Second factor: allauth's, with its secrets sealed in the database and a QR code that the security policy allows."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import qrcode
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.totp.views import ActivateTOTPView
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.utils.html import format_html, format_html_join


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


activer = ActiverTotp.as_view()
