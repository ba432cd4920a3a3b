"""Search in the pages and the news: every word asked must begin a word of the text, whatever its accents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contenu.mise_en_forme import en_texte
from contenu.models import Actualite, PageInformation
from portail.commun.texte import normaliser

MOTS_MAXIMUM = 8
RESULTATS_MAXIMUM = 20
LONGUEUR_EXTRAIT = 180
POIDS_DU_TITRE = 10


@dataclass(frozen=True, slots=True)
class Resultat:
    titre: str
    adresse: str
    extrait: str
    score: int


def rechercher(demande: str, utilisateur: Any, maintenant: datetime) -> list[Resultat]:
    """Return what answers and this reader may read, the best first, in two queries whatever is asked."""
    mots = normaliser(demande[:200]).split()[:MOTS_MAXIMUM]
    if not mots:
        return []
    textes: Iterable[PageInformation | Actualite] = [
        *PageInformation.objects.publiees().exclude(texte=""),
        *Actualite.objects.lisibles_par(utilisateur, maintenant),
    ]
    trouves = [resultat for texte in textes if (resultat := _comparer(texte, mots))]
    return sorted(trouves, key=lambda resultat: (-resultat.score, resultat.titre))[:RESULTATS_MAXIMUM]


def _comparer(page: PageInformation | Actualite, mots: list[str]) -> Resultat | None:
    brut = en_texte(page.texte)
    titre, texte = f" {normaliser(page.titre)}", f" {normaliser(brut)}"
    if not all(f" {mot}" in titre or f" {mot}" in texte for mot in mots):
        return None
    score = sum(POIDS_DU_TITRE * titre.count(f" {mot}") + texte.count(f" {mot}") for mot in mots)
    return Resultat(page.titre, page.get_absolute_url(), _extrait(brut, mots), score)


def _extrait(brut: str, mots: list[str]) -> str:
    """Return some words around the first that was asked."""
    tous = brut.split()
    rang = next((rang for rang, mot in enumerate(tous) if normaliser(mot).startswith(tuple(mots))), 0)
    debut = max(rang - 6, 0)
    suite = " ".join(tous[debut:])
    extrait = suite if len(suite) <= LONGUEUR_EXTRAIT else suite[:LONGUEUR_EXTRAIT].rsplit(" ", 1)[0] + " …"
    return f"… {extrait}" if debut else extrait
