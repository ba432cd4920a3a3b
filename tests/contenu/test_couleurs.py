import pytest
from hypothesis import given
from hypothesis import strategies as st

from contenu.couleurs import CONTRASTE_MINIMAL, contraste, est_lisible, papier_blanc, phrase_de_refus, rendre_lisible


@pytest.mark.parametrize(
    ("une", "autre", "attendu"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#767676", "#ffffff", 4.54),
        ("#777777", "#ffffff", 4.48),
    ],
)
def test_contrast_is_the_one_of_wcag(une, autre, attendu):
    assert contraste(une, autre) == pytest.approx(attendu, abs=0.005)
    assert contraste(autre, une) == contraste(une, autre)


@pytest.mark.parametrize(
    ("couleur", "lisible"),
    [
        ("#0B5563", True),
        ("#B4541A", False),
        ("#000000", True),
        ("#767676", False),
        ("#FFFF00", False),
        ("#5F6B6D", True),
    ],
)
def test_a_colour_is_accepted_when_it_is_read_on_every_background_of_the_pages(couleur, lisible):
    assert est_lisible(couleur) is lisible


@given(st.integers(0, 0xFFFFFF).map(lambda n: f"#{n:06x}"))
def test_any_colour_becomes_readable_and_stays_so(couleur):
    resultat = rendre_lisible(couleur)
    assert est_lisible(resultat)
    assert contraste(resultat, "#ffffff") >= CONTRASTE_MINIMAL
    assert rendre_lisible(resultat) == resultat


@pytest.mark.parametrize("valeur", ["", "rouge", "#12345", "#1234567", "#0B5563;}body{display:none}"])
def test_what_is_not_a_colour_gives_the_default_one(valeur):
    assert rendre_lisible(valeur) == "#0b5563"


def test_the_refusal_says_how_much_is_missing_and_proposes_a_colour():
    phrase = phrase_de_refus("#767676")
    assert "4,5 pour 1" in phrase
    assert rendre_lisible("#767676").upper() in phrase


def test_the_second_colour_which_decorates_is_measured_on_white_only():
    assert est_lisible("#B4541A", papier_blanc)
    assert not est_lisible("#E08A2E", papier_blanc)
