import pytest
from django.core.cache import cache

from portail.roles import synchroniser
from tests.client import ClientStrict
from tests.fabriques import membre_du_personnel


@pytest.fixture(autouse=True)
def cadence_vide(db):
    cache.clear()


@pytest.fixture
def agent(commune):
    synchroniser()
    return membre_du_personnel("agent")


@pytest.fixture
def gestion(agent):
    client = ClientStrict()
    client.force_login(agent)
    return client
