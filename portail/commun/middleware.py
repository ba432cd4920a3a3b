"""Middlewares: private pages are never kept by a browser or a proxy, and a GET changes nothing."""

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse

type_reponse = Callable[[HttpRequest], HttpResponse]

METHODES_DE_LECTURE = frozenset({"GET", "HEAD", "OPTIONS"})
#: Sessions and the shared cache (rate limits) live in tables and may be written while reading a page.
TABLES_TECHNIQUES = ("django_session", "cache_partage", "usersessions_usersession")
LECTURE = ("SELECT", "SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT", "DECLARE", "FETCH", "CLOSE", "WITH")


class EcritureEnLectureError(Exception):
    """A page asked by GET tried to write: a link, a scanner or a prefetch would have changed data."""


def lecture_seule(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
    """Refuse any SQL but reads; an ``execute_wrapper`` of Django's connection."""
    if not str(sql).lstrip("( ").upper().startswith(LECTURE) and not any(t in str(sql) for t in TABLES_TECHNIQUES):
        msg = f"Un GET a tenté d'écrire : {str(sql)[:120]}"
        raise EcritureEnLectureError(msg)
    return execute(sql, params, many, context)


class LectureSeuleMiddleware:
    """Run the views of GET requests read-only, except those that say ``@journalise_la_lecture``.

    The last of the list: it surrounds the view alone. It does not call the view itself, so that the other middlewares
    still receive the exceptions of the view (a password to give again, too many tries).
    """

    def __init__(self, suite: type_reponse) -> None:
        self.suite = suite

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in METHODES_DE_LECTURE:
            return self.suite(request)
        garde = _Garde()
        request.garde_de_lecture = garde  # type: ignore[attr-defined]
        with connection.execute_wrapper(garde):
            return self.suite(request)

    def process_view(
        self, request: HttpRequest, vue: Callable[..., HttpResponse], args: list[Any], kwargs: dict[str, Any]
    ) -> None:
        if (garde := getattr(request, "garde_de_lecture", None)) is not None:
            garde.active = not getattr(vue, "journalise_la_lecture", False)


class _Garde:
    """Refuses writes from the moment the view is known, and unless it may write its own log."""

    active = False

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
        if self.active:
            return lecture_seule(execute, sql, params, many, context)
        return execute(sql, params, many, context)


class SansCaractereNulMiddleware:
    """Answer 404 to an address whose parameter holds a NUL: PostgreSQL has none in a text, so it names nothing."""

    def __init__(self, suite: type_reponse) -> None:
        self.suite = suite

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.suite(request)

    def process_view(
        self, request: HttpRequest, vue: Callable[..., HttpResponse], args: list[Any], kwargs: dict[str, Any]
    ) -> None:
        if "\x00" in request.path:
            raise Http404


class EntetesMiddleware:
    """Add the headers that Django does not: no storage of private pages, no cross-origin reuse, no device access."""

    def __init__(self, suite: type_reponse) -> None:
        self.suite = suite

    def __call__(self, request: HttpRequest) -> HttpResponse:
        reponse = self.suite(request)
        reponse.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
        reponse.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        reponse.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        # What a view declares public (the town's colours, its logo) is the same for all, and may be kept.
        if reponse.headers.get("Cache-Control", "").startswith("public"):
            return reponse
        if getattr(request, "user", None) is not None and request.user.is_authenticated:
            reponse.headers["Cache-Control"] = "no-store, private"
        return reponse
