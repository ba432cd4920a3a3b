"""The part of the période's form that sets its pre-booking window and puts the criteria in order."""

from __future__ import annotations

from typing import Any

from django import forms

from reservations.enums import CRITERES_AU_CHOIX, EtatPresence
from reservations.models import Presence

CRITERES_A_RANGER = tuple(f"critere_{rang}" for rang in range(1, len(CRITERES_AU_CHOIX) + 1))
SI_LES_PLACES_MANQUENT = (
    "Pendant la pré-réservation, les demandes n’occupent aucune place. Ensuite, « Attributions des places » propose "
    "qui est servi, dans l’ordre des critères ci-dessous ; un tirage au sort, le même à chaque calcul, départage le "
    "reste. Les réservations ouvrent une fois l’attribution confirmée."
)
CHOIX = [("", "Aucun"), *[(une.value, une.label) for une in CRITERES_AU_CHOIX]]
ORDINAUX = ("Premier critère", "Deuxième critère", "Troisième critère", "Quatrième critère")


class AvecCriteres(forms.Form):
    """One choice for each place in the order: no script is needed to move a criterion."""

    instance: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for rang, nom in enumerate(CRITERES_A_RANGER):
            if nom in self.fields:
                choisis = self.instance.criteres_attribution or []
                self.initial[nom] = choisis[rang] if rang < len(choisis) else ""

    critere_1 = forms.ChoiceField(label=ORDINAUX[0], choices=CHOIX, required=False)
    critere_2 = forms.ChoiceField(label=ORDINAUX[1], choices=CHOIX, required=False)
    critere_3 = forms.ChoiceField(label=ORDINAUX[2], choices=CHOIX, required=False)
    critere_4 = forms.ChoiceField(label=ORDINAUX[3], choices=CHOIX, required=False)

    def clean(self) -> dict[str, Any]:
        donnees: dict[str, Any] = super().clean() or {}
        if not any(nom in self.fields for nom in CRITERES_A_RANGER):
            return donnees
        ordre: list[str] = []
        for nom in CRITERES_A_RANGER:
            choisi = donnees.get(nom)
            if choisi and choisi in ordre:
                self.add_error(nom, "Ce critère est déjà choisi plus haut.")
            elif choisi:
                ordre.append(choisi)
        self.instance.criteres_attribution = ordre
        self._garder_ce_qui_attend(donnees)
        return donnees

    def _garder_ce_qui_attend(self, donnees: dict[str, Any]) -> None:
        """A window that holds requests is not taken away, nor changed once its places are given."""
        if self.instance.pk is None or not {"prereservation_du", "prereservation_au"} & set(self.changed_data):
            return
        if self.instance.confirmation_le is not None:
            self.add_error("prereservation_au", "Les places sont attribuées : la pré-réservation ne change plus.")
        elif donnees.get("prereservation_au") is None and "prereservation_au" not in self.errors:
            attendent = Presence.objects.filter(
                reservation__periode=self.instance.pk, etat=EtatPresence.EN_ATTRIBUTION
            ).count()
            if attendent:
                self.add_error(
                    "prereservation_au",
                    f"Jours qui attendent l’attribution : {attendent}. Attribuez-les avant d’ôter la pré-réservation.",
                )
