"""How an invoice is laid out, the same on the page, in the PDF and in the staff's preview."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from facturation.models import LigneFacture
from portail.commun.montants import ZERO


@dataclass(slots=True)
class GroupeDeLignes:
    """Lines of one child in one « établissement / accueil / période »."""

    enfant: str
    titre: str
    lignes: list[LigneFacture] = field(default_factory=list)

    @property
    def montant(self) -> Decimal:
        return sum((ligne.montant for ligne in self.lignes), ZERO)


@dataclass(slots=True)
class GroupeEnfant:
    nom: str
    groupes: list[GroupeDeLignes] = field(default_factory=list)

    @property
    def montant(self) -> Decimal:
        return sum((groupe.montant for groupe in self.groupes), ZERO)


def groupes_de_lignes(lignes: Iterable[LigneFacture]) -> list[GroupeEnfant]:
    """Gather lines by child, then by offer, in their own order."""
    enfants: dict[str, GroupeEnfant] = {}
    groupes: dict[tuple[str, str], GroupeDeLignes] = {}
    for ligne in lignes:
        titre = " / ".join(mot for mot in (ligne.etablissement, ligne.accueil, ligne.periode) if mot)
        cle = (ligne.enfant_nom, titre)
        if cle not in groupes:
            groupes[cle] = GroupeDeLignes(ligne.enfant_nom, titre)
            enfants.setdefault(ligne.enfant_nom, GroupeEnfant(ligne.enfant_nom)).groupes.append(groupes[cle])
        groupes[cle].lignes.append(ligne)
    return list(enfants.values())
