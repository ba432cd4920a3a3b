"""The rule that allots places: what always holds, whatever the town ordered and whoever asked."""

import datetime
import random
from collections import Counter
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reservations.enums import Critere, RaisonAttribution
from reservations.regles import Liens
from reservations.regles.attribution import Places, Situation, Voeu, attribuer, manques, tirage
from reservations.regles.prereservation import Prereservation
from tests.fabriques import instant

LUNDI = datetime.date(2018, 2, 26)
MATIN, SOIR, REPAS = 1, 2, 3
DEPART = instant(2018, 1, 8, 9)
#: « Repas » demands « Matin » or « Soir ».
LIENS = Liens(exige={REPAS: frozenset({MATIN, SOIR})})
TOUS = [Critere.RESIDENCE, Critere.PARENTS_ACTIFS, Critere.FRATRIE, Critere.DATE]


def situation(*, residente=True, parents_actifs=False, fratrie=False, minute=0, tirage="a"):
    return Situation(residente, parents_actifs, fratrie, DEPART + datetime.timedelta(minutes=minute), tirage)


def voeu(numero, *, dossier=None, jour=0, prestation=MATIN, salle=None, impose=None, **champs):
    return Voeu(
        presence=numero,
        dossier=dossier or numero,
        jour=LUNDI + datetime.timedelta(days=jour),
        prestation=prestation,
        creneau=jour * 10 + prestation,
        salle=salle,
        situation=situation(**champs),
        impose=impose,
    )


def donnes(resultats):
    return {presence for presence, une in resultats.items() if une.donnee}


situations = st.builds(
    Situation,
    residente=st.booleans(),
    parents_actifs=st.booleans(),
    fratrie=st.booleans(),
    demandee_le=st.integers(0, 3).map(lambda minutes: DEPART + datetime.timedelta(minutes=minutes)),
    tirage=st.sampled_from("abcdef"),
)


@st.composite
def scenes(draw):
    """Up to eight files on two days and three prestations, one room shared by two of them, and few places."""
    choisies = draw(st.lists(situations, min_size=1, max_size=8))
    voeux = []
    for dossier, sienne in enumerate(choisies, start=1):
        demandes = draw(
            st.sets(st.tuples(st.sampled_from([0, 1]), st.sampled_from([MATIN, SOIR, REPAS])), min_size=1, max_size=4)
        )
        for jour, prestation in sorted(demandes):
            impose = draw(st.sampled_from([None, None, None, None, True, False]))
            salle = jour + 1 if prestation != REPAS else None
            voeux.append(
                replace(
                    voeu(len(voeux) + 1, dossier=dossier, jour=jour, prestation=prestation, salle=salle),
                    situation=sienne,
                    impose=impose,
                )
            )
    places = Places(
        {jour * 10 + prestation: draw(st.integers(0, 3)) for jour in (0, 1) for prestation in (MATIN, SOIR, REPAS)},
        {1: draw(st.integers(0, 4)), 2: draw(st.integers(0, 4))},
    )
    criteres = draw(st.permutations(TOUS).flatmap(lambda ordre: st.integers(0, 4).map(lambda n: list(ordre)[:n])))
    liens = draw(st.sampled_from([Liens(), LIENS, Liens(ajoute={MATIN: frozenset({REPAS})})]))
    return voeux, places, criteres, liens


def comptes(voeux, resultats):
    creneaux = Counter(un.creneau for un in voeux if resultats[un.presence].donnee)
    salles = Counter(un.salle for un in voeux if resultats[un.presence].donnee and un.salle)
    return creneaux, salles


@given(scenes())
def test_never_more_places_than_there_are(scene):
    voeux, places, criteres, liens = scene
    creneaux, salles = comptes(voeux, attribuer(voeux, places, criteres, liens=liens))
    assert all(nombre <= places.creneaux[creneau] for creneau, nombre in creneaux.items())
    assert all(nombre <= places.salles[salle] for salle, nombre in salles.items())


