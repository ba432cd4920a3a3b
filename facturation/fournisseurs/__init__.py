"""Services that take payments online, behind one interface; a régie has one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from facturation.enums import EtatTentative, ModePaiement
from facturation.models import Regie, TentativePaiement
from facturation.regles.paiements import Ecart


@dataclass(frozen=True, slots=True)
class Reponse:
    """What a service says of an attempt. ``ecarts`` lists the fields that differ from what was asked."""

    resultat: str
    etat: EtatTentative
    mode: ModePaiement
    numero_autorisation: str
    ecarts: tuple[Ecart, ...]


class FournisseurPaiement(Protocol):
    def demarrer(self, tentative: TentativePaiement) -> str:
        """Return the address to send the payer to. May call the service: never inside a transaction."""
        ...

    def lire(self, corps: str) -> Mapping[str, str]:
        """Return the fields of a message, names in lower case; raise ``ValueError`` when it cannot be read."""
        ...

    def interpreter(self, tentative: TentativePaiement, champs: Mapping[str, str]) -> Reponse:
        """Compare a message with what was asked, and say what it means."""
        ...


def fournisseur_de(regie: Regie) -> FournisseurPaiement:
    from facturation.fournisseurs.tipi import Tipi  # noqa: PLC0415 - it imports this module's types

    return Tipi()
