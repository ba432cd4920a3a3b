"""Forms of the régisseur's screens."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.db import transaction
from django.utils import timezone

from facturation.actions import paiement as paiements
from facturation.enums import ModePaiement
from facturation.models import Paiement, Regie
from familles.models import Famille, Utilisateur
from portail.commun.dates import instant
from portail.commun.envois import est_le_premier


class ChampDate(forms.DateField):
    """A date typed with the browser's own picker."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **options)


class FormulaireCampagne(forms.Form):
    regie = forms.ModelChoiceField(Regie.objects.all(), label="Régie", empty_label=None)
    libelle = forms.CharField(label="Libellé", max_length=120, help_text="Par exemple « Janvier 2018 ».")
    du = ChampDate(label="Du")
    au = ChampDate(label="Au", help_text="Inclus.")

    def clean(self) -> dict[str, Any]:
        champs: dict[str, Any] = super().clean() or {}
        if champs.get("du") and champs.get("au") and champs["au"] < champs["du"]:
            self.add_error("au", "La fin précède le début.")
        return champs


class FormulaireEmission(forms.Form):
    date_emission = ChampDate(label="Date des factures")
    date_limite_paiement = ChampDate(label="À payer avant le")

    @classmethod
    def propose(cls, regie: Regie, jour: date) -> FormulaireEmission:
        limite = jour + timedelta(days=regie.delai_paiement_jours)
        return cls(initial={"date_emission": jour, "date_limite_paiement": limite})

    def clean(self) -> dict[str, Any]:
        champs: dict[str, Any] = super().clean() or {}
        emission, limite = champs.get("date_emission"), champs.get("date_limite_paiement")
        if emission and limite and limite < emission:
            self.add_error("date_limite_paiement", "La date limite précède la date des factures.")
        return champs


class FormulaireAnnulation(forms.Form):
    motif = forms.CharField(
        label="Motif de l’annulation", max_length=200, help_text="La famille le lit : « Chèque impayé », par exemple."
    )


class FormulaireSaisie(forms.Form):
    """A payment received otherwise than online."""

    envoi = forms.UUIDField(widget=forms.HiddenInput)
    regie = forms.ModelChoiceField(Regie.objects.all(), label="Régie", empty_label=None)
    famille = forms.CharField(label="Code famille", max_length=20, help_text="Tel qu’il figure sur la facture.")
    montant = forms.DecimalField(
        label="Montant (€)", min_value=Decimal("0.01"), max_digits=9, decimal_places=2, localize=True
    )
    mode = forms.ChoiceField(
        label="Mode",
        choices=[(m.value, m.label) for m in ModePaiement if m != ModePaiement.PRELEVEMENT_EN_LIGNE],
        initial=ModePaiement.CHEQUE,
    )
    reference = forms.CharField(
        label="Référence", max_length=60, required=False, help_text="N° du chèque et banque, référence du virement…"
    )
    recu_le = ChampDate(label="Reçu le")
    encaisse = forms.BooleanField(
        label="Encaissé : valider et envoyer la quittance",
        required=False,
        initial=True,
        help_text="Décochez si la somme n’est pas encore constatée ; le paiement attend alors votre validation.",
    )

    def clean_famille(self) -> Famille:
        code = self.cleaned_data["famille"].strip()
        famille = Famille.objects.filter(code__iexact=code).first()
        if famille is None:
            raise forms.ValidationError("Aucune famille ne porte ce code.")
        return famille

    def clean_recu_le(self) -> date:
        jour: date = self.cleaned_data["recu_le"]
        if jour > timezone.localdate():
            raise forms.ValidationError("Cette date est dans le futur.")
        return jour

    @transaction.atomic
    def enregistrer(self, *, auteur: Utilisateur, maintenant: datetime) -> Paiement | None:
        """Enter the payment, or return nothing when this very form was already sent."""
        champs = self.cleaned_data
        if not est_le_premier(cle=champs["envoi"], geste="paiement.saisi", utilisateur=auteur, maintenant=maintenant):
            return None
        jour = champs["recu_le"]
        return paiements.saisir(
            regie=champs["regie"],
            famille=champs["famille"],
            montant=champs["montant"],
            mode=ModePaiement(champs["mode"]),
            reference=champs["reference"],
            recu_le=maintenant if jour == timezone.localdate(maintenant) else instant(jour, time(12)),
            encaisse=champs["encaisse"],
            auteur=auteur,
            maintenant=maintenant,
        )
