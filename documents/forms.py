"""The sending of a document, as in the tutorial: file, whose it is, name, type."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.files.uploadedfile import UploadedFile

from documents.enums import Portee, Validite
from documents.models import Document, TypeDocument
from documents.reception import nom_lisible
from documents.traitement import limites
from enfants.models import Enfant
from familles.models import Famille

#: By kind and by ending: with endings alone, phones do not propose their camera.
ACCEPTES = ",".join(
    [*dict.fromkeys(limites.TYPES_PAR_EXTENSION.values()), *(f".{extension}" for extension in limites.EXTENSIONS)]
)
Couples = Sequence[tuple[Famille, Enfant | None]]


class ChoixDeFichiers(forms.FileInput):
    allow_multiple_selected = True


class Fichiers(forms.FileField):
    """Several files; each is checked later, one by one, by the reception."""

    widget = ChoixDeFichiers(attrs={"multiple": True, "accept": ACCEPTES})

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[bytes]]:
        fichiers = [fichier for fichier in data or [] if fichier]
        if not fichiers:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return fichiers


class FormulaireEnvoi(forms.Form):
    fichiers = Fichiers(
        label="Fichier",
        help_text=(
            "PDF, JPEG, PNG ou GIF, 2\u00a0Mo au plus par page\u00a0; une photo plus lourde est réduite. "
            "Vous pouvez choisir plusieurs pages\u00a0: elles feront un seul document."
        ),
        error_messages={"required": "Choisissez au moins un fichier, ou prenez une photo."},
    )
    concerne = forms.ChoiceField(
        label="Ce document concerne",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Dites qui ce document concerne.",
            "invalid_choice": "Dites qui ce document concerne.",
        },
    )
    type = forms.ModelChoiceField(
        label="Type de document",
        queryset=TypeDocument.objects.filter(actif=True),
        to_field_name="cle",
        empty_label="Choisir un type",
        error_messages={
            "required": "Choisissez le type de document.",
            "invalid_choice": "Choisissez un type de document dans la liste.",
        },
    )
    nom = forms.CharField(
        label="Nom du document",
        required=False,
        max_length=80,
        help_text="Facultatif. Exemple\u00a0: «\u202fAvis d’imposition 2026\u202f».",
    )
    cle_envoi = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args: Any, couples: Couples, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choix = {_valeur(famille, enfant): (famille, enfant) for famille, enfant in couples}
        plusieurs = len({famille.pk for famille, _ in couples}) > 1
        concerne = self.fields["concerne"]
        concerne.choices = [(valeur, _libelle(*choix, plusieurs)) for valeur, choix in self.choix.items()]  # type: ignore[attr-defined]
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean_nom(self) -> str:
        return nom_lisible(self.cleaned_data["nom"])

    def clean(self) -> dict[str, Any]:
        champs: dict[str, Any] = super().clean() or {}
        type_document, concerne = champs.get("type"), champs.get("concerne")
        if type_document and concerne:
            pour_un_enfant = self.choix[concerne][1] is not None
            if type_document.portee == Portee.ENFANT and not pour_un_enfant:
                self.add_error(
                    "concerne", f"«\u202f{type_document}\u202f» concerne un enfant\u00a0: choisissez lequel."
                )
            if type_document.portee == Portee.FAMILLE and pour_un_enfant:
                self.add_error(
                    "concerne",
                    f"«\u202f{type_document}\u202f» concerne la famille\u00a0: choisissez le dossier famille.",
                )
        return champs

    def personne(self) -> tuple[Famille, Enfant | None]:
        return self.choix[self.cleaned_data["concerne"]]


def _valeur(famille: Famille, enfant: Enfant | None) -> str:
    return f"enfant-{enfant.cle}-{famille.cle}" if enfant else f"famille-{famille.cle}"


def _libelle(famille: Famille, enfant: Enfant | None, plusieurs: bool) -> str:  # noqa: FBT001
    qui = f"L’enfant {enfant.nom} {enfant.prenom}" if enfant else "Le dossier famille"
    return f"{qui} ({famille.nom})" if plusieurs else qui


class FormulaireValidation(forms.Form):
    """Acceptance by an agent; the end is proposed, and asked when it is written on the piece."""

    expire_le = forms.DateField(
        label="Valable jusqu’au", required=False, help_text="Au format JJ/MM/AAAA. Vide\u00a0: sans limite."
    )

    def __init__(self, *args: Any, document: Document, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["expire_le"].required = document.type.validite == Validite.DATE
        self.fields["expire_le"].error_messages["required"] = "Recopiez la date de fin écrite sur la pièce."
        self.helper = FormHelper()
        self.helper.form_tag = False


class FormulaireRefus(forms.Form):
    motif = forms.CharField(
        label="Motif du refus",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="La famille le lit. Exemple\u00a0: «\u202fL’attestation est celle de l’an dernier.\u202f»",
        error_messages={"required": "Dites pourquoi\u00a0: la famille doit savoir quoi renvoyer."},
    )
    helper = FormHelper()
    helper.form_tag = False


def initiaux(choix: Mapping[str, object], demande: Mapping[str, str]) -> dict[str, str]:
    """Return what a link such as ``?type=…&concerne=…`` fills beforehand; what it does not know is left empty."""
    return {
        "concerne": demande.get("concerne", "") if demande.get("concerne") in choix else "",
        "type": demande.get("type", ""),
    }
