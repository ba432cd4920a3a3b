"""Places allotted after a pre-booking window: who is served first, who gets what, and why. Pure functions.

Requests are served one after the other, in the order of the criteria that the town put in order: whoever comes first
takes what is left. So nobody who meets one criterion more is ever served worse, and no place stays free that somebody
asked for and could have had.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import combinations
from uuid import UUID

from reservations.enums import Critere, RaisonAttribution
from reservations.regles.combinaisons import Journee, Liens, refus_de_la_journee

#: Sorts requests: the smallest is served first.
Rangement = tuple[float | str, ...]


@dataclass(frozen=True, slots=True)
class Situation:
    """What the criteria look at, of one household for one child."""

    residente: bool
    #: Every adult of the household works; one is enough in a household of one adult.
    parents_actifs: bool
    #: Another child of the household has, or asks for, a day in the same accueil during the période.
    fratrie: bool
    demandee_le: datetime
    #: Drawn once for each file and each période: what settles when the criteria do not.
    tirage: str


@dataclass(frozen=True, slots=True)
class Voeu:
    """One prestation of one day, asked for one child. Identifiers are those of the database."""

    presence: int
    dossier: int
    jour: date
    prestation: int
    creneau: int
    salle: int | None
    situation: Situation
    #: The service decided by itself; None: the criteria decide.
    impose: bool | None = None


@dataclass(frozen=True, slots=True)
class Places:
    """Places to allot, by créneau and by day of a shared room."""

    creneaux: Mapping[int, int]
    salles: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Resultat:
    """What one request gets, and what its explanation needs: its rank among those of its créneau, from 1."""

    donnee: bool
    rang: int
    #: Requests on that créneau, and places there were for them.
    demandes: int
    places: int
    raison: RaisonAttribution
    #: What told it apart from the other side of the line; empty when nothing had to.
    critere: Critere | None = None
    #: Prestation without which this one makes no sense, and that has no place.
    manque: int | None = None


def tirage(periode: UUID, reservation: UUID) -> str:
    """Draw the lot of one file: the same for every computation, which nobody can choose nor draw again."""
    return hashlib.sha256(f"{periode}:{reservation}".encode()).hexdigest()


def _valeur(critere: Critere, situation: Situation) -> float | str:
    if critere == Critere.RESIDENCE:
        return 0 if situation.residente else 1
    if critere == Critere.PARENTS_ACTIFS:
        return 0 if situation.parents_actifs else 1
    if critere == Critere.FRATRIE:
        return 0 if situation.fratrie else 1
    if critere == Critere.DATE:
        return situation.demandee_le.timestamp()
    return situation.tirage


def ordre_complet(criteres: Sequence[Critere]) -> list[Critere]:
    """Return the criteria of the town, then the draw: there is always one that settles."""
    return [*dict.fromkeys(une for une in criteres if une != Critere.TIRAGE), Critere.TIRAGE]


@dataclass(frozen=True, slots=True)
class _Groupe:
    """Wishes of one child on one day that are served together: linked, or of the same room. ``valeurs``: the worst."""

    voeux: tuple[Voeu, ...]
    valeurs: Rangement

    @property
    def cle(self) -> tuple[Rangement, int, int]:
        return self.valeurs, self.voeux[0].dossier, self.voeux[0].presence


@dataclass(slots=True)
class _Service:
    """Places left while requests are served."""

    creneaux: dict[int, int]
    salles: dict[int, int]
    liens: Liens
    acquis: Mapping[tuple[int, date], frozenset[int]]
    donnes: dict[int, bool] = field(default_factory=dict)
    pris: defaultdict[tuple[int, date], set[int]] = field(default_factory=lambda: defaultdict(set))

    def servir(self, voeux: Sequence[Voeu]) -> None:
        """Give as many of these wishes as possible, all of one child and one day; those of the offer's order first."""
        if not voeux:
            return
        un = voeux[0]
        acquis = self.acquis.get((un.dossier, un.jour), frozenset()) | self.pris[un.dossier, un.jour]
        possibles = [voeu for voeu in voeux if self._libre(voeu)]
        choisis: tuple[Voeu, ...] = ()
        for taille in range(len(possibles), 0, -1):
            choisis = next(
                (essai for essai in combinations(possibles, taille) if self._tient(essai, acquis)),
                (),
            )
            if choisis:
                break
        for voeu in voeux:
            self.donnes[voeu.presence] = voeu in choisis
        for voeu in choisis:
            self.creneaux[voeu.creneau] -= 1
            if voeu.salle is not None:
                self.salles[voeu.salle] -= 1
            self.pris[un.dossier, un.jour].add(voeu.prestation)

    def _libre(self, voeu: Voeu) -> bool:
        return self.creneaux[voeu.creneau] > 0 and (voeu.salle is None or self.salles[voeu.salle] > 0)

    def _tient(self, essai: Sequence[Voeu], acquis: frozenset[int]) -> bool:
        par_salle: defaultdict[int, int] = defaultdict(int)
        for voeu in essai:
            if voeu.salle is not None:
                par_salle[voeu.salle] += 1
        if any(nombre > self.salles[salle] for salle, nombre in par_salle.items()):
            return False
        return not manques(acquis, {voeu.prestation for voeu in essai}, self.liens)


