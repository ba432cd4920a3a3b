"""Gestures on the persons named for a child and on the authorisations."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from enfants import acces
from enfants.acces import DossierEnfant
from enfants.actions import autorisations, personnes
from enfants.erreurs import EnfantRefus
from enfants.forms.entourage import PersonneForm
from enfants.views.page import formulaire_autorisations, formulaire_copie, page_fiche, vers_la_fiche
from portail.commun.requetes import RequeteConnectee

GET_OU_POST = require_http_methods(["GET", "HEAD", "POST"])


@GET_OU_POST
def ajouter_personne(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    dossier = acces.dossier_du_titulaire(request.user, cle)
    formulaire = PersonneForm(request.POST or None)
    if request.method == "POST" and formulaire.is_valid():
        try:
            ajoutee = personnes.ajouter_personne(
                enfant=dossier.enfant,
                famille=dossier.famille,
                auteur=request.user,
                valeurs=formulaire.cleaned_data,
                maintenant=timezone.now(),
            )
        except EnfantRefus as refus:
            formulaire.add_error("nom", " ".join(refus.phrases()))
        else:
            messages.success(request, f"{ajoutee} est dans la liste.")
            return vers_la_fiche(dossier, "personnes")
    return _page_personne(request, dossier, formulaire, "Ajouter une personne")


@GET_OU_POST
def modifier_personne(request: RequeteConnectee, cle: UUID, personne: UUID) -> HttpResponse:
    dossier = acces.dossier_du_titulaire(request.user, cle)
    choisie = acces.personne(dossier, personne)
    nom = str(choisie)
    formulaire = PersonneForm(request.POST or None, instance=choisie)
    if request.method == "POST" and formulaire.is_valid():
        try:
            personnes.modifier_personne(
                personne=choisie, auteur=request.user, valeurs=formulaire.cleaned_data, maintenant=timezone.now()
            )
        except EnfantRefus as refus:
            formulaire.add_error("nom", " ".join(refus.phrases()))
        else:
            messages.success(request, f"{choisie} : les informations sont enregistrées.")
            return vers_la_fiche(dossier, "personnes")
    return _page_personne(request, dossier, formulaire, f"Modifier {nom}")


def _page_personne(
    request: RequeteConnectee, dossier: DossierEnfant, formulaire: PersonneForm, titre: str
) -> HttpResponse:
    contexte = {"dossier": dossier, "enfant": dossier.enfant, "form": formulaire, "titre": titre}
    return render(request, "enfants/personne.html", contexte, status=422 if formulaire.is_bound else 200)


@require_POST
def retirer_personne(request: RequeteConnectee, cle: UUID, personne: UUID) -> HttpResponse:
    dossier = acces.dossier_du_titulaire(request.user, cle)
    choisie = acces.personne(dossier, personne)
    personnes.retirer_personne(personne=choisie, auteur=request.user, maintenant=timezone.now())
    messages.success(request, f"{choisie} n’est plus dans la liste.")
    return vers_la_fiche(dossier, "personnes")


@require_POST
def copier_personnes(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    """Copy the persons that this household named for a sibling."""
    dossier = acces.dossier_du_titulaire(request.user, cle)
    formulaire = formulaire_copie(dossier, "personnes", request.POST)
    if not formulaire.is_valid():
        messages.error(request, "Choisissez un enfant de la liste.")
        return vers_la_fiche(dossier, "personnes")
    source = formulaire.enfant()
    nombre = personnes.copier_personnes(
        source=source, enfant=dossier.enfant, famille=dossier.famille, auteur=request.user, maintenant=timezone.now()
    )
    phrases = {0: f"Rien à copier : la fiche de {source.prenom} n’a pas d’autre personne.", 1: "Une personne recopiée."}
    messages.success(request, phrases.get(nombre, f"{nombre} personnes recopiées."))
    return vers_la_fiche(dossier, "personnes")


@require_POST
def repondre_aux_autorisations(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    dossier = acces.dossier_du_titulaire(request.user, cle)
    maintenant = timezone.now()
    formulaire = formulaire_autorisations(dossier, maintenant, request.POST)
    if not formulaire.is_valid():
        return page_fiche(request, dossier, formulaire)
    autorisations.repondre_aux_autorisations(
        enfant=dossier.enfant,
        famille=dossier.famille,
        auteur=request.user,
        reponses=formulaire.reponses(),
        maintenant=maintenant,
    )
    messages.success(request, "Vos réponses sont enregistrées.")
    return vers_la_fiche(dossier, "autorisations")
