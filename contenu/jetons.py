"""The hidden key of a contact form: signed with the instant it was given, good for one message."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.core.signing import BadSignature, SignatureExpired, TimestampSigner

#: A machine fills a form at once; nobody reads and writes in less than that.
DELAI_MINIMUM = timedelta(seconds=3)
VALIDITE = timedelta(hours=24)

_signature = TimestampSigner(salt="contenu.contact")


@dataclass(frozen=True, slots=True)
class Refus:
    """Why a key is not taken. ``renouveler``: a new one is needed; otherwise the same will do, a little later."""

    phrase: str
    renouveler: bool


TROP_VITE = Refus(
    "Votre message n’est pas encore parti\u00a0: relisez-le, puis appuyez à nouveau sur «\u202fEnvoyer\u202f».", False
)
PERIME = Refus(
    "Cette page est restée ouverte longtemps. Votre texte est gardé\u00a0: "
    "appuyez à nouveau sur «\u202fEnvoyer\u202f».",
    True,
)


def nouveau() -> str:
    return _signature.sign(str(uuid.uuid4()))


def lire(jeton: str) -> uuid.UUID | Refus:
    """Return the key of the sending, or why it is refused."""
    try:
        cle = uuid.UUID(_signature.unsign(jeton, max_age=VALIDITE))
    except (SignatureExpired, BadSignature, ValueError):
        return PERIME
    return TROP_VITE if _est_trop_jeune(jeton) else cle


def _est_trop_jeune(jeton: str) -> bool:
    try:
        _signature.unsign(jeton, max_age=DELAI_MINIMUM)
    except SignatureExpired:
        return False
    return True