def manques(acquis: frozenset[int], ajouts: Iterable[int], liens: Liens) -> dict[int, tuple[int, ...]]:
    """Return the prestations that cannot be on a day without others, with those that they miss or exclude."""
    if not liens:
        return {}
    journee = Journee(acquis=acquis, ajouts=frozenset(ajouts), retraits=frozenset())
    return {prestation: autres for prestation, (_, autres) in refus_de_la_journee(journee, liens).items()}


def attribuer(
    voeux: Sequence[Voeu],
    places: Places,
    criteres: Sequence[Critere],
    *,
    liens: Liens | None = None,
    acquis: Mapping[tuple[int, date], frozenset[int]] | None = None,
) -> dict[int, Resultat]:
    """Return what each wish gets, by présence id; the order of ``voeux`` changes nothing.

    What the service imposed comes first, within the places. Wishes of one child on one day that are linked, or of the
    same room, are served together, at the date of the last one; of those, as many as possible. ``acquis``: what a file
    has on a day already, by prestation.
    """
    liens, ordre = liens or Liens(), ordre_complet(criteres)
    groupes = sorted(_grouper(voeux, ordre, liens), key=lambda groupe: groupe.cle)
    service = _Service(
        {pk: max(nombre, 0) for pk, nombre in places.creneaux.items()},
        {pk: max(nombre, 0) for pk, nombre in places.salles.items()},
        liens,
        acquis or {},
    )
    for groupe in groupes:
        service.servir([voeu for voeu in groupe.voeux if voeu.impose is True])
    for groupe in groupes:
        service.servir([voeu for voeu in groupe.voeux if voeu.impose is None])
    for voeu in voeux:
        service.donnes.setdefault(voeu.presence, False)
    return _expliquer(groupes, service, places, ordre)


def _grouper(voeux: Iterable[Voeu], ordre: Sequence[Critere], liens: Liens) -> list[_Groupe]:
    return [
        _Groupe(ensemble, max(tuple(_valeur(un, voeu.situation) for un in ordre) for voeu in ensemble))
        for ensemble in ensembles(voeux, liens)
    ]


def ensembles(voeux: Iterable[Voeu], liens: Liens) -> list[tuple[Voeu, ...]]:
    """Gather the wishes of one child on one day that are linked, or of the same room, from one to the next."""
    par_jour: defaultdict[tuple[int, date], list[Voeu]] = defaultdict(list)
    for voeu in sorted(voeux, key=lambda un: (un.prestation, un.presence)):
        par_jour[voeu.dossier, voeu.jour].append(voeu)
    trouves = []
    for du_jour in par_jour.values():
        restent = list(du_jour)
        while restent:
            ensemble, a_suivre = [], [restent.pop(0)]
            while a_suivre:
                voeu = a_suivre.pop()
                ensemble.append(voeu)
                voisins = [autre for autre in restent if _vont_ensemble(voeu, autre, liens)]
                restent = [autre for autre in restent if autre not in voisins]
                a_suivre += voisins
            trouves.append(tuple(sorted(ensemble, key=lambda un: (un.prestation, un.presence))))
    return trouves


