import datetime

import pytest

from familles import saisie


@pytest.mark.parametrize(
    ("saisi", "ecrit"),
    [
        ("", ""),
        ("0612345678", "06 12 34 56 78"),
        ("06.12.34.56.78", "06 12 34 56 78"),
        ("+33 6 12 34 56 78", "06 12 34 56 78"),
        ("0033612345678", "06 12 34 56 78"),
        ("02 40 23 92 25", "02 40 23 92 25"),
        ("+32 470 12 34 56", "+32 470 12 34 56"),
        ("+49 30 901820", "+49 30 901820"),
    ],
)
def test_a_phone_is_written_one_way(saisi, ecrit):
    assert saisie.telephone(saisi) == ecrit


@pytest.mark.parametrize("saisi", ["12", "06 12 34 56", "061234567890", "zéro six", "+", "+999 123", "3949"])
def test_a_phone_that_cannot_exist_is_refused(saisi):
    with pytest.raises(ValueError, match="n’existe pas"):
        saisie.telephone(saisi)


@pytest.mark.parametrize(
    ("saisi", "pays", "ecrit"),
    [
        ("44740", "France", "44740"),
        (" 44 740 ", "", "44740"),
        ("20000", "France", "20000"),
        ("97400", "france", "97400"),
        ("b-1000", "Belgique", "B-1000"),
        ("SW1A 1AA", "Royaume-Uni", "SW1A 1AA"),
        ("", "France", ""),
    ],
)
def test_a_postcode_depends_on_the_country(saisi, pays, ecrit):
    assert saisie.code_postal(saisi, pays) == ecrit


@pytest.mark.parametrize("saisi", ["4474", "447400", "00100", "99000", "ABCDE"])
def test_a_french_postcode_has_five_digits_of_a_department(saisi):
    with pytest.raises(ValueError, match="cinq chiffres"):
        saisie.code_postal(saisi, "France")


@pytest.mark.parametrize(("naissance", "accepte"), [((2012, 3, 2), True), ((2012, 3, 3), False), ((1915, 3, 2), False)])
def test_an_adult_has_an_adult_age(naissance, accepte):
    jour, aujourdhui = datetime.date(*naissance), datetime.date(2026, 3, 2)
    if accepte:
        assert saisie.naissance_d_un_adulte(jour, aujourdhui) == jour
    else:
        with pytest.raises(ValueError, match="adulte"):
            saisie.naissance_d_un_adulte(jour, aujourdhui)
