"""The price asked by the planning and by billing: one function, in a bounded number of queries."""

import datetime
from decimal import Decimal

import pytest
from django.db import connection

from facturation.models import TrancheTarif
from familles.models import QuotientFamilial
from reservations.prix import prix_des_creneaux
from tests.fabriques import FabriqueCreneau, FabriqueTarif
from tests.facturation import scenes


def poser_quotient(famille, valeur, du, au=None):
    with connection.cursor() as curseur:
        curseur.execute("SET LOCAL portail.role = 'service'")
    return QuotientFamilial.objects.create(famille=famille, valeur=valeur, du=du, au=au, source="caf")


@pytest.fixture
def creneaux(matin):
    return [FabriqueCreneau(prestation=matin, jour=jour) for jour in scenes.JOURS]


def test_days_are_priced_with_the_tariff_and_quotient_of_each_day(famille, baptiste, matin, creneaux):
    tarif = matin.tarifs.get()
    TrancheTarif.objects.create(tarif=tarif, qf_minimum=0, montant="0.80")
    TrancheTarif.objects.create(tarif=tarif, qf_minimum=500, montant="1.20")
    poser_quotient(famille, 300, datetime.date(2017, 9, 1), datetime.date(2018, 1, 15))
    poser_quotient(famille, 500, datetime.date(2018, 1, 16), datetime.date(2018, 1, 16))
    prix = prix_des_creneaux(famille=famille, enfant=baptiste, creneaux=creneaux)
    assert [prix[c.pk].montant for c in creneaux] == [Decimal("0.80"), Decimal("1.20"), Decimal("1.75")]
    assert prix[creneaux[1].pk].explication == "Quotient familial de 500 : tranche à partir de 500, 1,20\xa0€."


def test_a_new_tariff_applies_from_its_first_day(famille, baptiste, matin, creneaux):
    ancien = matin.tarifs.get()
    ancien.au = scenes.JOURS[0]
    ancien.save()
    FabriqueTarif(prestation=matin, du=scenes.JOURS[1], montant="2.00")
    prix = prix_des_creneaux(famille=famille, enfant=baptiste, creneaux=creneaux)
    assert [prix[c.pk].montant for c in creneaux] == [Decimal("1.75"), Decimal("2.00"), Decimal("2.00")]


def test_another_household_s_quotient_is_not_read(famille, autre_famille, baptiste, matin, creneaux):
    TrancheTarif.objects.create(tarif=matin.tarifs.get(), qf_minimum=0, montant="0.80")
    poser_quotient(autre_famille, 300, datetime.date(2017, 9, 1))
    assert prix_des_creneaux(famille=famille, enfant=baptiste, creneaux=creneaux)[creneaux[0].pk].montant == Decimal(
        "1.75"
    )


def test_a_day_without_a_tariff_has_no_price(famille, baptiste, regie):
    libre = scenes.prestation(regie, montant=None)
    creneau = FabriqueCreneau(prestation=libre)
    assert prix_des_creneaux(famille=famille, enfant=baptiste, creneaux=[creneau]) == {}


def test_prices_cost_two_queries_whatever_the_number_of_days(
    famille, baptiste, matin, creneaux, django_assert_num_queries
):
    autres = [
        FabriqueCreneau(prestation=matin, jour=datetime.date(2018, 2, 1) + datetime.timedelta(days=n))
        for n in range(20)
    ]
    with django_assert_num_queries(2):
        prix = prix_des_creneaux(famille=famille, enfant=baptiste, creneaux=[*creneaux, *autres])
    assert len(prix) == 23
    with django_assert_num_queries(0):
        assert prix_des_creneaux(famille=famille, enfant=baptiste, creneaux=[]) == {}
