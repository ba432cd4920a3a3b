"""When something breaks: a sentence, the right status, nothing of the inside."""

import pytest
from django.db import OperationalError

from tests.client import ClientStrict

pytestmark = pytest.mark.usefixtures("commune")


@pytest.fixture
def fragile():
    return ClientStrict(raise_request_exception=False)


def tomber(monkeypatch, erreur):
    def vue_cassee(*args, **kwargs):
        raise erreur

    monkeypatch.setattr("portail.views.cadre", vue_cassee)


def test_a_database_that_is_away_is_a_503_with_a_delay(fragile, monkeypatch):
    tomber(monkeypatch, OperationalError("connection refused to 10.0.0.3"))
    reponse = fragile.get("/")
    assert (reponse.status_code, reponse["Retry-After"]) == (503, "15")
    assert "momentanément indisponible" in reponse.content.decode()
    assert "10.0.0.3" not in reponse.content.decode()


def test_a_database_that_is_away_before_the_view_is_a_503_too(fragile, monkeypatch, parent):
    fragile.force_login(parent)

    def sans_base(*args, **kwargs):
        raise OperationalError("server closed the connection")

    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", sans_base)
    assert fragile.get("/espace/").status_code == 503


def test_a_fault_of_ours_is_a_500_without_a_word_of_the_inside(fragile, monkeypatch):
    tomber(monkeypatch, ValueError("CANARI secret"))
    reponse = fragile.get("/")
    assert reponse.status_code == 500
    assert "Elle est de notre fait" in reponse.content.decode()
    assert "CANARI" not in reponse.content.decode()


def test_a_page_that_does_not_exist_is_told_in_the_frame_of_the_site(client, parent):
    client.force_login(parent)
    reponse = client.get("/nulle-part/")
    assert reponse.status_code == 404
    assert "Cette page n’existe pas" in reponse.content.decode()
    assert "Mairie de Batz-sur-Mer" in reponse.content.decode()


def test_a_form_without_its_token_is_explained(parent):
    client = ClientStrict(enforce_csrf_checks=True)
    client.force_login(parent)
    reponse = client.post("/compte/adresse/renoncer/")
    assert reponse.status_code == 403
    assert "Rien n’a été enregistré" in reponse.content.decode()


def test_too_many_requests_is_told_in_a_sentence(client, settings):
    for _ in range(6):
        reponse = client.post("/compte/mot-de-passe/oublie/", {"email": "a@exemple.fr"})
    assert reponse.status_code == 429
    assert "Trop de demandes" in reponse.content.decode()
