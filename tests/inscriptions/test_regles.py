"""The rules of a registration file, without a database."""

import pytest

from inscriptions.regles import Adulte, Etat, adresse_comparable, fin_de_telephone, manques

MOI = Adulte("Morgane", joignable=True, autorite_parentale=True)


@pytest.mark.parametrize(
    ("etat", "sections"),
    [
        (Etat(True, [MOI], 1), []),
        (Etat(False, [], 0), ["foyer", "adultes", "enfants"]),
        (Etat(True, [Adulte("M", joignable=False, autorite_parentale=True)], 1), ["adultes"]),
        (Etat(True, [Adulte("M", joignable=True, autorite_parentale=False)], 1), ["adultes"]),
        (Etat(True, [Adulte("M", joignable=True, autorite_parentale=False), MOI], 1), []),
        (Etat(True, [MOI], 0), ["enfants"]),
    ],
)
def test_what_is_missing_is_told_step_by_step(etat, sections):
    assert [manque.section.value for manque in manques(etat)] == sections


@pytest.mark.parametrize(
    ("une", "autre", "meme"),
    [
        ("12, av. des Paludiers", "12 AVENUE DES PALUDIERS", True),
        ("3 r. Saint-Guénolé", "3 rue st guenole", True),
        ("3 rue du Traict", "13 rue du Traict", False),
    ],
)
def test_two_ways_to_write_an_address_are_one(une, autre, meme):
    assert (adresse_comparable(une) == adresse_comparable(autre)) == meme


@pytest.mark.parametrize(
    ("numero", "fin"), [("06 11 22 33 44", "611223344"), ("+33 6 11 22 33 44", "611223344"), ("112", "")]
)
def test_a_phone_is_compared_by_its_end(numero, fin):
    assert fin_de_telephone(numero) == fin
