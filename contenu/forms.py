"""The forms by which people write to the service, with defences that ask nothing of them."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms

from contenu import jetons
from contenu.models.contact import LONGUEUR_MESSAGE
from portail.commun.texte import normaliser

PHRASE_PIEGE = (
    "Votre message n’est pas parti\u00a0: il ressemble à un envoi automatique. "
    "Il est gardé ci-dessous\u00a0: appuyez à nouveau sur «\u202fEnvoyer\u202f», ou téléphonez au service."
)


class FormulaireProtege(forms.Form):
    """A form with a trap that people do not see, and a signed key that machines are too quick to use."""

    texte = forms.CharField(
        label="Votre message",
        max_length=LONGUEUR_MESSAGE,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={
            "required": "Écrivez votre message.",
            "max_length": "Votre message dépasse %(limit_value)d signes.",
        },
    )
    jeton = forms.CharField(widget=forms.HiddenInput, required=False)

    #: Name of the trap; drawn by the template, outside the fields that people fill.
    PIEGE = "site_internet"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cle_envoi: uuid.UUID | None = None
        self.fields["jeton"].initial = jetons.nouveau

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        if self.data.get(self.PIEGE):
            self.add_error(None, PHRASE_PIEGE)
        lu = jetons.lire(str(donnees.get("jeton", "")))
        if isinstance(lu, uuid.UUID):
            self.cle_envoi = lu
            return donnees
        self.add_error(None, lu.phrase)
        if lu.renouveler:
            self.data = self.data.copy()
            self.data["jeton"] = jetons.nouveau()
        return donnees


class FormulaireContact(FormulaireProtege):
    sujet = forms.CharField(
        label="Sujet",
        max_length=120,
        help_text="En quelques mots, par exemple «\u202fInscription à la cantine\u202f».",
        error_messages={"required": "Écrivez le sujet de votre message."},
    )
    nom = forms.CharField(
        label="Votre nom",
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    courriel = forms.EmailField(
        label="Votre adresse électronique",
        max_length=254,
        help_text="La réponse du service y sera envoyée.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": "Écrivez l’adresse où vous voulez recevoir la réponse.",
            "invalid": "Écrivez une adresse complète, comme prenom.nom@exemple.fr.",
        },
    )
    field_order = ["sujet", "texte", "nom", "courriel", "jeton"]

    def __init__(self, *args: Any, utilisateur: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if utilisateur.is_authenticated:
            del self.fields["nom"]
            self.fields["courriel"].initial = utilisateur.email

    def clean_sujet(self) -> str:
        sujet = " ".join(self.cleaned_data["sujet"].split())
        if not normaliser(sujet).strip():
            raise forms.ValidationError("Écrivez le sujet de votre message avec des mots.")
        return sujet


class FormulaireSuite(FormulaireProtege):
    """A message that follows, in a thread that exists."""
