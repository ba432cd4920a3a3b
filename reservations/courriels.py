"""Mails of the reservations: one row for each adult of the household, written in the transaction of the gesture."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse

from familles.models import Famille, Responsable
from portail.commun.courriels import contexte_commun, deposer_rendu, rendre
from portail.commun.montants import en_euros
from portail.commun.templatetags.typographie import jour_long, limite
from reservations.enums import ETATS_A_TRAITER, EtatPresence, Sens
from reservations.jetons import jeton_des_places
from reservations.models import Creneau, Demande, Presence, Reservation
from reservations.prix import Prix
from reservations.regles.attente import rang_en_mots

if TYPE_CHECKING:
    from reservations.decisions import Decision

#: (state before, state after) -> heading of the days that an agent answered.
TITRES_DE_REPONSE = {
    (EtatPresence.DEMANDEE, EtatPresence.ACCEPTEE): "Jours acceptés",
    (EtatPresence.LISTE_ATTENTE, EtatPresence.ACCEPTEE): "Jours acceptés",
    (EtatPresence.PLACE_PROPOSEE, EtatPresence.ACCEPTEE): "Jours acceptés",
    (EtatPresence.DEMANDEE, EtatPresence.REFUSEE): "Jours refusés",
    (EtatPresence.EN_ATTRIBUTION, EtatPresence.REFUSEE): "Jours refusés",
    (EtatPresence.LISTE_ATTENTE, EtatPresence.REFUSEE): "Jours refusés",
    (EtatPresence.PLACE_PROPOSEE, EtatPresence.REFUSEE): "Jours refusés",
    (EtatPresence.ANNULATION_DEMANDEE, EtatPresence.ANNULEE): "Annulations acceptées",
    (EtatPresence.ANNULATION_DEMANDEE, EtatPresence.ACCEPTEE): "Annulations refusées\u00a0: ces jours restent réservés",
}
#: After a day that is cancelled within its deadline although an invoice holds it: nothing is lost in silence.
DEJA_FACTURE = " (déjà facturé : le service régularise votre compte)"
TITRES_A_L_ENVOI = {
    EtatPresence.DEMANDEE: "Jours demandés",
    EtatPresence.EN_ATTRIBUTION: "Jours demandés, en attente d’attribution (aucune place n’est encore prise)",
    EtatPresence.ACCEPTEE: "Jours réservés et acceptés",
    EtatPresence.LISTE_ATTENTE: "Jours en liste d’attente",
    EtatPresence.ANNULATION_DEMANDEE: "Annulations demandées",
    EtatPresence.ANNULEE: "Jours annulés",
}


def demande_envoyee(*, demande: Demande, decisions: Sequence[Decision], prix: Mapping[int, Prix]) -> None:
    """Acknowledge a sending: additions, removals, days refused at once with their reasons, estimation."""
    sections: dict[str, list[str]] = {}
    for decision in decisions:
        if decision.etat:
            rang = f" ({rang_en_mots(decision.rang)})" if decision.rang else ""
            sections.setdefault(TITRES_A_L_ENVOI[decision.etat], []).append(
                nommer_avec_heures(decision) + rang + (DEJA_FACTURE if decision.deja_facture else "")
            )
    refuses = [
        f"{nommer(decision.creneau)}\u00a0: {' '.join(decision.phrases())}" for decision in decisions if decision.motifs
    ]
    if refuses:
        sections["Jours non pris en compte"] = refuses
    ajouts = [
        d.creneau.pk
        for d in decisions
        if d.etat not in {None, EtatPresence.LISTE_ATTENTE, EtatPresence.EN_ATTRIBUTION}
        and d.sens == Sens.AJOUT
        and d.creneau.pk in prix
    ]
    total = sum((prix[pk].montant for pk in ajouts), Decimal(0))
    ecrire_aux_responsables(
        "reservation_envoyee",
        demande.reservation,
        maintenant=demande.envoyee_le,
        contexte={
            "demande": demande,
            "sections": list(sections.items()),
            "estimation": en_euros(total) if ajouts else "",
            "suites": " ".join(_suites({une.etat for une in decisions if une.etat})),
            "url": settings.SITE_URL + reverse("reservations:demande", args=[demande.cle]),
        },
    )


def _suites(etats: Collection[EtatPresence]) -> list[str]:
    """Tell what the household waits for, from the states that its sending gave to the days taken into account."""
    suites = []
    if not ETATS_A_TRAITER.isdisjoint(etats):
        suites.append("Le service vous répond par courriel.")
    if EtatPresence.EN_ATTRIBUTION in etats:
        suites.append(
            "Les places ne sont pas encore attribuées\u00a0: "
            "vous recevrez la réponse, et son explication, par courriel."
        )
    if EtatPresence.LISTE_ATTENTE in etats:
        suites.append(
            "En liste d’attente, rien n’est dû\u00a0: si une place se libère, elle vous est proposée par courriel."
        )
    return suites or (["C’est fait\u00a0: vous n’avez rien d’autre à faire."] if etats else [])


def reponse(
    *, reservation: Reservation, jours: Sequence[tuple[Presence, str]], motif: str, maintenant: datetime
) -> None:
    """Tell the household what the service answered, with its reason."""
    sections: dict[str, list[str]] = {}
    for presence, avant in jours:
        titre = TITRES_DE_REPONSE[EtatPresence(avant), EtatPresence(presence.etat)]
        sections.setdefault(titre, []).append(nommer(presence.creneau))
    ecrire_aux_responsables(
        "reservation_reponse",
        reservation,
        maintenant=maintenant,
        contexte={
            "sections": list(sections.items()),
            "titres": ", ".join(titre.partition("\u00a0:")[0].lower() for titre in sections),
            "motif": motif,
            "url": settings.SITE_URL + reverse("reservations:detail", args=[reservation.cle]),
        },
    )


def demande_retiree(*, demande: Demande, jours: Iterable[tuple[Presence, str]], maintenant: datetime) -> None:
    """Confirm that a sending was taken back."""
    ecrire_aux_responsables(
        "reservation_retiree",
        demande.reservation,
        maintenant=maintenant,
        contexte={
            "demande": demande,
            "sections": [("Jours retirés de la demande", [nommer(presence.creneau) for presence, _ in jours])],
            "url": settings.SITE_URL + reverse("reservations:detail", args=[demande.reservation.cle]),
        },
    )


def places_proposees(*, reservation: Reservation, presences: Sequence[Presence], maintenant: datetime) -> None:
    """Offer places that were freed: the link alone is enough to accept, so its text is for its reader alone."""
    fin = min(une.offre_expire_le for une in presences if une.offre_expire_le)
    ecrire_aux_responsables(
        "place_proposee",
        reservation,
        maintenant=maintenant,
        contexte={
            "sections": [
                (f"À accepter avant le {limite(echeance)}", [nommer(une.creneau) for une in groupe])
                for echeance, groupe in groupby(
                    sorted(presences, key=lambda une: (une.offre_expire_le, une.creneau.jour, une.creneau_id)),
                    key=lambda une: une.offre_expire_le,
                )
            ],
            "nombre": len(presences),
            "fin": fin,
            "url": settings.SITE_URL + adresse_des_places(reservation),
        },
        confidentiel=True,
    )


def places_acceptees(*, reservation: Reservation, presences: Sequence[Presence], maintenant: datetime) -> None:
    """Confirm the places that the household took."""
    _suite_de_liste("Vos places sont confirmées", "Jours réservés et acceptés", reservation, presences, maintenant)


def places_perdues(*, reservation: Reservation, presences: Sequence[Presence], maintenant: datetime) -> None:
    """Tell that the time to accept is over: the place went to the next household."""
    _suite_de_liste(
        "Le délai pour accepter est dépassé",
        "Places qui ne vous sont plus proposées",
        reservation,
        presences,
        maintenant,
        suite="Sans réponse de votre part à temps, elles passent à la famille suivante. Si vous en avez encore "
        "besoin, inscrivez-vous à nouveau depuis le planning.",
    )


def listes_closes(*, reservation: Reservation, presences: Sequence[Presence], maintenant: datetime) -> None:
    """Tell those who waited until the day itself that no place was freed."""
    _suite_de_liste(
        "Aucune place ne s’est libérée",
        "Jours qui étaient en liste d’attente",
        reservation,
        presences,
        maintenant,
        suite="Ces jours ne sont pas réservés et ne vous sont pas facturés.",
    )


def retires_de_la_liste(*, reservation: Reservation, presences: Sequence[Presence], maintenant: datetime) -> None:
    """Tell that custody changed while the household waited: the place that is free goes to the next."""
    _suite_de_liste(
        "Vous n’êtes plus en liste d’attente",
        "Jours retirés de la liste d’attente",
        reservation,
        presences,
        maintenant,
        suite="Ce ne sont plus des jours de garde de votre foyer\u00a0: vous ne pouvez plus les réserver. Si la garde "
        "indiquée est inexacte, écrivez au service.",
    )


def _suite_de_liste(
    titre: str,
    intitule: str,
    reservation: Reservation,
    presences: Iterable[Presence],
    maintenant: datetime,
    *,
    suite: str = "",
) -> None:
    ecrire_aux_responsables(
        "place_suite",
        reservation,
        maintenant=maintenant,
        contexte={
            "titre": titre,
            "suite": suite,
            "sections": [(intitule, [nommer(une.creneau) for une in presences])],
            "url": settings.SITE_URL + reverse("reservations:detail", args=[reservation.cle]),
        },
    )


def capacite_reduite(*, reservation: Reservation, jours: Iterable[Presence], motif: str, maintenant: datetime) -> None:
    """Tell a household that the service has fewer places, and that these days wait again."""
    ecrire_aux_responsables(
        "capacite_reduite",
        reservation,
        maintenant=maintenant,
        contexte={
            "jours": [nommer(presence.creneau) for presence in jours],
            "motif": motif,
            "url": settings.SITE_URL + reverse("reservations:detail", args=[reservation.cle]),
        },
    )


def adresse_des_places(reservation: Reservation) -> str:
    """Path of the page where the places held for this reservation are accepted, with or without an account."""
    return reverse("reservations:places", args=[jeton_des_places(reservation.cle)])


def nommer_avec_heures(decision: Decision) -> str:
    """« lundi 15 janvier 2018, Garde, de 8 h 30 à 10 h »."""
    return ", ".join(filter(None, (nommer(decision.creneau), decision.heures_en_mots)))


def nommer(creneau: Creneau) -> str:
    """« lundi 15 janvier 2018, Matin »."""
    return f"{jour_long(creneau.jour)}, {creneau.prestation.nom_court}"


def ecrire_aux_responsables(
    nom: str,
    reservation: Reservation,
    *,
    maintenant: datetime,
    contexte: Mapping[str, Any],
    confidentiel: bool = False,
) -> None:
    """Write to the household of a reservation, which the templates name."""
    complet = {"reservation": reservation, "enfant": reservation.enfant, "periode": reservation.periode, **contexte}
    ecrire_a_la_famille(nom, reservation.famille, maintenant=maintenant, contexte=complet, confidentiel=confidentiel)


def ecrire_a_la_famille(
    nom: str,
    famille: Famille,
    *,
    maintenant: datetime,
    contexte: Mapping[str, Any],
    confidentiel: bool = False,
) -> None:
    """Render once and write one mail for each adult of the household."""
    sujet, texte, html = rendre(nom, {**contexte_commun(), **contexte})
    for adresse in adresses(famille):
        deposer_rendu(
            nom=nom,
            destinataire=adresse,
            maintenant=maintenant,
            sujet=sujet,
            texte=texte,
            html=html,
            famille_cle=famille.cle,
            confidentiel=confidentiel,
        )


def adresses(famille: Famille) -> list[str]:
    """Return where a household reads its mail: the login of each adult, else their address."""
    lues = Responsable.objects.filter(famille=famille).values_list("utilisateur__email", "email").order_by("rang")
    return list(dict.fromkeys(adresse for login, autre in lues if (adresse := login or autre)))
