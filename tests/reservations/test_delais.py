"""The deadline engine: published rules of real communes, properties, and ten thousand cases against an oracle."""

import json
import random
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from reservations.calendrier import jours_fermes_entre
from reservations.enums import GenreDelai, SiLimiteFermee, TypeJours
from reservations.models import JourFerme, RegleDelai, VacancesScolaires
from reservations.models.calendrier import lire_tableau
from reservations.regles import Calendrier, Delai, FenetreDeReservation, JourDemande, date_limite, motifs_de_refus
from reservations.regles.delais import mois_avant
from tests.fabriques import instant, membre_du_personnel
from tests.reservations.oracle_delais import limite

ATTENDUES = json.loads((Path(__file__).parent / "donnees" / "delais.json").read_text())
OUVRES, CALENDAIRES = TypeJours.OUVRES, TypeJours.CALENDAIRES
MINUIT, SOIR = time(0), time(23, 59)
VAILHAUQUES = "lundi : vendredi 9:00\nmardi : vendredi 9:00\njeudi : mardi 9:00\nvendredi : mardi 9:00"
RONTALON = "lundi : vendredi 11:00\nmardi : lundi 11:00\njeudi : mardi 11:00\nvendredi : jeudi 11:00"
#: Real rules, each with what an agent would type.
REGLES = {
    "batz_J-2_ouvres_12h": Delai(2, OUVRES, time(12)),
    "villes_soeurs_J-3_ouvres_soir": Delai(3, OUVRES, SOIR),
    "latessoualle_48h_avant_00h_du_jour": Delai(48, CALENDAIRES, MINUIT, GenreDelai.HEURES),
    "jacob_jeudi10h_semaine_suivante(resa)": Delai(1, OUVRES, time(10), GenreDelai.SEMAINE, jour_semaine=3),
    "jacob_veille_ouvree_10h(annul)": Delai(1, OUVRES, time(10)),
    "vailhauques_table": Delai(0, OUVRES, MINUIT, GenreDelai.TABLEAU, tableau=lire_tableau(VAILHAUQUES)),
    "rontalon_table": Delai(0, OUVRES, MINUIT, GenreDelai.TABLEAU, tableau=lire_tableau(RONTALON)),
}
DEBUTS = {"toussaint_2026_zoneB": date(2026, 10, 17), "hiver_2027_zoneB": date(2027, 2, 20)}


@pytest.fixture
def calendrier(db):
    """Public holidays as the command seeds them."""
    call_command("calendrier", annees="2026", zone="B", verbosity=0)
    return jours_fermes_entre(date(2026, 1, 1), date(2026, 12, 31)).calendrier()


def avec(delai, **champs):
    return Delai(**{nom: getattr(delai, nom) for nom in Delai.__dataclass_fields__} | champs)


@pytest.mark.parametrize(
    ("cle", "si_fermee"), [("days", SiLimiteFermee.GARDER), ("rolled_back", SiLimiteFermee.RECULER)]
)
@pytest.mark.parametrize("regle", REGLES)
def test_the_published_rules_of_real_communes(calendrier, cle, si_fermee, regle):
    obtenues = {}
    for jour in ATTENDUES[cle][regle]:
        limite = date_limite(date.fromisoformat(jour), avec(REGLES[regle], si_fermee=si_fermee), calendrier)
        obtenues[jour] = None if limite is None else f"{limite:%Y-%m-%dT%H:%M}"
    assert obtenues == ATTENDUES[cle][regle]


def test_every_published_rule_is_tried():
    assert set(REGLES) == set(ATTENDUES["days"]) == set(ATTENDUES["rolled_back"])


