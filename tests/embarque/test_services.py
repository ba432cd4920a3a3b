"""The embedded services are started for the tests themselves: what they say is what runs."""

import os

import pytest
import redis
from django.db import connection

from portail.embarque import services
from tests.services import DOSSIER

embarques = pytest.mark.skipif(
    not os.environ.get("PORTAIL_BASE_MODELE"), reason="PostgreSQL est donné par DATABASE_URL : rien n'est embarqué"
)


@embarques
def test_the_services_of_the_run_answer():
    assert all(services.etat(DOSSIER).values())


@embarques
@pytest.mark.django_db
def test_the_test_database_is_a_fast_one_with_the_french_letters_known():
    with connection.cursor() as curseur:
        curseur.execute("SELECT current_setting('fsync'), upper('élodie'), current_setting('server_version_num')")
        fsync, majuscules, version = curseur.fetchone()
    assert (fsync, majuscules, version[:2]) == ("off", "ÉLODIE", "18")


@embarques
def test_redis_throws_away_cached_values_but_never_a_message_of_the_queue(settings):
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "volatile-lru"}
