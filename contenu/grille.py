"""The grid in which staff type a week of menus: one column a day, one row a course."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.forms import BoundField

from contenu.enums import Allergene, Label, Service
from contenu.models import PlatDuJour, SemaineDeMenus
from contenu.regles import Jour, Plat, jours_servis

LONGUEUR_PLAT = 120
#: Dishes already served, proposed while typing.
PLATS_PROPOSES = 300
LISTE = "plats-connus"


@dataclass(frozen=True, slots=True)
class Case:
    """One dish of the grid; ``precisions`` counts its labels and allergens."""

    jour: date
    nom: BoundField
    labels: BoundField
    allergenes: BoundField
    precisions: int


@dataclass(frozen=True, slots=True)
class Ligne:
    service: Service
    cases: list[Case]


class FormulaireGrille(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, semaine: SemaineDeMenus, jours: Sequence[Jour], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.jours = jours_servis(semaine.lundi)
        connus = {jour.jour: jour for jour in jours}
        self.fields["version"].initial = semaine.version
        for jour in self.jours:
            connu = connus.get(jour, Jour(jour))
            plats = {plat.service: plat for plat in connu.plats}
            self.fields[f"{jour}-mention"] = _champ(f"Mention du {jour:%d/%m}", connu.mention, 80)
            for service in Service:
                self._ajouter(jour, service, plats.get(service))

    def _ajouter(self, jour: date, service: Service, plat: Plat | None) -> None:
        nom, quand = f"{jour}-{service.value}", f"{service.label} du {jour:%d/%m}"
        self.fields[nom] = _champ(quand, plat.nom if plat else "", LONGUEUR_PLAT, list=LISTE)
        self.fields[f"{nom}-labels"] = _choix(f"Labels, {quand}", Label, plat.labels if plat else ())
        self.fields[f"{nom}-allergenes"] = _choix(f"Allergènes, {quand}", Allergene, plat.allergenes if plat else ())

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        for jour in self.jours:
            for service in Service:
                nom = f"{jour}-{service.value}"
                seul = donnees.get(f"{nom}-labels") or donnees.get(f"{nom}-allergenes")
                if seul and nom in donnees and not donnees[nom]:
                    self.add_error(nom, "Écrivez le plat, ou décochez ses labels et ses allergènes.")
        return donnees

    def saisie(self) -> list[Jour]:
        """Return the week as typed; call it once the form is valid."""
        donnees = self.cleaned_data
        return [
            Jour(
                jour=jour,
                mention=donnees[f"{jour}-mention"],
                plats=tuple(
                    Plat(
                        service,
                        donnees[nom],
                        tuple(donnees[f"{nom}-labels"]),
                        tuple(donnees[f"{nom}-allergenes"]),
                    )
                    for service in Service
                    if donnees[nom := f"{jour}-{service.value}"]
                ),
            )
            for jour in self.jours
        ]

    def mentions(self) -> list[BoundField]:
        return [self[f"{jour}-mention"] for jour in self.jours]

    def lignes(self) -> Iterator[Ligne]:
        """Iterate over the courses, each with its cells from Monday on."""
        for service in Service:
            yield Ligne(service, [self._case(jour, f"{jour}-{service.value}") for jour in self.jours])

    def _case(self, jour: date, nom: str) -> Case:
        labels, allergenes = self[f"{nom}-labels"], self[f"{nom}-allergenes"]
        return Case(jour, self[nom], labels, allergenes, len(labels.value() or ()) + len(allergenes.value() or ()))

    @property
    def liste_des_plats(self) -> str:
        return LISTE


def plats_connus() -> list[str]:
    """Return the dishes served so far, in their order, for the browser to propose."""
    return list(PlatDuJour.objects.order_by("nom").values_list("nom", flat=True).distinct()[:PLATS_PROPOSES])


def _champ(label: str, initial: str, longueur: int, **attributs: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=longueur,
        initial=initial,
        widget=forms.TextInput(attrs={"autocomplete": "off", **attributs}),
        error_messages={"max_length": "Écrivez %(limit_value)d signes au plus."},
    )


def _choix(label: str, choix: Any, initial: Sequence[str]) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        required=False,
        choices=choix.choices,
        initial=list(initial),
        widget=forms.CheckboxSelectMultiple,
    )
