"""Forms of the parents' payment page. Amounts, states and owners are never read from the browser."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms

from facturation.models import Facture
from facturation.regles.paiements import adresse_acceptee


class FormulairePaiement(forms.Form):
    """Which invoices to pay, and where the payment page sends its own ticket."""

    factures = forms.TypedMultipleChoiceField(
        label="Factures à payer",
        coerce=UUID,
        error_messages={
            "required": "Cochez au moins une facture à payer.",
            "invalid_choice": "Une des factures cochées ne peut plus être payée en ligne. La liste est à jour.",
        },
    )
    courriel = forms.CharField(
        label="Adresse électronique",
        help_text="Le service de paiement y envoie son propre ticket.",
        max_length=80,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": "Indiquez une adresse électronique."},
    )

    def __init__(self, *args: Any, payables: list[Facture], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["factures"].choices = [(str(facture.cle), facture.numero_affiche) for facture in payables]

    def clean_courriel(self) -> str:
        adresse: str = self.cleaned_data["courriel"].strip()
        if not adresse_acceptee(adresse):
            msg = "Indiquez une adresse comme nom@exemple.fr, sans accent, de 80 caractères au plus."
            raise forms.ValidationError(msg)
        return adresse
