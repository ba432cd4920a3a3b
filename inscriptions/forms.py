"""The forms of the filing: one per step, each piece of data checked and written one way as in the household's sheet."""

from __future__ import annotations

import uuid
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils import timezone

from contenu import jetons as jetons_contact
from documents.enums import Portee
from documents.forms import Fichiers
from documents.models import TypeDocument
from enfants.forms.champs import ChampDate, valider_departement
from enfants.models import Ecole
from familles.forms.fiche import SAISIE_DU_FOYER, NaissanceAdulte, Normalise
from inscriptions.models import AdulteDossier, DossierInscription, EnfantDossier
from portail.commun.dates import age, aujourdhui

NON_PRECISE = "Non précisé"
AGE_MAXIMAL_D_UN_ENFANT = 18
TROP_VITE = (
    "Votre adresse n’est pas encore partie\u00a0: relisez-la, "
    "puis appuyez à nouveau sur «\u00a0Recevoir le lien\u00a0»."
)
PERIMEE = "Cette page est restée ouverte longtemps\u00a0: appuyez à nouveau sur «\u00a0Recevoir le lien\u00a0»."
PIEGE_REMPLI = (
    "Votre adresse n’est pas partie\u00a0: cela ressemble à un envoi automatique. "
    "Appuyez à nouveau sur «\u00a0Recevoir le lien\u00a0», ou téléphonez au service."
)


def _sans_balise() -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    return helper


class FormulaireAdresse(forms.Form):
    """The address to confirm, with the contact form's defences, which ask nothing of people."""

    courriel = forms.EmailField(
        label="Votre adresse électronique",
        max_length=254,
        help_text="Vous y recevrez un lien pour remplir votre demande, et la réponse du service.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": "Écrivez votre adresse électronique.",
            "invalid": "Écrivez une adresse complète, comme prenom.nom@exemple.fr.",
        },
    )
    jeton = forms.CharField(widget=forms.HiddenInput, required=False)
    PIEGE = "site_internet"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["jeton"].initial = jetons_contact.nouveau
        self.helper = _sans_balise()

    def clean_courriel(self) -> str:
        return str(self.cleaned_data["courriel"]).strip().lower()

    def clean(self) -> dict[str, Any]:
        donnees: dict[str, Any] = super().clean() or {}
        if self.data.get(self.PIEGE):
            self.add_error(None, PIEGE_REMPLI)
        lu = jetons_contact.lire(str(donnees.get("jeton", "")))
        if isinstance(lu, uuid.UUID):
            return donnees
        self.add_error(None, PERIMEE if lu.renouveler else TROP_VITE)
        if lu.renouveler:
            self.data = self.data.copy()
            self.data["jeton"] = jetons_contact.nouveau()
        return donnees


class Etape(Normalise):
    """A step of the draft: what is listed, and nothing else, is written."""

    obligatoires: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for nom, champ in self.fields.items():
            champ.required = champ.required or nom in self.obligatoires
            if isinstance(champ, forms.TypedChoiceField):
                champ.choices = [("", NON_PRECISE), *[choix for choix in champ.choices if choix[0]]]  # type: ignore[index]
        self.helper = _sans_balise()

    def valeurs(self) -> dict[str, Any]:
        return {nom: self.cleaned_data[nom] for nom in self.fields}


class FormulaireFoyer(Etape):
    obligatoires = ("nom", "adresse", "code_postal", "ville")

    class Meta:
        model = DossierInscription
        fields = [
            "nom",
            "adresse",
            "complement",
            "code_postal",
            "ville",
            "pays",
            "telephone",
            "situation",
            "regime",
            "numero_allocataire",
        ]
        labels = {"nom": "Nom du foyer", "numero_allocataire": "N° allocataire CAF ou MSA"}
        help_texts = {
            "nom": "Celui qui sera écrit sur vos factures, par exemple «\u00a0LE GALL\u00a0».",
            "telephone": "S’il y en a un\u00a0: les portables sont demandés ensuite.",
        }
        widgets = SAISIE_DU_FOYER


