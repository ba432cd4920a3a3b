"""Text as it is compared and searched, since the database has no ``unaccent`` of its own."""

import re
import unicodedata
from collections.abc import Iterable

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "’": "'"})


def normaliser(texte: str) -> str:
    """Return a text in lower case, without accents, with single spaces: the form that is searched and sorted."""
    decompose = unicodedata.normalize("NFKD", texte.lower().translate(_LIGATURES))
    sans_accents = "".join(lettre for lettre in decompose if not unicodedata.combining(lettre))
    return re.sub(r"[^a-z0-9@.+]+", " ", sans_accents).strip()


def de_qui(nom: str) -> str:
    """Return « de Baptiste », « d’Éloïse »: a name that begins with a vowel takes the elision; y and h do not."""
    return f"d’{nom}" if normaliser(nom)[:1] in {*"aeiou"} else f"de {nom}"


def enumerer(mots: Iterable[str]) -> str:
    """Return « a », « a et b », « a, b et c »; nothing for nothing."""
    *premiers, dernier = [*mots] or [""]
    return f"{', '.join(premiers)} et {dernier}" if premiers else dernier
