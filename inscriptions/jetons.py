"""Signed keys of the filing: one invites an address to confirm itself, the other opens the file that was then made."""

from __future__ import annotations

import uuid
from datetime import timedelta
from uuid import UUID

from django.core import signing

from inscriptions.models import DossierInscription

DUREE_INVITATION = timedelta(days=3)
_INVITATION = "inscriptions.invitation"
_DOSSIER = signing.Signer(salt="inscriptions.dossier")


def invitation(courriel: str) -> str:
    """Return the key sent to an address; it carries the key of the file to come, so that it opens one file only."""
    return signing.dumps({"c": courriel, "k": uuid.uuid4().hex}, salt=_INVITATION)


def lire_invitation(jeton: str) -> tuple[str, UUID] | None:
    """Return the address, now confirmed by whoever holds the key, and the key of the file to make."""
    try:
        valeur = signing.loads(jeton, salt=_INVITATION, max_age=DUREE_INVITATION)
        return str(valeur["c"]), UUID(valeur["k"])
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return None


def dossier(dossier: DossierInscription) -> str:
    """Return the key of a file, good as long as the file exists."""
    return _DOSSIER.sign(dossier.cle.hex)


def lire_dossier(jeton: str) -> UUID | None:
    try:
        return UUID(_DOSSIER.unsign(jeton))
    except (signing.BadSignature, ValueError):
        return None
