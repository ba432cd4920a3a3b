"""What people type, checked and written one way: phones, postcodes, dates. Pure functions; ``ValueError`` says why."""

from __future__ import annotations

import re
from datetime import date

import phonenumbers

AGE_MINIMAL = 14
AGE_MAXIMAL = 110
_FRANCE = {"", "france", "fr"}


def telephone(saisi: str) -> str:
    """Return « 02 40 23 92 25 » for a French number, « +32 470 12 34 56 » for a foreign one.

    Raise ``ValueError`` with a sentence when no such number can exist.
    """
    saisi = saisi.strip()
    if not saisi:
        return ""
    try:
        numero = phonenumbers.parse(saisi, "FR")
    except phonenumbers.NumberParseException:
        numero = None
    if numero is None or not phonenumbers.is_possible_number(numero) or not phonenumbers.is_valid_number(numero):
        raise ValueError(
            "Ce numéro n’existe pas. Écrivez par exemple 06 12 34 56 78, ou +32 470 12 34 56 pour l’étranger."
        )
    francais = numero.country_code == phonenumbers.country_code_for_region("FR")
    forme = phonenumbers.PhoneNumberFormat.NATIONAL if francais else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(numero, forme)


def est_en_france(pays: str) -> bool:
    return pays.strip().lower() in _FRANCE


def code_postal(saisi: str, pays: str) -> str:
    """Return five digits in France, the code as typed elsewhere; raise ``ValueError`` with a sentence."""
    compact = re.sub(r"\s+", " ", saisi.strip()).upper()
    if not compact or not est_en_france(pays):
        return compact
    chiffres = compact.replace(" ", "")
    if not re.fullmatch(r"(0[1-9]|[1-8]\d|9[0-8])\d{3}", chiffres):
        raise ValueError("Un code postal français a cinq chiffres, comme 44740.")
    return chiffres


def naissance_d_un_adulte(jour: date, aujourdhui: date) -> date:
    """Refuse a birth date that cannot be an adult's: in the future, or mistyped by a century."""
    age = aujourdhui.year - jour.year - ((aujourdhui.month, aujourdhui.day) < (jour.month, jour.day))
    if not AGE_MINIMAL <= age <= AGE_MAXIMAL:
        raise ValueError("Vérifiez l’année : cette date n’est pas celle d’un adulte.")
    return jour


def texte(saisi: str) -> str:
    """Return a text on one line, with single spaces."""
    return re.sub(r"\s+", " ", saisi).strip()
