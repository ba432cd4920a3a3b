"""The list of what is owed, for the service: who to call, and for which piece."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from documents.acces import couples_des
from documents.pieces import Dossier, dossiers
from familles.models import Famille, Responsable

ENTETES = ["Code famille", "Famille", "Enfant", "Pièce", "État", "Précision", "Nécessaire pour réserver", "Contact"]


def lignes(jour: date, *, avec_sante: bool) -> Iterator[list[str]]:
    """Iterate over the pieces that each household and child owes on ``jour``; ``avec_sante``: health pieces too.

    The same few queries for any number of households.
    """
    familles = list(Famille.objects.filter(archivee_le=None).order_by("nom_recherche", "pk"))
    contacts: dict[int, str] = {}
    for adulte in Responsable.objects.filter(famille__in=familles).order_by("-rang"):
        contacts[adulte.famille_id] = adulte.telephone_mobile or adulte.email or ""
    for dossier in dossiers(couples_des(familles), jour):
        yield from _du_dossier(dossier, contacts, avec_sante=avec_sante)


def _du_dossier(dossier: Dossier, contacts: dict[int, str], *, avec_sante: bool) -> Iterator[list[str]]:
    for piece in dossier.pieces:
        if piece.manque and (avec_sante or not piece.type.sante):
            yield [
                dossier.famille.code,
                dossier.famille.nom,
                f"{dossier.enfant.nom} {dossier.enfant.prenom}" if dossier.enfant else "",
                piece.type.nom,
                str(piece.etat.label),
                piece.situation.motif,
                "oui" if piece.bloquante else "non",
                contacts.get(dossier.famille.pk, ""),
            ]
