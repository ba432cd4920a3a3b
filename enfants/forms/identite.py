from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from enfants.forms.champs import aide_de_section, valider_departement
from enfants.models import Classe, Enfant, Menu
from familles.champs import SECTION_ENFANT
from familles.enums import Politique
from familles.forms.fiche import Section
from portail.commun.dates import age, aujourdhui

AGE_MAXIMAL = 25
AIDES = {
    "lieu_naissance": "La commune, ou la ville et le pays.",
    "departement_naissance": "Exemples : 35, 2A, 974. Vide si votre enfant est né à l’étranger.",
    "menu": "Une allergie se signale dans les renseignements médicaux, et demande un PAI.",
}


class IdentiteForm(Section):
    """Identity, school and menu: what the town lets parents see and write of each."""

    nom_section = "identite"
    champs = SECTION_ENFANT
    jamais_vides = frozenset({"nom", "prenom", "date_naissance"})

    class Meta:
        model = Enfant
        fields = [champ.attribut for champ in SECTION_ENFANT]
        widgets = {"date_naissance": forms.DateInput(format="%d/%m/%Y", attrs={"inputmode": "numeric"})}

    def __init__(self, *args: Any, action: str = "", **options: Any) -> None:
        super().__init__(*args, auto_id=f"{self.nom_section}_%s", **options)
        self.politiques: Mapping[str, Politique] = options["politiques"]
        self.fixes = [(terme, valeur) for terme, valeur in self.fixes if valeur]
        for nom, aide in AIDES.items():
            if nom in self.fields:
                self.fields[nom].help_text = " ".join(filter(None, [aide, self.fields[nom].help_text]))
        if departement := self.fields.get("departement_naissance"):
            departement.validators.append(valider_departement)
        menu: Any = self.fields.get("menu")
        if menu:
            menu.empty_label = "Pas de choix particulier"
            menu.queryset = Menu.objects.filter(propose=True) | Menu.objects.filter(pk=self.instance.menu_id)
        classe: Any = self.fields.get("classe")
        if classe:
            classe.queryset = Classe.objects.select_related("ecole")
        self.helper = aide_de_section(self.nom_section, action)

    def clean_departement_naissance(self) -> str:
        return str(self.cleaned_data["departement_naissance"]).upper()

    def clean_date_naissance(self) -> date:
        naissance: date = self.cleaned_data["date_naissance"]
        jour = aujourdhui(timezone.now())
        if naissance > jour or age(naissance, jour)[0] > AGE_MAXIMAL:
            raise forms.ValidationError("Vérifiez l’année : cette date n’est pas celle d’un enfant.")
        return naissance

    def clean(self) -> dict[str, Any]:
        donnees = super().clean()
        classe = donnees.get("classe")
        ecole = donnees.get("ecole", self.instance.ecole)
        if classe and classe.ecole != ecole:
            self.add_error("classe", "Cette classe n’est pas dans l’école choisie.")
        return donnees
