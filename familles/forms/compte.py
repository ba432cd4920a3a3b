"""Forms of the account pages: allauth's, with the portal's words and without placeholders."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as allauth
from django import forms
from django.contrib.auth import password_validation
from django.http import HttpRequest
from django.utils import timezone

from familles import courriels
from familles.actions import identifiant
from familles.models import Utilisateur
from portail.commun.mots_de_passe import PasDejaConnu, RegleCnil

LIBELLE_IDENTIFIANT = "Identifiant (votre adresse électronique)"
AIDE_MOT_DE_PASSE = f"{RegleCnil().get_help_text()} {PasDejaConnu().get_help_text()}"


def _habiller(champ: forms.Field, libelle: str, aide: str = "", **attributs: str) -> None:
    champ.label, champ.help_text = libelle, aide
    champ.widget.attrs.pop("placeholder", None)
    champ.widget.attrs.update(attributs)


def _nouveau_mot_de_passe(formulaire: forms.Form) -> None:
    _habiller(formulaire.fields["password1"], "Nouveau mot de passe", AIDE_MOT_DE_PASSE)
    _habiller(formulaire.fields["password2"], "Le même, une seconde fois")


class Connexion(allauth.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _habiller(self.fields["login"], LIBELLE_IDENTIFIANT, autocomplete="username")
        _habiller(self.fields["password"], "Mot de passe")


class Oubli(allauth.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _habiller(self.fields["email"], "Votre adresse électronique", autocomplete="username")

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Write one mail in every case, so that neither the page nor its delay tells whether the account exists."""
        if self.users:
            return str(super().save(request, **kwargs))
        courriels.compte_inconnu(destinataire=self.cleaned_data["email"], maintenant=timezone.now())
        return str(self.cleaned_data["email"])


class NouveauMotDePasse(allauth.ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _nouveau_mot_de_passe(self)

    def save(self) -> None:
        super().save()
        identifiant.confirmer_par_lien(utilisateur=self.user, maintenant=timezone.now())


class ChangerMotDePasse(allauth.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _habiller(self.fields["oldpassword"], "Mot de passe actuel")
        _nouveau_mot_de_passe(self)


class PoserMotDePasse(allauth.SetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _nouveau_mot_de_passe(self)


class Reauthentification(allauth.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _habiller(self.fields["password"], "Mot de passe")


class ChangerAdresse(forms.Form):
    """Another login: the password is asked again, so that an open session is not enough to take the account."""

    email = forms.EmailField(
        label="Nouvelle adresse électronique",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    mot_de_passe = forms.CharField(
        label="Votre mot de passe",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, utilisateur: Utilisateur, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.utilisateur = utilisateur

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).strip().lower()

    def clean_mot_de_passe(self) -> str:
        mot_de_passe: str = self.cleaned_data["mot_de_passe"]
        if not self.utilisateur.check_password(mot_de_passe):
            raise forms.ValidationError("Ce n’est pas votre mot de passe.")
        return mot_de_passe


class ChoisirMotDePasse(forms.Form):
    """First password, by the activation link."""

    password1 = forms.CharField(
        label="Mot de passe",
        help_text=AIDE_MOT_DE_PASSE,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label="Le même, une seconde fois",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, utilisateur: Utilisateur, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.utilisateur = utilisateur

    def clean_password1(self) -> str:
        mot_de_passe: str = self.cleaned_data["password1"]
        password_validation.validate_password(mot_de_passe, self.utilisateur)
        return mot_de_passe

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        if donnees.get("password1") and donnees.get("password2") and donnees["password1"] != donnees["password2"]:
            self.add_error("password2", "Les deux mots de passe sont différents.")
        return donnees
