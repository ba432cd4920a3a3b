"""Refusals of this app."""

from __future__ import annotations

from documents.enums import MotifRefus
from portail.commun.erreurs import RefusMetier


class FichierRefuse(RefusMetier):
    """A file that is not kept; ``nom`` is the name it was sent under, for the sentence."""

    def __init__(self, motif: MotifRefus, nom: str = "") -> None:
        super().__init__([motif])
        self.nom = nom

    def phrase(self) -> str:
        """Return the sentence for the page, which names the file when there is one."""
        phrase = self.phrases()[0]
        return f"« {self.nom} » : {phrase[0].lower()}{phrase[1:]}" if self.nom else phrase


class DejaTraite(Exception):
    """Another agent, or the household, has already dealt with this document."""
