"""Taking back a sending as long as nobody has answered it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from familles.models import Utilisateur
from portail.commun.dates import aujourdhui
from portail.commun.erreurs import RefusMetier
from portail.commun.reprises import reprise_sur_verrou
from portail.commun.traces import tracer
from reservations import courriels
from reservations.actions.verrous import Changement, appliquer, verrouiller_l_enfant, verrouiller_presences
from reservations.calendrier import avec_les_sorties, jours_fermes_pour, regles_pour
from reservations.enums import EtatPresence, MotifRefus
from reservations.journees import retenues_par_leur_journee
from reservations.models import Demande, Presence
from reservations.regles.jours import ETATS_D_ATTENTE

#: What was asked and not answered -> what taking the request back restores.
RETOURS = {
    EtatPresence.DEMANDEE: EtatPresence.ANNULEE,
    EtatPresence.EN_ATTRIBUTION: EtatPresence.ANNULEE,
    EtatPresence.LISTE_ATTENTE: EtatPresence.ANNULEE,
    EtatPresence.ANNULATION_DEMANDEE: EtatPresence.ACCEPTEE,
}


@reprise_sur_verrou
@transaction.atomic
def retirer_demande(*, demande: Demande, auteur: Utilisateur, maintenant: datetime) -> int:
    """Undo the days of a sending that wait for an answer and whose day to cancel is not over; return how many.

    A day that another choice of the same day needs, or excludes by now, stays as it was asked.
    Raises ``RefusMetier`` when none is left: the agent was faster, the deadline has passed, or the day needs it.
    """
    verrouiller_l_enfant(demande.reservation)
    presences = verrouiller_presences(
        Presence.objects.filter(demande=demande, etat__in=RETOURS).values_list("pk", flat=True)
    )
    en_attente = [une for une in presences if une.etat in RETOURS]
    modifiables = _encore_modifiables(demande, en_attente, maintenant)
    retenues = retenues_par_leur_journee([(une, RETOURS[EtatPresence(une.etat)]) for une in modifiables])
    possibles = [une for une in modifiables if une.pk not in retenues]
    if retenues and not possibles:
        raise RefusMetier(list(dict.fromkeys(retenues.values())))
    if not possibles:
        raise RefusMetier([MotifRefus.HORS_DELAI_ANNULATION if en_attente else MotifRefus.TRANSITION_IMPOSSIBLE])
    jours = [(une, une.etat) for une in possibles]
    changements = [Changement(une, RETOURS[EtatPresence(une.etat)]) for une in possibles]
    appliquer(changements, auteur=auteur, maintenant=maintenant)
    tracer(
        geste="reservation.demande_retiree",
        objet="reservations.demande",
        objet_cle=demande.cle,
        libelle=f"{demande.numero} – {demande.reservation.enfant}",
        famille_cle=demande.reservation.famille.cle,
        auteur=auteur,
        maintenant=maintenant,
        apres={"jours": [[f"{une.creneau.jour:%Y-%m-%d}", une.etat] for une in possibles]},
    )
    courriels.demande_retiree(demande=demande, jours=jours, maintenant=maintenant)
    return len(possibles)


def _encore_modifiables(demande: Demande, presences: list[Presence], maintenant: datetime) -> list[Presence]:
    if not presences:
        return []
    jours = [une.creneau.jour for une in presences]
    regles = avec_les_sorties(
        regles_pour(demande.reservation, jours_fermes_pour(demande.reservation, min(jours), max(jours))),
        [une.creneau for une in presences],
    )
    return [
        une
        for une in presences
        if une.creneau.jour >= aujourdhui(maintenant)
        and (
            une.etat in ETATS_D_ATTENTE
            or (
                (limite := regles.limite_annulation(une.creneau.jour, une.creneau.prestation_id)) is not None
                and maintenant <= limite
            )
        )
    ]
