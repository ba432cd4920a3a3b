"""Files of ``gabarits/`` filled with values that are always escaped, unless they are themselves made here."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from html import escape
from pathlib import Path
from string import Template

DOSSIER = Path(__file__).parent / "gabarits"


class Html(str):
    """Text that is markup already: only ``remplir`` and ``assembler`` make it."""

    __slots__ = ()


VIDE = Html("")


@lru_cache(maxsize=64)
def _gabarit(nom: str) -> Template:
    return Template((DOSSIER / f"{nom}.html").read_text(encoding="utf-8"))


def remplir(nom: str, /, **valeurs: object) -> Html:
    """Fills one file; a missing value raises KeyError rather than leaving a hole."""
    textes = {cle: v if isinstance(v, Html) else escape(str(v)) for cle, v in valeurs.items()}
    return Html(_gabarit(nom).substitute(textes))


def assembler(morceaux: Iterable[Html]) -> Html:
    return Html("\n".join(morceaux))
