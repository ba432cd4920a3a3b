"""Decorators of views."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse


def journalise_la_lecture(vue: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a GET write the log of its own reading (health data, documents): nothing else may use it."""

    @wraps(vue)
    def enveloppe(*args: Any, **kwargs: Any) -> HttpResponse:
        return vue(*args, **kwargs)

    enveloppe.journalise_la_lecture = True  # type: ignore[attr-defined]
    return enveloppe
