"""Passwords: hashing cost, the CNIL's rule (délibération 2022-100), and the refusal of what everybody chooses."""

import math
import re
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.exceptions import ValidationError
from django.utils.module_loading import import_string

from portail.commun import mots_connus

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


#: What an attacker who knows the usual words, dates and tricks still has to guess: a thousand billion tries.
BITS_INCONNUS = 40.0


class PasDejaConnu:
    """Refuse what is only known pieces put together: a common word, a year, a name of one's own, a row of keys."""

    def validate(self, password: str, user: Any = None) -> None:
        lecture = mots_connus.lire(password, [*_mots_de_la_commune(), *_mots_de_la_personne(user)])
        if lecture.bits < BITS_INCONNUS:
            reconnus = " et ".join(sorted(str(genre.label) for genre in lecture.genres)) or "trop peu de signes"
            raise ValidationError(
                f"Ce mot de passe se devine\u00a0: on y reconnaît {reconnus}. "
                "Ajoutez des mots qui n’ont aucun rapport entre eux.",
                code="mot_de_passe_connu",
            )

    def get_help_text(self) -> str:
        return "Évitez les mots courants, les dates, votre nom, ceux de vos enfants et celui de la commune."


def _mots_de_la_commune() -> list[str]:
    """Return the words of the town: its name, its postcode."""
    commune = import_string(settings.CONTEXTE_DES_COURRIELS)(None)["commune"]
    return [str(commune.commune), str(commune.code_postal)]


def _mots_de_la_personne(user: Any) -> Iterator[str]:
    """Yield what somebody who knows the person would try first: names and dates of their household."""
    if user is None or not getattr(user, "pk", None):
        return
    yield from (user.prenom, user.nom, user.email, user.email.partition("@")[0])
    for adulte in user.responsabilites.select_related("famille").prefetch_related(
        "famille__responsables", "famille__enfants"
    ):
        yield from (adulte.famille.nom, adulte.famille.ville, adulte.famille.adresse)
        for proche in [*adulte.famille.responsables.all(), *adulte.famille.enfants.all()]:
            yield from (proche.prenom, proche.nom, *_dates(proche.date_naissance))


def _dates(jour: Any) -> list[str]:
    if jour is None:
        return []
    return [f"{jour:%d%m%Y}", f"{jour:%d%m%y}", f"{jour:%d-%m-%Y}", f"{jour:%Y}", f"{jour:%d%m}"]
