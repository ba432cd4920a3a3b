"""Forms that count once: the double click and the reload of a form find its key, and change nothing."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from portail.commun.models import EnvoiUnique

if TYPE_CHECKING:
    from familles.models import Utilisateur

ESPACE = UUID("6f1d4a52-58a1-4c0f-9d52-3f6f1c6b8a10")


def est_le_premier(*, cle: UUID, geste: str, utilisateur: Utilisateur, maintenant: datetime) -> bool:
    """Write down the key of a form and tell whether it is new, to be called inside the transaction of the gesture.

    The key comes from the page: it only counts for the person and the gesture, so that nobody can use up, or learn
    of, somebody else's. A second call waits for the first one's transaction.
    """
    propre = uuid5(ESPACE, f"{utilisateur.pk}|{geste}|{cle}")
    _, nouveau = EnvoiUnique.objects.get_or_create(
        cle=propre, defaults={"geste": geste, "utilisateur": utilisateur, "le": maintenant}
    )
    return nouveau