class FormulaireAdulte(NaissanceAdulte, Etape):
    """An adult. The first one is who asks: their address is the confirmed one, shown and not asked again."""

    obligatoires = ("nom", "prenom", "lien")
    date_naissance = ChampDate(label="Date de naissance")

    class Meta:
        model = AdulteDossier
        fields = [
            "civilite",
            "nom",
            "nom_naissance",
            "prenom",
            "date_naissance",
            "lien",
            "autorite_parentale",
            "telephone_mobile",
            "telephone_travail",
            "email",
            "profession",
            "employeur",
            "adresse",
            "complement",
            "code_postal",
            "ville",
        ]
        labels = {"autorite_parentale": "A l’autorité parentale", "adresse": "Adresse, si elle est différente"}
        widgets = {
            "telephone_mobile": forms.TextInput(attrs={"type": "tel"}),
            "telephone_travail": forms.TextInput(attrs={"type": "tel"}),
        }

    def __init__(self, *args: Any, demandeur: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if demandeur:
            del self.fields["email"]
            for nom, role in (("nom", "family-name"), ("prenom", "given-name"), ("telephone_mobile", "tel")):
                self.fields[nom].widget.attrs["autocomplete"] = role
        else:
            self.fields["email"].help_text = "Le service pourra lui ouvrir un compte à cette adresse."

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).strip().lower()


class FormulaireEnfant(Etape):
    obligatoires = ("nom", "prenom", "date_naissance")
    date_naissance = ChampDate(label="Date de naissance", required=True)
    ecole = forms.ModelChoiceField(
        label="École", queryset=Ecole.objects.order_by("nom"), required=False, empty_label="Autre école, ou pas encore"
    )

    class Meta:
        model = EnfantDossier
        fields = [
            "nom",
            "prenom",
            "sexe",
            "date_naissance",
            "lieu_naissance",
            "departement_naissance",
            "ecole",
            "niveau",
            "autre_foyer",
        ]
        labels = {"autre_foyer": "Vit aussi dans un autre foyer (garde partagée)"}
        help_texts = {
            "departement_naissance": "Exemples\u00a0: 35, 2A, 974. Vide si votre enfant est né à l’étranger.",
            "autre_foyer": "L’autre foyer fait sa propre demande\u00a0: chacun garde ses informations pour lui.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["departement_naissance"].validators.append(valider_departement)
        self.fields["niveau"].label = "Classe"

    def clean_departement_naissance(self) -> str:
        return str(self.cleaned_data["departement_naissance"]).upper()

    def clean_date_naissance(self) -> Any:
        jour, present = self.cleaned_data["date_naissance"], aujourdhui(timezone.now())
        if jour > present:
            raise forms.ValidationError("Cette date est dans le futur.")
        if age(jour, present)[0] >= AGE_MAXIMAL_D_UN_ENFANT:
            raise forms.ValidationError("Vérifiez l’année\u00a0: à cette date, la personne est majeure.")
        return jour


class FormulairePiece(forms.Form):
    fichiers = Fichiers(
        label="Fichier",
        help_text="PDF, JPEG, PNG ou GIF, 2\u00a0Mo au plus par page\u00a0; une photo plus lourde est réduite.",
        error_messages={"required": "Choisissez au moins un fichier, ou prenez une photo."},
    )
    type = forms.ModelChoiceField(
        label="Type de document",
        queryset=TypeDocument.objects.none(),
        to_field_name="cle",
        empty_label="Choisir un type",
        error_messages={
            "required": "Choisissez le type de document.",
            "invalid_choice": "Choisissez un type de document dans la liste.",
        },
    )
    concerne = forms.ChoiceField(label="Ce document concerne", required=False)
    cle_envoi = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args: Any, types: Any, enfants: list[EnfantDossier], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["type"].queryset = types  # type: ignore[attr-defined]
        self.enfants = {str(enfant.cle): enfant for enfant in enfants}
        self.fields["concerne"].choices = [  # type: ignore[attr-defined]
            ("", "Le foyer"),
            *((cle, str(enfant)) for cle, enfant in self.enfants.items()),
        ]
        self.helper = _sans_balise()

    def clean(self) -> dict[str, Any]:
        champs: dict[str, Any] = super().clean() or {}
        type_document, enfant = champs.get("type"), self.enfant
        if type_document and type_document.portee == Portee.ENFANT and enfant is None:
            self.add_error("concerne", f"«\u00a0{type_document}\u00a0» concerne un enfant\u00a0: choisissez lequel.")
        if type_document and type_document.portee == Portee.FAMILLE and enfant is not None:
            self.add_error("concerne", f"«\u00a0{type_document}\u00a0» concerne le foyer.")
        return champs

    @property
    def enfant(self) -> EnfantDossier | None:
        return self.enfants.get(self.cleaned_data.get("concerne", ""))


class FormulaireEnvoi(forms.Form):
    message = forms.CharField(
        label="Un mot pour le service",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Par exemple la date d’arrivée dans la commune. N’écrivez rien sur la santé ici.",
    )
    exact = forms.BooleanField(
        label="Je certifie que ces informations sont exactes",
        error_messages={"required": "Cochez cette case pour envoyer votre demande."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = _sans_balise()
