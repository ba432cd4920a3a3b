"""Health checks for the machines that watch over the portal: yes or no, and nothing about the installation."""

import logging
from functools import cache

from django.contrib.auth.decorators import login_not_required
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

journal = logging.getLogger(__name__)


@login_not_required
@require_safe
@never_cache
def vivant(request: HttpRequest) -> HttpResponse:
    """Tell that the process answers, whatever the state of what it depends on: restarting it would not help."""
    return HttpResponse("vivant\n", content_type="text/plain; charset=utf-8")


@login_not_required
@require_safe
@never_cache
def pret(request: HttpRequest) -> HttpResponse:
    """Tell whether requests can be served: the database answers, with the schema that this code expects.

    Redis is not asked: without it everything is served, and mails wait in their table.
    """
    obstacle = _obstacle()
    if obstacle:
        journal.warning("pas prêt : %s", obstacle)
        return HttpResponse("pas prêt\n", status=503, content_type="text/plain; charset=utf-8")
    return HttpResponse("prêt\n", content_type="text/plain; charset=utf-8")


def _obstacle() -> str:
    try:
        appliquees = set(MigrationRecorder(connection).migration_qs.values_list("app", "name"))
    except Error as erreur:
        return f"la base de données ne répond pas ({type(erreur).__name__})"
    manquantes = migrations_attendues() - appliquees
    return f"migrations à appliquer : {sorted(manquantes)}" if manquantes else ""


@cache
def migrations_attendues() -> frozenset[tuple[str, str]]:
    """Return the last migration of each app, read on the disk once for the life of the process."""
    return frozenset(MigrationLoader(None).graph.leaf_nodes())
