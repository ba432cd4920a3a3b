"""The rules, by tables: a clock-change day, a holiday, the exact minute, zero, the last place."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portail.commun.dates import PARIS
from reservations.enums import EtatPresence, MotifRefus, TypeJours
from reservations.regles import (
    Calendrier,
    Delai,
    FenetreDeReservation,
    JourDemande,
    changement_de_places,
    date_limite,
    est_permise,
    motifs_de_refus,
)
from reservations.regles.jours import motifs_de_refus_annulation
from reservations.regles.transitions import TRANSITIONS

DEUX_JOURS_OUVRES = Delai(2, TypeJours.OUVRES, time(12))
FERMES_2018 = frozenset({date(2018, 1, 1), date(2018, 4, 2), date(2018, 5, 1), date(2018, 5, 8), date(2018, 5, 10)})


def paris(*args):
    return datetime(*args, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("jour", "delai", "attendue"),
    [
        pytest.param(date(2018, 1, 15), DEUX_JOURS_OUVRES, paris(2018, 1, 11, 12), id="lundi"),
        pytest.param(date(2018, 1, 18), DEUX_JOURS_OUVRES, paris(2018, 1, 16, 12), id="jeudi"),
        pytest.param(date(2018, 5, 14), DEUX_JOURS_OUVRES, paris(2018, 5, 9, 12), id="après l’Ascension"),
        pytest.param(date(2018, 1, 2), DEUX_JOURS_OUVRES, paris(2017, 12, 28, 12), id="après un férié"),
        pytest.param(date(2018, 3, 27), DEUX_JOURS_OUVRES, paris(2018, 3, 23, 12), id="passage à l’heure d’été"),
        pytest.param(date(2018, 10, 29), DEUX_JOURS_OUVRES, paris(2018, 10, 25, 12), id="passage à l’heure d’hiver"),
        pytest.param(
            date(2018, 1, 15), Delai(2, TypeJours.OUVRABLES, time(12)), paris(2018, 1, 12, 12), id="ouvrables"
        ),
        pytest.param(
            date(2018, 1, 15), Delai(2, TypeJours.CALENDAIRES, time(12)), paris(2018, 1, 13, 12), id="calendaires"
        ),
        pytest.param(
            date(2018, 1, 15), Delai(0, TypeJours.OUVRES, time(9)), paris(2018, 1, 15, 9), id="zéro : le matin même"
        ),
    ],
)
def test_deadline(jour, delai, attendue):
    assert date_limite(jour, delai, Calendrier(FERMES_2018)) == attendue


def test_the_deadline_is_noon_in_paris_on_both_sides_of_a_clock_change():
    avant = date_limite(date(2018, 3, 27), DEUX_JOURS_OUVRES, Calendrier(frozenset()))
    apres = date_limite(date(2018, 3, 28), DEUX_JOURS_OUVRES, Calendrier(frozenset()))
    assert avant.astimezone(UTC).hour == 11
    assert apres.astimezone(UTC).hour == 10


def demande(**champs):
    valeurs = {"jour": date(2018, 1, 15), "limite": paris(2018, 1, 11, 12), "places_libres": 1}
    return JourDemande(**valeurs | {"ferme": False, "deja_actif": False} | champs)


TOUJOURS = FenetreDeReservation(ouverture=None, dernier_jour=date(2018, 7, 6))


@pytest.mark.parametrize(
    ("champs", "fenetre", "maintenant", "attendus"),
    [
        ({}, TOUJOURS, paris(2018, 1, 11, 12), []),
        ({}, TOUJOURS, paris(2018, 1, 11, 12, 0, 0, 1), [MotifRefus.HORS_DELAI]),
        ({"places_libres": 0}, TOUJOURS, paris(2018, 1, 11), [MotifRefus.COMPLET]),
        ({"ferme": True}, TOUJOURS, paris(2018, 1, 11), [MotifRefus.FERME]),
        ({"deja_actif": True, "places_libres": 0}, TOUJOURS, paris(2018, 1, 11), [MotifRefus.DEJA_DEMANDE]),
        ({}, TOUJOURS, paris(2018, 1, 16), [MotifRefus.JOUR_PASSE]),
        (
            {},
            FenetreDeReservation(paris(2018, 1, 10, 8), date(2018, 7, 6)),
            paris(2018, 1, 10, 7, 59),
            [MotifRefus.PAS_ENCORE_OUVERT],
        ),
        ({}, FenetreDeReservation(paris(2018, 1, 10, 8), date(2018, 7, 6)), paris(2018, 1, 10, 8), []),
        ({}, FenetreDeReservation(None, date(2018, 1, 10)), paris(2018, 1, 10, 23, 59), []),
        (
            {},
            FenetreDeReservation(None, date(2018, 1, 10)),
            paris(2018, 1, 11),
            [MotifRefus.RESERVATIONS_CLOSES],
        ),
        (
            {"places_libres": 0},
            TOUJOURS,
            paris(2018, 1, 12),
            [MotifRefus.HORS_DELAI, MotifRefus.COMPLET],
        ),
    ],
)
def test_every_reason_is_given(champs, fenetre, maintenant, attendus):
    assert motifs_de_refus(demande(**champs), fenetre, maintenant=maintenant, aujourdhui=maintenant.date()) == attendus


@pytest.mark.parametrize(
    ("etat", "maintenant", "attendus"),
    [
        (EtatPresence.ACCEPTEE, paris(2018, 1, 11, 12), []),
        (EtatPresence.DEMANDEE, paris(2018, 1, 11, 12), []),
        (EtatPresence.LISTE_ATTENTE, paris(2018, 1, 11, 12), []),
        (EtatPresence.ACCEPTEE, paris(2018, 1, 11, 12, 1), [MotifRefus.HORS_DELAI_ANNULATION]),
        (EtatPresence.ACCEPTEE, paris(2018, 1, 16), [MotifRefus.JOUR_PASSE]),
        (None, paris(2018, 1, 11), [MotifRefus.RIEN_A_ANNULER]),
        (EtatPresence.REFUSEE, paris(2018, 1, 11), [MotifRefus.RIEN_A_ANNULER]),
        (EtatPresence.ANNULATION_DEMANDEE, paris(2018, 1, 11), [MotifRefus.TRANSITION_IMPOSSIBLE]),
        (EtatPresence.PRESENTE, paris(2018, 1, 15, 9), [MotifRefus.DEJA_POINTE, MotifRefus.HORS_DELAI_ANNULATION]),
    ],
)
def test_every_reason_not_to_cancel_is_given(etat, maintenant, attendus):
    motifs = motifs_de_refus_annulation(
        etat, date(2018, 1, 15), paris(2018, 1, 11, 12), maintenant=maintenant, aujourdhui=maintenant.date()
    )
    assert motifs == attendus


@given(
    jour=st.dates(date(2017, 1, 1), date(2028, 12, 31)),
    nombre=st.integers(0, 15),
    type_jours=st.sampled_from(TypeJours),
    avant=st.frozensets(st.integers(0, 40), max_size=20),
)
def test_a_later_day_never_has_an_earlier_deadline(jour, nombre, type_jours, avant):
    calendrier = Calendrier(frozenset(jour - timedelta(days=rang) for rang in avant))
    delai = Delai(nombre, type_jours, time(12))
    assert date_limite(jour, delai, calendrier) <= date_limite(jour + timedelta(days=1), delai, calendrier)


@given(
    jour=st.dates(date(2017, 1, 1), date(2028, 12, 31)),
    nombre=st.integers(1, 15),
    type_jours=st.sampled_from(TypeJours),
    avant=st.frozensets(st.integers(0, 40), max_size=20),
)
def test_exactly_so_many_days_that_count_separate_a_day_from_its_deadline(jour, nombre, type_jours, avant):
    calendrier = Calendrier(frozenset(jour - timedelta(days=rang) for rang in avant))
    limite = date_limite(jour, Delai(nombre, type_jours, time(12)), calendrier)
    entre = [limite.date() + timedelta(days=rang) for rang in range((jour - limite.date()).days)]
    assert sum(calendrier.compte(un, type_jours) for un in entre) == nombre
    assert calendrier.compte(limite.date(), type_jours)
    assert limite.hour == 12


def test_every_state_has_its_transitions():
    assert set(TRANSITIONS) == {None, *EtatPresence}


@pytest.mark.parametrize(
    ("avant", "apres", "permise", "places"),
    [
        (None, EtatPresence.DEMANDEE, True, 1),
        (EtatPresence.DEMANDEE, EtatPresence.ACCEPTEE, True, 0),
        (EtatPresence.DEMANDEE, EtatPresence.REFUSEE, True, -1),
        (EtatPresence.LISTE_ATTENTE, EtatPresence.ACCEPTEE, True, 1),
        (EtatPresence.ACCEPTEE, EtatPresence.ANNULATION_DEMANDEE, True, 0),
        (EtatPresence.ANNULATION_DEMANDEE, EtatPresence.ANNULEE, True, -1),
        (EtatPresence.REFUSEE, EtatPresence.DEMANDEE, True, 1),
        (EtatPresence.REFUSEE, EtatPresence.ANNULEE, False, 0),
        (EtatPresence.ANNULEE, EtatPresence.PRESENTE, False, 1),
    ],
)
def test_transitions_and_what_they_do_to_places(avant, apres, permise, places):
    assert est_permise(avant, apres) is permise
    assert changement_de_places(avant, apres) == places
