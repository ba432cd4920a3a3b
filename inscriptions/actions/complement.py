"""A complement: the agent says what is missing, the household opens its file again, and it comes back to its place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from familles.models import Utilisateur
from inscriptions import courriels
from inscriptions.actions.envoi import noter, rendre_au_service
from inscriptions.enums import EtatDossier
from inscriptions.erreurs import DossierRefuse, MotifDossier
from inscriptions.models import ComplementDossier, DossierInscription


@transaction.atomic
def demander(
    *, dossier: DossierInscription, motif: str, points: Sequence[str], agent: Utilisateur, maintenant: datetime
) -> ComplementDossier:
    """Give a file back to its household, saying why and what is missing; it keeps its place in the queue.

    Raise ``DossierRefuse`` when it does not wait for an agent any more.
    """
    verrouille = DossierInscription.objects.select_for_update().get(pk=dossier.pk)
    if verrouille.etat != EtatDossier.ENVOYE:
        raise DossierRefuse([MotifDossier.DEJA_TRAITE])
    complement = ComplementDossier.objects.create(
        dossier=verrouille, motif=motif.strip(), points=list(points), demande_le=maintenant, demande_par=agent
    )
    verrouille.etat, verrouille.complement_le = EtatDossier.COMPLEMENT, maintenant
    verrouille.modifie_le = maintenant
    verrouille.save(update_fields=["etat", "complement_le", "modifie_le"])
    courriels.complement_demande(complement=complement, maintenant=maintenant)
    # How many things, and not which: a file that is refused is erased, its traces are not.
    noter("inscription.complement_demande", verrouille, agent, maintenant, apres={"points": len(complement.points)})
    return complement


@transaction.atomic
def remettre_dans_la_file(*, dossier: DossierInscription, agent: Utilisateur, maintenant: datetime) -> None:
    """End a complement without its household: it came to the counter, or nothing more is needed."""
    verrouille = DossierInscription.objects.select_for_update().get(pk=dossier.pk)
    if verrouille.etat != EtatDossier.COMPLEMENT:
        raise DossierRefuse([MotifDossier.PAS_DE_COMPLEMENT])
    rendre_au_service(verrouille, maintenant)
    verrouille.save(update_fields=["etat", "complement_le"])
    noter("inscription.complement_leve", verrouille, agent, maintenant)
