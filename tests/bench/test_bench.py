"""The measurements run on a tiny town, and the pages stay within their number of queries."""

import argparse
from io import StringIO

import pytest
from django.core.management import call_command

from bench.__main__ import _rapport
from bench.mesures import mesurer, toutes

#: Most queries that each page may make, whatever the size of the town.
REQUETES = {
    "Accueil": 3,
    "Tableau de bord": 17,
    "Planning d'un mois": 15,
    "Enregistrer 20 jours": 9,
    "Liste des factures": 13,
    "Facture en PDF, fabriquée": 2,
    "Facture en PDF, gardée": 4,
}


@pytest.mark.complet
@pytest.mark.django_db(transaction=True)
def test_every_page_is_measured_and_stays_within_its_queries():
    call_command("demo", "--familles=3", stdout=StringIO())
    couts = toutes(tours=1)
    assert couts.keys() == REQUETES.keys()
    assert {page: cout for page, cout in couts.items() if "statut" in cout} == {}
    assert {page: cout["requetes"] for page, cout in couts.items() if cout["requetes"] > REQUETES[page]} == {}
    options = argparse.Namespace(grande=3, petite=3)
    rapport = _rapport(couts, couts, options, {3: 1.5})
    assert all(page in rapport for page in REQUETES)


@pytest.mark.django_db
def test_a_page_in_error_has_no_cost():
    assert mesurer(lambda: (500, b""), tours=1) == {"statut": 500}
