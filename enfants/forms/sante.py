"""Medical section and vaccination table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from crispy_forms.layout import Fieldset, Layout, Row
from django import forms

from enfants import regles
from enfants.actions.sante import ReponseVaccination
from enfants.enums import EtatVaccin
from enfants.forms.champs import ChampDate, ChampTelephone, aide_de_section
from enfants.models import Enfant, FicheSanitaire, Vaccin, Vaccination
from enfants.models.sante import CHAMPS_FICHE

LONGUEUR = 2000


def _texte(libelle: str, aide: str) -> forms.CharField:
    return forms.CharField(
        label=libelle, help_text=aide, required=False, max_length=LONGUEUR, widget=forms.Textarea(attrs={"rows": 3})
    )


class SanteForm(forms.Form):
    nom_section = "sante"

    allergies = _texte("Allergies", "Aliments, médicaments, piqûres… et ce qu’il faut faire.")
    antecedents = _texte("Maladies, opérations, hospitalisations", "Ce que l’équipe doit savoir.")
    traitements = _texte("Traitement en cours", "Un médicament n’est donné qu’avec l’ordonnance du médecin.")
    recommandations = _texte("Recommandations utiles", "Lunettes, appareil auditif, sieste, alimentation…")
    medecin_nom = forms.CharField(label="Médecin traitant", required=False, max_length=120)
    medecin_telephone = ChampTelephone(label="Téléphone du médecin")
    pai = forms.BooleanField(label="Mon enfant a un projet d’accueil individualisé (PAI)", required=False)
    pai_consigne = forms.CharField(
        label="Ce que l’équipe doit faire",
        help_text="En une phrase. Le document signé est remis au service.",
        required=False,
        max_length=300,
    )
    pai_jusqu_au = ChampDate(label="PAI valable jusqu’au", help_text="Un PAI vaut pour une année scolaire.")
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, fiche: FicheSanitaire | None, action: str = "", **options: Any) -> None:
        options["initial"] = {"version": 0} | {
            champ: getattr(fiche, champ) for champ in (*CHAMPS_FICHE, "version") if fiche is not None
        }
        super().__init__(*args, auto_id=f"{self.nom_section}_%s", **options)
        self.helper = aide_de_section(self.nom_section, action)
        self.helper.layout = Layout(
            "version",
            "allergies",
            "antecedents",
            "traitements",
            "recommandations",
            Row("medecin_nom", "medecin_telephone"),
            Fieldset("Projet d’accueil individualisé", "pai", "pai_consigne", "pai_jusqu_au"),
        )

    def clean(self) -> dict[str, Any]:
        valeurs = super().clean() or {}
        if valeurs.get("pai") and not valeurs.get("pai_consigne") and "pai_consigne" not in self.errors:
            self.add_error("pai_consigne", "Dites en une phrase ce que l’équipe doit faire.")
        return valeurs


class SanteServiceForm(SanteForm):
    """The same section, filled by the service from the paper sheet, with the day of admission."""

    admis_le = ChampDate(
        label="Admis à partir du", help_text="Un vaccin manquant est toléré trois mois à partir de ce jour."
    )

    def __init__(self, *args: Any, fiche: FicheSanitaire | None, **options: Any) -> None:
        super().__init__(*args, fiche=fiche, **options)
        self.fields["pai"].label = "L’enfant a un projet d’accueil individualisé (PAI)"
        self.initial["admis_le"] = fiche.admis_le if fiche else None


@dataclass(frozen=True)
class LigneVaccin:
    """One line of the table, as the template reads it."""

    vaccin: Vaccin
    etat: EtatVaccin
    effectue: forms.BoundField
    derniere_le: forms.BoundField
    #: On the service's form only.
    contre_indication: forms.BoundField | None


class VaccinationsForm(forms.Form):
    """« Vaccins | Effectué ? | Dernière vaccination », with the lines of the child's own birth date."""

    nom_section = "vaccinations"

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(
        self,
        *args: Any,
        enfant: Enfant,
        vaccins: Sequence[Vaccin],
        faites: Mapping[int, Vaccination],
        version: int,
        jour: date,
        **options: Any,
    ) -> None:
        super().__init__(*args, auto_id=f"{self.nom_section}_%s", initial={"version": version}, **options)
        self.enfant, self.jour, self.faites = enfant, jour, faites
        self.vaccins = [vaccin for vaccin in vaccins if regles.concerne(vaccin.exigence, enfant.date_naissance)]
        for vaccin in self.vaccins:
            faite = faites.get(vaccin.pk)
            self.fields[f"effectue-{vaccin.code}"] = forms.BooleanField(
                label=f"{vaccin.nom} : effectué", required=False, initial=bool(faite and faite.effectue)
            )
            self.fields[f"date-{vaccin.code}"] = ChampDate(
                label=f"{vaccin.nom} : date de la dernière vaccination", initial=faite and faite.derniere_le
            )

    @property
    def lignes(self) -> list[LigneVaccin]:
        return [
            LigneVaccin(
                vaccin,
                regles.etat_vaccin(
                    vaccin.exigence, reponse(self.faites.get(vaccin.pk)), self.enfant.date_naissance, self.jour
                ),
                self[f"effectue-{vaccin.code}"],
                self[f"date-{vaccin.code}"],
                self[nom] if (nom := f"contre-{vaccin.code}") in self.fields else None,
            )
            for vaccin in self.vaccins
        ]

    def clean(self) -> dict[str, Any]:
        valeurs = super().clean() or {}
        for vaccin in self.vaccins:
            faite_le = valeurs.get(champ := f"date-{vaccin.code}")
            if faite_le and faite_le > self.jour:
                self.add_error(champ, "Cette date n’est pas encore passée.")
            elif faite_le and faite_le < self.enfant.date_naissance:
                self.add_error(champ, "Cette date précède la naissance de votre enfant.")
        return valeurs

    def reponses(self) -> dict[Vaccin, ReponseVaccination]:
        """Return what was answered; a date alone says that the vaccine was given."""
        return {
            vaccin: ReponseVaccination(
                effectue=self.cleaned_data[f"effectue-{vaccin.code}"]
                or self.cleaned_data[f"date-{vaccin.code}"] is not None,
                derniere_le=self.cleaned_data[f"date-{vaccin.code}"],
                contre_indication=self.cleaned_data.get(f"contre-{vaccin.code}"),
            )
            for vaccin in self.vaccins
        }


