import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest

from contenu.mise_en_forme import ATTRIBUTS, BALISES, PROTOCOLES, en_texte, rendre, typographier
from tests.charges_xss import CHARGES_XSS


class Inventaire(HTMLParser):
    def __init__(self):
        super().__init__()
        self.fautes = []

    def handle_starttag(self, tag, attrs):
        if tag not in BALISES:
            self.fautes.append(f"<{tag}>")
        for nom, valeur in attrs:
            if nom not in ATTRIBUTS.get(tag, set()) | {"rel"}:
                self.fautes.append(f"{tag}[{nom}]")
            if nom == "href" and urlsplit(valeur.strip()).scheme.lower() not in PROTOCOLES | {""}:
                self.fautes.append(valeur)


def fautes(html):
    inventaire = Inventaire()
    inventaire.feed(html)
    return inventaire.fautes


@pytest.mark.parametrize("charge", CHARGES_XSS)
@pytest.mark.parametrize("cadre", ["{}", "# {}", "| a |\n|---|\n| {} |", "- {}\n\n{}", "[x]({})", "<p>{}"])
def test_no_payload_leaves_anything_that_runs(charge, cadre):
    assert fautes(rendre(cadre.format(charge, charge))) == []


def test_the_inventory_sees_what_must_not_pass():
    """Negative control: without the allow-list these payloads would be found."""
    assert fautes("<p onclick=x><script>1</script><a href='java\nscript:1'>x</a>") != []
    assert sum(bool(fautes(charge)) for charge in CHARGES_XSS) >= 40


def test_there_are_at_least_forty_five_payloads():
    assert len(set(CHARGES_XSS)) >= 45


def test_titles_start_under_the_title_of_the_page():
    html = rendre("# Un\n\n## Deux\n\n##### Cinq")
    assert "<h1>" not in html
    assert "<h2>Un</h2>" in html
    assert "<h3>Deux</h3>" in html
    assert "<h4>Cinq</h4>" in html


def test_tables_carry_their_headings_for_the_cards_of_a_phone():
    html = rendre("| Repas | Prix |\n|---|---:|\n| Enfant | 3,10 € |")
    assert '<table class="tableau">' in html
    assert '<th scope="col">Repas</th>' in html.replace(' class=""', "")
    assert 'data-label="Prix"' in html
    assert 'class="nombre"' in html
    assert "style" not in html


@pytest.mark.parametrize(
    ("saisi", "lu"),
    [
        ("Quand ? Demain !", "Quand\u202f? Demain\u202f!"),
        ("Horaires : 7 h 30", "Horaires\u00a0: 7\u00a0h\u00a030"),
        ("« Portail »", "«\u202fPortail\u202f»"),
        ("5,25 € par jour", "5,25\u00a0€ par jour"),
        ("l'école", "l’école"),
        ("https://exemple.fr:8000", "https://exemple.fr:8000"),
    ],
)
def test_french_spaces_are_put_where_plain_ones_were_typed(saisi, lu):
    assert typographier(saisi) == lu


def test_addresses_are_left_as_typed():
    assert 'href="https://exemple.fr/l\'ete?a=1"' in rendre("[été](https://exemple.fr/l'ete?a=1)")


def test_the_words_of_a_text_come_without_formatting():
    assert en_texte("## Titre\n\nUn **mot** et [un lien](https://exemple.fr).") == "Titre Un mot et un lien."


def test_titles_never_skip_a_level_under_the_title_of_the_page():
    html = rendre("## Un\n\n##### Deux\n\n### Trois")
    assert re.findall(r"<(h\d)>", html) == ["h2", "h3", "h3"]
