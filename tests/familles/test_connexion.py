"""Login and logout: the same answer whoever is unknown, limits that hold, a session that ends."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from allauth.core import ratelimit
from django.contrib.sessions.models import Session
from django.db import connection
from django.urls import reverse

from familles.models import Utilisateur
from tests.client import ClientStrict
from tests.fabriques import MOT_DE_PASSE, FabriqueUtilisateur

pytestmark = pytest.mark.usefixtures("commune")
URL = "/compte/connexion/"


def essayer(client, email, mot_de_passe, **entetes):
    return client.post(URL, {"login": email, "password": mot_de_passe}, **entetes)


def test_a_parent_logs_in_from_the_home_page_and_lands_on_the_dashboard(client, parent):
    accueil = client.get("/")
    assert 'action="/compte/connexion/"' in accueil.content.decode()
    assert "Identifiant (votre adresse électronique)" in accueil.content.decode()
    reponse = essayer(client, parent.email.upper(), MOT_DE_PASSE)
    assert (reponse.status_code, reponse["Location"]) == (302, "/espace/")


def test_login_leads_back_to_the_page_that_was_asked_but_never_to_another_site(client, parent):
    page = client.get("/compte/adresse/")
    assert page["Location"] == f"{URL}?next=/compte/adresse/"
    assert 'name="next"' in client.get(page["Location"]).content.decode()
    donnees = {"login": parent.email, "password": MOT_DE_PASSE}
    assert client.post(URL, donnees | {"next": "/compte/adresse/"})["Location"] == "/compte/adresse/"
    client.post("/compte/deconnexion/")
    for piege in ("https://mal.exemple/", "//mal.exemple", "/\\mal.exemple", "javascript:alert(1)"):
        assert client.post(URL, donnees | {"next": piege})["Location"] == "/espace/"
        client.post("/compte/deconnexion/")


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client, parent):
    def page(email):
        reponse = essayer(client, email, "Pas-le-bon-mot-9")
        assert reponse.status_code == 200
        return reponse.content.decode().replace(email, "ADRESSE").split("csrfmiddlewaretoken")

    assert [m.split('"', 4)[-1] for m in page(parent.email)] == [m.split('"', 4)[-1] for m in page("nul@exemple.fr")]


def test_what_was_typed_is_kept_but_not_the_password(client, parent):
    html = essayer(client, parent.email, "Pas-le-bon-mot-9").content.decode()
    assert f'value="{parent.email}"' in html
    assert "Pas-le-bon-mot-9" not in html
    assert "ne vont pas ensemble" in html


def test_ten_wrong_tries_close_the_address_for_everybody_then_it_opens_again(client, parent, time_machine):
    time_machine.move_to("2026-03-02 08:00:00+01:00", tick=False)
    for rang in range(10):
        essayer(client, parent.email, "faux", REMOTE_ADDR=f"127.0.0.{rang + 2}")
    refus = essayer(client, parent.email, MOT_DE_PASSE, REMOTE_ADDR="127.0.0.60")
    assert "Trop d’essais" in refus.content.decode()
    time_machine.shift(15 * 60 + 1)
    assert essayer(client, parent.email, MOT_DE_PASSE).status_code == 302


def test_one_network_cannot_try_many_addresses(client, time_machine):
    time_machine.move_to("2026-03-02 08:00:00+01:00", tick=False)
    reponses = [essayer(client, f"p{rang}@exemple.fr", "faux").content.decode() for rang in range(41)]
    assert "Trop d’essais" not in reponses[39]
    assert "Trop d’essais" in reponses[40]


def test_a_forged_forwarded_address_does_not_escape_the_limit(client, parent, time_machine):
    time_machine.move_to("2026-03-02 08:00:00+01:00", tick=False)
    for rang in range(41):
        reponse = essayer(client, f"p{rang}@exemple.fr", "faux", HTTP_X_FORWARDED_FOR=f"10.0.0.{rang}")
    assert "Trop d’essais" in reponse.content.decode()


def test_a_good_password_gives_the_try_back(client, parent, time_machine):
    time_machine.move_to("2026-03-02 08:00:00+01:00", tick=False)
    for _ in range(12):
        assert essayer(client, parent.email, MOT_DE_PASSE).status_code == 302
        client.post("/compte/deconnexion/")


def test_a_closed_account_does_not_enter(client, parent):
    Utilisateur.objects.filter(pk=parent.pk).update(is_active=False)
    assert essayer(client, parent.email, MOT_DE_PASSE)["Location"] == "/compte/inactif/"
    assert client.get("/espace/").status_code == 302


def test_the_session_changes_at_login_and_dies_at_logout(client, parent):
    client.get("/")
    client.cookies["session"] = "cle-plantee-par-un-autre"
    essayer(client, parent.email, MOT_DE_PASSE)
    session = client.cookies["session"].value
    assert session != "cle-plantee-par-un-autre"
    reponse = client.post("/compte/deconnexion/")
    assert reponse["Clear-Site-Data"] == '"cache", "storage"'
    assert not Session.objects.filter(session_key=session).exists()
    rejoue = ClientStrict()
    rejoue.cookies["session"] = session
    assert rejoue.get("/espace/").status_code == 302


def test_logging_out_asks_for_a_post(client, parent):
    client.force_login(parent)
    page = client.get("/compte/deconnexion/")
    assert "Me déconnecter" in page.content.decode()
    assert client.get("/espace/").status_code == 200


def test_private_pages_are_not_kept_by_the_browser(client, parent):
    client.force_login(parent)
    assert client.get("/espace/")["Cache-Control"] == "no-store, private"


def test_no_page_offers_to_sign_up(client):
    # An account is never opened by its owner: a registration is asked for, and an agent answers it.
    assert "/compte/inscription" not in client.get(URL).content.decode()
    with pytest.raises(Exception, match="account_signup"):
        reverse("account_signup")


def test_the_limits_are_not_flushed_by_a_flood_of_other_keys(client, parent, time_machine, settings):
    """Django's cache throws rows out past ``MAX_ENTRIES``; with its default of 300, a flood opens the door again."""
    time_machine.move_to("2026-03-02 08:00:00+01:00", tick=False)
    for rang in range(10):
        essayer(client, parent.email, "faux", REMOTE_ADDR=f"127.0.1.{rang + 2}")
    from django.core.cache import cache

    for rang in range(400):
        cache.set(f"autre-{rang}", rang, 900)
    assert "Trop d’essais" in essayer(client, parent.email, MOT_DE_PASSE, REMOTE_ADDR="127.0.1.77").content.decode()


@pytest.mark.parametrize("agent", [True, False])
def test_staff_land_on_the_service_pages_and_families_on_theirs(client, agent):
    qui = FabriqueUtilisateur(is_staff=agent)
    client.force_login(qui)
    reponse = client.get("/espace/")
    assert reponse.status_code == (302 if agent else 200)


@pytest.mark.django_db(transaction=True)
def test_tries_made_together_by_several_workers_are_all_counted(rf, settings):
    """Twelve at the same instant, each on its own connection: no more pass than one after the other."""
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "login_failed": "5/15m/key"}
    depart = threading.Barrier(12)

    def compter(_rang):
        try:
            depart.wait(10)
            return bool(ratelimit.consume(rf.post("/"), action="login_failed", key="claire@exemple.fr"))
        finally:
            connection.close()

    with ThreadPoolExecutor(12) as fils:
        passes = sum(fils.map(compter, range(12)))
    assert 1 <= passes <= 5
