"""Key of the link that a mail carries to the places held for one reservation: signed, so that nothing is stored."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.core import signing

SEL = "reservations.places"
#: An offer lasts ten days at most; past this time the link says that it is no longer valid.
VALIDITE = timedelta(days=30)


def jeton_des_places(cle: UUID) -> str:
    return signing.dumps(cle.hex, salt=SEL)


def reservation_du_jeton(jeton: str) -> UUID | None:
    """Return the key of the reservation, or None when the link is forged or too old."""
    try:
        return UUID(signing.loads(jeton, salt=SEL, max_age=VALIDITE))
    except (signing.BadSignature, ValueError):
        return None
