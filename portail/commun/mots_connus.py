"""How far a password is from what people are known to choose: words, names, dates, rows of keys. Pure functions.

A password is read as an attacker's program would write it: known pieces cost few bits, whatever their length, and only
what is left counts letter by letter. Source of the idea: Wheeler, « zxcvbn », USENIX Security 2016.
"""

from __future__ import annotations

import gzip
import math
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.db import models

from portail.commun.texte import normaliser

FRANCAIS = Path(__file__).parent / "donnees" / "mots_courants.txt"
#: Shorter, a word is met by chance in any password.
LONGUEUR_D_UN_MOT = 3
LONGUEUR_MAXIMALE = 20
SIGNES_LUS = 128
SUITES = (
    "azertyuiop",
    "qsdfghjklm",
    "wxcvbn",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "0123456789",
    "1234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "1234567890°+",
    "&é\"'(-è_çà",
)
_LEET = str.maketrans(
    {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "€": "e", "!": "i"}
)
_DATE = re.compile(r"(0?[1-9]|[12]\d|3[01])[-/. ]?(0?[1-9]|1[0-2])[-/. ]?((19|20)?\d{2})|(19[3-9]\d|20[0-4]\d)|\d{5}")

BITS_PROPRE = 3.0
BITS_SUITE = 6.0
BITS_ANNEE = 7.0
BITS_DATE = 13.0
BITS_REPETITION = 2.0
#: A capital first, an « a » written « @ »: everybody's first ideas.
BITS_VARIANTE = 1.5
BITS_LETTRE, BITS_CHIFFRE, BITS_SIGNE = 4.7, 3.3, 5.0


class Genre(models.TextChoices):
    """What was recognised; the label is what the page says."""

    MOT = "mot", "un mot ou un prénom très courant"
    PROPRE = "propre", "votre nom, votre famille ou votre commune"
    DATE = "date", "une date, une année ou un code postal"
    SUITE = "suite", "des touches qui se suivent"
    REPETITION = "repetition", "une répétition"


@dataclass(frozen=True)
class Lecture:
    """What a password is made of, and how many bits an attacker who knows it has to guess."""

    bits: float
    genres: frozenset[Genre]


@lru_cache(maxsize=1)
def mots_courants() -> dict[str, float]:
    """Return the known words with what each costs: the more frequent, the fewer bits. Read once."""
    liste = Path(str(CommonPasswordValidator().DEFAULT_PASSWORD_LIST_PATH)).read_bytes()
    anglais = gzip.decompress(liste).decode().lower().split()
    lignes = FRANCAIS.read_text(encoding="utf-8").splitlines()
    francais = [mot for ligne in lignes if not ligne.startswith("#") for mot in ligne.split()]
    rangs: dict[str, float] = {}
    for mot in [*francais, *anglais]:
        if LONGUEUR_D_UN_MOT <= len(mot) <= LONGUEUR_MAXIMALE and not mot.isdigit():
            rangs.setdefault(mot, math.log2(len(rangs) + 2))
    return rangs


def lire(mot_de_passe: str, propres: Iterable[str] = ()) -> Lecture:
    """Read a password from left to right, taking at each place what explains most of it for fewest bits.

    ``propres`` are the person's own words: names, town, birth dates as ``01012011``. What comes after a hundred or so
    signs is not read: it could only add to what is enough already, and the reading must stay short.
    """
    mot_de_passe = mot_de_passe[:SIGNES_LUS]
    texte = _plier(mot_de_passe)
    siens = {mot for propre in propres for mot in _formes(propre) if len(mot) >= LONGUEUR_D_UN_MOT}
    meilleur: list[tuple[float, frozenset[Genre]]] = [(0.0, frozenset())]
    for fin in range(1, len(texte) + 1):
        choix = [(meilleur[fin - 1][0] + _bits_d_un_signe(mot_de_passe[fin - 1]), meilleur[fin - 1][1])]
        for debut in range(max(0, fin - LONGUEUR_MAXIMALE - 10), fin - 1):
            for bits, genre in _reconnaitre(texte, mot_de_passe, debut, fin, siens):
                choix.append((meilleur[debut][0] + bits, meilleur[debut][1] | {genre}))
        meilleur.append(min(choix, key=lambda un: un[0]))
    return Lecture(*meilleur[-1])


def _reconnaitre(texte: str, brut: str, debut: int, fin: int, siens: Collection[str]) -> Iterable[tuple[float, Genre]]:
    """Yield what the piece may be."""
    bout = texte[debut:fin]
    if len(bout) >= LONGUEUR_D_UN_MOT:
        sans_leet = bout.translate(_LEET)
        variante = BITS_VARIANTE * ((brut[debut:fin] != bout) + (sans_leet != bout))
        for forme in {bout, sans_leet}:
            if forme in siens:
                yield BITS_PROPRE + variante, Genre.PROPRE
            elif (cout := mots_courants().get(forme)) is not None:
                yield cout + variante, Genre.MOT
        if any(bout in suite or bout in suite[::-1] for suite in SUITES):
            yield BITS_SUITE, Genre.SUITE
        if len(set(bout)) == 1:
            yield _bits_d_un_signe(bout[0]) + BITS_REPETITION, Genre.REPETITION
        if _DATE.fullmatch(bout):
            yield (BITS_ANNEE if len(bout) == 4 else BITS_DATE), Genre.DATE  # noqa: PLR2004 - a year
    if debut >= len(bout) and texte[debut - len(bout) : debut] == bout:
        yield BITS_REPETITION, Genre.REPETITION


def _plier(texte: str) -> str:
    """Return a text in lower case without accents, letter for letter."""
    return "".join((normaliser(lettre)[:1] or lettre) if lettre.isalpha() else lettre for lettre in texte).lower()


def _formes(propre: str) -> Iterable[str]:
    """Return a word of the person's own as it may be typed: whole, without separators, and each of its parts."""
    mots = re.split(r"[^a-z0-9]+", normaliser(propre))
    return {"".join(mots), "-".join(mots), "_".join(mots), ".".join(mots), *mots}


def _bits_d_un_signe(signe: str) -> float:
    if signe.isdigit():
        return BITS_CHIFFRE
    return BITS_LETTRE if signe.isalpha() else BITS_SIGNE
