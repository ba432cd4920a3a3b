"""Choices of one day that go together or not: one requires, excludes or brings another."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from reservations.enums import MotifRefus

#: Why a choice is refused, and the choices that it is refused for.
Refus = tuple[MotifRefus, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Liens:
    """Links between the prestations of a période, by prestation id."""

    #: Any one of them is enough.
    exige: Mapping[int, frozenset[int]] = field(default_factory=dict)
    #: Both ways, however it was typed.
    exclut: Mapping[int, frozenset[int]] = field(default_factory=dict)
    #: All of them.
    ajoute: Mapping[int, frozenset[int]] = field(default_factory=dict)
    #: Short names, for the sentences.
    noms: Mapping[int, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.exige or self.exclut or self.ajoute)


@dataclass(frozen=True, slots=True)
class Journee:
    """One day of one child: what is booked, and what the rules let be added and removed. ``ordre``: of the offer."""

    acquis: frozenset[int]
    ajouts: frozenset[int]
    retraits: frozenset[int]
    #: Additions that the other rules refuse: full, late…
    ajouts_refuses: frozenset[int] = frozenset()
    ordre: tuple[int, ...] = ()

    @property
    def finale(self) -> frozenset[int]:
        return (self.acquis - self.retraits) | self.ajouts


def refus_de_la_journee(journee: Journee, liens: Liens) -> dict[int, Refus]:
    """Return the additions and the removals that cannot be, each with its reason, until the day holds together.

    What was booked before and that nobody touches is never questioned: links may have been typed since.
    """
    refuses: dict[int, Refus] = {}
    ajouts, retraits = set(journee.ajouts), set(journee.retraits)
    for prestation in sorted(journee.retraits):
        # Exchanged for a choice that is not possible: the family keeps what it had.
        remplacants = liens.exclut.get(prestation, frozenset()) & journee.ajouts_refuses
        if remplacants:
            refuses[prestation] = (MotifRefus.ECHANGE_IMPOSSIBLE, tuple(sorted(remplacants)))
            retraits.discard(prestation)
    while True:
        jour = Journee(journee.acquis, frozenset(ajouts), frozenset(retraits), journee.ajouts_refuses, journee.ordre)
        trouve = _premier_refus(jour, liens)
        if trouve is None:
            return refuses
        prestation, refus = trouve
        refuses[prestation] = refus
        ajouts.discard(prestation)
        retraits.discard(prestation)


def _premier_refus(journee: Journee, liens: Liens) -> tuple[int, Refus] | None:
    finale = journee.finale
    rangs = {prestation: rang for rang, prestation in enumerate(journee.ordre)}

    def ranger(ensemble: Collection[int]) -> list[int]:
        return sorted(ensemble, key=lambda une: (rangs.get(une, len(rangs)), une))

    for prestation in ranger(finale):
        genants = liens.exclut.get(prestation, frozenset()) & finale
        # Of two additions the first of the offer is kept.
        ajoutes = ranger(({prestation} | genants) & journee.ajouts) if genants else []
        if ajoutes:
            refusee = ajoutes[-1]
            return refusee, (MotifRefus.INCOMPATIBLE, tuple(ranger(liens.exclut[refusee] & finale)))
    for prestation in ranger(finale):
        manquants = _manquants(prestation, finale, liens)
        if not manquants:
            continue
        if prestation in journee.ajouts:
            return prestation, (MotifRefus.CHOIX_MANQUANT, tuple(ranger(manquants)))
        retires = ranger(manquants & journee.retraits)
        if retires:
            return retires[-1], (MotifRefus.NECESSAIRE, (prestation,))
    return None


def _manquants(prestation: int, finale: Collection[int], liens: Liens) -> frozenset[int]:
    """Return the choices of which one is missing (required), or those that are missing (brought)."""
    exiges = liens.exige.get(prestation, frozenset())
    if exiges and not exiges & frozenset(finale):
        return exiges
    return liens.ajoute.get(prestation, frozenset()) - frozenset(finale)


def completer(
    acquis: frozenset[int], voulus: Iterable[int], non_voulus: Iterable[int], liens: Liens
) -> tuple[frozenset[int], frozenset[int]]:
    """Return what ticking and unticking bring along: (to add, to remove), the gestures themselves included.

    Ticking « Journée » adds « Repas »; unticking « Matin » removes the « Repas » that nothing supports any more.
    """
    ajouts, retraits = set(voulus), set(non_voulus)
    a_suivre = list(ajouts)
    while a_suivre:
        for apporte in liens.ajoute.get(a_suivre.pop(), frozenset()) - retraits - ajouts:
            ajouts.add(apporte)
            a_suivre.append(apporte)
    while True:
        finale = (acquis - retraits) | (ajouts - retraits)
        orphelins = {
            une for une in finale if (exiges := liens.exige.get(une)) and exiges & retraits and not exiges & finale
        }
        if not orphelins:
            return frozenset(ajouts - retraits - acquis), frozenset(retraits)
        retraits |= orphelins
