"""Search in the pages, the news, the files to download: each word asked must begin one of the text, accents aside."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contenu.mise_en_forme import en_texte
from contenu.models import Actualite, PageInformation, Telechargement
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
    #: « PDF, 120 Ko » for a file, nothing for a page.
    fichier: str = ""


def rechercher(demande: str, utilisateur: Any, maintenant: datetime) -> list[Resultat]:
    """Return what answers and this reader may read, the best first, in three queries whatever is asked."""
    mots = normaliser(demande[:200]).split()[:MOTS_MAXIMUM]
    if not mots:
        return []
    textes: Iterable[PageInformation | Actualite] = [
        *PageInformation.objects.publiees().exclude(texte=""),
        *Actualite.objects.lisibles_par(utilisateur, maintenant),
    ]
    fichiers = Telechargement.objects.publies_au(maintenant).select_related("page")
    trouves = [resultat for texte in textes if (resultat := _comparer_page(texte, mots))]
    trouves += [resultat for fichier in fichiers if (resultat := _comparer_fichier(fichier, mots))]
    return sorted(trouves, key=lambda resultat: (-resultat.score, resultat.titre))[:RESULTATS_MAXIMUM]


def _comparer_page(page: PageInformation | Actualite, mots: list[str]) -> Resultat | None:
    brut = en_texte(page.texte)
    if not (score := _score(page.titre, brut, mots)):
        return None
    return Resultat(page.titre, page.get_absolute_url(), _extrait(brut, mots), score)


def _comparer_fichier(fichier: Telechargement, mots: list[str]) -> Resultat | None:
    """Search a file by its title, what is said of it, and where it is listed; never by what it holds."""
    rubrique = fichier.page.titre if fichier.page else ""
    if not (score := _score(fichier.titre, f"{fichier.description} {rubrique}", mots)):
        return None
    return Resultat(fichier.titre, fichier.get_absolute_url(), fichier.description, score, fichier.sorte_et_taille)


def _score(titre: str, texte: str, mots: list[str]) -> int:
    """Return 0 when a word is missing; a word of the title weighs more."""
    titre, texte = f" {normaliser(titre)}", f" {normaliser(texte)}"
    if not all(f" {mot}" in titre or f" {mot}" in texte for mot in mots):
        return 0
    return sum(POIDS_DU_TITRE * titre.count(f" {mot}") + texte.count(f" {mot}") for mot in mots)


def _extrait(brut: str, mots: list[str]) -> str:
    """Return some words around the first that was asked."""
    tous = brut.split()
    rang = next((rang for rang, mot in enumerate(tous) if normaliser(mot).startswith(tuple(mots))), 0)
    debut = max(rang - 6, 0)
    suite = " ".join(tous[debut:])
    extrait = suite if len(suite) <= LONGUEUR_EXTRAIT else suite[:LONGUEUR_EXTRAIT].rsplit(" ", 1)[0] + " …"
    return f"… {extrait}" if debut else extrait
