"""Booking, cancelling and moving a day in a household's place, past the deadline when the right allows it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction

from familles.models import Utilisateur
from portail.commun.reprises import reprise_sur_verrou
from reservations.actions.envoi import ecrire_la_demande
from reservations.actions.verrous import verrouiller_l_enfant
from reservations.decisions import Derogation
from reservations.enums import MotifRefus, Sens
from reservations.erreurs import JourRefuse
from reservations.journees import avec_les_lies
from reservations.models import ChoixBrouillon, Creneau, Demande, LigneDemande, Reservation

#: What the right to set deadlines aside sets aside; a full day never is: raise its capacity instead.
DELAIS = frozenset(
    {
        MotifRefus.JAMAIS_RESERVABLE,
        MotifRefus.JAMAIS_ANNULABLE,
        MotifRefus.HORS_DELAI,
        MotifRefus.HORS_DELAI_ANNULATION,
        MotifRefus.PAS_ENCORE_OUVERT,
        MotifRefus.RESERVATIONS_CLOSES,
    }
)


@reprise_sur_verrou
@transaction.atomic
def agir_au_nom_de(
    *,
    reservation: Reservation,
    ajouts: Sequence[Creneau],
    retraits: Sequence[Creneau],
    motif: str,
    agent: Utilisateur,
    hors_delai: bool,
    cle: UUID,
    maintenant: datetime,
) -> Demande:
    """Book and cancel days at once, all of them or none, with the reason that the family reads; once for a ``cle``.

    What the choices bring along goes with them: a whole day its meal, a morning given up the meal that it alone held.
    ``hors_delai``: the agent may set the deadlines aside. A day that is full goes to the waiting list of its période
    when it has one. Raises ``ValueError`` without a reason, ``JourRefuse`` with what the rules still refuse.
    """
    if not motif.strip():
        msg = "une saisie au nom de la famille se motive"
        raise ValueError(msg)
    verrouiller_l_enfant(reservation)
    cle = uuid5(reservation.cle, str(cle))
    connues = {demande.cle: demande for demande in Demande.objects.filter(reservation=reservation)}
    if cle in connues:
        return connues[cle]
    ajouts, retraits = avec_les_lies(reservation, ajouts, retraits)
    choix = [
        ChoixBrouillon(reservation=reservation, creneau=creneau, sens=sens, le=maintenant)
        for sens, creneaux in ((Sens.AJOUT, ajouts), (Sens.RETRAIT, retraits))
        for creneau in creneaux
    ]
    demande = ecrire_la_demande(
        reservation,
        choix,
        cle=cle,
        rang=len(connues) + 1,
        auteur=agent,
        maintenant=maintenant,
        derogation=Derogation(DELAIS if hors_delai else frozenset()),
        motif=motif.strip(),
    )
    refusees = [ligne for ligne in LigneDemande.objects.filter(demande=demande) if ligne.motifs]
    if refusees:
        raise JourRefuse(
            [MotifRefus(motif) for ligne in refusees for motif in ligne.motifs],
            [
                f"{ligne.creneau.jour:%d/%m/%Y}, {ligne.creneau.prestation.nom_court}\u00a0: {phrase}"
                for ligne in refusees
                for phrase in ligne.phrases()
            ],
        )
    ChoixBrouillon.objects.filter(reservation=reservation, creneau__in=[*ajouts, *retraits]).delete()
    return demande
