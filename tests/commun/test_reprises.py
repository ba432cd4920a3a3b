"""A gesture that lost against a lock is played again, from its first statement; nothing else is."""

import pytest
from django.db import OperationalError, transaction
from psycopg2 import errors

from portail.commun.reprises import ESSAIS, reprise_sur_verrou


def echouer(fois, cause, appels):
    @reprise_sur_verrou
    def geste(valeur):
        appels.append(valeur)
        if len(appels) <= fois:
            raise OperationalError("non") from cause
        return valeur

    return geste


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("cause", [errors.LockNotAvailable(), errors.DeadlockDetected()])
def test_a_lock_waited_for_too_long_or_a_deadlock_is_tried_again(cause):
    appels = []
    assert echouer(ESSAIS - 1, cause, appels)("oui") == "oui"
    assert appels == ["oui"] * ESSAIS


@pytest.mark.django_db(transaction=True)
def test_it_gives_up_in_the_end():
    appels = []
    with pytest.raises(OperationalError):
        echouer(ESSAIS, errors.LockNotAvailable(), appels)("oui")
    assert len(appels) == ESSAIS


@pytest.mark.django_db(transaction=True)
def test_another_fault_is_not_tried_again():
    appels = []
    with pytest.raises(OperationalError):
        echouer(1, errors.QueryCanceled(), appels)("oui")
    assert len(appels) == 1


@pytest.mark.django_db(transaction=True)
def test_inside_another_transaction_the_outer_one_decides():
    appels = []
    with pytest.raises(OperationalError), transaction.atomic():
        echouer(1, errors.LockNotAvailable(), appels)("oui")
    assert len(appels) == 1
