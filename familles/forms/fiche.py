"""Sections of the household sheet: only what the town lets parents write, each piece checked and normalised."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils import timezone

from familles import saisie
from familles.actions.fiche import ECRITURES, en_clair
from familles.champs import SECTION_FAMILLE, SECTION_RESPONSABLE, Champ
from familles.enums import Politique
from familles.models import Famille, Modification, Responsable
from portail.commun.dates import aujourdhui

#: How the address and the phone of a household are typed: the browser proposes them.
SAISIE_DU_FOYER = {
    "adresse": forms.TextInput(attrs={"autocomplete": "address-line1"}),
    "complement": forms.TextInput(attrs={"autocomplete": "address-line2"}),
    "code_postal": forms.TextInput(attrs={"autocomplete": "postal-code", "inputmode": "numeric"}),
    "ville": forms.TextInput(attrs={"autocomplete": "address-level2"}),
    "pays": forms.TextInput(attrs={"autocomplete": "country-name"}),
    "telephone": forms.TextInput(attrs={"type": "tel", "autocomplete": "home tel"}),
}
TELEPHONES = ("telephone", "telephone_mobile", "telephone_travail")


class Normalise(forms.ModelForm):  # type: ignore[type-arg]
    """Checks phones and postcodes, and writes texts, phones and codes one way, for parents and for staff."""

    def clean(self) -> dict[str, Any]:
        donnees: dict[str, Any] = super().clean() or {}
        for nom in TELEPHONES:
            if donnees.get(nom):
                donnees[nom] = self._verifier(nom, saisie.telephone, donnees[nom])
        if "pays" in donnees:
            donnees["pays"] = saisie.texte(donnees["pays"]) or "France"
        pays = donnees.get("pays", getattr(self.instance, "pays", ""))
        if donnees.get("code_postal"):
            donnees["code_postal"] = self._verifier("code_postal", saisie.code_postal, donnees["code_postal"], pays)
        for nom, valeur in donnees.items():
            if isinstance(valeur, str):
                donnees[nom] = saisie.texte(valeur)
        return donnees

    def _verifier(self, nom: str, regle: Any, *valeurs: Any) -> Any:
        try:
            return regle(*valeurs)
        except ValueError as faute:
            self.add_error(nom, str(faute))
            return valeurs[0]


class Section(Normalise):
    """One « Enregistrer ». Fields are listed by name: what is not listed cannot be written, whatever is sent."""

    champs: tuple[Champ, ...] = ()
    #: Never empty, whatever the town chooses.
    jamais_vides = frozenset({"nom", "prenom"})

    def __init__(
        self,
        *args: Any,
        politiques: Mapping[str, Politique],
        en_attente: Iterable[Modification] = (),
        ancre: str = "section",
        montre_l_attente: bool = True,
        **kwargs: Any,
    ) -> None:
        """``montre_l_attente``: put in its field what waits for an agent, so that saving again keeps it waiting.

        Not for an agent who acts for the household: what they save is written at once.
        """
        super().__init__(*args, **{"auto_id": f"{ancre}-%s"} | kwargs)
        attentes = {note.champ: note for note in en_attente if note.objet_cle == self.instance.cle}
        self.montre_l_attente = montre_l_attente
        #: What is shown and cannot be written here.
        self.fixes: list[tuple[str, str]] = []
        for champ in self.champs:
            politique = politiques[champ.nom]
            if politique not in ECRITURES:
                del self.fields[champ.attribut]
                if politique is Politique.AFFICHE:
                    valeur = getattr(self.instance, champ.attribut)
                    self.fixes.append((champ.libelle, en_clair(self.instance, champ, valeur)))
                continue
            self._habiller(champ, politique, attentes.get(champ.nom))

    def _habiller(self, champ: Champ, politique: Politique, attente: Modification | None) -> None:
        champ_saisi = self.fields[champ.attribut]
        champ_saisi.label = champ.libelle
        champ_saisi.required = politique is Politique.OBLIGATOIRE or champ.attribut in self.jamais_vides
        if isinstance(champ_saisi, forms.ModelChoiceField):
            champ_saisi.empty_label = "Non précisé"
        elif isinstance(champ_saisi, forms.ChoiceField):
            champ_saisi.choices = [("", "Non précisé"), *[c for c in champ_saisi.choices if c[0]]]  # type: ignore[index]
        if attente is not None:
            champ_saisi.help_text = f"En attente de l’accord du service\u00a0: «\u00a0{attente.apres or 'vide'}\u00a0»."
            if self.montre_l_attente and politique is Politique.ATTENTE:
                colonne: Any = self.instance._meta.get_field(champ.attribut)
                self.initial[champ.attribut] = colonne.to_python(attente.valeur)
        elif politique is Politique.ATTENTE:
            champ_saisi.help_text = "Un agent vérifiera ce changement avant qu’il ne s’applique."

    def valeurs(self) -> dict[str, Any]:
        """Return what was written, by attribute; nothing that was not offered."""
        return {nom: self.cleaned_data[nom] for nom in self.fields if nom in self.cleaned_data}


class SectionFamille(Section):
    champs = SECTION_FAMILLE

    class Meta:
        model = Famille
        fields = [champ.attribut for champ in SECTION_FAMILLE]
        widgets = SAISIE_DU_FOYER


class NaissanceAdulte(Normalise):
    """An adult's birth date, refused when it cannot be one, for the sheet and for a request filed online."""

    def clean_date_naissance(self) -> Any:
        jour = self.cleaned_data["date_naissance"]
        if jour is None:
            return None
        try:
            return saisie.naissance_d_un_adulte(jour, aujourdhui(timezone.now()))
        except ValueError as faute:
            raise forms.ValidationError(str(faute)) from faute


class SectionResponsable(NaissanceAdulte, Section):
    champs = SECTION_RESPONSABLE

    class Meta:
        model = Responsable
        fields = [champ.attribut for champ in SECTION_RESPONSABLE]
        widgets = {
            "date_naissance": forms.DateInput(format="%d/%m/%Y", attrs={"inputmode": "numeric"}),
            "telephone_mobile": forms.TextInput(attrs={"type": "tel"}),
            "telephone_travail": forms.TextInput(attrs={"type": "tel"}),
        }
