"""What one sending does to the days as wholes: places shared by a room, and choices that go together or not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from reservations.enums import ETATS_CLOS, EtatPresence, GenreLien, MotifRefus, Sens
from reservations.models import ChoixBrouillon, Creneau, LienPrestation, Periode, Presence, Reservation
from reservations.regles import Journee, Liens, changement_de_places, completer, refus_de_la_journee

if TYPE_CHECKING:
    from reservations.decisions import Decision

#: States in which a child does not have the day; a cancellation that waits for its answer counts as done.
SANS_LE_JOUR = frozenset({*ETATS_CLOS, EtatPresence.ANNULATION_DEMANDEE})
#: By créneau id: why the day as a whole refuses an edit, and the sentence that names the other choices.
Impositions = dict[int, tuple[MotifRefus, str]]


def salles_depassees(decisions: Sequence[Decision]) -> Impositions:
    """Return the additions that are too many for a room: two choices of one sending share what is left of it.

    The last of each day gives way, in the order of the sending.
    """
    par_salle: defaultdict[int, list[Decision]] = defaultdict(list)
    for une in decisions:
        if une.etat and une.creneau.jour_salle_id is not None:
            par_salle[une.creneau.jour_salle_id].append(une)
    trouvees: Impositions = {}
    for du_jour in par_salle.values():
        prises = {
            une.creneau.pk: changement_de_places(EtatPresence(une.presence.etat) if une.presence else None, une.etat)
            for une in du_jour
            if une.etat
        }
        if sum(prises.values()) > max(du_jour[0].creneau.jour_salle.places_libres, 0):
            de_trop = [une for une in du_jour if prises[une.creneau.pk] > 0]
            trouvees |= {une.creneau.pk: (MotifRefus.COMPLET, "") for une in de_trop[-1:]}
    return trouvees


def liens_de(periode: Periode) -> Liens:
    """Read the links between the prestations of a période; one query."""
    exige: defaultdict[int, set[int]] = defaultdict(set)
    exclut: defaultdict[int, set[int]] = defaultdict(set)
    ajoute: defaultdict[int, set[int]] = defaultdict(set)
    noms: dict[int, str] = {}
    lus = LienPrestation.objects.filter(prestation__periode=periode, autre__periode=periode)
    for prestation, genre, autre, nom, autre_nom in lus.values_list(
        "prestation_id", "genre", "autre_id", "prestation__nom_court", "autre__nom_court"
    ).order_by("autre__ordre", "autre_id"):
        noms |= {prestation: nom, autre: autre_nom}
        if genre == GenreLien.EXIGE:
            exige[prestation].add(autre)
        elif genre == GenreLien.AJOUTE:
            ajoute[prestation].add(autre)
        else:
            exclut[prestation].add(autre)
            exclut[autre].add(prestation)
    return Liens(
        *({une: frozenset(autres) for une, autres in groupe.items()} for groupe in (exige, exclut, ajoute)), noms=noms
    )


def acquis_par_jour(reservation: Reservation, jours: Collection[date]) -> dict[date, dict[int, str]]:
    """Return what the child has on these days in this période, whoever booked it: prestation id -> name; one query.

    A cancellation that waits for its answer counts as done.
    """
    par_jour: defaultdict[date, dict[int, str]] = defaultdict(dict)
    presences = _acquises([reservation.enfant_id], jours, reservation.periode_id)
    for jour, prestation, nom in presences.values_list(
        "creneau__jour", "creneau__prestation_id", "creneau__prestation__nom_court"
    ):
        par_jour[jour][prestation] = nom
    return par_jour


def _acquises(enfants: Collection[int], jours: Collection[date], periode: int) -> QuerySet[Presence]:
    voulues = Presence.objects.filter(
        enfant__in=list(enfants), creneau__jour__in=list(jours), creneau__prestation__periode=periode
    )
    return voulues.exclude(etat__in=SANS_LE_JOUR)


def retenues_par_leur_journee(suites: Sequence[tuple[Presence, EtatPresence]]) -> dict[int, MotifRefus]:
    """Return, by présence id, the transitions that would break what goes together or not on a day, each with why.

    ``suites``: days whose rows are locked, with the state that would follow. No query when none is taken away nor
    given back; otherwise one for each période, and a second one for those with links.
    """
    par_periode: defaultdict[int, list[tuple[Presence, EtatPresence]]] = defaultdict(list)
    for presence, apres in suites:
        if (presence.etat in SANS_LE_JOUR) != (apres in SANS_LE_JOUR):
            par_periode[presence.reservation.periode_id].append((presence, apres))
    retenues: dict[int, MotifRefus] = {}
    for periode, siennes in par_periode.items():
        liens = liens_de(siennes[0][0].reservation.periode)
        if liens:
            retenues |= _retenues(siennes, periode, liens)
    return retenues


def _retenues(suites: Sequence[tuple[Presence, EtatPresence]], periode: int, liens: Liens) -> dict[int, MotifRefus]:
    par_jour: defaultdict[tuple[int, date], dict[int, tuple[Presence, EtatPresence]]] = defaultdict(dict)
    for presence, apres in suites:
        par_jour[presence.enfant_id, presence.creneau.jour][presence.creneau.prestation_id] = (presence, apres)
    acquis: defaultdict[tuple[int, date], set[int]] = defaultdict(set)
    lues = _acquises({enfant for enfant, _ in par_jour}, {jour for _, jour in par_jour}, periode)
    for enfant, jour, prestation in lues.values_list("enfant_id", "creneau__jour", "creneau__prestation_id"):
        acquis[enfant, jour].add(prestation)
    retenues = {}
    for cle, du_jour in par_jour.items():
        rendus = {prestation for prestation, (_, apres) in du_jour.items() if apres not in SANS_LE_JOUR}
        journee = Journee(
            acquis=frozenset(acquis[cle]),
            ajouts=frozenset(rendus),
            retraits=frozenset(du_jour.keys() - rendus),
            ordre=tuple(sorted(du_jour)),
        )
        for prestation, (motif, _) in refus_de_la_journee(journee, liens).items():
            retenues[du_jour[prestation][0].pk] = motif
    return retenues


def choix_apportes(
    reservation: Reservation, creneaux: Sequence[Creneau], sens: Mapping[int, Sens]
) -> dict[int, tuple[Sens, bool]]:
    """Return the edits that others bring along: ticking « Journée » adds « Repas », unticking « Matin » removes it.

    By créneau id: the edit, and whether the day is booked already. No query for prestations linked to nothing, three
    for the others. A day on which the other prestation does not open is left to the rules of the sending.
    """
    lies = [un for un in creneaux if getattr(un, "liee", True)]
    if not lies:
        return {}
    liens, jours = liens_de(reservation.periode), {un.jour for un in lies}
    du_jour: defaultdict[date, dict[int, int]] = defaultdict(dict)
    for pk, jour, prestation in Creneau.objects.filter(
        prestation__periode=reservation.periode_id, jour__in=jours, ferme=False
    ).values_list("pk", "jour", "prestation_id"):
        du_jour[jour][prestation] = pk
    acquis = acquis_par_jour(reservation, jours)
    brouillons: defaultdict[date, dict[int, str]] = defaultdict(dict)
    for jour, prestation, choix in ChoixBrouillon.objects.filter(
        reservation=reservation.pk, creneau__jour__in=jours
    ).values_list("creneau__jour", "creneau__prestation_id", "sens"):
        brouillons[jour][prestation] = choix
    apportes: dict[int, tuple[Sens, bool]] = {}
    for jour in jours:
        voulus = {un.prestation_id for un in lies if un.jour == jour and sens.get(un.pk) == Sens.AJOUT}
        non_voulus = {un.prestation_id for un in lies if un.jour == jour and sens.get(un.pk) == Sens.RETRAIT}
        prevus = set(acquis.get(jour, {}))
        prevus |= {prestation for prestation, choix in brouillons[jour].items() if choix == Sens.AJOUT}
        prevus -= {prestation for prestation, choix in brouillons[jour].items() if choix == Sens.RETRAIT}
        ajouts, retraits = completer(frozenset(prevus), voulus, non_voulus, liens)
        for prestation in (ajouts - voulus) | (retraits - non_voulus):
            if prestation in du_jour[jour]:
                choix = Sens.AJOUT if prestation in ajouts else Sens.RETRAIT
                apportes[du_jour[jour][prestation]] = (choix, prestation in acquis.get(jour, {}))
    return apportes


def avec_les_lies(
    reservation: Reservation, ajouts: Sequence[Creneau], retraits: Sequence[Creneau]
) -> tuple[list[Creneau], list[Creneau]]:
    """Return these days to book and to cancel, with those that they bring along, whatever the family's draft holds.

    One query for prestations linked to nothing, three for the others.
    """
    tous_ajouts, tous_retraits = list(ajouts), list(retraits)
    liens = liens_de(reservation.periode)
    if not liens:
        return tous_ajouts, tous_retraits
    jours = {un.jour for un in [*ajouts, *retraits]}
    ouverts = Creneau.objects.filter(prestation__periode=reservation.periode_id, jour__in=jours, ferme=False)
    du_jour = {(un.jour, un.prestation_id): un for un in ouverts.select_related("prestation")}
    acquis = acquis_par_jour(reservation, jours)
    for jour in sorted(jours):
        voulus = {un.prestation_id for un in ajouts if un.jour == jour}
        non_voulus = {un.prestation_id for un in retraits if un.jour == jour}
        en_plus, en_moins = completer(frozenset(acquis.get(jour, {})), voulus, non_voulus, liens)
        tous_ajouts += [du_jour[jour, une] for une in sorted(en_plus - voulus) if (jour, une) in du_jour]
        tous_retraits += [du_jour[jour, une] for une in sorted(en_moins - non_voulus) if (jour, une) in du_jour]
    return tous_ajouts, tous_retraits


def impositions(decisions: Sequence[Decision], acquis: Mapping[date, Mapping[int, str]], liens: Liens) -> Impositions:
    """Return the edits that the rules let pass one by one and that the day as a whole refuses."""
    par_jour: defaultdict[date, dict[int, Decision]] = defaultdict(dict)
    for une in decisions:
        par_jour[une.creneau.jour][une.creneau.prestation_id] = une
    trouvees: Impositions = {}
    for jour, du_jour in par_jour.items():
        noms = (
            dict(liens.noms)
            | dict(acquis.get(jour, {}))
            | {pk: une.creneau.prestation.nom_court for pk, une in du_jour.items()}
        )
        ajouts = {pk for pk, une in du_jour.items() if une.sens == Sens.AJOUT}
        possibles = {pk for pk, une in du_jour.items() if une.etat}
        journee = Journee(
            acquis=frozenset(acquis.get(jour, {})),
            ajouts=frozenset(ajouts & possibles),
            retraits=frozenset(possibles - ajouts),
            ajouts_refuses=frozenset(ajouts - possibles),
            ordre=tuple(
                sorted(noms, key=lambda pk: (du_jour[pk].creneau.prestation.ordre if pk in du_jour else 0, pk))
            ),
        )
        for prestation, (motif, autres) in refus_de_la_journee(journee, liens).items():
            trouvees[du_jour[prestation].creneau.pk] = (motif, _phrase(motif, noms[prestation], autres, noms))
    return trouvees


def _phrase(motif: MotifRefus, nom: str, autres: Sequence[int], noms: Mapping[int, str]) -> str:
    cites = " ou ".join(f"«\u00a0{noms[pk]}\u00a0»" for pk in autres if pk in noms)
    if not cites:
        return ""
    return {
        MotifRefus.INCOMPATIBLE: f"«\u00a0{nom}\u00a0» ne va pas avec {cites}.",
        MotifRefus.CHOIX_MANQUANT: f"«\u00a0{nom}\u00a0» demande aussi {cites}.",
        MotifRefus.NECESSAIRE: f"{cites} a besoin de «\u00a0{nom}\u00a0»\u00a0: annulez les deux, ou gardez les deux.",
        MotifRefus.ECHANGE_IMPOSSIBLE: f"{cites} n’est pas possible\u00a0: «\u00a0{nom}\u00a0» reste réservé.",
    }[motif]