@pytest.mark.parametrize(
    ("regle", "delai"),
    [
        ("ten_days_before", Delai(10, CALENDAIRES, SOIR, GenreDelai.PERIODE)),
        ("eragny_15_jours_francs", Delai(15, CALENDAIRES, SOIR, GenreDelai.PERIODE, francs=True)),
    ],
)
def test_rules_counted_from_the_start_of_the_periode(regle, delai):
    obtenues = {}
    for nom, debut in DEBUTS.items():
        limite = date_limite(debut + timedelta(days=3), delai, Calendrier(frozenset()), debut_periode=debut)
        obtenues[nom] = f"{limite:%Y-%m-%dT%H:%M}"
    assert obtenues == ATTENDUES["periods"][regle]


@pytest.mark.parametrize(
    ("delai", "jour", "attendue"),
    [
        pytest.param(
            Delai(72, CALENDAIRES, time(7, 30), GenreDelai.HEURES), date(2026, 9, 14), "2026-09-11T07:30", id="72 h"
        ),
        pytest.param(
            Delai(72, OUVRES, time(7, 30), GenreDelai.HEURES),
            date(2026, 9, 14),
            "2026-09-09T07:30",
            id="72 h, samedi et dimanche exclus",
        ),
        pytest.param(
            Delai(24, OUVRES, MINUIT, GenreDelai.HEURES), date(2026, 9, 14), "2026-09-10T23:59", id="24 h ouvrées"
        ),
        pytest.param(
            Delai(24, CALENDAIRES, time(7, 30), GenreDelai.HEURES),
            date(2026, 3, 30),
            "2026-03-29T07:30",
            id="24 h, heure d’été",
        ),
        pytest.param(
            Delai(2, OUVRES, time(12), GenreDelai.SEMAINE, jour_semaine=4),
            date(2026, 9, 16),
            "2026-09-04T12:00",
            id="S-2",
        ),
        pytest.param(
            Delai(1, OUVRES, SOIR, GenreDelai.SEMAINE, jour_semaine=0),
            date(2026, 9, 20),
            "2026-09-07T23:59",
            id="dimanche",
        ),
        pytest.param(
            Delai(1, TypeJours.SCOLAIRES, time(11)), date(2026, 11, 2), "2026-10-16T11:00", id="jour de la rentrée"
        ),
        pytest.param(
            Delai(1, TypeJours.SCOLAIRES, time(11)), date(2026, 9, 17), "2026-09-15T11:00", id="mercredi sauté"
        ),
        pytest.param(
            Delai(0, OUVRES, time(20), GenreDelai.DATE, date_fixe=date(2026, 9, 24)),
            date(2026, 10, 20),
            "2026-09-24T20:00",
            id="date",
        ),
        pytest.param(
            Delai(1, OUVRES, SOIR, GenreDelai.MOIS), date(2026, 3, 31), "2026-02-28T23:59", id="un mois avant"
        ),
        pytest.param(Delai(0, OUVRES, time(9)), date(2026, 9, 14), "2026-09-14T09:00", id="le matin même"),
        pytest.param(
            Delai(2, OUVRES, time(12), francs=True),
            date(2026, 9, 18),
            "2026-09-15T12:00",
            id="deux jours francs ouvrés",
        ),
    ],
)
def test_other_kinds_of_rules(calendrier, delai, jour, attendue):
    assert f"{date_limite(jour, delai, calendrier):%Y-%m-%dT%H:%M}" == attendue


@pytest.mark.parametrize(
    ("jour", "nombre", "attendu"),
    [
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2024, 3, 31), 1, date(2024, 2, 29)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
        (date(2026, 12, 1), 12, date(2025, 12, 1)),
        (date(2026, 5, 10), 0, date(2026, 5, 10)),
        (date(2026, 1, 31), 2, date(2025, 11, 30)),
    ],
)
def test_months_back(jour, nombre, attendu):
    assert mois_avant(jour, nombre) == attendu


# --- Oracle ---------------------------------------------------------------------------------------------------------


