"""WCAG 2.2 AA: 4.5 between text and background, 3 for the lines that delimit a control."""

import re

import pytest

from tests.visuel.gabarits import RACINE

JETONS = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{3,6})\b", (RACINE / "static/css/jetons.css").read_text()))

PAPIERS = ["surface", "fond", "surface-creuse", "couleur-1-pale", "couleur-1-voile"]
TONS = ["succes", "info", "attention", "erreur"]
ETATS = ["libre", "brouillon", "attente", "acceptee", "refusee", "liste", "annulation", "complet", "ferme"]
TEXTES = [
    *((encre, papier) for encre in ("encre", "encre-douce", "couleur-1", "couleur-1-sombre") for papier in PAPIERS),
    *((encre, f"{ton}-fond") for ton in TONS for encre in ("encre", ton)),
    *((f"etat-{etat}", f"etat-{etat}-fond") for etat in ETATS),
    ("sur-couleur-1", "couleur-1"),
    ("sur-couleur-1", "couleur-1-sombre"),
    ("erreur", "surface"),
    ("erreur", "fond"),
]
LIGNES = [("trait-fort", "surface"), ("trait-fort", "fond"), ("couleur-2", "surface"), ("couleur-1", "fond")]


def luminance(couleur: str) -> float:
    chiffres = couleur.lstrip("#")
    chiffres = "".join(c * 2 for c in chiffres) if len(chiffres) == 3 else chiffres
    canaux = [int(chiffres[rang : rang + 2], 16) / 255 for rang in (0, 2, 4)]
    lineaires = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in canaux]
    return 0.2126 * lineaires[0] + 0.7152 * lineaires[1] + 0.0722 * lineaires[2]


def contraste(une: str, autre: str) -> float:
    clair, sombre = sorted((luminance(une), luminance(autre)), reverse=True)
    return (clair + 0.05) / (sombre + 0.05)


def test_black_on_white_is_twenty_one():
    assert round(contraste("#000", "#ffffff"), 2) == 21


@pytest.mark.parametrize(("texte", "fond"), TEXTES)
def test_a_text_is_readable_on_its_background(texte, fond):
    assert contraste(JETONS[texte], JETONS[fond]) >= 4.5


@pytest.mark.parametrize(("ligne", "fond"), LIGNES)
def test_a_control_is_seen_on_its_background(ligne, fond):
    assert contraste(JETONS[ligne], JETONS[fond]) >= 3
