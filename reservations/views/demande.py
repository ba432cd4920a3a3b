"""Check page, sending, confirmation, and taking a request back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from portail.commun.erreurs import RefusMetier
from portail.commun.montants import ZERO
from portail.commun.requetes import RequeteConnectee
from portail.commun.templatetags.typographie import jour_long
from reservations import acces, actions
from reservations.enums import ETATS_A_TRAITER, EtatPresence, Sens
from reservations.erreurs import BrouillonModifie, RienAEnvoyer
from reservations.models import Demande, LigneDemande, Presence, Reservation
from reservations.planning.cases import pastille
from reservations.verification import somme, verifier_ensemble
from reservations.views.adresses import ETAPES, adresse_du_planning, prenoms
from reservations.views.planning import peut_annuler_un_geste


@require_safe
def verifier(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    """Show all that the household of this reservation has not sent, whatever the children and the périodes."""
    reservation = acces.reservation(request.user, cle)
    maintenant = timezone.now()
    reservations = acces.non_envoyees(request.user, reservation.famille)
    if not reservations:
        messages.info(request, "Rien n’est à envoyer\xa0: cochez d’abord des jours.")
        return redirect("reservations:planning", cle)
    rubriques = verifier_ensemble(request.user, reservations, maintenant=maintenant)
    envoyables = [une for une in rubriques if not une.blocages]
    membres = _cote_a_cote(reservation, reservations)
    return render(
        request,
        "reservations/verifier.html",
        {
            "reservation": reservation,
            "etapes": ETAPES,
            "rubriques": rubriques,
            "plusieurs": len(rubriques) > 1,
            "prenoms": prenoms([une.reservation for une in rubriques]),
            "membres": membres,
            "url_planning": adresse_du_planning(membres),
            "envoyables": envoyables,
            "total": sum((une.total for une in envoyables), ZERO),
            "total_retraits": sum((une.total_retraits for une in envoyables), ZERO),
            "peut_attendre": any(une.peut_attendre for une in envoyables),
            "nombre_ajouts": sum(len(une.ajouts) for une in envoyables),
            "nombre_retraits": sum(len(une.retraits) for une in envoyables),
            "cle_envoi": uuid4(),
            "peut_annuler": peut_annuler_un_geste(reservation.famille),
        },
    )


def _cote_a_cote(reservation: Reservation, reservations: Sequence[Reservation]) -> list[Reservation]:
    """Return the reservations that one planning shows together: the household's, for the same période."""
    autres = [une for une in reservations if une.periode_id == reservation.periode_id and une.pk != reservation.pk]
    return [reservation, *autres]


