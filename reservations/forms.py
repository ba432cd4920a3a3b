"""Forms of the planning's tools. They are read by GET: the preview is a page like another, and writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout, Row, Submit
from django import forms

from enfants.models import Enfant
from portail.commun.templatetags.typographie import JOURS
from reservations.enums import Rythme, Sens
from reservations.models import Periode, Prestation
from reservations.regles import Consigne


class RemplirForm(forms.Form):
    """Children × weekdays × prestations × dates × rhythm × gesture."""

    enfants = forms.MultipleChoiceField(label="Pour quels enfants", widget=forms.CheckboxSelectMultiple)
    jours = forms.TypedMultipleChoiceField(
        label="Quels jours de la semaine",
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choisissez au moins un jour de la semaine."},
    )
    prestations = forms.MultipleChoiceField(label="Quelles prestations", widget=forms.CheckboxSelectMultiple)
    du = forms.DateField(label="Du", help_text="Au format JJ/MM/AAAA.")
    au = forms.DateField(label="Au", help_text="Au format JJ/MM/AAAA, inclus.")
    rythme = forms.ChoiceField(label="À quel rythme", choices=Rythme.choices, widget=forms.RadioSelect)
    geste = forms.ChoiceField(
        label="Que faire de ces jours",
        choices=[(Sens.AJOUT, "Les réserver"), (Sens.RETRAIT, "Les annuler")],
        widget=forms.RadioSelect,
    )

    def __init__(
        self, *args: Any, enfants: Sequence[Enfant], periode: Periode, prestations: Sequence[Prestation], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.periode = periode
        champs: dict[str, Any] = self.fields
        champs["enfants"].choices = [(str(un.cle), un.prenom) for un in enfants]
        champs["jours"].choices = [(rang, JOURS[rang].capitalize()) for rang in sorted(periode.jours_ouverture)]
        champs["prestations"].choices = [(str(une.cle), une.nom) for une in prestations]
        self.helper = FormHelper()
        self.helper.form_method = "get"
        self.helper.form_action = "#apercu"
        self.helper.layout = Layout(
            Fieldset("Pour qui, quels jours", "enfants", "jours", "prestations"),
            Fieldset("Quand", Row("du", "au"), "rythme"),
            "geste",
        )
        self.helper.add_input(Submit("apercu", "Voir ce que cela donne"))

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        du, au = donnees.get("du"), donnees.get("au")
        if du and au and du > au:
            self.add_error("au", "La fin précède le début.")
        return donnees

    def consigne(self) -> Consigne:
        donnees = self.cleaned_data
        return Consigne(
            jours=frozenset(donnees["jours"]),
            du=donnees["du"],
            au=donnees["au"],
            rythme=Rythme(donnees["rythme"]),
            sens=Sens(donnees["geste"]),
        )


class CopierForm(forms.Form):
    """From the planning that is open to other children."""

    vers = forms.MultipleChoiceField(
        label="Copier vers",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choisissez au moins un enfant."},
    )
    remplacer = forms.BooleanField(label="Annuler aussi les jours que le planning copié n’a pas", required=False)

    def __init__(self, *args: Any, enfants: Sequence[Enfant], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        champ: Any = self.fields["vers"]
        champ.choices = [(str(un.cle), un.prenom) for un in enfants]
        self.helper = FormHelper()
        self.helper.form_method = "get"
        self.helper.form_action = "#apercu"
        self.helper.layout = Layout("vers", "remplacer")
        self.helper.add_input(Submit("apercu", "Voir ce que cela donne"))
