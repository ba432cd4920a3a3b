"""Authorised persons, authorisations, and what is copied from a sibling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from crispy_forms.bootstrap import InlineRadios
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Row, Submit
from django import forms

from enfants.forms.champs import ChampTelephone, aide_de_section
from enfants.models import Autorisation, Enfant, PersonneAutorisee, TypeAutorisation

OUI_NON = [("oui", "Oui"), ("non", "Non")]


class PersonneForm(forms.ModelForm):  # type: ignore[type-arg]
    telephone = ChampTelephone(label="Téléphone")

    class Meta:
        model = PersonneAutorisee
        fields = ["nom", "prenom", "lien", "telephone", "peut_chercher", "urgence"]
        labels = {
            "peut_chercher": "Peut venir chercher l’enfant",
            "urgence": "À prévenir en cas d’urgence, si vous n’êtes pas joignable",
        }
        help_texts = {"lien": "Exemples : grand-mère, voisin, assistante maternelle."}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for nom in ("nom", "prenom", "lien"):
            self.fields[nom].widget.attrs["autocomplete"] = "off"
        self.helper = FormHelper()
        self.helper.layout = Layout(Row("nom", "prenom"), Row("lien", "telephone"), "peut_chercher", "urgence")
        self.helper.add_input(Submit("enregistrer", "Enregistrer"))

    def clean(self) -> dict[str, Any]:
        valeurs = super().clean() or {}
        if not (valeurs.get("peut_chercher") or valeurs.get("urgence")):
            self.add_error("peut_chercher", "Cochez au moins une des deux cases.")
        if valeurs.get("urgence") and not valeurs.get("telephone") and "telephone" not in self.errors:
            self.add_error("telephone", "Un numéro est nécessaire pour prévenir cette personne en cas d’urgence.")
        return valeurs

    def validate_constraints(self) -> None:
        """The three constraints are checked above and by the action, each beside its field."""


class AutorisationsForm(forms.Form):
    """One line « Oui / Non » for each authorisation; as long as nothing is answered, Non is ticked."""

    nom_section = "autorisations"

    def __init__(
        self,
        *args: Any,
        types: Sequence[TypeAutorisation],
        donnees_par_type: Mapping[int, Autorisation],
        jour: date,
        action: str = "",
        **options: Any,
    ) -> None:
        super().__init__(*args, auto_id=f"{self.nom_section}_%s", **options)
        self.types = types
        #: (answered, asked).
        self.nombre_de_reponses = (sum(type_.pk in donnees_par_type for type_ in types), len(types))
        for type_ in types:
            donnee = donnees_par_type.get(type_.pk)
            self.fields[type_.code] = forms.ChoiceField(
                label=type_.libelle,
                choices=OUI_NON,
                widget=forms.RadioSelect,
                initial="oui" if donnee and donnee.vaut_accord(jour) else "non",
                help_text=" ".join(morceau for morceau in (type_.precision, _suivi(donnee, jour)) if morceau),
            )
        self.helper = aide_de_section(self.nom_section, action)
        self.helper.layout = Layout(*(InlineRadios(type_.code) for type_ in types))

    def reponses(self) -> dict[TypeAutorisation, bool]:
        return {type_: self.cleaned_data[type_.code] == "oui" for type_ in self.types}


def _suivi(donnee: Autorisation | None, jour: date) -> str:
    if donnee is None:
        return "Pas encore de réponse : c’est non."
    if donnee.accord and not donnee.vaut_accord(jour):
        return f"Votre accord a pris fin le {donnee.valable_jusqu_au:%d/%m/%Y} : c’est non."
    fin = f", jusqu’au {donnee.valable_jusqu_au:%d/%m/%Y}" if donnee.valable_jusqu_au else ""
    return f"Réponse du {donnee.le:%d/%m/%Y} par {donnee.auteur}{fin}."


class CopieForm(forms.Form):
    """From which sibling, among those of the same household."""

    source = forms.ChoiceField(label="Copier depuis la fiche de")

    def __init__(self, *args: Any, fratrie: Sequence[Enfant], action: str, bouton: str, **options: Any) -> None:
        super().__init__(*args, auto_id=f"{bouton}_%s", **options)
        self.fratrie = {str(enfant.cle): enfant for enfant in fratrie}
        champ: Any = self.fields["source"]
        champ.choices = [(cle, enfant.prenom) for cle, enfant in self.fratrie.items()]
        self.helper = FormHelper()
        self.helper.form_action = action
        self.helper.form_class = "copie"
        self.helper.add_input(Submit(bouton, "Copier", css_class="bouton-secondaire"))

    def enfant(self) -> Enfant:
        return self.fratrie[self.cleaned_data["source"]]
