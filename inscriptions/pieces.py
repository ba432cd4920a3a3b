"""What pieces a file is asked for, and which files of the store are its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from documents.enums import Portee
from documents.models import PieceRequise, TypeDocument
from documents.regles import concerne
from inscriptions.models import DossierInscription, EnfantDossier, PieceDossier
from portail.commun.dates import age


@dataclass(frozen=True)
class PieceAttendue:
    """A piece that the town asks of everyone; ``envois`` are those that the file holds for it."""

    type: TypeDocument
    enfant: EnfantDossier | None
    envois: tuple[PieceDossier, ...]


def types_proposes() -> QuerySet[TypeDocument]:
    """Keep the pieces that may come with a file: those of health wait for the account, where they are sealed."""
    return TypeDocument.objects.filter(actif=True, sante=False)


def pieces_attendues(dossier: DossierInscription, jour: date) -> list[PieceAttendue]:
    """Return what is asked of every household and of each child of this one, at its age; three queries."""
    exigences = list(
        PieceRequise.objects.filter(accueil_cle=None, type__in=types_proposes())
        .select_related("type")
        .order_by("type__ordre", "type__nom")
    )
    envois = list(dossier.pieces.all())
    trouvees = []
    for exigence in exigences:
        personnes: Sequence[EnfantDossier | None] = [None]
        if exigence.type.portee == Portee.ENFANT:
            personnes = [enfant for enfant in dossier.enfants.all() if _est_concerne(exigence, enfant, jour)]
        for enfant in personnes:
            cle = (exigence.type_id, enfant.pk if enfant else None)
            siens = tuple(envoi for envoi in envois if (envoi.type_id, envoi.enfant_id) == cle)
            trouvees.append(PieceAttendue(exigence.type, enfant, siens))
    return trouvees


def _est_concerne(exigence: PieceRequise, enfant: EnfantDossier, jour: date) -> bool:
    return concerne(
        age=age(enfant.date_naissance, jour)[0],
        age_minimum=exigence.age_minimum,
        age_maximum=exigence.age_maximum,
        exige=None,
        accueils=(),
    )


def fichiers_gardes() -> set[str]:
    """Return the names in the store of the pieces of the files: the documents' reconciliation leaves them alone."""
    return set(PieceDossier.objects.values_list("fichier", flat=True))
