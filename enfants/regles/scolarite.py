"""From one school year to the next."""

from enfants.enums import Niveau

_ORDRE = list(Niveau)


def niveau_suivant(niveau: str) -> Niveau:
    """Return the next level; the last one, « Lycée », stays as it is."""
    rang = _ORDRE.index(Niveau(niveau))
    return _ORDRE[min(rang + 1, len(_ORDRE) - 1)]


def libelle_annee(annee: int) -> str:
    """« 2026-2027 » for the school year that begins in 2026."""
    return f"{annee}-{annee + 1}"
