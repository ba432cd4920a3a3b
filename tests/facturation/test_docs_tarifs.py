"""The worked tables of ``docs/tarifs.md`` are what the price rule answers, to the word and to the cent."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from facturation.regles.tarifs import Grille, QuotientDate, Tranche, prix, prix_du_jour
from portail.commun.dates import PARIS
from portail.commun.montants import en_euros
from tests.documentation import cellules, paragraphe

PAGE = Path(__file__).resolve().parents[2] / "docs" / "tarifs.md"
RENTREE = date(2017, 9, 1)


def en_date(texte):
    return datetime.strptime(texte, "%d/%m/%Y").replace(tzinfo=PARIS).date() if texte else None


def en_montant(texte):
    return Decimal(texte.removesuffix("€").strip().replace(",", "."))


def en_quotient(texte):
    return None if texte == "non connu" else int(texte)


def sans_insecables(phrase):
    return phrase.replace("\xa0", " ")


def tranches(texte):
    """Read « 0 : 0,80 € · 500 : 1,20 € »."""
    parties = [partie.split(" : ") for partie in texte.split(" · ") if partie]
    return tuple(Tranche(int(minimum), en_montant(montant)) for minimum, montant in parties)


@pytest.fixture(scope="module")
def grille():
    lignes = cellules(PAGE, "Avec des tranches")
    lues = tuple(Tranche(int(une["Tranche à partir de"]), en_montant(une["Prix"])) for une in lignes)
    assert paragraphe(PAGE, "Tarif en vigueur") == "Tarif en vigueur depuis le 01/09/2017, de 4,90 € :"
    return Grille(RENTREE, None, Decimal("4.90"), lues)


@pytest.mark.parametrize("ligne", cellules(PAGE, "Avec des tranches", rang=1), ids=lambda une: une["Quotient du jour"])
def test_brackets_include_their_lower_bound(grille, ligne):
    obtenu = prix(grille, en_quotient(ligne["Quotient du jour"]))
    assert (sans_insecables(en_euros(obtenu.montant)), sans_insecables(obtenu.phrase)) == (
        ligne["Prix"],
        ligne["Phrase de la facture"],
    )


@pytest.mark.parametrize("ligne", cellules(PAGE, "Sans tranche"), ids=lambda une: une["Quotient du jour"])
def test_a_tariff_without_brackets_is_the_same_for_all(ligne):
    obtenu = prix(Grille(RENTREE, None, Decimal("1.75")), en_quotient(ligne["Quotient du jour"]))
    assert (obtenu.montant, sans_insecables(obtenu.phrase)) == (
        en_montant(ligne["Prix"]),
        ligne["Phrase de la facture"],
    )


@pytest.mark.parametrize("ligne", cellules(PAGE, "Quand un tarif", rang=2), ids=lambda une: une["Jour"])
def test_each_day_has_the_tariff_and_the_quotient_of_that_day(ligne):
    grilles = [
        Grille(en_date(une["Du"]), en_date(une["Au"]), en_montant(une["Montant"]), tranches(une["Tranches"]))
        for une in cellules(PAGE, "Quand un tarif")
    ]
    quotients = [
        QuotientDate(en_date(une["Du"]), en_date(une["Au"]), int(une["Quotient de la famille"]))
        for une in cellules(PAGE, "Quand un tarif", rang=1)
    ]
    obtenu = prix_du_jour(en_date(ligne["Jour"]), grilles, quotients)
    assert (sans_insecables(en_euros(obtenu.montant)) if obtenu else "pas de prix") == ligne["Prix"]