def au_hasard(alea):
    def un_jour():
        return date(2024, 1, 1) + timedelta(days=alea.randrange(1460))

    genre = alea.choice(list(GenreDelai))
    delai = Delai(
        nombre=alea.randrange(0, 16) if genre != GenreDelai.HEURES else alea.choice([0, 1, 12, 24, 48, 72]),
        type_jours=alea.choice(list(TypeJours)),
        heure=time(alea.choice([0, 2, 2, 12, alea.randrange(24)]), alea.choice([0, 15, 30, 45])),
        genre=genre,
        francs=alea.random() < 0.3,
        jour_semaine=alea.randrange(7),
        tableau=tuple((voulu, alea.randrange(7), time(alea.randrange(24))) for voulu in alea.sample(range(7), 4)),
        date_fixe=alea.choice([un_jour(), *CHANGEMENTS_D_HEURE]),
        si_fermee=alea.choice(list(SiLimiteFermee)),
    )
    fermes = frozenset(un_jour() for _ in range(alea.randrange(60)))
    rentree = un_jour()
    vacances = frozenset(rentree + timedelta(days=rang) for rang in range(alea.randrange(20)))
    ponts = frozenset(un for un in fermes if alea.random() < 0.4)
    mairie = frozenset(un for un in ponts if alea.random() < 0.5)
    jour = alea.choice([un_jour(), alea.choice(CHANGEMENTS_D_HEURE) + timedelta(days=alea.randrange(4))])
    return jour, delai, Calendrier(fermes, vacances, ponts, mairie), alea.choice([None, un_jour()])


CHANGEMENTS_D_HEURE = [
    date(2024, 3, 31), date(2024, 10, 27), date(2025, 3, 30), date(2025, 10, 26), date(2026, 3, 29), date(2026, 10, 25),
]  # fmt: skip


def en_clair(delai, calendrier):
    """Say the rule and the calendar in the plain values of the oracle."""
    regle = {nom: getattr(delai, nom) for nom in Delai.__dataclass_fields__}
    regle |= {nom: regle[nom].value for nom in ("genre", "type_jours", "si_fermee")}
    lus = {
        "feries": calendrier.jours_fermes - calendrier.non_feries,
        "mairie": calendrier.mairie_seule,
        "accueils": calendrier.non_feries - calendrier.mairie_seule,
        "vacances": calendrier.vacances,
    }
    return regle, {nom: list(jours) for nom, jours in lus.items()}


def test_ten_thousand_cases_agree_with_the_oracle():
    alea, genres = random.Random(20260914), Counter()
    for _ in range(10_000):
        jour, delai, calendrier, debut = au_hasard(alea)
        obtenue = date_limite(jour, delai, calendrier, debut_periode=debut)
        attendue = limite(jour, *en_clair(delai, calendrier), debut)
        assert (obtenue and obtenue.astimezone(UTC)) == attendue, (jour, delai, calendrier, debut)
        genres[delai.genre] += 1
    assert min(genres.values()) > 1000
    assert len(genres) == len(GenreDelai)


@pytest.mark.parametrize(
    ("jour", "heure", "en_utc"),
    [
        (date(2026, 3, 29), time(1, 30), "00:30"),
        (date(2026, 3, 29), time(3, 30), "01:30"),
        (date(2026, 10, 25), time(1, 30), "23:30"),
        (date(2026, 10, 25), time(2, 30), "01:30"),
        (date(2026, 10, 25), time(3, 30), "02:30"),
    ],
)
def test_the_limit_is_the_hour_that_the_clock_shows_on_the_nights_it_changes(jour, heure, en_utc):
    obtenue = date_limite(jour, Delai(0, CALENDAIRES, heure), Calendrier(frozenset()))
    assert f"{obtenue.astimezone(UTC):%H:%M}" == en_utc


