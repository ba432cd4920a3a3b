"""May an absence be declared, until when, and what it does to the invoice: pure functions."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from portail.commun.dates import instant
from reservations.enums import EtatDeclaration, EtatPresence, MotifRefus, TraitementAbsence

DERNIERE_MINUTE = time(23, 59)
#: Days that were won and for which an absence still changes something.
ETATS_DECLARABLES = frozenset({EtatPresence.ACCEPTEE, EtatPresence.ABSENTE_INJUSTIFIEE})


def limite_de_declaration(jour: date, propre: datetime | None, delai_jours_apres: int) -> datetime:
    """Return the last instant (included): the période's own rule for absences, else some days after the absence."""
    return propre or instant(jour + timedelta(days=delai_jours_apres), DERNIERE_MINUTE)


def motifs_de_refus_absence(
    etat: EtatPresence, *, deja_declaree: bool, annulable: bool, limite: datetime, maintenant: datetime
) -> list[MotifRefus]:
    """List every reason why an absence cannot be declared for one day; empty when it can."""
    constats = {
        MotifRefus.ABSENCE_DEJA_DECLAREE: deja_declaree,
        MotifRefus.ABSENCE_IMPOSSIBLE: not deja_declaree and etat not in ETATS_DECLARABLES,
        MotifRefus.ENCORE_ANNULABLE: annulable,
        MotifRefus.HORS_DELAI_ABSENCE: maintenant > limite,
    }
    return [motif for motif, vrai in constats.items() if vrai]


#: What declaring for that reason makes of the declaration.
ETAT_DECLARE = {
    TraitementAbsence.JUSTIFIEE: EtatDeclaration.JUSTIFIEE,
    TraitementAbsence.AGENT: EtatDeclaration.A_EXAMINER,
    TraitementAbsence.NON_JUSTIFIEE: EtatDeclaration.NON_JUSTIFIEE,
}
#: What each state of a declaration does to the invoice, as the family reads it.
EFFETS = {
    EtatDeclaration.A_EXAMINER: "Un agent examine votre déclaration. Tant qu’il n’a pas répondu, le jour reste dû.",
    EtatDeclaration.JUSTIFIEE: "L’absence est justifiée\u00a0: le jour ne vous sera pas facturé.",
    EtatDeclaration.NON_JUSTIFIEE: "L’absence n’est pas justifiée\u00a0: le jour reste dû.",
    EtatDeclaration.RETIREE: "La déclaration est retirée.",
}


def presence_apres(declaration: EtatDeclaration, etat: EtatPresence, *, passe: bool) -> EtatPresence:
    """Return the state of the day once its declaration is decided; ``passe``: that day has come."""
    if declaration == EtatDeclaration.JUSTIFIEE:
        return EtatPresence.ABSENTE_JUSTIFIEE
    if declaration == EtatDeclaration.NON_JUSTIFIEE and passe and etat == EtatPresence.ACCEPTEE:
        return EtatPresence.ABSENTE_INJUSTIFIEE
    return etat
