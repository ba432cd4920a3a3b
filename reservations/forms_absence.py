"""Forms of an absence: its reason, and the piece that the reason asks for."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.files.uploadedfile import UploadedFile

from documents.forms import Fichiers
from reservations.models import MotifAbsence

AIDE_FICHIER = "PDF, JPEG, PNG ou GIF. Vous pouvez photographier la pièce depuis un téléphone."


class FichiersFacultatifs(Fichiers):
    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[bytes]]:
        return [fichier for fichier in data or [] if fichier]


class AbsenceForm(forms.Form):
    motif = forms.ChoiceField(
        label="Pourquoi cette absence",
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez un motif.", "invalid_choice": "Choisissez un motif dans la liste."},
    )
    precision = forms.CharField(
        label="Précision",
        required=False,
        max_length=300,
        help_text="Facultatif. N’écrivez rien de médical ici.",
    )
    fichiers = FichiersFacultatifs(required=False, help_text=f"{AIDE_FICHIER} Vous pouvez aussi la joindre plus tard.")
    cle_envoi = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args: Any, motifs: Sequence[tuple[MotifAbsence, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.motifs = {str(motif.cle): motif for motif, _ in motifs}
        champs: dict[str, Any] = self.fields
        champs["motif"].choices = [(str(motif.cle), _libelle(motif, limite)) for motif, limite in motifs]
        pieces = {motif.type_piece.nom for motif, _ in motifs if motif.type_piece}
        champs["fichiers"].label = f"Pièce demandée\u00a0: {', '.join(sorted(pieces))}"
        if not pieces:
            del champs["fichiers"]
        self.helper = FormHelper()
        self.helper.form_tag = False

    def motif_choisi(self) -> MotifAbsence:
        return self.motifs[self.cleaned_data["motif"]]


def _libelle(motif: MotifAbsence, limite: str) -> str:
    precision = f" – {motif.precision}" if motif.precision else ""
    piece = f" Pièce demandée\u00a0: {motif.type_piece.nom}." if motif.type_piece else ""
    return f"{motif.nom}{precision} (à déclarer avant le {limite}).{piece}"


class PieceForm(forms.Form):
    fichiers = Fichiers(
        label="Pièce",
        help_text=AIDE_FICHIER,
        error_messages={"required": "Choisissez au moins un fichier, ou prenez une photo."},
    )
    cle_envoi = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
