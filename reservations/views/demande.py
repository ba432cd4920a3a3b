"""Check page, sending, confirmation, and taking a request back."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from portail.commun.erreurs import RefusMetier
from portail.commun.montants import ZERO
from portail.commun.requetes import RequeteConnectee
from portail.commun.templatetags.typographie import jour_long, limite
from reservations import acces, actions
from reservations.blocages import blocages
from reservations.brouillons import brouillon_de, empreinte
from reservations.decisions import Decision, decider
from reservations.enums import Acceptation, ApresDelai, EtatPresence, MotifRefus, Sens
from reservations.erreurs import BrouillonModifie, ReservationBloquee, RienAEnvoyer
from reservations.models import LigneDemande, Presence
from reservations.planning.cases import pastille
from reservations.prix import prix_decides, prix_des_creneaux
from reservations.regles.attente import rang_en_mots
from reservations.views.assistant import ETAPES

#: What the check page says of a day that is taken after its deadline.
TARDIFS = {
    ApresDelai.MAJORATION: "Hors délai\xa0: majoration de {majoration}",
    ApresDelai.LISTE_ATTENTE: "Hors délai\xa0: en liste d’attente",
    ApresDelai.AGENT: "Hors délai\xa0: un agent répond à cette demande",
}


@require_safe
def verifier(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    reservation = acces.reservation(request.user, cle)
    maintenant = timezone.now()
    choix = brouillon_de(reservation)
    if not choix:
        messages.info(request, "Rien n’est à envoyer : cochez d’abord des jours.")
        return redirect("reservations:planning", cle)
    creneaux = {un.creneau_id: un.creneau for un in choix}
    decisions = decider(reservation, choix, creneaux, maintenant=maintenant)
    prix = prix_des_creneaux(
        famille=reservation.famille,
        enfant=reservation.enfant,
        creneaux=list(creneaux.values()),
        unites={un.creneau_id: un.unites for un in choix},
    )
    montants = {pk: un.montant for pk, un in prix_decides(prix, decisions).items()}
    prises = [une for une in decisions if une.etat and une.sens == Sens.AJOUT]
    ajouts = [_ligne(une, montants) for une in prises if une.etat != EtatPresence.LISTE_ATTENTE]
    attentes = [_ligne(une, montants) for une in prises if une.etat == EtatPresence.LISTE_ATTENTE]
    retraits = [_ligne(une, montants) for une in decisions if une.etat and une.sens == Sens.RETRAIT]
    return render(
        request,
        "reservations/verifier.html",
        {
            "reservation": reservation,
            "etapes": ETAPES,
            "ajouts": ajouts,
            "attentes": attentes,
            "duree_offre": reservation.periode.duree_offre_heures,
            "retraits": retraits,
            "refuses": [_ligne(une, montants) for une in decisions if une.motifs],
            "heures_manquantes": any(MotifRefus.HEURES_MANQUANTES in une.motifs for une in decisions),
            "total": _somme(ligne["montant"] for ligne in ajouts),
            "total_retraits": _somme(ligne["montant"] for ligne in retraits),
            "automatique": reservation.periode.acceptation == Acceptation.AUTOMATIQUE,
            "cle_envoi": uuid4(),
            "empreinte": empreinte(choix),
            "blocages": blocages(
                utilisateur=request.user,
                famille=reservation.famille,
                enfant=reservation.enfant,
                periode=reservation.periode,
                maintenant=maintenant,
            ),
        },
    )


def _ligne(decision: Decision, montants: dict[int, Decimal]) -> dict[str, object]:
    return {
        "jour": jour_long(decision.creneau.jour),
        "prestation": decision.creneau.prestation.nom,
        "heures": decision.heures_en_mots,
        "montant": montants.get(decision.creneau.pk),
        "annulable": limite(decision.limite_annulation),
        "tardif": TARDIFS[decision.tardif].format(majoration=decision.majoration and decision.majoration.en_mots())
        if decision.tardif
        else "",
        "rang": rang_en_mots(decision.rang) if decision.rang else "",
        "a_confirmer": decision.etat == EtatPresence.ANNULATION_DEMANDEE,
        "motifs": " ".join(decision.phrases()),
        "sens": decision.sens.label,
    }


def _somme(montants: Iterable[object]) -> Decimal:
    return sum((montant for montant in montants if isinstance(montant, Decimal)), ZERO)


@require_POST
def envoyer(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    reservation = acces.reservation(request.user, cle)
    try:
        demande = actions.envoyer_demande(
            reservation=reservation,
            auteur=request.user,
            cle=_cle(request.POST.get("cle", "")),
            empreinte_verifiee=request.POST.get("empreinte", ""),
            accepte_d_attendre=request.POST.get("attente") != "non",
            maintenant=timezone.now(),
        )
    except BrouillonModifie:
        messages.warning(request, "Vos choix ont changé depuis la vérification : relisez-les avant d’envoyer.")
        return redirect("reservations:verifier", cle)
    except ReservationBloquee as refus:
        for blocage in refus.blocages:
            messages.error(request, blocage.phrase)
        return redirect("reservations:verifier", cle)
    except RienAEnvoyer:
        messages.info(request, "Rien n’est à envoyer : cochez d’abord des jours.")
        return redirect("reservations:planning", cle)
    return redirect("reservations:demande", demande.cle)


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
    lignes = list(LigneDemande.objects.filter(demande=demande).select_related("creneau__prestation"))
    prises = [une for une in lignes if not une.motifs]
    en_attente = Presence.objects.filter(demande=demande, etat__in=[*actions.annulation.RETOURS]).count()
    return render(
        request,
        "reservations/demande.html",
        {
            "demande": demande,
            "reservation": demande.reservation,
            "prises": [
                {
                    "jour": jour_long(une.creneau.jour),
                    "prestation": une.creneau.prestation.nom,
                    "pastille": pastille(une.etat, une.get_etat_display()),
                    "montant": une.montant if une.sens == Sens.AJOUT else None,
                }
                for une in prises
            ],
            "refusees": [une for une in lignes if une.motifs],
            "total": _somme(une.montant for une in prises if une.sens == Sens.AJOUT),
            "en_attente": en_attente,
            "aussi": acces.reservations(request.user).filter(brouillons__isnull=False).distinct(),
        },
    )


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
        messages.success(request, f"Demande n°\xa0{demande.numero} retirée : {nombre} jour{pluriel}.")
    return redirect("reservations:detail", demande.reservation.cle)
