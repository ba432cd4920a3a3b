"""Health checks: what a watcher sees when all is well and when the database or its schema is not."""

import pytest
from django.db import OperationalError
from django.db.migrations.recorder import MigrationRecorder
from django.db.utils import InterfaceError
from django.urls import reverse


def test_a_living_process_says_so_without_any_database(client):
    assert client.get(reverse("sante_vivant")).content.decode() == "vivant\n"


@pytest.mark.django_db
def test_it_is_ready_when_the_database_has_the_expected_schema(client):
    reponse = client.get(reverse("sante_pret"))
    assert (reponse.status_code, reponse.content.decode()) == (200, "prêt\n")


@pytest.mark.django_db
def test_it_is_not_ready_while_a_migration_is_missing(client):
    MigrationRecorder.Migration.objects.filter(app="facturation").order_by("-pk")[:1].get().delete()
    reponse = client.get(reverse("sante_pret"))
    assert (reponse.status_code, reponse.content.decode()) == (503, "pas prêt\n")


@pytest.mark.django_db
@pytest.mark.parametrize("panne", [OperationalError("could not connect to /secret"), InterfaceError("closed")])
def test_it_is_not_ready_and_tells_nothing_when_the_database_is_away(client, monkeypatch, panne):
    def tomber(*args, **kwargs):
        raise panne

    monkeypatch.setattr("portail.sante.MigrationRecorder", tomber)
    reponse = client.get(reverse("sante_pret"))
    assert reponse.status_code == 503
    assert "secret" not in reponse.content.decode()


@pytest.mark.parametrize("nom", ["sante_vivant", "sante_pret"])
@pytest.mark.django_db
def test_only_reading_is_accepted(client, nom):
    assert client.post(reverse(nom)).status_code == 405
