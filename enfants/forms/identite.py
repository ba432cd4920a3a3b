from __future__ import annotations

from typing import Any

from django import forms

from enfants.forms.champs import aide_de_section, valider_departement
from enfants.models import Enfant, Menu


class IdentiteForm(forms.ModelForm):  # type: ignore[type-arg]
    """Birth place and menu. Name and birth date are changed by the service, on sight of a document."""

    nom_section = "identite"

    class Meta:
        model = Enfant
        fields = ["lieu_naissance", "departement_naissance", "menu"]

    def __init__(self, *args: Any, action: str = "", **options: Any) -> None:
        super().__init__(*args, auto_id=f"{self.nom_section}_%s", **options)
        self.fields["lieu_naissance"].help_text = "La commune, ou la ville et le pays."
        departement = self.fields["departement_naissance"]
        departement.help_text = "Exemples : 35, 2A, 974. Vide si votre enfant est né à l’étranger."
        departement.validators.append(valider_departement)
        menu: Any = self.fields["menu"]
        menu.empty_label = "Pas de choix particulier"
        menu.label = "Menu à la cantine"
        menu.queryset = Menu.objects.filter(propose=True) | Menu.objects.filter(pk=self.instance.menu_id)
        menu.help_text = "Une allergie se signale dans les renseignements médicaux, et demande un PAI."
        self.helper = aide_de_section(self.nom_section, action)

    def clean_departement_naissance(self) -> str:
        return str(self.cleaned_data["departement_naissance"]).upper()