@given(scenes())
def test_no_place_stays_free_that_a_request_could_take_on_its_own(scene):
    voeux, places, criteres, liens = scene
    resultats = attribuer(voeux, places, criteres, liens=liens)
    creneaux, salles = comptes(voeux, resultats)
    for un in voeux:
        if resultats[un.presence].donnee or un.impose is not None:
            continue
        libre = creneaux[un.creneau] < places.creneaux[un.creneau]
        libre = libre and (un.salle is None or salles[un.salle] < places.salles[un.salle])
        siens = frozenset(
            autre.prestation
            for autre in voeux
            if (autre.dossier, autre.jour) == (un.dossier, un.jour) and resultats[autre.presence].donnee
        )
        assert not libre or manques(siens, {un.prestation}, liens)


@given(scenes(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(scene, hasard):
    voeux, places, criteres, liens = scene
    melanges = list(voeux)
    hasard.shuffle(melanges)
    assert attribuer(melanges, places, criteres, liens=liens) == attribuer(voeux, places, criteres, liens=liens)


AMELIORATIONS = [
    lambda s: replace(s, residente=True),
    lambda s: replace(s, parents_actifs=True),
    lambda s: replace(s, fratrie=True),
    lambda s: replace(s, demandee_le=s.demandee_le - datetime.timedelta(minutes=2)),
]


@given(scenes(), st.sampled_from(AMELIORATIONS), st.data())
def test_a_file_that_meets_one_criterion_more_is_never_served_worse(scene, ameliorer, data):
    voeux, places, criteres, liens = scene
    voeux = [replace(un, impose=None) for un in voeux]
    dossier = data.draw(st.sampled_from(sorted({un.dossier for un in voeux})))
    mieux = [replace(un, situation=ameliorer(un.situation)) if un.dossier == dossier else un for un in voeux]
    avant = attribuer(voeux, places, criteres, liens=liens)
    apres = attribuer(mieux, places, criteres, liens=liens)
    siens = [un.presence for un in voeux if un.dossier == dossier]
    assert sum(apres[pk].donnee for pk in siens) >= sum(avant[pk].donnee for pk in siens)
    assert all(apres[pk].rang <= avant[pk].rang for pk in siens)


@given(scenes())
def test_nothing_linked_is_given_alone(scene):
    voeux, places, criteres, liens = scene
    resultats = attribuer(voeux, places, criteres, liens=liens)
    par_jour = {}
    for un in voeux:
        if resultats[un.presence].donnee:
            par_jour.setdefault((un.dossier, un.jour), set()).add(un.prestation)
    assert not any(manques(frozenset(), prestations, liens) for prestations in par_jour.values())


@given(scenes())
def test_without_links_nor_rooms_those_served_are_the_first_of_the_order(scene):
    """Brute force: sort, and cut at the number of places."""
    voeux, places, criteres, _ = scene
    voeux = [replace(un, impose=None, salle=None) for un in voeux]
    resultats = attribuer(voeux, places, criteres)
    valeurs = {
        Critere.RESIDENCE: lambda s: not s.residente,
        Critere.PARENTS_ACTIFS: lambda s: not s.parents_actifs,
        Critere.FRATRIE: lambda s: not s.fratrie,
        Critere.DATE: lambda s: s.demandee_le,
    }
    for creneau in {un.creneau for un in voeux}:
        demandes = sorted(
            (un for un in voeux if un.creneau == creneau),
            key=lambda un: ([valeurs[c](un.situation) for c in criteres], un.situation.tirage, un.dossier),
        )
        servis = {un.presence for un in demandes[: places.creneaux[creneau]]}
        assert {un.presence for un in demandes if resultats[un.presence].donnee} == servis
        assert [resultats[un.presence].rang for un in demandes] == list(range(1, len(demandes) + 1))


@pytest.mark.parametrize(
    ("criteres", "premier", "critere"),
    [
        ([Critere.RESIDENCE, Critere.DATE], 1, Critere.RESIDENCE),
        ([Critere.DATE, Critere.RESIDENCE], 2, Critere.DATE),
        ([Critere.PARENTS_ACTIFS, Critere.RESIDENCE], 2, Critere.PARENTS_ACTIFS),
        ([Critere.FRATRIE], 2, Critere.TIRAGE),
        ([], 2, Critere.TIRAGE),
    ],
)
def test_the_order_of_the_criteria_decides_and_the_one_that_settled_is_named(criteres, premier, critere):
    voeux = [
        voeu(1, residente=True, minute=5, tirage="b"),
        voeu(2, residente=False, minute=1, parents_actifs=True, tirage="a"),
    ]
    resultats = attribuer(voeux, Places({MATIN: 1}), criteres)
    assert donnes(resultats) == {premier}
    assert {une.critere for une in resultats.values()} == {critere}
    assert (resultats[premier].rang, resultats[premier].raison) == (1, RaisonAttribution.RANG)
    assert resultats[3 - premier].raison == RaisonAttribution.COMPLET


def test_when_everybody_has_a_place_nothing_had_to_settle():
    resultats = attribuer([voeu(1), voeu(2, residente=False)], Places({MATIN: 2}), TOUS)
    assert {(une.raison, une.critere) for une in resultats.values()} == {(RaisonAttribution.ASSEZ, None)}


def test_a_linked_choice_without_its_other_choice_leaves_its_place_to_the_next_one():
    voeux = [
        voeu(1, prestation=MATIN, minute=9),
        voeu(2, dossier=1, prestation=REPAS, minute=9),
        voeu(3, prestation=MATIN),
        voeu(4, dossier=3, prestation=REPAS),
        voeu(5, prestation=SOIR, minute=10),
        voeu(6, dossier=5, prestation=REPAS, minute=10),
    ]
    resultats = attribuer(voeux, Places({MATIN: 1, SOIR: 1, REPAS: 3}), [Critere.DATE], liens=LIENS)
    assert donnes(resultats) == {3, 4, 5, 6}
    assert (resultats[2].raison, resultats[2].manque) == (RaisonAttribution.LIEN, MATIN)


def test_what_the_service_imposes_comes_first_and_never_goes_beyond_the_places():
    voeux = [voeu(1), voeu(2, residente=False, impose=True), voeu(3, residente=False, impose=True, minute=1)]
    resultats = attribuer(voeux, Places({MATIN: 1}), TOUS)
    assert donnes(resultats) == {2}
    assert resultats[2].raison == RaisonAttribution.AGENT
    assert resultats[1].raison == RaisonAttribution.COMPLET
    assert resultats[3].raison == RaisonAttribution.COMPLET


def test_a_place_that_the_service_withdraws_goes_to_the_next():
    voeux = [voeu(1, impose=False), voeu(2, residente=False)]
    resultats = attribuer(voeux, Places({MATIN: 1}), TOUS)
    assert donnes(resultats) == {2}
    assert (resultats[1].raison, resultats[1].rang) == (RaisonAttribution.AGENT, 1)


def test_the_draw_is_the_same_each_time_and_not_the_order_of_the_files():
    periode = UUID(int=7)
    tirages = [tirage(periode, UUID(int=numero)) for numero in range(20)]
    assert tirages == [tirage(periode, UUID(int=numero)) for numero in range(20)]
    assert tirages != sorted(tirages)
    assert tirages != [tirage(UUID(int=8), UUID(int=numero)) for numero in range(20)]


def test_a_thousand_requests_are_served_in_the_order_of_the_draw():
    hasard = random.Random(5)
    voeux = [voeu(numero, tirage=f"{hasard.random():.12f}") for numero in range(1, 1001)]
    resultats = attribuer(voeux, Places({MATIN: 300}), [])
    ordre = sorted(voeux, key=lambda un: un.situation.tirage)
    assert donnes(resultats) == {un.presence for un in ordre[:300]}


FIN = instant(2018, 1, 31, 12)


@pytest.mark.parametrize(
    ("maintenant", "etat", "ouverte", "close"),
    [
        (instant(2018, 1, 8, 8, 59, 59), {}, False, False),
        (DEPART, {}, True, False),
        (FIN, {}, True, False),
        (FIN + datetime.timedelta(microseconds=1), {}, False, True),
        (DEPART, {"confirmee": True}, False, True),
        (FIN + datetime.timedelta(days=9), {"confirmee": True, "attribuee": True}, False, False),
    ],
)
def test_the_window_opens_and_closes_at_its_very_instants(maintenant, etat, ouverte, close):
    fenetre = Prereservation(DEPART, FIN, **etat)
    assert (fenetre.ouverte(maintenant), fenetre.close(maintenant)) == (ouverte, close)
