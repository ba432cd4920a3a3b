"""A transaction that the database refused to let wait any longer is played again, instead of an error to the person."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection
from psycopg2 import errors

ESSAIS = 4
#: Waited too long for a lock, or chosen to end a deadlock: nothing was kept, the same gesture may succeed now.
A_REPRENDRE = (errors.LockNotAvailable, errors.DeadlockDetected)

P = ParamSpec("P")
R = TypeVar("R")


def reprise_sur_verrou(geste: Callable[P, R]) -> Callable[P, R]:
    """Play a whole transaction again, a few times, when it lost against a lock; put it above ``@transaction.atomic``.

    Inside another transaction it does nothing: only the outermost one can start again. The gesture must be the same
    when it is played twice, such as a sending that carries its key.
    """

    @wraps(geste)
    def repris(*args: P.args, **kwargs: P.kwargs) -> R:
        for _ in range(ESSAIS - 1):
            try:
                return geste(*args, **kwargs)
            except OperationalError as erreur:
                if connection.in_atomic_block or not isinstance(erreur.__cause__, A_REPRENDRE):
                    raise
        return geste(*args, **kwargs)

    # Which gestures are played again can be asked.
    repris.__dict__["rejouee"] = True
    return repris
