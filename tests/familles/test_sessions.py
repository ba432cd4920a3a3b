"""Sessions: they end when left alone, and cost a write every five minutes only."""

import pytest
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.fabriques import MOT_DE_PASSE, FabriqueUtilisateur

pytestmark = pytest.mark.usefixtures("commune")


@pytest.fixture
def horloge(time_machine):
    time_machine.move_to("2026-03-02 08:00:00+01:00", tick=False)
    return time_machine


@pytest.mark.parametrize(("agent", "minutes"), [(True, 30), (False, 120)])
def test_a_session_left_alone_ends(client, horloge, agent, minutes):
    qui = FabriqueUtilisateur(is_staff=agent)
    client.post("/compte/connexion/", {"login": qui.email, "password": MOT_DE_PASSE})
    client.get("/compte/adresse/")
    horloge.shift(minutes * 60)
    assert client.get("/compte/adresse/").status_code == 200
    horloge.shift(minutes * 60 + 1)
    reponse = client.get("/compte/adresse/")
    assert reponse["Location"] == "/compte/connexion/?next=/compte/adresse/"
    assert "Vous avez été déconnecté" in client.get(reponse["Location"]).content.decode()


def test_a_session_in_use_ends_after_twelve_hours_all_the_same(client, horloge):
    qui = FabriqueUtilisateur()
    client.post("/compte/connexion/", {"login": qui.email, "password": MOT_DE_PASSE})
    for _ in range(11):
        horloge.shift(3600)
        assert client.get("/compte/adresse/").status_code == 200
    horloge.shift(3600 + 1)
    assert client.get("/compte/adresse/").status_code == 302


def test_pages_read_one_after_the_other_write_nothing(client, horloge, parent):
    client.force_login(parent)
    client.get("/espace/")
    horloge.shift(60)
    with CaptureQueriesContext(connection) as requetes:
        client.get("/espace/")
    assert not [r["sql"] for r in requetes if r["sql"].startswith(("UPDATE", "INSERT", "DELETE"))]
    assert UserSession.objects.filter(user=parent).count() == 1
