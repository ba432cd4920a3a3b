"""A pre-booking window and those who ask in it: Monday 8 to Friday 12 January 2018, for days of the end of January."""

import datetime

import pytest

from familles.models import Famille
from portail.commun.erreurs import RefusMetier
from reservations import actions
from reservations.enums import Critere
from tests.fabriques import FabriqueResponsable, instant
from tests.reservations.conftest import MERCREDI, reservation_de
from tests.reservations.gestes import envoyer

DEBUT, FIN = instant(2018, 1, 8, 9), instant(2018, 1, 12, 18)
APRES = instant(2018, 1, 13, 9)
PENDANT = MERCREDI
CRITERES = [Critere.RESIDENCE, Critere.PARENTS_ACTIFS, Critere.FRATRIE, Critere.DATE]


def demander(periode, auteur, n, *numeros, minute=0, **champs):
    """The n-th household asks for these days of January during the window."""
    une = reservation_de(periode, n)
    FabriqueResponsable(famille=une.famille, utilisateur__email=f"foyer{n}@exemple.fr")
    if champs:
        Famille.objects.filter(pk=une.famille_id).update(**champs)
    envoyer(une, auteur, *(numeros or (29,)), maintenant=PENDANT + datetime.timedelta(minutes=minute))
    return une


def ligne(attribution, reservation, jour=29):
    return attribution.lignes.get(presence__reservation=reservation, presence__creneau__jour__day=jour)


def refus(geste, **champs):
    with pytest.raises(RefusMetier) as refuse:
        geste(**champs)
    return refuse.value.motifs


def decider(attribution, agent, *lignes, donner=True, motif="Situation signalée par le CCAS."):
    return actions.decider_des_lignes(
        attribution=attribution,
        lignes=[une.pk for une in lignes],
        donner=donner,
        motif=motif,
        agent=agent,
        maintenant=APRES,
    )
