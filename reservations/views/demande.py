"""Check page, sending, confirmation, and taking a request back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from familles.models import Utilisateur
from portail.commun.blocages import Blocage
from portail.commun.erreurs import RefusMetier
from portail.commun.montants import ZERO
from portail.commun.requetes import RequeteConnectee
from portail.commun.templatetags.typographie import jour_long, limite
from reservations import acces, actions
from reservations.blocages import blocages
from reservations.brouillons import brouillons_de, empreinte
from reservations.decisions import Decision, decider
from reservations.enums import ETATS_QUI_PRENNENT_UNE_PLACE, Acceptation, ApresDelai, EtatPresence, MotifRefus, Sens
from reservations.erreurs import BrouillonModifie, RienAEnvoyer
from reservations.models import Creneau, Demande, LigneDemande, Presence, Reservation
from reservations.planning.cases import pastille
from reservations.prix import prix_decides, prix_des_creneaux
from reservations.regles.attente import rang_en_mots
from reservations.views.adresses import ETAPES, prenoms
from reservations.views.planning import peut_annuler_un_geste

#: What the check page says of a day that is taken after its deadline.
TARDIFS = {
    ApresDelai.MAJORATION: "Hors délai\xa0: majoration de {majoration}",
    ApresDelai.LISTE_ATTENTE: "Hors délai\xa0: en liste d’attente",
    ApresDelai.AGENT: "Hors délai\xa0: un agent répond à cette demande",
}


@require_safe
def verifier(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    """Show all that the household of this reservation has not sent, whatever the children and the périodes."""
    reservation = acces.reservation(request.user, cle)
    maintenant = timezone.now()
    reservations = acces.non_envoyees(request.user, reservation.famille)
    if not reservations:
        messages.info(request, "Rien n’est à envoyer : cochez d’abord des jours.")
        return redirect("reservations:planning", cle)
    rubriques = verifier_ensemble(request.user, reservations, maintenant=maintenant)
    return render(
        request,
        "reservations/verifier.html",
        {
            "reservation": reservation,
            "etapes": ETAPES,
            "rubriques": rubriques,
            "plusieurs": len(rubriques) > 1,
            "prenoms": prenoms([une.reservation for une in rubriques]),
            "envoyables": [une for une in rubriques if not une.blocages],
            "total": sum((une.total for une in rubriques), ZERO),
            "total_retraits": sum((une.total_retraits for une in rubriques), ZERO),
            "peut_attendre": any(
                une.attentes or (une.ajouts and une.reservation.periode.liste_attente) for une in rubriques
            ),
            "nombre_ajouts": sum(len(une.ajouts) for une in rubriques),
            "nombre_retraits": sum(len(une.retraits) for une in rubriques),
            "cle_envoi": uuid4(),
            "peut_annuler": peut_annuler_un_geste(reservation.famille),
        },
    )


@dataclass(frozen=True, slots=True)
class Rubrique:
    """One reservation of the check page."""

    reservation: Reservation
    ajouts: list[dict[str, object]]
    attentes: list[dict[str, object]]
    retraits: list[dict[str, object]]
    refuses: list[dict[str, object]]
    #: Some day is by the hour, and has none yet.
    heures_manquantes: bool
    blocages: list[Blocage]
    empreinte: str
    automatique: bool

    @property
    def total(self) -> Decimal:
        return _somme(ligne["montant"] for ligne in self.ajouts)

    @property
    def total_retraits(self) -> Decimal:
        return _somme(ligne["montant"] for ligne in self.retraits)

    @property
    def url_planning(self) -> str:
        return reverse("reservations:planning", args=[self.reservation.cle])


def verifier_ensemble(
    utilisateur: Utilisateur, reservations: Sequence[Reservation], *, maintenant: datetime
) -> list[Rubrique]:
    """Decide on every day as the sending would: a place that one child takes is no longer there for the next one."""
    brouillons = brouillons_de(reservations)
    creneaux = {un.creneau_id: un.creneau for choix in brouillons.values() for un in choix}
    salles = {un.jour_salle_id: un.jour_salle for un in creneaux.values() if un.jour_salle_id is not None}
    for un in creneaux.values():
        un.jour_salle = salles.get(un.jour_salle_id)
    rubriques = []
    for une in sorted(reservations, key=lambda une: une.pk):
        choix = brouillons[une.pk]
        decisions = decider(une, choix, creneaux, maintenant=maintenant)
        for decision in decisions:
            if decision.sens == Sens.AJOUT and decision.etat in ETATS_QUI_PRENNENT_UNE_PLACE:
                _prendre_une_place(creneaux[decision.creneau.pk])
        siens = [creneaux[un.creneau_id] for un in choix]
        unites = {un.creneau_id: un.unites for un in choix}
        prix = prix_des_creneaux(famille=une.famille, enfant=une.enfant, creneaux=siens, unites=unites)
        montants = {pk: un.montant for pk, un in prix_decides(prix, decisions).items()}
        prises = [d for d in decisions if d.etat and d.sens == Sens.AJOUT]
        rubriques.append(
            Rubrique(
                reservation=une,
                ajouts=[_ligne(d, montants) for d in prises if d.etat != EtatPresence.LISTE_ATTENTE],
                attentes=[_ligne(d, montants) for d in prises if d.etat == EtatPresence.LISTE_ATTENTE],
                retraits=[_ligne(d, montants) for d in decisions if d.etat and d.sens == Sens.RETRAIT],
                refuses=[_ligne(d, montants) for d in decisions if d.motifs],
                heures_manquantes=any(MotifRefus.HEURES_MANQUANTES in d.motifs for d in decisions),
                blocages=blocages(
                    utilisateur=utilisateur,
                    famille=une.famille,
                    enfant=une.enfant,
                    periode=une.periode,
                    maintenant=maintenant,
                )
                if any(un.sens == Sens.AJOUT for un in choix)
                else [],
                empreinte=empreinte(choix),
                automatique=une.periode.acceptation == Acceptation.AUTOMATIQUE,
            )
        )
    return sorted(rubriques, key=lambda rubrique: list(reservations).index(rubrique.reservation))


def _prendre_une_place(creneau: Creneau) -> None:
    """Count a place as taken, in memory alone, for the children who are judged next."""
    creneau.places_prises += 1
    if creneau.jour_salle_id is not None:
        creneau.jour_salle.places_prises += 1


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
        "deja_facture": decision.deja_facture,
        "a_confirmer": decision.etat == EtatPresence.ANNULATION_DEMANDEE,
        "motifs": " ".join(decision.phrases()),
        "sens": decision.sens.label,
    }


def _somme(montants: Iterable[object]) -> Decimal:
    return sum((montant for montant in montants if isinstance(montant, Decimal)), ZERO)


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
        messages.warning(request, "Vos choix ont changé depuis la vérification : relisez-les avant d’envoyer.")
        return redirect("reservations:verifier", cle)
    except RienAEnvoyer:
        messages.info(request, "Rien n’est à envoyer : cochez d’abord des jours.")
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
    attente = {EtatPresence(etat) for etat in actions.annulation.RETOURS}
    par_demande = dict(
        Presence.objects.filter(demande__in=demandes, etat__in=attente).values_list("demande_id").annotate(Count("pk"))
    )
    recus = [_recu(une, lignes[une.pk], par_demande.get(une.pk, 0)) for une in demandes]
    return {
        "recus": recus,
        "prenoms": prenoms([une.reservation for une in demandes]),
        "total": sum((recu["total"] for recu in recus), ZERO),
        "en_attente": sum(recu["en_attente"] for recu in recus),
        "une_prise": any(recu["prises"] for recu in recus),
        "aussi": acces.reservations(request.user).filter(brouillons__isnull=False).distinct(),
    }


def _recu(demande: Demande, lignes: Sequence[LigneDemande], en_attente: int) -> dict[str, Any]:
    prises = [une for une in lignes if not une.motifs]
    return {
        "demande": demande,
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
        messages.success(request, f"Demande n°\xa0{demande.numero} retirée : {nombre} jour{pluriel}.")
    return redirect("reservations:detail", demande.reservation.cle)
