"""The household sheet: address, adults, quotient; each section has its own « Enregistrer »."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from familles import acces
from familles.actions import agir
from familles.actions import fiche as actions
from familles.champs import ADRESSE
from familles.forms.fiche import Section, SectionFamille, SectionResponsable
from familles.middleware import CLE_AGIT_POUR
from familles.models import CampagneCertification, Famille, ReglageChamp, Responsable
from portail.commun.dates import aujourdhui
from portail.commun.requetes import RequeteConnectee

DERNIERES_MODIFICATIONS = 5


@dataclass
class Volet:
    """One section of the page; ``responsable`` is empty for the household's own."""

    ancre: str
    titre: str
    formulaire: Section
    url: str
    responsable: Responsable | None = None
    modifiable: bool = True
    recopie: str = ""
    #: Unfolded: the household, one's own section, and the one that was just sent.
    ouvert: bool = True


@require_safe
def fiche(request: RequeteConnectee) -> HttpResponse:
    """Show the sheet of the first household of the login."""
    return _page(request, acces.premiere_famille(request.user))


@require_safe
def fiche_de(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    """Show the sheet of one household, for those who belong to several."""
    return _page(request, acces.famille(request.user, cle))


@require_POST
def enregistrer_famille(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    famille = acces.famille(request.user, cle)
    formulaire = _section_famille(famille, request.POST)
    if not formulaire.is_valid():
        return _page(request, famille, formulaire)
    bilan = actions.enregistrer_famille(
        famille=famille, valeurs=formulaire.valeurs(), auteur=request.user, maintenant=timezone.now()
    )
    return _merci(request, famille, bilan, "foyer")


@require_POST
def enregistrer_responsable(request: RequeteConnectee, cle: UUID, responsable_cle: UUID) -> HttpResponse:
    adulte = _adulte_modifiable(request, cle, responsable_cle)
    formulaire = _section_responsable(adulte, request.POST)
    if not formulaire.is_valid():
        return _page(request, adulte.famille, formulaire)
    bilan = actions.enregistrer_responsable(
        responsable=adulte, valeurs=formulaire.valeurs(), auteur=request.user, maintenant=timezone.now()
    )
    return _merci(request, adulte.famille, bilan, _ancre(adulte))


@require_POST
def recopier_adresse(request: RequeteConnectee, cle: UUID, responsable_cle: UUID) -> HttpResponse:
    """The arrow of the tutorial: put the household's address in the adult's fields, without saving yet."""
    adulte = _adulte_modifiable(request, cle, responsable_cle)
    saisi = request.POST.dict() | {nom: getattr(adulte.famille, nom) for nom in ADRESSE}
    saisi.pop("csrfmiddlewaretoken", None)
    formulaire = _section_responsable(adulte, initial=saisi, politiques=ReglageChamp.objects.politiques())
    messages.info(request, "L’adresse de la famille est recopiée : cliquez sur Enregistrer pour la garder.")
    return _page(request, adulte.famille, formulaire)


@require_POST
def certifier(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    """« Tout est à jour », for the campaign under way."""
    famille = acces.famille(request.user, cle)
    campagne = _campagne(famille)
    if campagne is not None:
        actions.certifier(famille=famille, campagne=campagne, auteur=request.user, maintenant=timezone.now())
        messages.success(request, "Merci : votre fiche est notée à jour.")
    return redirect("familles:fiche_de", cle=famille.cle)


@require_POST
def cesser_d_agir(request: RequeteConnectee) -> HttpResponse:
    """The agent stops acting for the household, and goes back to its page in the staff's site."""
    famille_pk = request.session.pop(CLE_AGIT_POUR, None)
    famille = Famille.objects.filter(pk=famille_pk).first() if request.user.is_staff else None
    if famille is None:
        return redirect("espace")
    agir.cesser(famille=famille, agent=request.user, maintenant=timezone.now())
    return redirect("admin:familles_famille_change", famille.pk)


def _adulte_modifiable(request: RequeteConnectee, cle: UUID, responsable_cle: UUID) -> Responsable:
    adulte = acces.responsable(request.user, cle, responsable_cle)
    if not acces.peut_modifier(request.user, adulte):
        raise Http404
    return adulte


def _ancre(adulte: Responsable) -> str:
    return f"responsable-{adulte.rang}"


def _section_famille(famille: Famille, donnees: Any = None, **options: Any) -> SectionFamille:
    options = options or {"politiques": ReglageChamp.objects.politiques()}
    return SectionFamille(donnees, instance=copy.copy(famille), ancre="foyer", **options)


def _section_responsable(adulte: Responsable, donnees: Any = None, **options: Any) -> SectionResponsable:
    options = options or {"politiques": ReglageChamp.objects.politiques()}
    return SectionResponsable(donnees, instance=copy.copy(adulte), ancre=_ancre(adulte), **options)


def _campagne(famille: Famille) -> CampagneCertification | None:
    """Return the campaign under way that this household has not answered yet."""
    jour = aujourdhui(timezone.now())
    return CampagneCertification.objects.en_cours_le(jour).exclude(certifications__famille=famille).first()


def _merci(request: RequeteConnectee, famille: Famille, bilan: actions.Bilan, ancre: str) -> HttpResponse:
    if bilan.en_attente:
        messages.info(request, "Votre demande est enregistrée : un agent vérifiera ce changement.")
    if bilan.appliquees:
        messages.success(request, "Vos informations sont enregistrées.")
    if not (bilan.en_attente or bilan.appliquees):
        messages.info(request, "Rien n’a changé.")
    return redirect(f"{reverse('familles:fiche_de', kwargs={'cle': famille.cle})}#{ancre}")


def _volets(request: RequeteConnectee, famille: Famille, saisi: Section | None) -> list[Volet]:
    options = {
        "politiques": ReglageChamp.objects.politiques(),
        "en_attente": list(famille.modifications.en_attente()),
        "montre_l_attente": not acces.agit_pour_une_famille(request.user),
    }
    volets = [
        Volet(
            "foyer",
            "La famille",
            _section_famille(famille, **options),
            reverse("familles:enregistrer_famille", kwargs={"cle": famille.cle}),
        )
    ]
    for adulte in famille.responsables.order_by("rang", "pk"):
        cles = {"cle": famille.cle, "responsable_cle": adulte.cle}
        volets.append(
            Volet(
                _ancre(adulte),
                str(adulte),
                _section_responsable(adulte, **options),
                reverse("familles:enregistrer_responsable", kwargs=cles),
                responsable=adulte,
                modifiable=acces.peut_modifier(request.user, adulte),
                recopie=reverse("familles:recopier_adresse", kwargs=cles),
                ouvert=adulte.utilisateur_id == request.user.pk,
            )
        )
    for volet in volets:
        if saisi is not None and volet.formulaire.instance.cle == saisi.instance.cle:
            volet.formulaire, volet.ouvert = saisi, True
    return volets


def _page(request: RequeteConnectee, famille: Famille, saisi: Section | None = None) -> HttpResponse:
    contexte = {
        "famille": famille,
        "familles": list(acces.familles(request.user)),
        "volets": _volets(request, famille, saisi),
        "quotients": list(famille.quotients.order_by("-du")),
        "jour": aujourdhui(timezone.now()),
        "modifications": list(famille.modifications.all()[:DERNIERES_MODIFICATIONS]),
        "campagne": _campagne(famille),
        "form": saisi,
    }
    statut = 422 if saisi is not None and saisi.errors else 200
    return render(request, "familles/fiche.html", contexte, status=statut)
