"""Pages of the staff's site that refuse to write over what somebody else wrote after they were opened.

The form carries a short digest of each value as it was shown. When it comes back, the row is locked and compared: what
changed meanwhile is named, what was typed is kept, and what was not touched takes its present value.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any

from django import forms
from django.contrib.admin.utils import flatten_fieldsets
from django.db import models
from django.http import HttpRequest
from django.utils import formats

NOM = "version_lue"


class ChampVersion(forms.CharField):
    """Hidden, and never a change by itself."""

    widget = forms.HiddenInput

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class FormulaireVerifie(forms.ModelForm):  # type: ignore[type-arg]
    """A form of the staff's site that knows what its page showed."""

    #: What was sent, then what is shown again.
    data: Any

    version_lue = ChampVersion(required=False, label="")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial[NOM] = self._version(self.instance)

    def clean(self) -> dict[str, Any]:
        donnees: dict[str, Any] = super().clean() or {}
        if self.instance.pk:
            self._comparer(donnees)
        return donnees

    def _champs(self) -> list[str]:
        """Return what the page shows; a formset adds its own hidden fields, the key and the parent's."""
        du_modele = _champs_du_modele(self.instance)
        return [
            nom
            for nom, champ in self.fields.items()
            if nom in self.base_fields and nom in du_modele and not champ.widget.is_hidden
        ]

    def _version(self, objet: models.Model) -> str:
        return json.dumps({nom: _empreinte(_valeur(objet, nom)) for nom in self._champs()}, separators=(",", ":"))

    def _comparer(self, donnees: dict[str, Any]) -> None:
        """Lock the row as it is now; refuse when it is not the one that was shown."""
        frais = type(self.instance)._base_manager.select_for_update(no_key=True).get(pk=self.instance.pk)
        lues = _lire(donnees.get(NOM, ""))
        changes = [nom for nom in self._champs() if lues.get(nom) != _empreinte(_valeur(frais, nom))]
        if not changes:
            return
        self.data = self.data.copy()
        self.data[self.add_prefix(NOM)] = self._version(frais)
        for nom in changes:
            if nom in donnees and lues.get(nom) == _empreinte(donnees[nom]):
                self._rafraichir(nom, frais)
        if not lues:
            self.add_error(None, "Cette page est incomplète : relisez ce qu’elle montre, puis enregistrez de nouveau.")
            return
        etat = " ; ".join(f"{self.fields[nom].label} : {_en_clair(frais, nom) or '(vide)'}" for nom in changes)
        self.add_error(
            None,
            f"Quelqu’un d’autre a modifié cette fiche depuis que vous l’avez ouverte. Maintenant, {etat}. "
            "Ce que vous avez saisi est gardé ci-dessous : relisez, puis enregistrez de nouveau.",
        )

    def _rafraichir(self, nom: str, frais: models.Model) -> None:
        """Show the present value of a piece of data that was not touched: a second press must not undo it."""
        valeur = self.fields[nom].prepare_value(_valeur(frais, nom))
        cle = self.add_prefix(nom)
        if isinstance(valeur, bool):
            self.data.pop(cle, None)
            if valeur:
                self.data[cle] = "on"
        else:
            self.data[cle] = "" if valeur is None else formats.localize_input(valeur)


class AvecVersion:
    """Puts the hidden field on the page of a ``ModelAdmin``, or an inline, whose form is a ``FormulaireVerifie``."""

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        rubriques = list(super().get_fieldsets(request, obj))  # type: ignore[misc]
        if NOM in flatten_fieldsets(rubriques) or not self.has_change_permission(request, obj):  # type: ignore[attr-defined]
            return rubriques
        titre, options = rubriques[-1]
        return [*rubriques[:-1], (titre, {**options, "fields": [*options["fields"], NOM]})]


def _champs_du_modele(objet: models.Model) -> set[str]:
    return {champ.name for champ in objet._meta.concrete_fields}


def _valeur(objet: models.Model, nom: str) -> Any:
    return objet._meta.get_field(nom).value_from_object(objet)  # type: ignore[union-attr]


def _empreinte(valeur: Any) -> str:
    if isinstance(valeur, models.Model):
        valeur = valeur.pk
    texte = "" if valeur is None else valeur.isoformat() if isinstance(valeur, date) else str(valeur).strip()
    return hashlib.blake2b(texte.replace("\r\n", "\n").encode(), digest_size=6).hexdigest()


def _lire(version: str) -> dict[str, str]:
    try:
        lue = json.loads(version)
    except ValueError:
        return {}
    return lue if isinstance(lue, dict) else {}


def _en_clair(objet: models.Model, nom: str) -> str:
    champ: Any = objet._meta.get_field(nom)
    valeur = getattr(objet, nom)
    if champ.choices:
        return str(dict(champ.flatchoices).get(valeur, valeur or ""))
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, date):
        return f"{valeur:%d/%m/%Y}"
    return "" if valeur is None else str(valeur)[:80]