def test_nobody_is_late_while_the_clock_shows_no_more_than_the_limit():
    """Sunday 25 October 2026, 2 h 30, which comes twice: every minute of the night is asked."""
    demande = date(2026, 10, 25)
    limite_lue = date_limite(demande, Delai(0, CALENDAIRES, time(2, 30)), Calendrier(frozenset()))
    refus = []
    for minute in range(5 * 60):
        maintenant = datetime(2026, 10, 24, 22, 0, tzinfo=UTC) + timedelta(minutes=minute)
        question = JourDemande(demande, limite_lue, places_libres=1, ferme=False, deja_actif=False)
        fenetre = FenetreDeReservation(None, demande)
        if motifs_de_refus(question, fenetre, maintenant=maintenant, aujourdhui=demande):
            refus.append(maintenant)
    assert refus[0] == datetime(2026, 10, 25, 1, 31, tzinfo=UTC)
    assert len(refus) == 5 * 60 - 211


@given(
    st.integers(0, 2**32), st.sampled_from([GenreDelai.JOURS, GenreDelai.HEURES, GenreDelai.SEMAINE, GenreDelai.DATE])
)
def test_a_later_day_never_has_an_earlier_deadline_under_a_monotone_rule(graine, genre):
    jour, delai, calendrier, _ = au_hasard(random.Random(graine))
    delai = avec(delai, genre=genre)
    assert date_limite(jour, delai, calendrier) <= date_limite(jour + timedelta(days=1), delai, calendrier)


@given(st.integers(0, 2**32))
def test_a_limit_that_moves_back_falls_on_a_worked_day_at_its_own_hour(graine):
    jour, delai, calendrier, debut = au_hasard(random.Random(graine))
    limite = date_limite(jour, avec(delai, si_fermee=SiLimiteFermee.RECULER), calendrier, debut_periode=debut)
    gardee = date_limite(jour, avec(delai, si_fermee=SiLimiteFermee.GARDER), calendrier, debut_periode=debut)
    if limite is not None:
        assert calendrier.compte(limite.date(), OUVRES)
        assert limite <= gardee
        assert limite.timetz().replace(tzinfo=None) == gardee.timetz().replace(tzinfo=None)


@pytest.mark.parametrize(
    ("type_jours", "attendue"),
    [("ouvres", "2026-05-13"), ("ouvrables", "2026-05-16"), ("scolaires", "2026-05-15"), ("calendaires", "2026-05-17")],
)
def test_a_bridge_of_the_town_hall_stays_ouvrable_and_a_school_day(calendrier, type_jours, attendue):
    """Friday 15 May 2026, after Ascension: the town hall alone is closed, and here the school works."""
    JourFerme.objects.create(jour="2026-05-15", libelle="Pont", nature="pont", ferme_les_accueils=False)
    VacancesScolaires.objects.filter(premier_jour="2026-05-14").delete()
    calendrier = jours_fermes_entre(date(2026, 5, 1), date(2026, 5, 31)).calendrier()
    limite = date_limite(date(2026, 5, 18), Delai(1, TypeJours(type_jours), time(12)), calendrier)
    assert f"{limite:%Y-%m-%d}" == attendue


def test_a_calendar_where_no_day_counts_does_not_walk_for_ever():
    toujours = Calendrier(frozenset(date(2020, 1, 1) + timedelta(days=rang) for rang in range(3000)))
    assert date_limite(date(2026, 9, 14), Delai(2, OUVRES, time(12)), toujours) is not None


