"""Middlewares: private pages are never kept by a browser or a proxy, and a GET changes nothing."""

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse

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
    """Run the views of GET requests read-only, except those that say ``@journalise_la_lecture``."""

    def __init__(self, suite: type_reponse) -> None:
        self.suite = suite

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.suite(request)

    def process_view(
        self, request: HttpRequest, vue: Callable[..., HttpResponse], args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if request.method not in METHODES_DE_LECTURE or getattr(vue, "journalise_la_lecture", False):
            return None
        with connection.execute_wrapper(lecture_seule):
            reponse = vue(request, *args, **kwargs)
            if hasattr(reponse, "render") and callable(reponse.render) and not getattr(reponse, "is_rendered", True):
                reponse = reponse.render()
        return reponse


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
