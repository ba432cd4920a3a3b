"""Decorators of views."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

from portail.commun.erreurs import RefusMetier


def journalise_la_lecture(vue: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a GET write the log of its own reading (health data, documents): nothing else may use it."""

    @wraps(vue)
    def enveloppe(*args: Any, **kwargs: Any) -> HttpResponse:
        return vue(*args, **kwargs)

    enveloppe.journalise_la_lecture = True  # type: ignore[attr-defined]
    return enveloppe


def geste(vue: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Make a POST-only gesture of a method of a ``ModelAdmin``: right to change, object, refusals in sentences.

    The method receives the object; a ``RefusMetier`` it raises becomes messages, and the answer is its own page.
    """

    @wraps(vue)
    def enveloppe(self: Any, request: HttpRequest, object_id: str) -> HttpResponse:
        if not self.has_gesture_permission(request):
            raise PermissionDenied
        objet = self.get_object(request, object_id)
        if objet is None:
            raise Http404
        try:
            return vue(self, request, objet)
        except RefusMetier as refus:
            for phrase in refus.phrases():
                messages.error(request, phrase)
            return self.retour(objet)  # type: ignore[no-any-return]

    return enveloppe
