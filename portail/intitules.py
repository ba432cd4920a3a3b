"""Titles of the staff's site in French as it is spoken: « Modifier l’enfant », « Ajouter une famille ».

Django writes « Modification de enfant » and « Ajouter un objet famille supplémentaire »: its sentences know neither the
gender nor the elision of a name. One table says the gender, and each page of the site takes its words from here.
"""

from __future__ import annotations

import json
import re
from typing import Any

from django.contrib.admin import helpers
from django.contrib.admin.options import BaseModelAdmin
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext

from portail.commun.texte import normaliser

#: First word of the name of a model that is feminine; the others are masculine. A test asks for each to be said.
FEMININS = frozenset(
    {
        "absence",
        "acceptation",
        "actualite",
        "adresse",
        "affectation",
        "attribution",
        "campagne",
        "classe",
        "commune",
        "declaration",
        "demande",
        "ecole",
        "etape",
        "facture",
        "famille",
        "fenetre",
        "fermeture",
        "fiche",
        "inscription",
        "lecture",
        "ligne",
        "modification",
        "notification",
        "page",
        "part",
        "periode",
        "personne",
        "piece",
        "presence",
        "prestation",
        "reference",
        "regie",
        "regle",
        "reservation",
        "salle",
        "semaine",
        "sortie",
        "tentative",
        "trace",
        "tranche",
        "vacances",
        "vague",
        "version",
    }
)
MASCULINS = frozenset(
    {
        "accueil",
        "adulte",
        "choix",
        "code",
        "complement",
        "compteur",
        "courriel",
        "creneau",
        "document",
        "enfant",
        "etablissement",
        "fichier",
        "import",
        "jour",
        "lien",
        "menu",
        "message",
        "motif",
        "paiement",
        "passage",
        "quotient",
        "rattachement",
        "reglage",
        "reglement",
        "responsable",
        "tarif",
        "type",
        "utilisateur",
        "vaccin",
    }
)
_VOYELLES = frozenset("aeiouy")
_H_ASPIRES = frozenset({"handicap", "hors"})


def _premier_mot(nom: str) -> str:
    return normaliser(nom).split(" ")[0]


def est_feminin(nom: str) -> bool:
    return _premier_mot(nom) in FEMININS


def defini(nom: str) -> str:
    """Return « l’enfant », « la famille », « le tarif », « les vacances scolaires »."""
    premier = _premier_mot(nom)
    if premier == "vacances":
        return f"les {nom}"
    if premier[0] in _VOYELLES or (premier[0] == "h" and premier not in _H_ASPIRES):
        return f"l’{nom}"
    return f"{'la' if est_feminin(nom) else 'le'} {nom}"


def indefini(nom: str) -> str:
    """Return « un enfant », « une famille », « des vacances scolaires »."""
    if _premier_mot(nom) == "vacances":
        return f"des {nom}"
    return f"{'une' if est_feminin(nom) else 'un'} {nom}"


def en_francais(phrase: str, nom: str) -> str:
    """Say again a sentence of Django about an object: « La famille « X » a été ajoutée »."""
    dite = re.sub(rf"^L['’]objet {re.escape(nom)}\b", capfirst(defini(nom)), phrase)
    if dite == phrase or not est_feminin(nom):
        return dite
    return re.sub(r"(a été \w+é)(?=\s)", r"\1e", dite, count=1)


class InlineEnFrancais(helpers.InlineAdminFormSet):  # type: ignore[misc]
    """« Ajouter un adulte », under the rows of a page."""

    def inline_formset_data(self) -> str:
        donnees = json.loads(super().inline_formset_data())
        donnees["options"]["addText"] = f"Ajouter {indefini(str(self.opts.verbose_name))}"
        return json.dumps(donnees)


class Intitules(BaseModelAdmin):
    """Mixed into every ``ModelAdmin`` that is registered."""

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        nom = str(self.opts.verbose_name)
        titres = {
            gettext("Add %s") % nom: f"Ajouter {indefini(nom)}",
            gettext("Change %s") % nom: f"Modifier {defini(nom)}",
            gettext("View %s") % nom: capfirst(nom),
        }
        context["title"] = titres.get(str(context.get("title")), context.get("title"))
        return super().render_change_form(request, context, *args, **kwargs)  # type: ignore[misc]

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        liste = super().get_changelist_instance(request)  # type: ignore[misc]
        nom = str(self.opts.verbose_name)
        liste.title = f"Choisir {indefini(nom)}" if liste.is_popup else capfirst(self.opts.verbose_name_plural)
        #: Read by ``admin/change_list_object_tools.html``.
        liste.ajouter = f"Ajouter {indefini(nom)}"
        return liste

    def get_inline_formsets(self, request: HttpRequest, formsets: Any, inline_instances: Any, obj: Any = None) -> Any:
        groupes = super().get_inline_formsets(request, formsets, inline_instances, obj)  # type: ignore[misc]
        for groupe in groupes:
            groupe.__class__ = InlineEnFrancais
        return groupes

    def message_user(self, request: HttpRequest, message: Any, *args: Any, **kwargs: Any) -> None:
        dit = en_francais(str(message), str(self.opts.verbose_name))
        # What Django marked safe is HTML of its own, with the name of the object escaped.
        sauf = message.__class__(dit) if hasattr(message, "__html__") else dit
        super().message_user(request, sauf, *args, **kwargs)  # type: ignore[misc]


def avec_intitules(classe: type[Any]) -> type[Any]:
    """Return the same page of a model, whose titles are French."""
    if issubclass(classe, Intitules):
        return classe
    return type(classe.__name__, (Intitules, classe), {"__module__": classe.__module__, "__doc__": classe.__doc__})
