"""The measurement of an import runs on a few households, and its number of queries is bounded."""

import pytest

from bench.importation import mesurer, rapport


@pytest.mark.django_db
def test_an_import_is_measured_and_stays_within_its_queries():
    mesures = mesurer(foyers=3)
    assert mesures["familles"] == 3
    assert mesures["requetes_par_lot"] <= 40
    assert "3 familles, 6 lignes" in rapport(mesures, 1.0, 2)
