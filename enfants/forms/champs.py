"""Fields that several sections share."""

from __future__ import annotations

import re
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.core.exceptions import ValidationError

from familles.saisie import telephone

DEPARTEMENT = re.compile(r"(0[1-9]|1\d|2[1-9AB]|[3-8]\d|9[0-5]|97[1-8]|98[678])")


class ChampTelephone(forms.CharField):
    """A number that exists, written back as « 06 12 34 56 78 », or « +32 470 12 34 56 » from abroad."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": 24, "required": False} | options)
        self.widget.attrs.setdefault("autocomplete", "off")
        self.widget.input_type = "tel"

    def clean(self, value: Any) -> str:
        try:
            return telephone(super().clean(value))
        except ValueError as faute:
            raise ValidationError(str(faute)) from None


class ChampDate(forms.DateField):
    def __init__(self, **options: Any) -> None:
        super().__init__(
            **{
                "required": False,
                "widget": forms.DateInput(
                    format="%d/%m/%Y",
                    attrs={"inputmode": "numeric", "placeholder": "JJ/MM/AAAA", "autocomplete": "off"},
                ),
                "error_messages": {"invalid": "Cette date n’existe pas. Écrivez-la comme 15/02/2018."},
            }
            | options
        )


def valider_departement(valeur: str) -> None:
    if not DEPARTEMENT.fullmatch(valeur.upper()):
        msg = "Ce département n’existe pas. Exemples : 35, 2A, 974. Laissez vide pour une naissance à l’étranger."
        raise ValidationError(msg)


def aide_de_section(nom: str, action: str) -> FormHelper:
    """Return the helper of one section of the sheet: its own address, its own button « Enregistrer »."""
    helper = FormHelper()
    helper.form_action = action
    helper.form_id = f"formulaire-{nom}"
    helper.add_input(Submit(f"enregistrer_{nom}", "Enregistrer"))
    return helper