def _vont_ensemble(un: Voeu, autre: Voeu, liens: Liens) -> bool:
    if un.salle is not None and un.salle == autre.salle:
        return True
    return any(
        autre.prestation in lies.get(un.prestation, ()) or un.prestation in lies.get(autre.prestation, ())
        for lies in (liens.exige, liens.exclut, liens.ajoute)
    )


@dataclass(slots=True)
class _Ligne:
    """Those who ask for one créneau, or for one day of a room, on both sides of the line; values in their order.

    What the service imposed is on no side: no criterion settled it.
    """

    servis: list[Rangement] = field(default_factory=list)
    non_servis: list[Rangement] = field(default_factory=list)

    def compter(self, voeu: Voeu, valeurs: Rangement, *, donnee: bool) -> None:
        if voeu.impose is None:
            (self.servis if donnee else self.non_servis).append(valeurs)

    def en_face(self, valeurs: Rangement, *, donnee: bool) -> Rangement | None:
        """Return the nearest on the other side: the first not served after, or the last served before."""
        if donnee:
            rang = bisect_right(self.non_servis, valeurs)
            return self.non_servis[rang] if rang < len(self.non_servis) else None
        rang = bisect_left(self.servis, valeurs)
        return self.servis[rang - 1] if rang else None


def _expliquer(
    groupes: Sequence[_Groupe], service: _Service, places: Places, ordre: Sequence[Critere]
) -> dict[int, Resultat]:
    """Say of each wish its rank, and what settled: the line runs between the last served and the first who is not."""
    par_creneau: defaultdict[int, list[tuple[Voeu, Rangement]]] = defaultdict(list)
    lignes: defaultdict[tuple[str, int | None], _Ligne] = defaultdict(_Ligne)
    for groupe in groupes:
        for voeu in groupe.voeux:
            donnee = service.donnes[voeu.presence]
            par_creneau[voeu.creneau].append((voeu, groupe.valeurs))
            lignes["creneau", voeu.creneau].compter(voeu, groupe.valeurs, donnee=donnee)
            lignes["salle", voeu.salle].compter(voeu, groupe.valeurs, donnee=donnee)
    trouvees = {}
    for creneau, demandes in par_creneau.items():
        for rang, (voeu, valeurs) in enumerate(demandes, start=1):
            raison, manque = _raison(voeu, service, lignes["creneau", creneau])
            a_la_porte = ("salle", voeu.salle) if raison == RaisonAttribution.SALLE else ("creneau", creneau)
            donnee = service.donnes[voeu.presence]
            face = lignes[a_la_porte].en_face(valeurs, donnee=donnee) if raison in DEPARTAGEES else None
            trouvees[voeu.presence] = Resultat(
                donnee=donnee,
                rang=rang,
                demandes=len(demandes),
                places=max(places.creneaux[creneau], 0),
                raison=raison,
                critere=next((un for un, a, b in zip(ordre, valeurs, face, strict=True) if a != b), None)
                if face
                else None,
                manque=manque,
            )
    return trouvees


#: Reasons in which the place in the order settled.
DEPARTAGEES = frozenset({RaisonAttribution.RANG, RaisonAttribution.COMPLET, RaisonAttribution.SALLE})


def _raison(voeu: Voeu, service: _Service, ligne: _Ligne) -> tuple[RaisonAttribution, int | None]:
    donnee = service.donnes[voeu.presence]
    if voeu.impose is not None and voeu.impose == donnee:
        return RaisonAttribution.AGENT, None
    if donnee:
        return (RaisonAttribution.RANG if ligne.non_servis else RaisonAttribution.ASSEZ), None
    if service.creneaux[voeu.creneau] < 1:
        return RaisonAttribution.COMPLET, None
    if voeu.salle is not None and service.salles[voeu.salle] < 1:
        return RaisonAttribution.SALLE, None
    cle = (voeu.dossier, voeu.jour)
    acquis = service.acquis.get(cle, frozenset()) | service.pris[cle]
    autres = manques(acquis, {voeu.prestation}, service.liens).get(voeu.prestation, ())
    return RaisonAttribution.LIEN, autres[0] if autres else None
