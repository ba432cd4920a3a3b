"""The sending of a file to the service, its taking back, and its end."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from inscriptions import courriels
from inscriptions.actions.pieces import retirer_fichiers
from inscriptions.actions.saisie import verrouiller_brouillon
from inscriptions.completude import manques_de
from inscriptions.enums import EtatDossier
from inscriptions.erreurs import DossierRefuse, MotifDossier
from inscriptions.models import DossierInscription, PieceDossier
from portail.commun.traces import tracer


@transaction.atomic
def envoyer(*, dossier: DossierInscription, message: str, maintenant: datetime) -> DossierInscription:
    """Send a complete draft to the service; sent twice, it is sent once. Raise ``DossierRefuse`` when it lacks data."""
    verrouille = DossierInscription.objects.select_for_update().get(pk=dossier.pk)
    if not verrouille.est_modifiable:
        return verrouille
    if manques_de(verrouille):
        raise DossierRefuse([MotifDossier.INCOMPLET])
    complete = verrouille.etat == EtatDossier.COMPLEMENT
    # A file that the service gave back keeps its place in the queue.
    verrouille.envoye_le = verrouille.envoye_le if complete else maintenant
    verrouille.message, verrouille.modifie_le = message, maintenant
    rendre_au_service(verrouille, maintenant)
    verrouille.save(update_fields=["etat", "message", "envoye_le", "modifie_le", "complement_le"])
    courriels.dossier_envoye(dossier=verrouille, maintenant=maintenant, complete=complete)
    courriels.prevenir_le_service(dossier=verrouille, maintenant=maintenant)
    noter("inscription.completee" if complete else "inscription.envoyee", verrouille, None, maintenant)
    return verrouille


def rendre_au_service(verrouille: DossierInscription, maintenant: datetime) -> None:
    """Put a locked file in the state that waits for an agent, and close the complement that was asked; not saved."""
    verrouille.complements.filter(clos_le=None).update(clos_le=maintenant)
    verrouille.etat, verrouille.complement_le = EtatDossier.ENVOYE, None


@transaction.atomic
def reprendre(*, dossier: DossierInscription, maintenant: datetime) -> None:
    """Take a file back to correct it, as long as no agent has answered; it goes back to the end of the queue."""
    verrouille = DossierInscription.objects.select_for_update().get(pk=dossier.pk)
    if verrouille.etat != EtatDossier.ENVOYE:
        raise DossierRefuse([MotifDossier.DEJA_TRAITE])
    verrouille.etat, verrouille.envoye_le, verrouille.modifie_le = EtatDossier.BROUILLON, None, maintenant
    verrouille.save(update_fields=["etat", "envoye_le", "modifie_le"])
    noter("inscription.reprise", verrouille, None, maintenant)


@transaction.atomic
def abandonner(*, dossier: DossierInscription, maintenant: datetime) -> None:
    """Erase a draft that its household no longer wants; of one that the service had received, a trace stays."""
    verrouille = verrouiller_brouillon(dossier, maintenant)
    if verrouille.etat == EtatDossier.COMPLEMENT:
        noter("inscription.abandonnee", verrouille, None, maintenant)
    _effacer(verrouille)


def effacer_les_perimes(*, maintenant: datetime) -> int:
    """Erase the files past their time, with the pieces that no household took over; return how many."""
    perimes = list(DossierInscription.objects.perimes_le(maintenant).values_list("pk", flat=True))
    return sum(_effacer_un(pk, maintenant) for pk in perimes)


@transaction.atomic
def _effacer_un(pk: int, maintenant: datetime) -> bool:
    dossier = (
        DossierInscription.objects.perimes_le(maintenant).select_for_update(skip_locked=True).filter(pk=pk).first()
    )
    if dossier is not None:
        if dossier.etat == EtatDossier.COMPLEMENT:
            noter("inscription.perimee", dossier, None, maintenant)
        _effacer(dossier)
    return dossier is not None


def _effacer(dossier: DossierInscription) -> None:
    fichiers = list(PieceDossier.objects.filter(dossier=dossier).values_list("fichier", flat=True))
    dossier.delete()
    transaction.on_commit(lambda: retirer_fichiers(fichiers))


def noter(geste: str, dossier: DossierInscription, auteur: object, maintenant: datetime, **details: object) -> None:
    """Write a trace without a name: traces are never erased, and a request that is refused is."""
    tracer(
        geste=geste,
        objet="dossierinscription",
        objet_cle=dossier.cle,
        libelle=dossier.reference,
        auteur=auteur,  # type: ignore[arg-type]
        maintenant=maintenant,
        **details,  # type: ignore[arg-type]
    )
