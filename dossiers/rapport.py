"""What an import did, or would do: counts, and every problem by its line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from dossiers.enums import Effet, EtatLigne
from dossiers.models import Importation, LigneImportation


@dataclass(frozen=True)
class Bilan:
    """Households by what happens to them, lines by what became of them."""

    creees: int
    mises_a_jour: int
    inchangees: int
    lignes_refusees: int
    avertissements: int


def bilan(importation: Importation) -> Bilan:
    """Count what a confirmed import has written so far; before, what it would write."""
    faites = Q(etat=EtatLigne.ECRITE) if importation.confirmee_le else Q()
    comptes = importation.lignes.aggregate(
        creees=Count("groupe", filter=Q(effet=Effet.CREATION) & faites, distinct=True),
        mises_a_jour=Count("groupe", filter=Q(effet=Effet.MISE_A_JOUR) & faites, distinct=True),
        inchangees=Count("groupe", filter=Q(effet=Effet.INCHANGEE), distinct=True),
        lignes_refusees=Count("pk", filter=Q(etat=EtatLigne.REFUSEE)),
        avertissements=Count("pk", filter=~Q(etat=EtatLigne.REFUSEE) & ~Q(problemes=[])),
    )
    return Bilan(**comptes)


def colonnes_laissees(importation: Importation) -> list[str]:
    """Return the titles of the columns that no piece of data was said to come from, once they are chosen."""
    prises = set(importation.colonnes.values())
    return [titre for rang, titre in enumerate(importation.entetes) if prises and titre and rang not in prises]


def problemes(importation: Importation) -> QuerySet[LigneImportation]:
    """Return the lines that have something to say, in the order of the file."""
    return importation.lignes.exclude(problemes=[]).order_by("numero")


def lignes_du_csv(importation: Importation) -> Iterator[list[str]]:
    for ligne in problemes(importation).iterator(chunk_size=2000):
        for probleme in ligne.problemes:
            suite = "refusée" if ligne.etat == EtatLigne.REFUSEE else "reprise"
            yield [str(ligne.numero), ligne.groupe, probleme["colonne"], probleme["phrase"], suite]
