"""The common cases of an offer, with believable defaults, and the forms that write them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout, Row
from django import forms
from django.db.models import QuerySet

from portail.commun.templatetags.typographie import JOURS
from reservations.actions.offre import Copie
from reservations.enums import Acceptation, JoursDeClasse, Residence, TypeJours
from reservations.models import Accueil, Etablissement, Periode, Prestation, RegleDelai
from reservations.regles.annees import Vacances, annee_de_classe, bornes_ouvrees

SEPTEMBRE = 9
#: From that month on, the next school year is the one that is prepared.
MARS = 3
PRESTATIONS_AU_PLUS = range(3)


@dataclass(frozen=True, slots=True)
class PrestationModele:
    nom: str
    nom_court: str
    de: time
    a: time
    places: int


@dataclass(frozen=True, slots=True)
class Modele:
    """One case: what is proposed, to be changed at will."""

    titre: str
    explication: str
    accueil: str
    nom: str
    jours: tuple[int, ...]
    jours_de_classe: JoursDeClasse
    regle: str
    acceptation: Acceptation
    prestations: tuple[PrestationModele, ...]
    pendant_les_vacances: bool = False
    age_minimum: int | None = None
    age_maximum: int | None = None


ECOLE = (0, 1, 3, 4)
DEUX_JOURS = "2 jours ouvrés avant, 12 h"
SEPT_JOURS = "7 jours avant, 12 h"
#: Rules proposed where the town has none of that name yet.
REGLES = {
    DEUX_JOURS: {"nombre": 2, "type_jours": TypeJours.OUVRES, "heure": time(12)},
    SEPT_JOURS: {"nombre": 7, "type_jours": TypeJours.CALENDAIRES, "heure": time(12)},
}
MODELES = {
    "cantine": Modele(
        "Cantine, une année scolaire",
        "Le repas de midi, les jours d’école.",
        "RESTAURANT SCOLAIRE",
        "CANTINE",
        ECOLE,
        JoursDeClasse.HORS_VACANCES,
        DEUX_JOURS,
        Acceptation.AUTOMATIQUE,
        (PrestationModele("Repas", "Repas", time(11, 45), time(13, 30), 120),),
    ),
    "periscolaire": Modele(
        "Avant et après l’école",
        "L’accueil du matin et celui du soir, les jours d’école.",
        "PÉRISCOLAIRE",
        "PÉRISCOLAIRE",
        ECOLE,
        JoursDeClasse.HORS_VACANCES,
        DEUX_JOURS,
        Acceptation.AUTOMATIQUE,
        (
            PrestationModele("Périscolaire matin", "Matin", time(7, 30), time(8, 45), 60),
            PrestationModele("Périscolaire soir", "Soir", time(16, 30), time(18, 30), 60),
        ),
    ),
    "mercredis": Modele(
        "Mercredis",
        "La journée ou la matinée, les mercredis d’école.",
        "MERCREDIS",
        "MERCREDIS",
        (2,),
        JoursDeClasse.HORS_VACANCES,
        SEPT_JOURS,
        Acceptation.MANUELLE,
        (
            PrestationModele("Mercredi journée avec repas", "Journée", time(9), time(17), 40),
            PrestationModele("Mercredi matin avec repas", "Matin", time(9), time(13, 30), 20),
        ),
    ),
    "vacances": Modele(
        "Centre de loisirs des vacances",
        "La journée, du lundi au vendredi, pendant des vacances scolaires.",
        "VACANCES",
        "VACANCES",
        (0, 1, 2, 3, 4),
        JoursDeClasse.TOUS,
        SEPT_JOURS,
        Acceptation.MANUELLE,
        (PrestationModele("Vacances journée avec repas", "Journée", time(9), time(17), 40),),
        pendant_les_vacances=True,
        age_minimum=3,
        age_maximum=11,
    ),
}


def dates_proposees(modele: Modele, aujourd_hui: date, vacances: Sequence[Vacances]) -> tuple[str, date, date]:
    """Return a name and dates: the next holidays, or the school year that is prepared at this time of the year."""
    if modele.pendant_les_vacances:
        suivantes = sorted((v for v in vacances if v.premier > aujourd_hui), key=lambda v: v.premier)
        if suivantes:
            du, au = bornes_ouvrees(suivantes[0])
            return f"{suivantes[0].libelle.upper()} {du.year}", du, au
        return f"{modele.nom} {aujourd_hui.year}", aujourd_hui, aujourd_hui + timedelta(days=11)
    annee = aujourd_hui.year if aujourd_hui.month >= MARS else aujourd_hui.year - 1
    du, au = annee_de_classe(date(annee, SEPTEMBRE, 1), vacances) or (date(annee, 9, 1), date(annee + 1, 7, 5))
    return f"{modele.nom} {annee}-{annee + 1}", du, au


class AssistantForm(forms.Form):
    """A période and its prestations, on one page; read by GET, so that the preview writes nothing."""

    etablissement = forms.ModelChoiceField(label="Établissement", queryset=Etablissement.objects.none())
    accueil = forms.CharField(
        label="Accueil", max_length=80, help_text="S’il n’existe pas dans cet établissement, il est créé."
    )
    nom = forms.CharField(label="Nom de la période, tel que les familles le lisent", max_length=120)
    du = forms.DateField(label="Du", help_text="Au format JJ/MM/AAAA.")
    au = forms.DateField(label="Au", help_text="Au format JJ/MM/AAAA, inclus.")
    jours = forms.TypedMultipleChoiceField(
        label="Jours d’ouverture",
        coerce=int,
        choices=[(rang, nom.capitalize()) for rang, nom in enumerate(JOURS)],
        widget=forms.CheckboxSelectMultiple,
    )
    jours_de_classe = forms.ChoiceField(label="Calendrier scolaire", choices=JoursDeClasse.choices)
    regle = forms.ChoiceField(label="Délai pour réserver et pour annuler")
    acceptation = forms.ChoiceField(label="Réponse aux demandes", choices=Acceptation.choices)
    ouverture = forms.SplitDateTimeField(
        label="Ouverture des réservations (jour, heure)",
        required=False,
        widget=forms.SplitDateTimeWidget(time_format="%H:%M", date_format="%d/%m/%Y"),
        help_text="Vide : dès que la période est visible.",
    )
    ouverture_autres = forms.SplitDateTimeField(
        label="Ouverture aux familles des autres communes (jour, heure)",
        required=False,
        widget=forms.SplitDateTimeWidget(time_format="%H:%M", date_format="%d/%m/%Y"),
        help_text="Vide : en même temps.",
    )
    residence = forms.ChoiceField(label="Familles admises", choices=Residence.choices)
    age_minimum = forms.IntegerField(label="Âge minimum", required=False, min_value=0, max_value=25)
    age_maximum = forms.IntegerField(label="Âge maximum", required=False, min_value=0, max_value=25)
    publiee = forms.BooleanField(label="Visible des familles dès sa création", required=False)

    def __init__(
        self,
        *args: Any,
        modele: Modele,
        sites: QuerySet[Etablissement],
        aujourd_hui: date,
        vacances: Sequence[Vacances],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.modele = modele
        champs: dict[str, Any] = self.fields
        champs["etablissement"].queryset = sites
        existantes = {nom: nom for nom in RegleDelai.objects.values_list("nom", flat=True)}
        nouvelles = {nom: f"{nom} (règle à créer)" for nom in REGLES if nom not in existantes}
        champs["regle"].choices = [*existantes.items(), *nouvelles.items()]
        nom, du, au = dates_proposees(modele, aujourd_hui, vacances)
        site = sites.filter(accueils__nom__iexact=modele.accueil).first() or sites.first()
        self.initial = {
            "etablissement": site.pk if site else None,
            "accueil": modele.accueil,
            "nom": nom,
            "du": du,
            "au": au,
            "jours": list(modele.jours),
            "jours_de_classe": modele.jours_de_classe.value,
            "regle": modele.regle,
            "acceptation": modele.acceptation.value,
            "residence": Residence.TOUTES.value,
            "age_minimum": modele.age_minimum,
            "age_maximum": modele.age_maximum,
        }
        self._ajouter_les_prestations()
        self.helper = FormHelper()
        self.helper.form_tag, self.helper.disable_csrf = False, True
        self.helper.layout = Layout(
            Fieldset("Où et quand", "etablissement", "accueil", "nom", Row("du", "au"), "jours", "jours_de_classe"),
            Fieldset("Réserver", "regle", "acceptation", "ouverture", "ouverture_autres", "publiee"),
            Fieldset("Qui peut réserver", "residence", Row("age_minimum", "age_maximum")),
            *(self._cadre(rang + 1) for rang in PRESTATIONS_AU_PLUS),
        )

    def _cadre(self, n: int) -> Fieldset:
        return Fieldset(
            f"Prestation {n}",
            Row(f"p{n}_nom", f"p{n}_court"),
            Row(f"p{n}_de", f"p{n}_a", f"p{n}_places"),
            f"p{n}_tarif",
        )

    def _ajouter_les_prestations(self) -> None:
        sources = (
            Prestation.objects.filter(periode__accueil__etablissement__in=self.fields["etablissement"].queryset)  # type: ignore[attr-defined]
            .select_related("periode")
            .order_by("-periode__du", "ordre")
        )
        tarifs = [("", "Aucun pour l’instant")] + [(str(une.pk), f"{une.periode} : {une}") for une in sources[:200]]
        self.sources = {str(une.pk): une for une in sources[:200]}
        for rang in PRESTATIONS_AU_PLUS:
            n, premiere = rang + 1, rang == 0
            champs = {
                "nom": forms.CharField(
                    label=f"Désignation de la prestation {n}",
                    max_length=120,
                    required=premiere,
                    help_text="" if premiere else f"Vide : pas de prestation {n}, le reste de ce cadre est ignoré.",
                ),
                "court": forms.CharField(
                    label=f"Mot dans le planning, prestation {n}", max_length=30, required=premiere
                ),
                "de": forms.TimeField(
                    label=f"Début, prestation {n}",
                    required=False,
                    widget=forms.TimeInput(format="%H:%M"),
                    help_text="Par exemple 7:30.",
                ),
                "a": forms.TimeField(
                    label=f"Fin, prestation {n}", required=False, widget=forms.TimeInput(format="%H:%M")
                ),
                "places": forms.IntegerField(
                    label=f"Places par jour, prestation {n}", min_value=1, max_value=10_000, required=premiere
                ),
                "tarif": forms.ChoiceField(
                    label=f"Reprendre pour la prestation {n} le tarif de", choices=tarifs, required=False
                ),
            }
            for suffixe, champ in champs.items():
                self.fields[f"p{n}_{suffixe}"] = champ
            if rang < len(self.modele.prestations):
                une = self.modele.prestations[rang]
                valeurs = {"nom": une.nom, "court": une.nom_court, "de": une.de, "a": une.a, "places": une.places}
                self.initial |= {f"p{n}_{suffixe}": valeur for suffixe, valeur in valeurs.items()}

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        du, au = donnees.get("du"), donnees.get("au")
        if du and au and du > au:
            self.add_error("au", "La fin de la période précède son début.")
        for rang in PRESTATIONS_AU_PLUS:
            self._verifier_prestation(donnees, f"p{rang + 1}")
        noms = [donnees.get(f"p{rang + 1}_nom") for rang in PRESTATIONS_AU_PLUS if donnees.get(f"p{rang + 1}_nom")]
        if len(set(noms)) != len(noms):
            self.add_error("p2_nom", "Deux prestations ont la même désignation.")
        if not self.errors:
            self._verifier_periode()
        return donnees

    def _verifier_prestation(self, donnees: dict[str, Any], n: str) -> None:
        if not donnees.get(f"{n}_nom"):
            return
        for suffixe, phrase in (("court", "Écrivez le mot du planning."), ("places", "Écrivez le nombre de places.")):
            if not donnees.get(f"{n}_{suffixe}") and f"{n}_{suffixe}" not in self.errors:
                self.add_error(f"{n}_{suffixe}", phrase)
        de, a = donnees.get(f"{n}_de"), donnees.get(f"{n}_a")
        if de and a and a <= de:
            self.add_error(f"{n}_a", "La fin précède le début.")

    def _verifier_periode(self) -> None:
        """Say beside the field what the database would refuse."""
        periode = self.periode()
        if periode.accueil.pk and Periode.objects.filter(accueil=periode.accueil, nom=periode.nom).exists():
            self.add_error("nom", "Cet accueil a déjà une période de ce nom.")
        if periode.age_minimum and periode.age_maximum and periode.age_maximum < periode.age_minimum:
            self.add_error("age_maximum", "L’âge maximum est sous l’âge minimum.")
        tot, tard = periode.ouverture_reservations_le, periode.ouverture_autres_le
        if tard and (tot is None or tard < tot):
            self.add_error("ouverture_autres", "Les autres communes réservent après : écrivez d’abord l’ouverture.")

    def accueil_choisi(self) -> Accueil:
        """Return the accueil of that name, in memory when it does not exist yet."""
        site, nom = self.cleaned_data["etablissement"], self.cleaned_data["accueil"].strip()
        return Accueil.objects.filter(etablissement=site, nom__iexact=nom).first() or Accueil(
            etablissement=site, nom=nom
        )

    def regle_choisie(self) -> RegleDelai:
        """Return the rule that is chosen, in memory when it is one to create."""
        choisie = self.cleaned_data["regle"]
        existante = RegleDelai.objects.filter(nom=choisie).first()
        return existante or RegleDelai(nom=choisie, **REGLES[choisie])

    def periode(self) -> Periode:
        donnees, regle = self.cleaned_data, self.regle_choisie()
        return Periode(
            accueil=self.accueil_choisi(),
            nom=donnees["nom"],
            du=donnees["du"],
            au=donnees["au"],
            jours_ouverture=sorted(donnees["jours"]),
            jours_de_classe=donnees["jours_de_classe"],
            validation_jusqu_au=donnees["au"],
            regle_reservation=regle,
            regle_annulation=regle,
            acceptation=donnees["acceptation"],
            ouverture_reservations_le=donnees["ouverture"],
            ouverture_autres_le=donnees["ouverture_autres"],
            residence=donnees["residence"],
            age_minimum=donnees["age_minimum"],
            age_maximum=donnees["age_maximum"],
            publiee=donnees["publiee"],
        )

    def prestations(self) -> list[Prestation]:
        lues = []
        for rang in PRESTATIONS_AU_PLUS:
            champs = {s: self.cleaned_data.get(f"p{rang + 1}_{s}") for s in ("nom", "court", "de", "a", "places")}
            if champs["nom"]:
                lues.append(
                    Prestation(
                        nom=champs["nom"],
                        nom_court=champs["court"],
                        ordre=rang + 1,
                        heure_debut=champs["de"],
                        heure_fin=champs["a"],
                        capacite_par_jour=champs["places"],
                    )
                )
        return lues

    def tarifs_de(self) -> dict[int, Prestation]:
        remplies = [rang for rang in PRESTATIONS_AU_PLUS if self.cleaned_data.get(f"p{rang + 1}_nom")]
        choix = {indice: self.cleaned_data.get(f"p{rang + 1}_tarif", "") for indice, rang in enumerate(remplies)}
        return {indice: self.sources[pk] for indice, pk in choix.items() if pk in self.sources}


class CopieForm(forms.ModelForm):  # type: ignore[type-arg]
    """The dates of the copy, proposed from the next school year's calendar."""

    jours_ouverture = forms.TypedMultipleChoiceField(
        label="Jours d’ouverture",
        coerce=int,
        choices=[(rang, nom.capitalize()) for rang, nom in enumerate(JOURS)],
        widget=forms.CheckboxSelectMultiple,
    )
    tarifs = forms.BooleanField(label="Reprendre les derniers tarifs des prestations", required=False, initial=True)

    class Meta:
        model = Periode
        fields = (
            "nom",
            "du",
            "au",
            "jours_ouverture",
            "validation_jusqu_au",
            "ouverture_reservations_le",
            "ouverture_autres_le",
            "publiee",
        )

    def __init__(self, *args: Any, copie: Copie, **kwargs: Any) -> None:
        super().__init__(*args, instance=copie.periode, **kwargs)

    def clean_nom(self) -> str:
        nom = str(self.cleaned_data["nom"])
        if Periode.objects.filter(accueil=self.instance.accueil_id, nom=nom).exists():
            msg = "Cet accueil a déjà une période de ce nom : elle a peut-être déjà été copiée."
            raise forms.ValidationError(msg)
        return nom