# --- The rule as an agent writes it -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("texte", "phrase"),
    [
        ("lundi vendredi", "ne se lit pas"),
        ("lundi : vendredi 25:00", "l’heure n’existe pas"),
        ("lundi : vendredi 9:00\nlundi : jeudi 9:00", "deux fois"),
        ("lundy : vendredi 9:00", "ne se lit pas"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused_in_french(texte, phrase):
    with pytest.raises(ValidationError, match=phrase):
        lire_tableau(texte)


def test_a_table_is_read_as_people_write_it():
    assert lire_tableau(" Lundi: vendredi 9h\n\nmardi : vendredi 09:30 ") == ((0, 4, time(9)), (1, 4, time(9, 30)))


@pytest.mark.parametrize(
    ("champs", "mots"),
    [
        ({"nombre": 2}, "2 jours ouvrés avant la date souhaitée"),
        ({"nombre": 1}, "1 jour ouvré avant la date souhaitée"),
        ({"nombre": 0}, "le jour même"),
        (
            {"nombre": 15, "type_jours": "calendaires", "francs": True, "genre": "periode"},
            "15 jours francs avant le début de la période",
        ),
        ({"nombre": 1, "type_jours": "calendaires"}, "la veille"),
        ({"nombre": 0, "francs": True}, "1 jour ouvré avant la date souhaitée"),
        ({"nombre": 0, "genre": "periode"}, "le premier jour de la période"),
        ({"nombre": 1, "genre": "periode", "type_jours": "calendaires"}, "la veille du début de la période"),
        ({"nombre": 0, "genre": "mois"}, "le premier jour de la période"),
        (
            {"nombre": 48, "genre": "heures", "heure": time(8, 30), "type_jours": "calendaires"},
            "48 h avant 8 h 30 le jour souhaité",
        ),
        (
            {"nombre": 72, "genre": "heures", "heure": time(0)},
            "72 h avant 0 h le jour souhaité, en ne comptant que les jours ouvrés",
        ),
        ({"nombre": 0, "genre": "heures", "heure": time(9)}, "9 h le jour souhaité"),
        ({"genre": "jamais"}, "impossible en ligne"),
        (
            {"nombre": 2, "si_limite_fermee": "reculer"},
            "2 jours ouvrés avant la date souhaitée (le jour ouvré précédent si la mairie est fermée)",
        ),
        ({"nombre": 1, "genre": "semaine", "jour_semaine": 3}, "le jeudi de la semaine précédente"),
        ({"nombre": 2, "genre": "semaine", "jour_semaine": 3}, "le jeudi, 2 semaines avant"),
        ({"genre": "date", "date_fixe": date(2026, 9, 24)}, "jusqu’au 24/09/2026"),
        ({"genre": "mois", "nombre": 1}, "1 mois avant le début de la période"),
        ({"genre": "tableau", "tableau": "lundi : vendredi 9:00"}, "pour le lundi, le vendredi à 9 h"),
        ({"genre": "tableau", "tableau": "lundi : lundi 9:30"}, "pour le lundi, le lundi précédent à 9 h 30"),
    ],
)
def test_each_rule_is_said_in_words(champs, mots):
    lus = RegleDelai(**{"nom": "x", "heure": time(12)} | champs).en_mots
    assert lus.replace("\xa0", " ") == mots


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"genre": "semaine"}, "Choisissez le jour de la semaine"),
        ({"genre": "date"}, "Choisissez la date limite"),
        ({"genre": "tableau"}, "Écrivez au moins une ligne"),
        ({"nombre": 251}, "250"),
        ({"nombre": 101, "type_jours": "scolaires"}, "En jours d’école, 100 au plus."),
    ],
)
def test_an_incomplete_rule_is_refused_beside_its_field(client, commune, champs, phrase):
    from portail.roles import synchroniser

    synchroniser()
    client.force_login(membre_du_personnel("agent"))
    saisie = {"nom": "règle", "genre": "jours", "nombre": 1, "type_jours": "ouvres", "heure": "12:00"}
    reponse = client.post("/gestion/reservations/regledelai/add/", saisie | {"si_limite_fermee": "garder"} | champs)
    assert phrase in reponse.content.decode()
    assert not RegleDelai.objects.exists()


def test_a_day_that_the_table_forgets_cannot_be_booked(reservation, parent):
    from tests.reservations.gestes import envoyer, etats

    regle = reservation.periode.regle_reservation
    RegleDelai.objects.filter(pk=regle.pk).update(genre="tableau", tableau="lundi : vendredi 9:00")
    reservation.periode.regle_reservation.refresh_from_db()
    demande = envoyer(reservation, parent, 22, 23, maintenant=instant(2018, 1, 10, 9))
    assert etats(reservation) == {22: "demandee"}
    assert demande.lignes.get(creneau__jour="2018-01-23").motifs == ["jamais_reservable"]
