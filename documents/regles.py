"""What is owed and how it stands: pure functions. Source: DUI pieces of the town's form; ages in whole years."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from documents.enums import EtatDocument, EtatPiece, Validite

#: The household is told this long before a piece ends.
PREAVIS = timedelta(days=30)
FIN_ANNEE_SCOLAIRE = (8, 31)
#: From June on, what is sent is for the year that starts in September.
PIECES_DE_LA_RENTREE = (6, 1)
MOIS_PAR_AN = 12
#: States that leave the piece owed.
MANQUANTS = frozenset({EtatPiece.A_FOURNIR, EtatPiece.REFUSE, EtatPiece.EXPIRE})


@dataclass(frozen=True, slots=True)
class Envoi:
    """What the rules know of a document that was sent. ``rang`` grows with time."""

    rang: int
    etat: EtatDocument
    expire_le: date | None = None
    motif_refus: str = ""


@dataclass(frozen=True, slots=True)
class Situation:
    """How a piece stands; ``rang`` is the sending that decides, ``nouvel_envoi`` says that a newer one waits."""

    etat: EtatPiece
    rang: int | None = None
    expire_le: date | None = None
    motif: str = ""
    nouvel_envoi: bool = False

    @property
    def manque(self) -> bool:
        return self.etat in MANQUANTS


def situation(envois: Iterable[Envoi], jour: date) -> Situation:
    """Return how a piece stands on ``jour``: a good one first, then what waits, then what was refused or is over."""
    recents = sorted(envois, key=lambda envoi: envoi.rang, reverse=True)
    valides = [envoi for envoi in recents if envoi.etat == EtatDocument.VALIDE]
    bons = [envoi for envoi in valides if envoi.expire_le is None or envoi.expire_le >= jour]
    en_attente = [envoi for envoi in recents if envoi.etat == EtatDocument.ENVOYE]
    if bons:
        bon = max(bons, key=lambda envoi: (envoi.expire_le is None, envoi.expire_le or jour, envoi.rang))
        bientot = bon.expire_le is not None and bon.expire_le - jour <= PREAVIS
        etat = EtatPiece.EXPIRE_BIENTOT if bientot else EtatPiece.VALIDE
        plus_recent = any(envoi.rang > bon.rang for envoi in en_attente)
        return Situation(etat, bon.rang, bon.expire_le, nouvel_envoi=plus_recent)
    if en_attente:
        return Situation(EtatPiece.ENVOYE, en_attente[0].rang)
    if not recents:
        return Situation(EtatPiece.A_FOURNIR)
    dernier = recents[0]
    if dernier.etat == EtatDocument.REFUSE:
        return Situation(EtatPiece.REFUSE, dernier.rang, motif=dernier.motif_refus)
    return Situation(EtatPiece.EXPIRE, dernier.rang, dernier.expire_le)


def concerne(
    *, age: int | None, age_minimum: int | None, age_maximum: int | None, exige: object, accueils: Iterable[object]
) -> bool:
    """Tell whether a requirement applies: ``exige`` is the accueil it is for (none: all), ``accueils`` those attended.

    ``age`` is none for a household, which has no age.
    """
    if exige is not None and exige not in accueils:
        return False
    if age is None:
        return True
    return (age_minimum is None or age >= age_minimum) and (age_maximum is None or age <= age_maximum)


def fin_de_validite(validite: Validite, mois: int | None, jour: date) -> date | None:
    """Return the last good day of a piece validated on ``jour``; none when it has no end, or when staff type it."""
    if validite == Validite.ANNEE_SCOLAIRE:
        annee = jour.year + (jour >= date(jour.year, *PIECES_DE_LA_RENTREE))
        return date(annee, *FIN_ANNEE_SCOLAIRE)
    if validite == Validite.MOIS and mois:
        total = jour.month - 1 + mois
        annee, rang = jour.year + total // MOIS_PAR_AN, total % MOIS_PAR_AN + 1
        return date(annee, rang, min(jour.day, monthrange(annee, rang)[1])) - timedelta(days=1)
    return None
