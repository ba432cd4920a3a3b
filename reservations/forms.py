"""Forms of the planning's tools. They are read by GET: the preview is a page like another, and writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout, Row, Submit
from django import forms
from django.urls import reverse

from enfants.models import Enfant
from portail.commun.templatetags.typographie import JOURS, heure, jour_long
from reservations.enums import MotifRefus, Rythme, Sens
from reservations.models import ChoixBrouillon, Periode, Presence, Prestation, Reservation
from reservations.regles import Consigne, heures_admises


class AttendreField(forms.BooleanField):
    """Ask for the waiting list of the days that are full; else a tool leaves them as they are."""

    def __init__(self) -> None:
        super().__init__(
            label="Demander la liste d’attente pour les jours complets",
            required=False,
            help_text="Rien n’est dû tant que vous n’avez pas de place.",
        )


class RemplirForm(forms.Form):
    """Children × weekdays × prestations × dates × rhythm × gesture."""

    enfants = forms.MultipleChoiceField(label="Pour quels enfants", widget=forms.CheckboxSelectMultiple)
    jours = forms.TypedMultipleChoiceField(
        label="Quels jours de la semaine",
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choisissez au moins un jour de la semaine."},
    )
    prestations = forms.MultipleChoiceField(label="Quelles prestations", widget=forms.CheckboxSelectMultiple)
    du = forms.DateField(label="Du", help_text="Au format JJ/MM/AAAA.")
    au = forms.DateField(label="Au", help_text="Au format JJ/MM/AAAA, inclus.")
    rythme = forms.ChoiceField(label="À quel rythme", choices=Rythme.choices, widget=forms.RadioSelect)
    geste = forms.ChoiceField(
        label="Que faire de ces jours",
        choices=[(Sens.AJOUT, "Les réserver"), (Sens.RETRAIT, "Les annuler")],
        widget=forms.RadioSelect,
    )
    attendre = AttendreField()

    def __init__(
        self, *args: Any, enfants: Sequence[Enfant], periode: Periode, prestations: Sequence[Prestation], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.periode = periode
        champs: dict[str, Any] = self.fields
        champs["enfants"].choices = [(str(un.cle), un.prenom) for un in enfants]
        champs["jours"].choices = [(rang, JOURS[rang].capitalize()) for rang in sorted(periode.jours_ouverture)]
        champs["prestations"].choices = [(str(une.cle), une.nom) for une in prestations]
        self.helper = FormHelper()
        self.helper.form_method = "get"
        self.helper.form_action = "#apercu"
        self.helper.layout = Layout(
            Fieldset("Pour qui, quels jours", "enfants", "jours", "prestations"),
            Fieldset("Quand", Row("du", "au"), "rythme"),
            "geste",
            *(["attendre"] if periode.liste_attente else []),
        )
        self.helper.add_input(Submit("apercu", "Voir ce que cela donne"))

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        du, au = donnees.get("du"), donnees.get("au")
        if du and au and du > au:
            self.add_error("au", "La fin précède le début.")
        return donnees

    def consigne(self) -> Consigne:
        donnees = self.cleaned_data
        return Consigne(
            jours=frozenset(donnees["jours"]),
            du=donnees["du"],
            au=donnees["au"],
            rythme=Rythme(donnees["rythme"]),
            sens=Sens(donnees["geste"]),
        )


class CopierForm(forms.Form):
    """From the planning that is open to other children."""

    vers = forms.MultipleChoiceField(
        label="Copier vers",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choisissez au moins un enfant."},
    )
    remplacer = forms.BooleanField(label="Annuler aussi les jours que le planning copié n’a pas", required=False)
    attendre = AttendreField()

    def __init__(self, *args: Any, enfants: Sequence[Enfant], liste_attente: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        champ: Any = self.fields["vers"]
        champ.choices = [(str(un.cle), un.prenom) for un in enfants]
        self.helper = FormHelper()
        self.helper.form_method = "get"
        self.helper.form_action = "#apercu"
        self.helper.layout = Layout("vers", "remplacer", *(["attendre"] if liste_attente else []))
        self.helper.add_input(Submit("apercu", "Voir ce que cela donne"))


class HeuresDuJourForm(forms.Form):
    """Other hours for one day that is sent; read by GET, to show what they change before anything is written."""

    arrivee = forms.TimeField(label="Arrivée", error_messages={"required": "Indiquez l’heure d’arrivée."})
    depart = forms.TimeField(label="Départ", error_messages={"required": "Indiquez l’heure de départ."})

    def __init__(self, *args: Any, presence: Presence, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.presence = presence
        for champ in self.fields.values():
            champ.widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
            champ.error_messages["invalid"] = "Écrivez une heure, par exemple 08:30."
        self.helper = FormHelper()
        self.helper.form_method = "get"
        self.helper.form_action = "#apercu"
        self.helper.layout = Layout(Row("arrivee", "depart"))
        self.helper.add_input(Submit("apercu", "Voir ce que cela change"))

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        prestation = self.presence.creneau.prestation
        ouvre, ferme = prestation.heure_debut, prestation.heure_fin
        arrivee, depart = donnees.get("arrivee"), donnees.get("depart")
        if not (arrivee and depart and ouvre and ferme):
            return donnees
        if not heures_admises(arrivee, depart, ouvre, ferme):
            bornes = f"entre {heure(ouvre)} et {heure(ferme)}"
            self.add_error("depart", f"Indiquez une arrivée puis un départ, {bornes}.")
        elif (arrivee, depart) == (self.presence.arrivee, self.presence.depart):
            self.add_error("depart", str(MotifRefus.HEURES_INCHANGEES.label))
        return donnees


class HeuresForm(forms.Form):
    """Arrival and departure of each day; those of « tous les jours » serve the days that are left empty."""

    def __init__(
        self,
        *args: Any,
        reservation: Reservation,
        choix: Sequence[ChoixBrouillon],
        habitudes: tuple[time, time] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.choix = list(choix)
        usuelles = habitudes or (None, None)
        self._ajouter("tous", *usuelles)
        blocs = [Fieldset("Tous les jours", Row("arrivee_tous", "depart_tous"))]
        for un in self.choix:
            nom = str(un.creneau_id)
            self._ajouter(nom, un.arrivee, un.depart)
            titre = f"{jour_long(un.creneau.jour).capitalize()}, {un.creneau.prestation.nom_court}"
            blocs.append(Fieldset(titre, Row(f"arrivee_{nom}", f"depart_{nom}")))
        self.helper = FormHelper()
        self.helper.form_action = reverse("reservations:enregistrer_heures", args=[reservation.cle])
        self.helper.layout = Layout(*blocs)
        self.helper.add_input(Submit("garder", "Garder ces heures"))

    def _ajouter(self, nom: str, arrivee: time | None, depart: time | None) -> None:
        for prefixe, mot, valeur in (("arrivee", "Arrivée", arrivee), ("depart", "Départ", depart)):
            self.fields[f"{prefixe}_{nom}"] = forms.TimeField(
                label=mot,
                required=False,
                initial=valeur,
                widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
                error_messages={"invalid": "Écrivez une heure, par exemple 08:30."},
            )

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        for un in self.choix:
            prestation, nom = un.creneau.prestation, str(un.creneau_id)
            arrivee = donnees.get(f"arrivee_{nom}") or donnees.get("arrivee_tous")
            depart = donnees.get(f"depart_{nom}") or donnees.get("depart_tous")
            if prestation.heure_debut is None or prestation.heure_fin is None:
                continue
            if not heures_admises(arrivee, depart, prestation.heure_debut, prestation.heure_fin):
                self.add_error(
                    f"depart_{nom}",
                    f"Indiquez une arrivée puis un départ, entre {heure(prestation.heure_debut)} "
                    f"et {heure(prestation.heure_fin)}.",
                )
            donnees[f"arrivee_{nom}"], donnees[f"depart_{nom}"] = arrivee, depart
        return donnees

    def heures(self) -> dict[int, tuple[time, time]]:
        donnees = self.cleaned_data
        return {
            un.creneau_id: (donnees[f"arrivee_{un.creneau_id}"], donnees[f"depart_{un.creneau_id}"])
            for un in self.choix
        }
