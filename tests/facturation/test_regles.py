"""Billing rules as tables; the property tests at the end say what holds for any amount."""

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facturation.regles import factures, paiements, tarifs
from facturation.regles.tarifs import Grille, PrixExplique, QuotientDate, Tranche

JOUR = datetime.date(2018, 1, 15)
RONCQ = Grille(
    du=datetime.date(2017, 9, 1),
    au=None,
    montant=Decimal("4.90"),
    tranches=tuple(
        Tranche(qf, Decimal(prix)) for qf, prix in ((0, "0.50"), (400, "1.75"), (640, "2.35"), (1900, "4.90"))
    ),
)


@pytest.mark.parametrize(
    ("quotient", "attendu"),
    [
        (0, "0.50"),
        (399, "0.50"),
        (400, "1.75"),
        (639, "1.75"),
        (640, "2.35"),
        (1899, "2.35"),
        (1900, "4.90"),
        (None, "4.90"),
    ],
)
def test_a_bracket_includes_its_lower_bound_and_an_unknown_quotient_pays_the_tariff_s_amount(quotient, attendu):
    assert tarifs.prix(RONCQ, quotient).montant == Decimal(attendu)


@pytest.mark.parametrize(
    ("quotient", "phrase"),
    [
        (650, "Quotient familial de 650 : tranche de 640 à 1899, 2,35\xa0€."),
        (2500, "Quotient familial de 2500 : tranche à partir de 1900, 4,90\xa0€."),
        (None, "Quotient familial non connu à cette date : tarif de 4,90\xa0€."),
    ],
)
def test_the_price_explains_itself(quotient, phrase):
    assert tarifs.prix(RONCQ, quotient).phrase == phrase


def test_below_the_first_bracket_the_tariff_s_amount_applies():
    grille = Grille(RONCQ.du, None, Decimal("3.00"), (Tranche(100, Decimal("1.00")),))
    assert tarifs.prix(grille, 99).montant == Decimal("3.00")


@pytest.mark.parametrize(
    ("jour", "attendu"),
    [("2018-01-14", "0.50"), ("2018-01-15", "2.35"), ("2018-01-31", "2.35"), ("2018-02-01", "4.90")],
)
def test_the_quotient_of_the_very_day_is_used(jour, attendu):
    quotients = [
        QuotientDate(datetime.date(2017, 1, 1), datetime.date(2018, 1, 14), 200),
        QuotientDate(datetime.date(2018, 1, 15), datetime.date(2018, 1, 31), 700),
    ]
    trouve = tarifs.prix_du_jour(datetime.date.fromisoformat(jour), [RONCQ], quotients)
    assert trouve.montant == Decimal(attendu)


def test_no_tariff_that_day_means_no_price():
    assert tarifs.prix_du_jour(datetime.date(2017, 8, 31), [RONCQ], []) is None


def jour(numero, montant="1.75", enfant=1, prestation=1):
    return factures.JourAFacturer(
        presence_id=numero,
        jour=JOUR + datetime.timedelta(days=numero),
        enfant_id=enfant,
        enfant_nom=f"Enfant {enfant}",
        prestation_id=prestation,
        designation="Matin",
        etablissement="E",
        accueil="A",
        periode="P",
        prix=PrixExplique(Decimal(montant), "parce que"),
        rang=(enfant, prestation),
    )


def test_two_prices_of_one_prestation_make_two_lines():
    lignes = factures.lignes([jour(2), jour(0), jour(1, "2.00")])
    assert [(ligne.quantite, ligne.tarif, ligne.montant) for ligne in lignes] == [
        (2, Decimal("1.75"), Decimal("3.50")),
        (1, Decimal("2.00"), Decimal("2.00")),
    ]
    assert lignes[0].jours == (JOUR, JOUR + datetime.timedelta(days=2))


@pytest.mark.parametrize(
    ("montant", "restes", "attendu"),
    [
        ("5.00", [(1, "3.00"), (2, "4.00")], [(1, "3.00"), (2, "2.00")]),
        ("3.00", [(1, "3.00"), (2, "4.00")], [(1, "3.00")]),
        ("10.00", [(1, "3.00")], [(1, "3.00")]),
        ("1.00", [(1, "0.00"), (2, "1.00")], [(2, "1.00")]),
        ("1.00", [], []),
    ],
)
def test_money_goes_to_the_oldest_invoices_first(montant, restes, attendu):
    parts = paiements.repartir(Decimal(montant), [(f, Decimal(r)) for f, r in restes])
    assert parts == [(f, Decimal(r)) for f, r in attendu]


def test_a_reference_holds_the_year_the_regie_the_attempt_and_chance():
    assert paiements.reference(2018, 7, 42, "ABCDEFGH") == "1807000000042ABCDEFGH"


def test_the_subject_stays_under_100_characters_and_cuts_between_two_numbers():
    objet = paiements.objet([f"{n:05d}" for n in range(60)], "S" * 16)
    assert len(objet) < 100
    assert objet.endswith(" " + "S" * 16)
    assert all(len(numero) == 5 for numero in objet.split()[1:-1])


ATTENDU = {
    "numcli": "012345",
    "exer": "2018",
    "refdet": "R",
    "objet": "Facture 00727 X",
    "montant": "525",
    "mel": "Claire@exemple.fr",
    "saisie": "A",
}


@pytest.mark.parametrize("champ", paiements.CHAMPS_REPRIS)
def test_each_echoed_field_is_compared(champ):
    trouves = paiements.ecarts(ATTENDU, ATTENDU | {champ: "autre"})
    assert [(ecart.champ, ecart.recu) for ecart in trouves] == [(champ, "autre")]


def test_a_missing_field_is_a_difference_and_the_address_has_no_capitals():
    assert [e.champ for e in paiements.ecarts(ATTENDU, {k: v for k, v in ATTENDU.items() if k != "exer"})] == ["exer"]
    assert paiements.ecarts(ATTENDU, ATTENDU | {"mel": "claire@EXEMPLE.fr"}) == []


@pytest.mark.parametrize(
    ("adresse", "bonne"),
    [
        ("a@b.fr", True),
        ("é@exemple.fr", False),
        ("a@b", False),
        ("sans-arobase.fr", False),
        ("x" * 72 + "@long.fr", True),
        ("x" * 73 + "@long.fr", False),
        ("deux mots@exemple.fr", False),
        ("a@b.fr\n", False),
    ],
)
def test_the_payment_page_s_addresses(adresse, bonne):
    assert paiements.adresse_acceptee(adresse) is bonne


montants = st.decimals(min_value="0.00", max_value="9999.99", places=2)


@given(
    st.lists(
        st.tuples(st.integers(0, 200), montants, st.integers(1, 4), st.integers(1, 3)),
        max_size=60,
        unique_by=lambda t: t[0],
    )
)
def test_the_sum_of_the_lines_is_the_sum_of_the_days_to_the_cent(tirage):
    jours = [jour(numero, str(montant), enfant, prestation) for numero, montant, enfant, prestation in tirage]
    lignes = factures.lignes(jours)
    assert factures.total(lignes) == sum((j.prix.montant for j in jours), Decimal(0))
    assert sorted(p for ligne in lignes for p in ligne.presences) == sorted(j.presence_id for j in jours)


@given(montants, st.lists(montants, max_size=20))
def test_an_allotment_never_exceeds_the_money_nor_an_invoice(montant, restes):
    parts = paiements.repartir(montant, list(enumerate(restes)))
    assert all(0 < part <= restes[facture] for facture, part in parts)
    assert sum(part for _, part in parts) == min(montant, sum(restes, Decimal(0)))
