"""Colours of the town: contrast as WCAG 2.1 measures it. Pure functions over ``#RRGGBB``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

#: WCAG 2.1, criterion 1.4.3 (RGAA 3.2): ordinary text against its background.
CONTRASTE_MINIMAL = 4.5
BLANC = "#ffffff"
#: Papers on which the pages write with a colour of the town; see ``static/css/jetons.css``.
PAPIERS = {"le blanc": BLANC, "le fond des pages": "#f8f6f1", "le fond des encadrés": "#f3f0e9"}
#: Share of the colour in the pale background that is drawn from it.
PART_PALE = 0.10


def est_une_couleur(couleur: str) -> bool:
    return re.fullmatch(r"#[0-9A-Fa-f]{6}", couleur) is not None


def composantes(couleur: str) -> tuple[int, int, int]:
    return int(couleur[1:3], 16), int(couleur[3:5], 16), int(couleur[5:7], 16)


def luminance(couleur: str) -> float:
    """Return the relative luminance, from 0 (black) to 1 (white)."""
    rouge, vert, bleu = (_lineaire(valeur / 255) for valeur in composantes(couleur))
    return 0.2126 * rouge + 0.7152 * vert + 0.0722 * bleu


def _lineaire(valeur: float) -> float:
    return valeur / 12.92 if valeur <= 0.04045 else ((valeur + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - sRGB


def contraste(une: str, autre: str) -> float:
    """Return the contrast ratio of two colours, from 1 to 21."""
    sombre, claire = sorted((luminance(une), luminance(autre)))
    return (claire + 0.05) / (sombre + 0.05)


def melanger(couleur: str, autre: str, part: float) -> str:
    """Return a colour made of ``part`` of the first and the rest of the second."""
    return "#" + "".join(
        f"{round(a * part + b * (1 - part)):02x}" for a, b in zip(composantes(couleur), composantes(autre), strict=True)
    )


Papiers = Callable[[str], Mapping[str, str]]


def papiers_du_texte(couleur: str) -> Mapping[str, str]:
    """Return every background on which the pages write with the main colour, its own pale shade included."""
    return PAPIERS | {"sa propre teinte pâle": melanger(couleur, BLANC, PART_PALE)}


def papier_blanc(couleur: str) -> Mapping[str, str]:
    """Return the background that matters to the second colour, which decorates."""
    return {"le blanc": BLANC}


#: Which backgrounds count for each colour of the town.
USAGES: dict[str, Papiers] = {"couleur_principale": papiers_du_texte, "couleur_secondaire": papier_blanc}


def pire_papier(couleur: str, papiers: Papiers = papiers_du_texte) -> tuple[str, float]:
    """Return the background on which this colour is read worst, and its contrast there."""
    rapports = ((nom, contraste(couleur, papier)) for nom, papier in papiers(couleur).items())
    return min(rapports, key=lambda paire: paire[1])


def est_lisible(couleur: str, papiers: Papiers = papiers_du_texte) -> bool:
    """Tell whether text of this colour, or white text on it, is read on those backgrounds."""
    return pire_papier(couleur, papiers)[1] >= CONTRASTE_MINIMAL


def rendre_lisible(couleur: str, papiers: Papiers = papiers_du_texte) -> str:
    """Darken a colour by steps until it is readable; return it unchanged when it already is."""
    if not est_une_couleur(couleur):
        return "#0b5563"
    part = 1.0
    resultat = couleur
    while not est_lisible(resultat, papiers):
        part -= 0.05
        resultat = melanger(couleur, "#000000", part)
    return resultat


def phrase_de_refus(couleur: str, papiers: Papiers = papiers_du_texte) -> str:
    nom, rapport = pire_papier(couleur, papiers)
    proche = rendre_lisible(couleur, papiers).upper()
    return (
        f"Cette couleur est trop claire : sur {nom}, le contraste est de {_nombre(rapport)} pour 1, "
        f"et il faut au moins 4,5 pour 1 pour être lu par tous. La plus proche qui convient est {proche}."
    )


def _nombre(valeur: float) -> str:
    """Write with two decimals, never rounded up to a value that would pass."""
    return f"{int(valeur * 100) / 100:.2f}".replace(".", ",")