class VaccinationsServiceForm(VaccinationsForm):
    """The same table for the service, which alone notes that a doctor's certificate exempts from a compulsory one."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for vaccin in self.vaccins:
            if vaccin.obligatoire:
                faite = self.faites.get(vaccin.pk)
                self.fields[f"contre-{vaccin.code}"] = forms.BooleanField(
                    label=f"{vaccin.nom} : certificat de contre-indication présenté",
                    required=False,
                    initial=bool(faite and faite.contre_indication),
                )

    def clean(self) -> dict[str, Any]:
        valeurs = super().clean()
        for vaccin in self.vaccins:
            fait = valeurs.get(f"effectue-{vaccin.code}") or valeurs.get(f"date-{vaccin.code}")
            if fait and valeurs.get(champ := f"contre-{vaccin.code}"):
                self.add_error(champ, "Ce vaccin est noté comme effectué : décochez l’un des deux.")
        return valeurs


def saisie_en_clair(formulaires: Iterable[forms.BaseForm], donnees: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what was typed, by label, for a page that cannot show the form again."""
    return [
        (str(champ.label), "Oui" if isinstance(champ, forms.BooleanField) else str(saisi))
        for formulaire in formulaires
        for nom, champ in formulaire.fields.items()
        if not champ.widget.is_hidden and (saisi := donnees.get(formulaire.add_prefix(nom)))
    ]


def reponse(vaccination: Vaccination | None) -> regles.ReponseVaccin:
    if vaccination is None:
        return regles.ReponseVaccin()
    return regles.ReponseVaccin(vaccination.effectue, vaccination.contre_indication)
