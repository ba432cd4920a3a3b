"""Encryption of health data, with keys that are not in the database.

``CLES_CHIFFREMENT`` holds one or several Fernet keys: the first one encrypts, all of them decrypt. To change the key,
put the new one first, run ``manage.py renouveler_chiffrement``, then remove the old one.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models


class DonneeIllisibleError(Exception):
    """No key of ``CLES_CHIFFREMENT`` opens what was stored; the message never holds the content."""


@lru_cache(maxsize=4)
def _coffre(cles: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(cle) for cle in cles])


def chiffrer(texte: str) -> str:
    """Return the encrypted form of a text; an empty one too is encrypted, so that silence does not show."""
    return _coffre(tuple(settings.CLES_CHIFFREMENT)).encrypt(texte.encode()).decode()


def dechiffrer(jeton: str) -> str:
    try:
        return _coffre(tuple(settings.CLES_CHIFFREMENT)).decrypt(jeton.encode()).decode()
    except InvalidToken:
        raise DonneeIllisibleError from None


def renouveler(jeton: str) -> str:
    """Encrypt again with the first key."""
    try:
        return _coffre(tuple(settings.CLES_CHIFFREMENT)).rotate(jeton.encode()).decode()
    except InvalidToken:
        raise DonneeIllisibleError from None


class TexteChiffre(models.TextField):  # type: ignore[type-arg]
    """A text that the database only holds encrypted: it can be neither searched nor sorted there."""

    def from_db_value(self, valeur: str | None, expression: Any, connection: Any) -> Any:
        return None if valeur is None else self.lire(dechiffrer(valeur))

    def get_prep_value(self, value: Any) -> Any:
        return None if value is None else chiffrer(self.ecrire(value))

    def get_lookup(self, lookup_name: str) -> Any:
        """Refuse every comparison: two encryptions of one text differ, the answer would be silently wrong."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None

    def lire(self, texte: str) -> Any:
        return texte

    def ecrire(self, valeur: Any) -> str:
        return str(valeur)


class OuiNonChiffre(TexteChiffre):
    def lire(self, texte: str) -> bool:
        return texte == "oui"

    def ecrire(self, valeur: Any) -> str:
        return "oui" if valeur else "non"

    def to_python(self, value: Any) -> Any:
        return value


class DateChiffree(TexteChiffre):
    """A date or nothing; « nothing » is encrypted like a date."""

    def lire(self, texte: str) -> date | None:
        return date.fromisoformat(texte) if texte else None

    def ecrire(self, valeur: Any) -> str:
        return valeur.isoformat() if valeur else ""

    def get_prep_value(self, value: Any) -> Any:
        return chiffrer(self.ecrire(value))

    def to_python(self, value: Any) -> Any:
        return value
