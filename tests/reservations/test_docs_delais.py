"""The worked tables of ``docs/delais.md`` are what the engine answers, and the words of its rules are the product's."""

import re
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from portail.commun.dates import PARIS
from portail.commun.templatetags.typographie import JOURS
from reservations.enums import GenreDelai, MotifRefus, SiLimiteFermee, TypeJours
from reservations.models import RegleDelai
from reservations.regles import Calendrier, Delai, FenetreDeReservation, JourDemande, date_limite, motifs_de_refus
from tests.documentation import cellules, paragraphe

PAGE = Path(__file__).resolve().parents[2] / "docs" / "delais.md"
MIDI = time(12)
DEUX_JOURS_OUVRES = Delai(2, TypeJours.OUVRES, MIDI)
DEBUT_DE_PERIODE = date(2018, 2, 26)
COLONNES = {
    "Jours ouvrés": TypeJours.OUVRES,
    "Jours ouvrables": TypeJours.OUVRABLES,
    "Jours d’école": TypeJours.SCOLAIRES,
    "Jours calendaires": TypeJours.CALENDAIRES,
}
#: The rules of the page, as an agent types them; the page names them with the sentence of the product.
AUTRES_REGLES = [
    RegleDelai(genre=GenreDelai.HEURES, nombre=48, heure=time(8, 30), type_jours=TypeJours.CALENDAIRES),
    RegleDelai(genre=GenreDelai.HEURES, nombre=24, heure=time(0), type_jours=TypeJours.CALENDAIRES),
    RegleDelai(genre=GenreDelai.HEURES, nombre=72, heure=time(7, 30), type_jours=TypeJours.OUVRES),
    RegleDelai(genre=GenreDelai.JAMAIS, heure=MIDI),
    RegleDelai(genre=GenreDelai.SEMAINE, nombre=1, jour_semaine=3, heure=time(10)),
    RegleDelai(genre=GenreDelai.TABLEAU, tableau="lundi : vendredi 9:00\njeudi : mardi 9:00", heure=MIDI),
    RegleDelai(genre=GenreDelai.DATE, date_fixe=date(2018, 2, 9), heure=time(20)),
    RegleDelai(genre=GenreDelai.PERIODE, nombre=15, type_jours=TypeJours.CALENDAIRES, francs=True, heure=time(23, 59)),
    RegleDelai(genre=GenreDelai.MOIS, nombre=1, heure=time(23, 59)),
]


def en_mots(regle):
    return regle.en_mots.replace("\xa0", " ").replace("\u202f", " ")


def en_date(texte):
    """Read « lun. 15/01/2018 », and check that this day is a Monday."""
    court, chiffres = texte.split()
    jour = datetime.strptime(chiffres, "%d/%m/%Y").replace(tzinfo=PARIS).date()
    assert f"{JOURS[jour.weekday()][:3]}." == court, texte
    return jour


def en_instant(texte):
    """Read « jeu. 11/01/2018 à 12 h » or « à 8 h 30 » or « à 12:00:01 » as wall clock; none for a day never open."""
    if texte == "jamais réservable":
        return None
    jour, heure = texte.split(" à ")
    nombres = [int(nombre) for nombre in re.findall(r"\d+", heure)]
    return datetime.combine(en_date(jour), time(*nombres), tzinfo=PARIS)


@pytest.fixture(scope="module")
def calendrier():
    """The closed days and the holidays that the page announces."""
    fermes = re.findall(r"\d\d/\d\d/\d{4}", paragraphe(PAGE, "- jours fermés"))
    bornes = re.findall(r"du (\S+) au (\d\d/\d\d/\d{4})", paragraphe(PAGE, "- vacances scolaires"))
    assert len(fermes) == 7
    assert len(bornes) == 3
    vacances = set()
    for premier, dernier in bornes:
        du, au = (datetime.strptime(un, "%d/%m/%Y").replace(tzinfo=PARIS).date() for un in (premier, dernier))
        vacances |= {du + timedelta(days=rang) for rang in range((au - du).days + 1)}
    jours = frozenset(datetime.strptime(un, "%d/%m/%Y").replace(tzinfo=PARIS).date() for un in fermes)
    return Calendrier(jours, frozenset(vacances))


@pytest.mark.parametrize(
    "ligne", cellules(PAGE, "« 2 jours ouvrés avant", rang=1), ids=lambda une: une["Jour souhaité"]
)
@pytest.mark.parametrize("colonne", COLONNES)
def test_two_days_before_by_each_kind_of_days(calendrier, ligne, colonne):
    delai = Delai(2, COLONNES[colonne], MIDI)
    assert date_limite(en_date(ligne["Jour souhaité"]), delai, calendrier) == en_instant(ligne[colonne])


@pytest.mark.parametrize("ligne", cellules(PAGE, "La minute juste"), ids=lambda une: une["Envoi de la demande"])
def test_the_bound_is_included(calendrier, ligne):
    jour, maintenant = date(2018, 1, 15), en_instant(ligne["Envoi de la demande"])
    limite = date_limite(jour, DEUX_JOURS_OUVRES, calendrier)
    demande = JourDemande(jour=jour, limite=limite, places_libres=1, ferme=False, deja_actif=False)
    fenetre = FenetreDeReservation(ouverture=None, dernier_jour=date(2018, 7, 6))
    motifs = motifs_de_refus(demande, fenetre, maintenant=maintenant, aujourdhui=maintenant.date())
    assert [MotifRefus(motif).label for motif in motifs] == (
        [] if ligne["Réponse"] == "prise en compte" else [ligne["Réponse"]]
    )


@pytest.mark.parametrize(
    "ligne", cellules(PAGE, "Les autres façons"), ids=lambda une: f"{une['Règle']}, {une['Jour souhaité']}"
)
def test_the_other_ways_to_say_a_deadline(calendrier, ligne):
    (regle,) = [une for une in AUTRES_REGLES if en_mots(une) == ligne["Règle"]]
    jour = en_date(ligne["Jour souhaité"])
    obtenue = date_limite(jour, regle.delai, calendrier, debut_periode=DEBUT_DE_PERIODE)
    assert obtenue == en_instant(ligne["Dernier moment"])


def test_every_other_way_is_on_the_page():
    phrases = {ligne["Règle"] for ligne in cellules(PAGE, "Les autres façons")}
    assert phrases == {en_mots(regle) for regle in AUTRES_REGLES}
    assert {regle.genre for regle in AUTRES_REGLES} == set(GenreDelai) - {GenreDelai.JOURS}
    assert f"{DEBUT_DE_PERIODE:%d/%m/%Y}" in paragraphe(PAGE, "Pour les deux dernières")


@pytest.mark.parametrize("ligne", cellules(PAGE, "Quand la limite"), ids=lambda une: une["Jour souhaité"])
@pytest.mark.parametrize(
    ("colonne", "choix"), [("Limite gardée", SiLimiteFermee.GARDER), ("Limite qui recule", SiLimiteFermee.RECULER)]
)
def test_a_limit_on_a_closed_day(calendrier, ligne, colonne, choix):
    delai = Delai(2, TypeJours.CALENDAIRES, MIDI, si_fermee=choix)
    assert date_limite(en_date(ligne["Jour souhaité"]), delai, calendrier) == en_instant(ligne[colonne])
