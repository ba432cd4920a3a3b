"""The life of one day: which state may follow which, and what it does to the places."""

from __future__ import annotations

from reservations.enums import ETATS_QUI_PRENNENT_UNE_PLACE, EtatPresence

E = EtatPresence
POINTAGE = frozenset({E.PRESENTE, E.ABSENTE_JUSTIFIEE, E.ABSENTE_INJUSTIFIEE})
NOUVELLE_DEMANDE = frozenset({E.DEMANDEE, E.EN_ATTRIBUTION, E.ACCEPTEE, E.LISTE_ATTENTE})

#: State -> states that may follow. ``None`` is the day before anything was asked.
TRANSITIONS: dict[EtatPresence | None, frozenset[EtatPresence]] = {
    None: NOUVELLE_DEMANDE | {E.PRESENTE_NON_RESERVEE},
    E.DEMANDEE: frozenset({E.ACCEPTEE, E.REFUSEE, E.ANNULEE, E.LISTE_ATTENTE}),
    E.EN_ATTRIBUTION: frozenset({E.ACCEPTEE, E.LISTE_ATTENTE, E.REFUSEE, E.ANNULEE}),
    E.LISTE_ATTENTE: frozenset({E.DEMANDEE, E.ACCEPTEE, E.PLACE_PROPOSEE, E.REFUSEE, E.ANNULEE}),
    E.PLACE_PROPOSEE: frozenset({E.ACCEPTEE, E.REFUSEE, E.ANNULEE}),
    E.ACCEPTEE: POINTAGE | {E.ANNULATION_DEMANDEE, E.ANNULEE, E.LISTE_ATTENTE},
    E.ANNULATION_DEMANDEE: POINTAGE | {E.ANNULEE, E.ACCEPTEE},
    E.REFUSEE: NOUVELLE_DEMANDE | {E.PRESENTE_NON_RESERVEE},
    E.ANNULEE: NOUVELLE_DEMANDE | {E.PRESENTE_NON_RESERVEE},
    E.PRESENTE: POINTAGE | {E.ACCEPTEE},
    E.ABSENTE_JUSTIFIEE: POINTAGE | {E.ACCEPTEE},
    E.ABSENTE_INJUSTIFIEE: POINTAGE | {E.ACCEPTEE},
    E.PRESENTE_NON_RESERVEE: frozenset({E.ANNULEE}),
}


def est_permise(avant: EtatPresence | None, apres: EtatPresence) -> bool:
    return apres in TRANSITIONS[avant]


def changement_de_places(avant: EtatPresence | None, apres: EtatPresence) -> int:
    """Return what the transition adds to ``places_prises``: 1, 0 or -1."""
    return (apres in ETATS_QUI_PRENNENT_UNE_PLACE) - (avant in ETATS_QUI_PRENNENT_UNE_PLACE)
