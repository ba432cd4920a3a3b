"""Refusals of billing and of payments; they carry enums, and the amount or the limit that the sentence needs."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from facturation.enums import MotifRefusFacturation, MotifRefusPaiement
from portail.commun.erreurs import RefusMetier
from portail.commun.montants import en_euros


class FacturationRefusee(RefusMetier):
    def __init__(self, *motifs: MotifRefusFacturation) -> None:
        super().__init__(motifs)


class PaiementRefuse(RefusMetier):
    """``borne`` is the limit that the total crosses, in euros."""

    def __init__(self, motifs: Sequence[MotifRefusPaiement], borne: Decimal | None = None) -> None:
        super().__init__(motifs)
        self.borne = borne

    def phrases(self) -> list[str]:
        precision = f" La limite est de {en_euros(self.borne)}." if self.borne is not None else ""
        bornes = {MotifRefusPaiement.SOUS_LE_MINIMUM, MotifRefusPaiement.AU_DELA_DU_MAXIMUM}
        return [f"{motif.label}{precision if motif in bornes else ''}" for motif in self.motifs]