@require_POST
def envoyer(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    """Send what was checked, for each child; what something blocks stays in the draft, and says why."""
    reservation = acces.reservation(request.user, cle)
    try:
        envoi = actions.envoyer_ensemble(
            famille=reservation.famille,
            empreintes=_empreintes(request),
            auteur=request.user,
            cle=_cle(request.POST.get("cle", "")),
            accepte_d_attendre=request.POST.get("attente") != "non",
            maintenant=timezone.now(),
        )
    except BrouillonModifie:
        messages.warning(request, "Vos choix ont changé depuis la vérification\xa0: relisez-les avant d’envoyer.")
        return redirect("reservations:verifier", cle)
    except RienAEnvoyer:
        messages.info(request, "Rien n’est à envoyer\xa0: cochez d’abord des jours.")
        return redirect("reservations:planning", cle)
    for ecartee, refus in envoi.ecartees:
        for blocage in refus.blocages:
            messages.error(request, f"{ecartee.enfant.prenom}, {ecartee.periode.nom}\u00a0: {blocage.phrase}")
    if not envoi.demandes:
        return redirect("reservations:verifier", cle)
    if len(envoi.demandes) == 1:
        return redirect("reservations:demande", envoi.demandes[0].cle)
    return redirect("reservations:envoi", envoi.cle)


def _empreintes(request: RequeteConnectee) -> dict[UUID, str]:
    """Read what was checked: « key of the reservation:digest », one value a reservation."""
    lues = {}
    for valeur in request.POST.getlist("verifiee"):
        cle, _, digest = valeur.partition(":")
        try:
            lues[UUID(cle)] = digest
        except ValueError:
            continue
    return lues


def _cle(texte: str) -> UUID:
    """Read the form's key; a form without one is sent as a new one."""
    try:
        return UUID(texte)
    except ValueError:
        return uuid4()


@require_safe
def demande(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    """Confirm a sending: its number, what was asked, what happens next."""
    demande = acces.demande(request.user, cle)
    return render(
        request,
        "reservations/demande.html",
        {"demande": demande, "reservation": demande.reservation} | _confirmer(request, [demande]),
    )


@require_safe
def envoi(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    """Confirm what was sent together: a number for each child and période."""
    demandes = acces.envoi(request.user, cle)
    return render(request, "reservations/envoi.html", _confirmer(request, demandes))


def _confirmer(request: RequeteConnectee, demandes: Sequence[Demande]) -> dict[str, object]:
    lignes: dict[int, list[LigneDemande]] = {une.pk: [] for une in demandes}
    for ligne in LigneDemande.objects.filter(demande__in=demandes).select_related("creneau__prestation"):
        lignes[ligne.demande_id].append(ligne)
    attendent = {*actions.annulation.RETOURS, EtatPresence.PLACE_PROPOSEE}
    attentes = Presence.objects.filter(demande__in=demandes, etat__in=attendent).values_list("demande_id", "etat")
    etats = {(pk, EtatPresence(etat)) for pk, etat in attentes}
    retirables = {pk for pk, etat in etats if etat in actions.annulation.RETOURS}
    recus = [_recu(une, lignes[une.pk], en_attente=une.pk in retirables) for une in demandes]
    return {
        "recus": recus,
        "prenoms": prenoms([une.reservation for une in demandes]),
        "total": sum((recu["total"] for recu in recus), ZERO),
        # What the household still waits for: an agent, a place that is freed, its own answer.
        "a_repondre": any(etat in ETATS_A_TRAITER for _, etat in etats),
        "en_attribution": any(etat == EtatPresence.EN_ATTRIBUTION for _, etat in etats),
        "en_liste": any(etat == EtatPresence.LISTE_ATTENTE for _, etat in etats),
        "place_proposee": any(etat == EtatPresence.PLACE_PROPOSEE for _, etat in etats),
        "une_prise": any(recu["prises"] for recu in recus),
        "aussi": acces.reservations(request.user).filter(brouillons__isnull=False).distinct(),
    }


def _recu(demande: Demande, lignes: Sequence[LigneDemande], *, en_attente: bool) -> dict[str, Any]:
    prises = [une for une in lignes if not une.motifs]
    return {
        "demande": demande,
        "prises": [
            {
                "jour": jour_long(une.creneau.jour),
                "prestation": une.creneau.prestation.nom,
                "heures": une.heures_en_mots,
                "pastille": pastille(une.etat, une.get_etat_display()),
                "montant": une.montant if une.sens == Sens.AJOUT else None,
            }
            for une in prises
        ],
        "refusees": [une for une in lignes if une.motifs],
        "total": somme(une.montant for une in prises if une.sens == Sens.AJOUT),
        "en_attente": en_attente,
    }


@require_POST
def retirer(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    demande = acces.demande(request.user, cle)
    try:
        nombre = actions.retirer_demande(demande=demande, auteur=request.user, maintenant=timezone.now())
    except RefusMetier as refus:
        for phrase in refus.phrases():
            messages.error(request, phrase)
    else:
        pluriel = "s" if nombre > 1 else ""
        messages.success(request, f"Demande n°\xa0{demande.numero} retirée\xa0: {nombre} jour{pluriel}.")
    return redirect("reservations:detail", demande.reservation.cle)
