"""Passkeys, without a browser: what is refused, and to whom; the journey with a device is in ``tests/navigateur``."""

import json

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.urls import reverse

from familles.double_authentification import CLE_REFUSEE, cle_publique
from tests.client import ClientStrict
from tests.fabriques import MOT_DE_PASSE

pytestmark = pytest.mark.usefixtures("commune")
CREDENTIAL_SANS_RAPPORT = {
    "type": "public-key",
    "id": "AAAA",
    "rawId": "AAAA",
    "response": {"clientDataJSON": "e30", "authenticatorData": "AAAA", "signature": "AAAA", "userHandle": "MQ"},
    "clientExtensionResults": {},
}


@pytest.fixture(autouse=True)
def cadence_vide(db):
    cache.clear()


@pytest.fixture
def cle(parent):
    """A key as it is kept; only its device could use it."""
    donnees = {"name": "Téléphone", "credential": {"id": "x", "clientExtensionResults": {}}}
    return Authenticator.objects.create(user=parent, type="webauthn", data=donnees)


def entrer(client, qui):
    return client.post("/compte/connexion/", {"login": qui.email, "password": MOT_DE_PASSE})


def test_the_login_page_offers_the_key_and_hides_it_until_the_browser_knows_keys(client):
    texte = client.get(reverse("account_login")).content.decode()
    assert 'action="/compte/double-authentification/cles/connexion/" hidden' in texte
    assert "/static/mfa/js/webauthn.js" in texte
    reponse = client.get(reverse("mfa_login_webauthn"), HTTP_ACCEPT="application/json")
    demande = json.loads(reponse.content)["request_options"]["publicKey"]
    assert demande["userVerification"] == "required"
    # Nothing in the question tells which accounts exist, nor which keys they have.
    assert not demande.get("allowCredentials")


@pytest.mark.parametrize(
    "credential",
    ["", "{}", "[]", "null", "1", "pas du json", json.dumps(CREDENTIAL_SANS_RAPPORT), "\x00", '{"response": "x"}'],
)
def test_a_key_that_is_not_one_gets_one_sentence_and_no_session(client, parent, cle, credential):
    client.get(reverse("mfa_login_webauthn"), HTTP_ACCEPT="application/json")
    reponse = client.post(reverse("mfa_login_webauthn"), {"credential": credential}, follow=True)
    assert reponse.status_code == 200
    assert CLE_REFUSEE in reponse.content.decode()
    assert "_auth_user_id" not in client.session


def test_tries_with_keys_are_limited_by_network(client):
    statuts = [client.post(reverse("mfa_login_webauthn"), {"credential": "{}"}).status_code for _ in range(11)]
    assert statuts == [302] * 10 + [429]


def test_with_a_key_the_password_alone_does_not_enter(client, parent, cle):
    assert entrer(client, parent)["Location"] == "/compte/double-authentification/code/"
    assert client.get("/espace/")["Location"].startswith("/compte/connexion/")


def test_adding_a_key_asks_the_password_again_first(client, parent):
    entrer(client, parent)
    assert client.get(reverse("mfa_add_webauthn"))["Location"].startswith("/compte/reauthentification/")
    client.post("/compte/reauthentification/", {"password": MOT_DE_PASSE})
    page = client.get(reverse("mfa_add_webauthn"))
    assert page.status_code == 200
    for charge in ("", "{}", "[]", json.dumps(CREDENTIAL_SANS_RAPPORT)):
        refusee = client.post(reverse("mfa_add_webauthn"), {"name": "x", "credential": charge})
        assert refusee.status_code == 200
    assert not Authenticator.objects.exists()


def test_keys_are_listed_without_a_number_and_one_takes_away_ones_own_only(client, parent, etranger, cle):
    autre = ClientStrict()
    autre.force_login(etranger)
    autre.post("/compte/reauthentification/", {"password": MOT_DE_PASSE})
    adresse = reverse("mfa_remove_webauthn", args=[cle_publique(cle)])
    assert (autre.get(adresse).status_code, autre.post(adresse).status_code) == (404, 404)
    assert autre.post(reverse("mfa_remove_webauthn", args=[cle.pk])).status_code == 404
    client.force_login(parent)
    texte = client.get(reverse("mfa_list_webauthn")).content.decode()
    assert "Téléphone" in texte
    assert f"/cles/{cle.pk}/" not in texte
    client.post("/compte/reauthentification/", {"password": MOT_DE_PASSE})
    assert client.post(adresse)["Location"] == reverse("mfa_list_webauthn")
    assert not Authenticator.objects.filter(type="webauthn").exists()
