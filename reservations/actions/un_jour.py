"""Cancelling one day at once, from its reservation: the same rules as the planning, without its other edits."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction

from familles.models import Utilisateur
from portail.commun.reprises import reprise_sur_verrou
from reservations.actions.envoi import ecrire_la_demande
from reservations.actions.verrous import verrouiller_l_enfant
from reservations.enums import MotifRefus, Sens
from reservations.erreurs import JourRefuse
from reservations.models import ChoixBrouillon, Demande, LigneDemande, Presence


@reprise_sur_verrou
@transaction.atomic
def annuler_un_jour(*, presence: Presence, auteur: Utilisateur, cle: UUID, maintenant: datetime) -> Demande:
    """Ask the cancellation of one day, once: the same ``cle`` again returns the same request.

    Nothing blocks it: a household that may not book any more may still cancel. The unsent edits of the planning stay
    as they are, but for that day. Raises ``JourRefuse`` with every reason when the rules refuse.
    """
    reservation = presence.reservation
    verrouiller_l_enfant(reservation)
    cle = uuid5(reservation.cle, str(cle))
    connues = {demande.cle: demande for demande in Demande.objects.filter(reservation=reservation)}
    if cle in connues:
        return connues[cle]
    choix = ChoixBrouillon(reservation=reservation, creneau=presence.creneau, sens=Sens.RETRAIT, le=maintenant)
    demande = ecrire_la_demande(
        reservation, [choix], cle=cle, rang=len(connues) + 1, auteur=auteur, maintenant=maintenant
    )
    ligne = LigneDemande.objects.get(demande=demande)
    if ligne.motifs:
        raise JourRefuse([MotifRefus(motif) for motif in ligne.motifs], ligne.phrases())
    ChoixBrouillon.objects.filter(reservation=reservation, creneau=presence.creneau).delete()
    return demande
