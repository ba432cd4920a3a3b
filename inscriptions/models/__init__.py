"""Registration files, as households file them and as agents read them."""

from inscriptions.models.complement import ComplementDossier
from inscriptions.models.dossier import (
    DUREE_BROUILLON,
    DUREE_COMPLEMENT,
    DUREE_REPONDU,
    AdulteDossier,
    DossierInscription,
    DossierQuerySet,
    EnfantDossier,
    PieceDossier,
)

__all__ = [
    "DUREE_BROUILLON",
    "DUREE_COMPLEMENT",
    "DUREE_REPONDU",
    "AdulteDossier",
    "ComplementDossier",
    "DossierInscription",
    "DossierQuerySet",
    "EnfantDossier",
    "PieceDossier",
]
