"""The pure rules, without a process."""

from datetime import UTC, date, datetime

import pytest

from simulateur.regles import (
    CARTE_ACCEPTEE,
    CARTES_REFUSEES,
    Demande,
    Issue,
    champs_de_notification,
    cle_de_luhn_juste,
    est_autorisee,
    fautes_de_carte,
    montant_lisible,
    origine_de,
)

DEMANDE = Demande("090909", "2018", "REF000727", "", "525", "a@b.fr", "http://127.0.0.1/n/", "T")


@pytest.mark.parametrize(
    ("instant", "dattrans", "heurtrans"),
    [
        (datetime(2018, 2, 15, 20, 22, 59, tzinfo=UTC), "15022018", "2122"),
        (datetime(2018, 12, 31, 23, 5, tzinfo=UTC), "01012019", "0005"),
        (datetime(2018, 3, 25, 0, 59, 59, tzinfo=UTC), "25032018", "0159"),
        (datetime(2018, 3, 25, 1, 0, tzinfo=UTC), "25032018", "0300"),
        (datetime(2018, 10, 28, 0, 30, tzinfo=UTC), "28102018", "0230"),
        (datetime(2018, 10, 28, 1, 30, tzinfo=UTC), "28102018", "0230"),
    ],
)
def test_the_date_and_the_hour_are_those_of_paris(instant, dattrans, heurtrans):
    champs = champs_de_notification(DEMANDE, Issue("P", instant, "3feabd"))
    assert (champs["dattrans"], champs["heurtrans"]) == (dattrans, heurtrans)


@pytest.mark.parametrize(
    ("mois", "annee", "champs"),
    [
        ("02", "2018", []),
        ("01", "2018", ["mois"]),
        ("12", "2017", ["mois"]),
        ("01", "2019", []),
        ("13", "2019", ["mois"]),
        ("", "2019", ["mois"]),
        ("02", "", ["annee"]),
        ("02", "2१19", ["annee"]),
        ("", "", ["mois"]),
    ],
)
def test_a_card_is_good_until_the_last_day_of_its_month(mois, annee, champs):
    fautes = fautes_de_carte(CARTE_ACCEPTEE, mois, annee, "123", date(2018, 2, 28))
    assert [faute.champ for faute in fautes] == champs


@pytest.mark.parametrize(
    ("numero", "cryptogramme", "champs"),
    [
        ("4970100000000006", "123", []),
        ("4970 1000-0000\u00a00006", " 123 ", []),
        ("4970100000000007", "123", ["numero"]),
        ("4970100000000060", "123", ["numero"]),
        ("", "", ["numero", "cryptogramme"]),
        ("00000000000", "123", ["numero"]),
        ("0" * 20, "123", ["numero"]),
        ("४970100000000006", "123", ["numero"]),
        ("4970100000000006", "12", ["cryptogramme"]),
        ("4970100000000006", "1234", ["cryptogramme"]),
        ("4970100000000006", "12a", ["cryptogramme"]),
        ("371449635398431", "1234", []),
        ("371449635398431", "123", ["cryptogramme"]),
    ],
)
def test_the_card_number_and_its_cryptogram_are_checked(numero, cryptogramme, champs):
    fautes = fautes_de_carte(numero, "12", "2030", cryptogramme, date(2018, 2, 28))
    assert [faute.champ for faute in fautes] == champs


@pytest.mark.parametrize("numero", [CARTE_ACCEPTEE, *CARTES_REFUSEES])
def test_the_documented_cards_have_a_right_key(numero):
    assert cle_de_luhn_juste(numero)


@pytest.mark.parametrize(
    ("url", "origine"),
    [
        ("http://127.0.0.1:8000/x/", "http://127.0.0.1:8000"),
        ("HTTP://LocalHost/x", "http://localhost:80"),
        ("https://famille.ville.fr/x", "https://famille.ville.fr:443"),
        ("http://[::1]:8000/x", "http://[::1]:8000"),
    ],
)
def test_an_origin_has_its_port_written(url, origine):
    assert origine_de(url) == origine


@pytest.mark.parametrize(
    "url",
    [
        "ftp://127.0.0.1/",
        "http:///x",
        "http://moi@127.0.0.1/",
        "http://127.0.0.1:99999/",
        "http://[::1/",
        "http://a\\@b/",
    ],
)
def test_an_address_that_programs_read_differently_is_no_origin(url):
    with pytest.raises(ValueError):  # noqa: PT011 - the parser raises it too, with its own words
        origine_de(url)


@pytest.mark.parametrize(
    ("origine", "autorisees", "oui"),
    [
        ("http://127.0.0.1:8000", (), True),
        ("http://127.8.9.10:80", (), True),
        ("http://localhost:80", (), True),
        ("http://[::1]:80", (), True),
        ("http://10.0.0.1:80", (), False),
        ("http://localhost.exemple.fr:80", (), False),
        ("http://127.0.0.1.exemple.fr:80", (), False),
        ("http://169.254.169.254:80", (), False),
        ("https://famille.ville.fr:443", ("https://famille.ville.fr:443",), True),
        ("http://famille.ville.fr:80", ("https://famille.ville.fr:443",), False),
        ("http://127.0.0.1:8000", ("https://famille.ville.fr:443",), False),
    ],
)
def test_only_known_origins_are_notified(origine, autorisees, oui):
    assert est_autorisee(origine, autorisees) is oui


@pytest.mark.parametrize(
    ("centimes", "texte"), [(100, "1,00 €"), (525, "5,25 €"), (999_999, "9 999,99 €"), (1_005, "10,05 €")]
)
def test_an_amount_is_written_in_euros(centimes, texte):
    assert montant_lisible(centimes).replace("\u00a0", " ") == texte
