"""A first name in a sentence."""

import pytest
from django.template import Context, Template

from portail.commun.texte import de_qui


@pytest.mark.parametrize(
    ("nom", "dit"),
    [
        ("Baptiste", "de Baptiste"),
        ("Éloïse", "d’Éloïse"),
        ("EWEN", "d’EWEN"),
        ("Œdipe", "d’Œdipe"),
        ("Hugo", "de Hugo"),
        ("Yann", "de Yann"),
        ("", "de "),
    ],
)
def test_a_name_takes_the_elision_before_a_vowel(nom, dit):
    assert de_qui(nom) == dit
    assert Template("{{ nom|de_qui }}").render(Context({"nom": nom})) == dit
