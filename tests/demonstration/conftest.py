"""One small town for all the read-only tests of a file: loading it costs more than reading it."""

import datetime

import pytest
from django.db import transaction

from portail.demonstration.ville import charger

JOUR = datetime.date(2026, 11, 24)


@pytest.fixture(scope="module")
def ville(django_db_setup, django_db_blocker):
    """The summary of a town of 24 households, dated around 24 November 2026; rolled back after the file."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield charger(familles=24, graine=7, jour=JOUR)
        transaction.set_rollback(True)


@pytest.fixture
def sans_suite(ville):
    """What this test writes is taken back: the others read the town as it was loaded."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
