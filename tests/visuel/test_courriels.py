"""The frame of mails: who writes, from where, readable as text and in a dark reader."""

import re

from django.template import Context, Engine
from django.template.loader import render_to_string

from tests.visuel.test_composants import COMMUNE
from tests.visuel.test_contrastes import contraste

CONTEXTE = {"commune": COMMUNE, "site_url": "https://portail.exemple.fr"}


def enfant(base: str, corps: str) -> str:
    source = f'{{% extends "courriels/{base}" %}}{{% block corps %}}{corps}{{% endblock %}}'
    return (
        Engine.get_default()
        .from_string(source)
        .render(Context({**CONTEXTE, "url": "https://portail.exemple.fr/a/?b=1&c=2"}))
    )


def test_the_text_mail_says_the_town_its_address_and_the_portal():
    texte = enfant("base.txt", "Bonjour d’Artagnan & Léa")
    assert "Bonjour d’Artagnan & Léa" in texte
    assert "\n-- \nMairie de Batz-sur-Mer\n34 Rue Jean XXIII, 44740 Batz-sur-Mer\n" in texte
    assert "https://portail.exemple.fr\n" in texte


def test_the_text_mail_keeps_addresses_whole():
    assert "/a/?b=1&c=2" in enfant("base.txt", "{{ url }}")


def test_the_html_mail_escapes_what_it_is_given():
    html = enfant("base.html", "{{ commune.nom }}").replace("Mairie", "")
    assert "&amp;c=2" in enfant("base.html", "{{ url }}")
    assert "Batz-sur-Mer" in html


def test_a_mail_without_its_town_is_still_signed():
    assert "Portail famille" in render_to_string("courriels/base.txt", {"site_url": "https://x.fr"})
    assert "Portail famille" in render_to_string("courriels/base.html", {"site_url": "https://x.fr"})


def test_every_text_of_the_html_mail_stands_on_its_own_background():
    """A dark reader that changes the page's background must not leave dark text on it."""
    html = enfant("base.html", "x")
    for style in re.findall(r'<t?(?:body|td|d) style="([^"]*)"', html):
        encre = re.search(r"(?<!background-)color:(#\w+)", style)
        if encre:
            fond = re.search(r"background-color:(#\w+)", style)
            assert fond, style
            assert contraste(encre[1], fond[1]) >= 4.5


def test_the_button_of_a_mail_also_gives_its_address_in_full():
    html = render_to_string("courriels/_bouton.html", {"url": "https://x.fr/a/", "texte": "Voir"})
    assert html.count("https://x.fr/a/</a>") == 1
