"""Catalogue of the shared components, on one page, for those who build screens; in the demonstration only."""

from dataclasses import dataclass
from datetime import date, timedelta

from crispy_forms.bootstrap import AppendedText
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout, Row, Submit
from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portail.commun.etats import APPARENCES

JOURS = ["lundi", "mardi", "mercredi", "jeudi", "vendredi"]


class FormulaireExemple(forms.Form):
    nom = forms.CharField(label="Nom de l’enfant", help_text="Tel qu’il figure sur le livret de famille.")
    naissance = forms.DateField(label="Date de naissance", help_text="Au format JJ/MM/AAAA. Exemple\u00a0: 15/02/2018.")
    courriel = forms.EmailField(label="Adresse électronique", required=False)
    ecole = forms.ChoiceField(
        label="École", choices=[("", "Choisir une école"), ("ab", "Groupe scolaire Alain Boutle")]
    )
    repas = forms.ChoiceField(
        label="Régime alimentaire",
        help_text="Un protocole d’accueil individualisé se demande au service.",
        choices=[("standard", "Repas habituel"), ("sans-porc", "Sans porc"), ("vegetarien", "Végétarien")],
        widget=forms.RadioSelect,
    )
    jours = forms.MultipleChoiceField(
        label="Jours d’accueil habituels",
        required=False,
        choices=[(jour, jour.capitalize()) for jour in JOURS],
        widget=forms.CheckboxSelectMultiple,
    )
    revenu = forms.DecimalField(label="Montant de l’aide", required=False, help_text="Deux décimales au plus.")
    justificatif = forms.FileField(label="Justificatif", required=False, help_text="PDF, JPEG ou PNG, 10 Mo au plus.")
    remarque = forms.CharField(label="Remarque", required=False, widget=forms.Textarea(attrs={"rows": 4}))
    accord = forms.BooleanField(label="J’ai lu le règlement intérieur")

    helper = FormHelper()
    helper.form_method = "get"
    helper.layout = Layout(
        Fieldset("L’enfant", Row("nom", "naissance"), "ecole", "courriel"),
        Fieldset("L’accueil", "repas", "jours", AppendedText("revenu", "€"), "justificatif", "remarque", "accord"),
    )
    helper.add_input(Submit("envoi", "Enregistrer"))


@dataclass(frozen=True)
class CreneauExemple:
    """What the calendar component reads for one prestation of one day."""

    libelle: str
    etat: str
    mot: str = ""
    detail: str = ""
    champ: str = ""
    coche: bool = False
    limite: str = ""
    prix: str = ""
    nom_accessible: str = ""


@dataclass(frozen=True)
class JourExemple:
    numero: int
    court: str
    creneaux: list[CreneauExemple]
    motif_ferme: str = ""
    aujourdhui: bool = False


def mois_exemple() -> dict[str, object]:
    """January 2018 of the tutorial, with every state once."""
    lundi = date(2018, 1, 1)
    semaines = [
        {"titre": f"Semaine du {(debut := lundi + timedelta(weeks=rang)):%d/%m}", "jours": _jours(debut)}
        for rang in range(5)
    ]
    return {"titre": "Janvier 2018", "jours_semaine": [(nom, nom[:3]) for nom in JOURS], "semaines": semaines}


def _jours(lundi: date) -> list[JourExemple | None]:
    jours = [lundi + timedelta(days=rang) for rang in range(5)]
    return [_jour(jour) if jour.month == 1 else None for jour in jours]


def _jour(jour: date) -> JourExemple:
    court = f"{JOURS[jour.weekday()][:3]}. {jour:%d/%m}"
    if jour.day == 1 or jour.weekday() == 2:
        return JourExemple(jour.day, court, [], "Jour férié" if jour.day == 1 else "Fermé")
    etats = [
        "delai_depasse",
        "acceptee",
        "demandee",
        "brouillon",
        "en_attribution",
        "liste_attente",
        "refusee",
        "annulation_demandee",
        "complet",
    ]
    rang = jour.day // 2
    etat = etats[rang] if rang < len(etats) else "libre"
    modifiable = etat not in {"delai_depasse", "complet", "refusee"}
    creneau = CreneauExemple(
        libelle="Matin",
        etat=etat,
        detail="rang 3" if etat == "liste_attente" else "",
        champ=f"creneau-{jour.day}" if modifiable else "",
        coche=etat in {"acceptee", "demandee", "brouillon"},
        limite="jusqu’au mar. 16/01 à 12\u00a0h" if modifiable else "",
        prix="1,75\u00a0€" if modifiable else "",
        nom_accessible=f"{JOURS[jour.weekday()]} {jour.day} janvier 2018, Matin",
    )
    return JourExemple(jour.day, court, [creneau], aujourdhui=jour.day == 11)


@login_not_required
@require_safe
def composants(requete: HttpRequest) -> HttpResponse:
    if not settings.DEMO:
        raise Http404
    formulaire = FormulaireExemple({"nom": "", "naissance": "31/02/2018", "repas": "autre", "remarque": "Bonjour"})
    return render(
        requete,
        "portail/demo/composants.html",
        {
            "apparences": APPARENCES,
            "formulaire": FormulaireExemple(),
            "formulaire_errone": formulaire,
            "page": Paginator(range(12), 5).page(2),
            "page_vide": Paginator([], 5).page(1),
            "tailles": [5, 10, 20],
            "titres_etapes": ["Enfant", "Service et période", "Jours", "Vérification"],
            "lignes": [("Nom", "AABELIUM"), ("Prénom", "BAPTISTE"), ("Né le", "01/01/2011"), ("Lieu de naissance", "")],
            "mois": mois_exemple(),
        },
    )
