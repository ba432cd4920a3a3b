"""What an agent corrects in a file, and what they decide when they answer it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms

from contenu.models import Commune
from enfants.models import Enfant
from familles import saisie
from familles.forms.fiche import Normalise
from familles.models import Famille
from inscriptions.doublons import est_le_meme
from inscriptions.models import AdulteDossier, DossierInscription, EnfantDossier

NOUVEL_ENFANT = "nouveau"
POINTS_LIBRES = 10
LONGUEUR_D_UN_POINT = 200


class CorrigerFoyer(Normalise):
    class Meta:
        model = DossierInscription
        fields = "__all__"  # noqa: DJ007 - the fieldsets of the admin list what is offered


class CorrigerAdulte(Normalise):
    class Meta:
        model = AdulteDossier
        fields = "__all__"  # noqa: DJ007


class FormulaireRefus(forms.Form):
    motif = forms.CharField(
        label="Motif, que la famille lira",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Dites pourquoi, et quoi faire. Exemple\u00a0: «\u00a0Votre commune a son propre service\u00a0».",
        error_messages={"required": "Dites pourquoi\u00a0: la famille lira ce motif."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False


class FormulaireComplement(forms.Form):
    """Why, and what is missing: among the pieces that are waited for, or in the agent's own words."""

    motif = forms.CharField(
        label="Pourquoi, que la famille lira",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Exemple\u00a0: «\u00a0Il nous faut ces pièces pour calculer votre tarif.\u00a0»",
        error_messages={"required": "Dites pourquoi\u00a0: la famille lira cette phrase."},
    )
    pieces = forms.MultipleChoiceField(label="Pièces qui manquent", required=False, widget=forms.CheckboxSelectMultiple)
    autres = forms.CharField(
        label="Autres choses qui manquent",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Une par ligne, dix au plus.",
    )

    def __init__(self, *args: Any, manquantes: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pieces: Any = self.fields["pieces"]
        pieces.choices = [(phrase, phrase) for phrase in manquantes]
        if not manquantes:
            del self.fields["pieces"]
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean_autres(self) -> list[str]:
        lignes = [saisie.texte(ligne) for ligne in self.cleaned_data["autres"].splitlines() if ligne.strip()]
        if len(lignes) > POINTS_LIBRES or any(len(ligne) > LONGUEUR_D_UN_POINT for ligne in lignes):
            raise forms.ValidationError("Dix lignes au plus, de 200 caractères chacune.")
        return lignes

    def clean(self) -> dict[str, Any]:
        donnees: dict[str, Any] = super().clean() or {}
        donnees["points"] = [*donnees.get("pieces", []), *donnees.get("autres", [])]
        if not donnees["points"] and "autres" not in self.errors:
            self.add_error("autres", "Dites au moins une chose qui manque\u00a0: la famille en lira la liste.")
        return donnees


class Decision(forms.Form):
    """Whose account to open, and which children are already known: an agent says it, nobody guesses."""

    residente = forms.BooleanField(label="Réside dans la commune", required=False)
    comptes = forms.MultipleChoiceField(
        label="Ouvrir un compte à",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Chacun reçoit un lien pour choisir son mot de passe.",
    )

    def __init__(
        self,
        *args: Any,
        dossier: DossierInscription,
        connus: dict[int, list[Enfant]],
        famille: Famille | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.adultes = {str(adulte.cle): adulte for adulte in dossier.adultes.all() if adulte.email}
        self.enfants = {enfant.pk: enfant for enfant in dossier.enfants.all()}
        self.connus = {pk: {str(un.cle): un for un in semblables} for pk, semblables in connus.items()}
        comptes: Any = self.fields["comptes"]
        comptes.choices = [(cle, f"{adulte}, {adulte.email}") for cle, adulte in self.adultes.items()]
        comptes.initial = _a_ouvrir(self.adultes.items(), famille)
        if famille is None:
            self.fields["residente"].initial = _reside(dossier)
        else:
            del self.fields["residente"]
        for pk, enfant in self.enfants.items():
            if self.connus.get(pk):
                self.fields[f"enfant_{pk}"] = self._choix(pk, enfant, famille)
        self.helper = FormHelper()
        self.helper.form_tag = False

    def _choix(self, pk: int, enfant: EnfantDossier, famille: Famille | None) -> forms.ChoiceField:
        choix = [
            (cle, f"C’est le même enfant\u00a0: {un}, {', '.join(map(str, un.familles.all())) or 'sans famille'}")
            for cle, un in self.connus[pk].items()
        ]
        initial = next((cle for cle, un in self.connus[pk].items() if famille in un.familles.all()), None)
        return forms.ChoiceField(
            label=f"{enfant}, né le {enfant.date_naissance:%d/%m/%Y}, est déjà connu",
            choices=[*choix, (NOUVEL_ENFANT, "C’est un autre enfant\u00a0: créer sa fiche")],
            initial=initial,
            widget=forms.RadioSelect,
            error_messages={"required": "Dites s’il s’agit du même enfant."},
        )

    def comptes_choisis(self) -> list[AdulteDossier]:
        return [self.adultes[cle] for cle in self.cleaned_data["comptes"]]

    def enfants_connus(self) -> dict[EnfantDossier, Enfant]:
        choisis = {pk: self.cleaned_data.get(f"enfant_{pk}") for pk in self.enfants}
        return {self.enfants[pk]: self.connus[pk][cle] for pk, cle in choisis.items() if cle and cle != NOUVEL_ENFANT}


def _reside(dossier: DossierInscription) -> bool:
    """The postcode of the town proposes the answer; an agent gives it, since several towns may share one."""
    return Commune.objects.filter(pk=1, code_postal=dossier.code_postal).exists()


def _a_ouvrir(adultes: Iterable[tuple[str, AdulteDossier]], famille: Famille | None) -> list[str]:
    """Propose who asks; not when the household knows them by another address: an agent looks first."""
    presents = list(famille.responsables.select_related("utilisateur")) if famille else []
    return [
        cle
        for cle, adulte in adultes
        if adulte.rang == 1
        and not any(
            est_le_meme(adulte, present) and (present.utilisateur or present.email not in {"", adulte.email})
            for present in presents
        )
    ]
