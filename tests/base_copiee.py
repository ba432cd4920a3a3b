"""Pytest plugin: the database of a run is a copy of an already migrated one.

That one is kept as a model, named after what it was made from, so that each run starts from a clean database in a
fraction of a second. After a test that commits, the rows are deleted: Django truncates every table and makes its
content types and permissions again, which takes far longer than what such a test writes.
"""

import functools
import hashlib
import os

import pytest
from django.core.management import call_command
from django.db import ProgrammingError, connection, transaction
from django.test import TransactionTestCase
from pytest_django import DjangoDbBlocker

from portail.embarque.verrou import verrou
from tests.services import DOSSIER, RACINE

#: What Django writes after each migration, the same for every test.
GARDEES = {"django_content_type", "auth_permission"}
#: Truncates, as Django does: for a server where the tables belong to another role.
_tronquer = TransactionTestCase._fixture_teardown


@functools.cache
def _ordres() -> str:
    """Say how to delete every row: foreign keys wait for the end, the tables that only grow let go meanwhile."""
    tables = sorted(set(connection.introspection.django_table_names(only_existing=True)) - GARDEES)
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT DISTINCT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
            " WHERE NOT tgisinternal AND tgtype & 8 <> 0 ORDER BY relname"
        )
        gardiennes = [nom for (nom,) in curseur.fetchall()]
    return ";".join(
        [
            "SET CONSTRAINTS ALL DEFERRED",
            *(f'ALTER TABLE "{table}" DISABLE TRIGGER USER' for table in gardiennes),
            *(f'DELETE FROM "{table}"' for table in tables),
            "SET CONSTRAINTS ALL IMMEDIATE",
            *(f'ALTER TABLE "{table}" ENABLE TRIGGER USER' for table in gardiennes),
        ]
    )


def _vider(cas: TransactionTestCase) -> None:
    try:
        ordres = _ordres()
        with transaction.atomic(), connection.cursor() as curseur:
            curseur.execute(ordres)
    except ProgrammingError:
        _tronquer(cas)


TransactionTestCase._fixture_teardown = _vider


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: DjangoDbBlocker
) -> None:
    """Tell pytest-django which database to copy, unless the environment gives its own server."""
    if not os.environ.get("PORTAIL_BASE_MODELE"):
        return
    modele = f"modele_{_empreinte_des_migrations()}"
    with verrou(DOSSIER / "modele.verrou", attente_secondes=600), django_db_blocker.unblock():
        _preparer_le_modele(modele)
    connection.settings_dict["TEST"]["TEMPLATE"] = modele


def _empreinte_des_migrations() -> str:
    """Name what the schema depends on: the project's migrations, the settings and the locked packages."""
    empreinte = hashlib.sha256()
    migrations = sorted(
        chemin for chemin in RACINE.glob("*/**/migrations/*.py") if not {"var", ".venv"} & set(chemin.parts)
    )
    for chemin in [*migrations, RACINE / "portail/settings.py", RACINE / "requirements.txt"]:
        empreinte.update(f"{chemin.relative_to(RACINE)}\n".encode() + chemin.read_bytes())
    return empreinte.hexdigest()[:12]


def _preparer_le_modele(modele: str) -> None:
    """Migrate an empty database once and name it only when it is complete; older models are dropped."""
    with connection._nodb_cursor() as curseur:
        curseur.execute("SELECT datname FROM pg_database WHERE datname LIKE 'modele!_%' ESCAPE '!'")
        connus = {ligne[0] for ligne in curseur.fetchall()}
        if modele in connus:
            return
        for ancien in connus:
            curseur.execute(f'DROP DATABASE "{ancien}" WITH (FORCE)')
        curseur.execute("CREATE DATABASE modele_provisoire")
    habituel = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = "modele_provisoire"
    try:
        call_command("migrate", verbosity=0, interactive=False)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = habituel
    with connection._nodb_cursor() as curseur:
        curseur.execute(f'ALTER DATABASE modele_provisoire RENAME TO "{modele}"')
