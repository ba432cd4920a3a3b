"""Known passwords are refused: common words of French and English, dates, rows of keys, one's own names and town."""

import datetime
import time

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.urls import reverse

from portail.commun.mots_connus import Genre, lire, mots_courants
from portail.commun.mots_de_passe import BITS_INCONNUS, PasDejaConnu, RegleCnil
from tests.fabriques import MOT_DE_PASSE, FabriqueEnfant


@pytest.mark.parametrize(
    ("mot_de_passe", "genre"),
    [
        ("Bonjour2024!", Genre.MOT),
        ("Motdepasse1!", Genre.MOT),
        ("M0td3p@sse2025!", Genre.MOT),
        ("Azerty123456!", Genre.SUITE),
        ("azertyuiopqsdfghjklm", Genre.MOT),
        ("Qsdfghjklm-98765", Genre.SUITE),
        ("bonjourbonjourbonjour", Genre.REPETITION),
        ("Trampo1!Trampo1!", Genre.REPETITION),
        ("Printemps2026?", Genre.DATE),
        ("Loulou-14/07/2012", Genre.DATE),
        ("Doudou+Louis+2019", Genre.MOT),
        ("Bretagne44740!!", Genre.DATE),
        ("P@ssw0rd2024!", Genre.MOT),
        ("ÉlodieChérie#1987", Genre.MOT),
        ("Enfance-Jeunesse-44", Genre.MOT),
    ],
)
def test_what_the_cnil_s_rule_lets_through_but_everybody_chooses_is_refused(mot_de_passe, genre):
    RegleCnil().validate(mot_de_passe)
    lecture = lire(mot_de_passe)
    assert lecture.bits < BITS_INCONNUS, lecture
    assert genre in lecture.genres


@pytest.mark.parametrize(
    "mot_de_passe",
    [
        MOT_DE_PASSE,
        "Falaise-Ocre-77",
        "Marais-Salants-44",
        "cheval agrafe batterie correct",
        "lechatmangelasouris",
        "xK9#mQ2$vL7!",
        "Goélands-Argentés-9",
        "Chaise Verte Lampe 8",
    ],
)
def test_a_good_password_or_phrase_is_left_alone(mot_de_passe):
    RegleCnil().validate(mot_de_passe)
    assert lire(mot_de_passe).bits >= BITS_INCONNUS


def test_each_known_piece_counts_whatever_its_capitals_accents_and_signs_in_place_of_letters():
    reference = lire("bonjour").bits
    for variante in ("BONJOUR", "Bonjour", "b0nj0ur", "B0NJ0UR", "bönjoûr"):
        assert lire(variante).bits <= reference + 3


def test_the_french_words_are_what_refuses_the_french_passwords(monkeypatch):
    """Negative control: with the English list alone, these pass."""
    assert lire("Pupuce-Calin-86").bits < BITS_INCONNUS
    anglais = {mot: bits for mot, bits in mots_courants().items() if mot not in {"pupuce", "calin"}}
    monkeypatch.setattr("portail.commun.mots_connus.mots_courants", lambda: anglais)
    assert lire("Pupuce-Calin-86").bits >= BITS_INCONNUS


def test_reading_a_huge_password_stays_short():
    debut = time.process_time()
    lire("Ab1!" * 20_000)
    assert time.process_time() - debut < 1


@pytest.mark.parametrize(
    "mot_de_passe",
    [
        "Batz-sur-Mer2024!",
        "Batzsurmer-44740!",
        "AABELIUM-claire-2",
        "Kerguelen01/01/2011!",
        "Kerguelen-Aabelium7",
        "01012011-Kerguelen!",
    ],
)
def test_the_town_and_what_is_known_of_the_person_are_no_secret(commune, famille, parent, mot_de_passe):
    """The child bears a name that no list has: only the household tells it."""
    lisible_sans_eux = lire(mot_de_passe).bits
    FabriqueEnfant(famille=famille, prenom="Kerguelen", date_naissance=datetime.date(2011, 1, 1))
    famille.responsables.update(nom="Aabelium", prenom="Claire")
    with pytest.raises(ValidationError, match="se devine"):
        PasDejaConnu().validate(mot_de_passe, parent)
    assert lisible_sans_eux > lire(mot_de_passe, ["Kerguelen", "Aabelium", "Batz-sur-Mer", "Claire"]).bits


def test_the_child_of_a_stranger_says_nothing_of_mine(commune, parent, autre_famille):
    FabriqueEnfant(famille=autre_famille, prenom="Kerguelen")
    PasDejaConnu().validate("Kerguelen-Zwoplu-7", parent)


def test_every_page_that_sets_a_password_refuses_a_known_one_beside_its_field(client, commune, parent):
    for page in ("account_change_password",):
        client.force_login(parent)
        donnees = {"oldpassword": MOT_DE_PASSE, "password1": "Bonjour2024!", "password2": "Bonjour2024!"}
        reponse = client.post(reverse(page), donnees)
        assert "se devine" in reponse.content.decode()
    parent.refresh_from_db()
    assert parent.check_password(MOT_DE_PASSE)


def test_the_settings_apply_the_rule_wherever_a_password_is_validated(commune, parent):
    with pytest.raises(ValidationError) as refus:
        validate_password("Soleil-Lune-2024!", parent)
    assert "mot_de_passe_connu" in {erreur.code for erreur in refus.value.error_list}
