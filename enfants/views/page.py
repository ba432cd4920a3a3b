"""The sheet of a child, whole: each section is a form of its own, sent to its own address."""

from __future__ import annotations

import logging
from collections.abc import Callable
from copy import copy
from datetime import datetime
from functools import wraps
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from enfants import acces, regles
from enfants.acces import DossierEnfant
from enfants.cartes import carte, scolarite
from enfants.chiffrement import DonneeIllisibleError
from enfants.enums import Garde, GardeVacances
from enfants.forms.entourage import AutorisationsForm, CopieForm
from enfants.forms.identite import IdentiteForm
from enfants.forms.sante import SanteForm, VaccinationsForm, saisie_en_clair
from enfants.models import FicheSanitaire, PersonneAutorisee, TypeAutorisation, Vaccin
from familles.acces import agit_pour_une_famille
from familles.models import ReglageChamp
from portail.commun.dates import aujourdhui
from portail.commun.requetes import RequeteConnectee

journal = logging.getLogger(__name__)


def page_fiche(request: RequeteConnectee, dossier: DossierEnfant, errone: forms.BaseForm | None = None) -> HttpResponse:
    """Show the sheet; ``errone`` is the form that was refused, shown in its place with what was typed."""
    maintenant = timezone.now()
    identite = formulaire_identite(dossier, montre_l_attente=not agit_pour_une_famille(request.user))
    contexte = {
        "dossier": dossier,
        "enfant": dossier.enfant,
        "carte": carte(dossier.enfant, aujourdhui(maintenant), identite.politiques),
        "identite": identite,
        "garde": lignes_de_garde(dossier),
        "scolarite": scolarite(dossier.enfant, identite.politiques),
        "form": errone,
    }
    if dossier.titulaire:
        try:
            contexte |= _sante(request, dossier, maintenant)
        except DonneeIllisibleError:
            return page_illisible(request, dossier, errone)
        contexte |= _entourage(dossier, maintenant)
    if errone is not None:
        contexte[getattr(errone, "nom_section", "")] = errone
    contexte["ouverte"] = getattr(errone, "nom_section", "") or request.GET.get("rubrique", "")
    contexte["resumes"] = resumes(contexte)
    return render(request, "enfants/fiche.html", contexte, status=200 if errone is None else 422)


def page_illisible(
    request: RequeteConnectee, dossier: DossierEnfant, errone: forms.BaseForm | None = None
) -> HttpResponse:
    """Say that no key opens what is stored: it is still there, and nothing was written over it.

    What was typed is given back, to be kept until the form is there again.
    """
    journal.critical("CLES_CHIFFREMENT n'ouvre pas les données de santé")
    connus = [SanteForm(fiche=None), formulaire_vaccinations(dossier, None, timezone.now())]
    saisie = saisie_en_clair([errone] if errone is not None else connus, request.POST)
    return render(request, "enfants/illisible.html", {"enfant": dossier.enfant, "saisie": saisie}, status=503)


