"""From a cell to a value: pure functions that return it, or raise ``ValueError`` with a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from familles import saisie
from portail.commun.texte import normaliser

_OUI = frozenset({"oui", "o", "1", "vrai", "true", "x", "yes"})
_NON = frozenset({"non", "n", "0", "faux", "false", "no"})
ANNEES = range(1900, 2101)


def texte(longueur: int) -> Callable[[str], str]:
    def lire(saisi: str) -> str:
        propre = saisie.texte(saisi)
        if propre[:1] in {"=", "+", "@"} or (propre[:1] == "-" and len(propre) > 1):
            raise ValueError("Cette valeur commence comme une formule de tableur : retirez le premier signe.")
        if len(propre) > longueur:
            raise ValueError(f"Trop long : {longueur} caractères au plus, il y en a {len(propre)}.")
        return propre

    return lire


def reference(longueur: int) -> Callable[[str], str]:
    def lire(saisi: str) -> str:
        propre = saisie.texte(saisi)
        if len(propre) > longueur:
            raise ValueError(f"Cette référence dépasse {longueur} caractères.")
        return propre

    return lire


def jour(saisi: str) -> date:
    """Read « 15/02/2018 », « 15-02-2018 » or « 2018-02-15 »; never a year of two digits, which could be any century."""
    trouve = re.fullmatch(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})", saisi)
    parties = (trouve[3], trouve[2], trouve[1]) if trouve else None
    if parties is None and (trouve := re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?", saisi)):
        parties = (trouve[1], trouve[2], trouve[3])
    try:
        lu = date(*map(int, parties)) if parties else None
    except ValueError:
        lu = None
    if lu is None or lu.year not in ANNEES:
        raise ValueError(f"« {saisi[:20]} » n’est pas une date : écrivez-la comme 15/02/2018.")
    return lu


def email(saisi: str) -> str:
    propre = saisi.strip().lower()
    try:
        validate_email(propre)
    except ValidationError as faute:
        raise ValueError(f"« {propre[:60]} » n’est pas une adresse électronique.") from faute
    return propre


def telephone(saisi: str) -> str:
    """Read a phone; a spreadsheet that took it for a number has eaten its first zero."""
    chiffres = re.sub(r"[\s.\-]", "", saisi)
    return saisie.telephone(f"0{chiffres}" if re.fullmatch(r"[1-9]\d{8}", chiffres) else saisi)


def code_postal(saisi: str) -> str:
    """Give back its first zero to a French code; the country is checked with the household."""
    return saisi.zfill(5) if re.fullmatch(r"\d{4}", saisi) else saisie.texte(saisi).upper()[:12]


def entier(saisi: str) -> int:
    """Read a quotient: whole euros, cents dropped as the State's services do."""
    propre = re.sub(r"[\s\u00a0\u202f€]", "", saisi).replace(",", ".")
    if not re.fullmatch(r"\d{1,5}(\.\d{1,2})?", propre):
        raise ValueError(f"« {saisi[:20]} » n’est pas un quotient familial.")
    return int(float(propre))


def oui_non(saisi: str) -> bool:
    propre = normaliser(saisi)
    if propre in _OUI:
        return True
    if propre in _NON:
        return False
    raise ValueError(f"« {saisi[:20]} » : écrivez oui ou non.")


def choix(libelles: Mapping[str, str], **autres: str) -> Callable[[str], str]:
    """Read a choice by its code, its label, or another usual way to write it."""
    connus = {normaliser(code): code for code in libelles}
    connus |= {normaliser(libelle): code for code, libelle in libelles.items()}
    connus |= {normaliser(mot.replace("_", " ")): code for mot, code in autres.items()}

    def lire(saisi: str) -> str:
        if (code := connus.get(normaliser(saisi).replace(".", ""))) is not None:
            return code
        raise ValueError(f"« {saisi[:40]} » n’est pas prévu ici : {', '.join(libelles.values())}.")

    return lire


def en_texte(valeur: Any) -> str:
    return valeur.isoformat() if isinstance(valeur, date) else str(valeur)
