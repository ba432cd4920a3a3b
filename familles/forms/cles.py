"""Forms of the passkeys: allauth's, with the portal's words."""

from __future__ import annotations

from typing import Any

from allauth.mfa.webauthn import forms as allauth
from django import forms

REFUSEE = "Cette clé n’a pas été reconnue : recommencez, ou saisissez un code."


class AjouterCle(allauth.AddWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = "Nom de la clé"
        self.fields["name"].max_length = 60
        self.fields["name"].help_text = "Pour la reconnaître, par exemple « Téléphone de Claire »."
        sans_mot_de_passe = self.fields["passwordless"]
        sans_mot_de_passe.label = "Me connecter avec elle, sans mot de passe"
        sans_mot_de_passe.help_text = "L’appareil vérifie alors que c’est vous : empreinte, visage ou code."
        sans_mot_de_passe.initial = True

    def clean_name(self) -> str:
        return str(super().clean_name())[:60]


class VerifierCle(allauth.AuthenticateWebAuthnForm):
    """The second factor by a key."""

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()
        except forms.ValidationError as faute:
            if getattr(faute, "code", "") == "incorrect_code":
                raise forms.ValidationError(REFUSEE) from faute
            raise


class ConfirmerCle(VerifierCle):
    """The same, for a page that asks again who is there."""

    reauthenticated = True