def dit_si_illisible(vue: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer a gesture on health data that no key opens by a sentence; its transaction wrote nothing."""

    @wraps(vue)
    def avec_phrase(request: RequeteConnectee, cle: UUID) -> HttpResponse:
        try:
            return vue(request, cle)
        except DonneeIllisibleError:
            return page_illisible(request, acces.dossier_du_titulaire(request.user, cle))

    return avec_phrase


def vers_la_fiche(dossier: DossierEnfant, section: str) -> HttpResponse:
    """Go back to a section of the sheet, unfolded by the server: not every browser unfolds the target of an anchor."""
    return redirect(f"{adresse('fiche', dossier)}?rubrique={section}#{section}")


def resumes(contexte: dict[str, Any]) -> dict[str, str]:
    """Word what each folded section holds; of health, nothing but until when it is kept."""
    enfant, fiche, personnes = contexte["enfant"], contexte.get("fiche"), contexte.get("personnes", [])
    mots = {"identite": f"Menu\u00a0: {enfant.menu}" if enfant.menu else "Menu habituel"}
    if contexte["dossier"].titulaire:
        nombre = len(personnes)
        reponses = contexte["autorisations"].nombre_de_reponses
        mots |= {
            "sante": f"Gardés jusqu’au {fiche.valable_jusqu_au:%d/%m/%Y}" if fiche else "À remplir",
            "vaccinations": str(contexte["bilan"].etat.label),
            "personnes": "Personne pour le moment" if not nombre else f"{nombre} personne{'s' if nombre > 1 else ''}",
            "autorisations": f"{reponses[0]} réponse{'s' if reponses[0] > 1 else ''} sur {reponses[1]}",
        }
    return mots


def adresse(nom: str, dossier: DossierEnfant) -> str:
    return reverse(f"enfants:{nom}", kwargs={"cle": dossier.enfant.cle})


def formulaire_identite(dossier: DossierEnfant, donnees: Any = None, *, montre_l_attente: bool = True) -> IdentiteForm:
    """Return the section with what the town opens, and what this very household has waiting."""
    return IdentiteForm(
        donnees,
        instance=copy(dossier.enfant),
        action=adresse("modifier_identite", dossier),
        politiques=ReglageChamp.objects.politiques(),
        montre_l_attente=montre_l_attente,
        en_attente=dossier.famille.modifications.en_attente().filter(objet_cle=dossier.enfant.cle),  # type: ignore[attr-defined]
    )


def formulaire_vaccinations(
    dossier: DossierEnfant, fiche: FicheSanitaire | None, maintenant: datetime, donnees: Any = None
) -> VaccinationsForm:
    return VaccinationsForm(
        donnees,
        enfant=dossier.enfant,
        vaccins=list(Vaccin.objects.all()),
        faites={ligne.vaccin_id: ligne for ligne in fiche.vaccinations.all()} if fiche else {},
        version=fiche.version if fiche else 0,
        jour=aujourdhui(maintenant),
    )


def formulaire_autorisations(dossier: DossierEnfant, maintenant: datetime, donnees: Any = None) -> AutorisationsForm:
    reponses = dossier.enfant.autorisations.filter(famille=dossier.famille).select_related("auteur")
    return AutorisationsForm(
        donnees,
        types=list(TypeAutorisation.objects.filter(active=True)),
        donnees_par_type={ligne.type_id: ligne for ligne in reponses},
        jour=aujourdhui(maintenant),
        action=adresse("repondre_aux_autorisations", dossier),
    )


def lignes_de_garde(dossier: DossierEnfant) -> list[tuple[str, str]]:
    """What this household may know of the custody: its own part of it, and nothing of the other household."""
    lien = dossier.enfant.rattachements.prefetch_related("periodes").get(famille=dossier.famille)
    if lien.garde == Garde.TOUJOURS and lien.payeur_id is None and lien.vacances == GardeVacances.COMME_D_HABITUDE:
        return []
    lignes = [
        ("Chez vous", lien.get_garde_display()),
        ("Vacances scolaires", lien.get_vacances_display()),
        ("Dates convenues", ", ".join(str(periode) for periode in lien.periodes.all())),
        ("Factures de vos jours", "À vous" if lien.payeur_id is None else "À l’autre foyer"),
    ]
    return [(terme, valeur) for terme, valeur in lignes if valeur]


def _sante(request: RequeteConnectee, dossier: DossierEnfant, maintenant: datetime) -> dict[str, Any]:
    fiche = acces.fiche_sanitaire(dossier.enfant, lecteur=request.user, page="enfants:fiche", maintenant=maintenant)
    vaccinations = formulaire_vaccinations(dossier, fiche, maintenant)
    fin = regles.fin_de_validite(aujourdhui(maintenant))
    return {
        "fiche": fiche,
        "sante": SanteForm(fiche=fiche, action=adresse("enregistrer_sante", dossier)),
        "vaccinations": vaccinations,
        "bilan": acces.bilan_vaccinal(dossier.enfant, fiche, aujourdhui(maintenant)),
        "a_renouveler_pour": fin if fiche and fiche.valable_jusqu_au < fin else None,
    }


def _entourage(dossier: DossierEnfant, maintenant: datetime) -> dict[str, Any]:
    fratrie = acces.fratrie(dossier)
    return {
        "personnes": PersonneAutorisee.objects.filter(enfant=dossier.enfant, famille=dossier.famille),
        "autorisations": formulaire_autorisations(dossier, maintenant),
        "copie_personnes": formulaire_copie(dossier, "personnes") if fratrie else None,
        "copie_medecin": formulaire_copie(dossier, "medecin") if fratrie else None,
    }


def formulaire_copie(dossier: DossierEnfant, quoi: str, donnees: Any = None) -> CopieForm:
    return CopieForm(
        donnees,
        fratrie=acces.fratrie(dossier),
        action=adresse(f"copier_{quoi}", dossier),
        bouton=f"copier_{quoi}",
    )
