"""Writing of traces, in the transaction of the gesture."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from portail.commun.models import Trace

if TYPE_CHECKING:
    from familles.models import Utilisateur


def tracer(
    *,
    geste: str,
    objet: str,
    maintenant: datetime,
    auteur: Utilisateur | None,
    objet_cle: UUID | None = None,
    libelle: str = "",
    famille_cle: UUID | None = None,
    avant: Mapping[str, Any] | None = None,
    apres: Mapping[str, Any] | None = None,
    motif: str = "",
) -> Trace:
    """Write one trace. ``avant`` and ``apres`` hold JSON values only, and never health data."""
    return Trace.objects.create(
        geste=geste,
        objet=objet,
        objet_cle=objet_cle,
        libelle=libelle[:200],
        famille_cle=famille_cle,
        avant=dict(avant or {}),
        apres=dict(apres or {}),
        motif=motif,
        auteur=auteur,
        le=maintenant,
    )
