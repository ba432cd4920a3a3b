"""The style sheet of the town: its two colours as custom properties, readable whatever the database holds."""

from __future__ import annotations

import hashlib
from functools import lru_cache

from contenu.couleurs import BLANC, papier_blanc, rendre_lisible


@lru_cache(maxsize=8)
def feuille_de_style(principale: str, secondaire: str) -> str:
    return (
        ":root {\n"
        f"  --couleur-1: {rendre_lisible(principale)};\n"
        f"  --sur-couleur-1: {BLANC};\n"
        f"  --couleur-2: {rendre_lisible(secondaire, papier_blanc)};\n"
        "}\n"
    )


@lru_cache(maxsize=8)
def empreinte(feuille: str) -> str:
    """Version of the sheet, for its address and its ETag."""
    return hashlib.sha256(feuille.encode()).hexdigest()[:16]
