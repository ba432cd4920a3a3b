"""Second factor: optional for families, asked of the staff in production; sessions listed and closed."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import hotp_value, yield_hotp_counters_from_time
from django.urls import reverse

from familles.views.sessions import appareil
from tests.client import ClientStrict
from tests.fabriques import MOT_DE_PASSE, FabriqueUtilisateur
from tests.familles.outils import dernier_courriel

pytestmark = pytest.mark.usefixtures("commune")
ACTIVER = "/compte/double-authentification/application/activer/"


def code(secret):
    return f"{hotp_value(secret, next(iter(yield_hotp_counters_from_time()))):06d}"


def entrer(client, qui):
    return client.post("/compte/connexion/", {"login": qui.email, "password": MOT_DE_PASSE})


def activer(client):
    """The password is asked once more, even right after the login."""
    client.post("/compte/reauthentification/", {"password": MOT_DE_PASSE})
    page = client.get(ACTIVER)
    assert '<svg class="qr"' in page.content.decode()
    secret = page.context["form"].secret
    return secret, client.post(ACTIVER, {"code": code(secret)})


@pytest.fixture
def protege(client, parent, time_machine):
    time_machine.move_to("2026-03-02 08:00:00+01:00", tick=False)
    entrer(client, parent)
    secret, _ = activer(client)
    client.post("/compte/deconnexion/")
    time_machine.shift(60)
    return secret


def test_activating_shows_a_code_to_photograph_and_gives_recovery_codes(client, parent):
    entrer(client, parent)
    assert client.get(ACTIVER)["Location"].startswith("/compte/reauthentification/")
    _, reponse = activer(client)
    assert reponse["Location"] == "/compte/double-authentification/codes/"
    assert len(client.get(reponse["Location"]).context["unused_codes"]) == 10
    assert dernier_courriel(parent.email).sujet == "La double authentification est activée"


def test_the_secret_is_sealed_in_the_database(client, parent, protege):
    gardee = Authenticator.objects.get(user=parent, type="totp").data
    assert protege not in str(gardee)


def test_the_password_alone_does_not_enter_any_more(client, parent, protege):
    assert entrer(client, parent)["Location"] == "/compte/double-authentification/code/"
    assert client.get("/espace/").status_code == 302
    assert client.post("/compte/double-authentification/code/", {"code": "000000"}).status_code == 200
    assert client.get("/espace/").status_code == 302
    client.post("/compte/double-authentification/code/", {"code": code(protege)})
    assert client.get("/espace/").status_code == 200


def test_a_code_serves_once(client, parent, protege):
    du_moment = code(protege)
    entrer(client, parent)
    client.post("/compte/double-authentification/code/", {"code": du_moment})
    voleur = ClientStrict()
    entrer(voleur, parent)
    voleur.post("/compte/double-authentification/code/", {"code": du_moment})
    assert voleur.get("/espace/").status_code == 302


def test_a_recovery_code_enters_once(client, parent, protege):
    secours = Authenticator.objects.get(user=parent, type="recovery_codes").wrap().get_unused_codes()[0]
    for attendu in (200, 302):
        autre = ClientStrict()
        entrer(autre, parent)
        autre.post("/compte/double-authentification/code/", {"code": secours})
        assert autre.get("/espace/").status_code == attendu


def test_guessing_codes_is_limited(client, parent, protege):
    entrer(client, parent)
    for _ in range(12):
        reponse = client.post("/compte/double-authentification/code/", {"code": "000000"})
    assert reponse.status_code in {200, 302, 429}
    client.post("/compte/double-authentification/code/", {"code": code(protege)})
    assert client.get("/espace/").status_code == 302, "le bon code, après trop d’essais, attend aussi"


@pytest.mark.parametrize("adresse", ["/gestion/", "/gestion/familles/utilisateur/", "/gestion/commun/trace/"])
def test_in_production_the_staff_site_opens_with_a_second_factor_only(client, settings, adresse):
    settings.MFA_PERSONNEL = True
    chef = FabriqueUtilisateur(is_staff=True, is_superuser=True)
    entrer(client, chef)
    assert client.get(adresse, follow=True).redirect_chain[-1][0] == reverse("mfa_index")
    activer(client)
    assert client.get(adresse).status_code == 200


def test_sessions_are_listed_and_closed_one_by_one(client, parent):
    telephone = ClientStrict(headers={"user-agent": "Mozilla/5.0 (iPhone) Version/17.0 Safari/604.1"})
    for ici in (client, telephone):
        entrer(ici, parent)
        ici.get("/espace/")
    html = client.get("/compte/sessions/").content.decode()
    assert "Safari sur iPhone" in html
    assert "(celui-ci)" in html
    [cle] = [ligne["cle"] for ligne in client.get("/compte/sessions/").context["sessions"] if not ligne["presente"]]
    client.post(f"/compte/sessions/{cle}/fermer/")
    assert telephone.get("/espace/").status_code == 302
    assert client.get("/espace/").status_code == 200


def test_all_the_other_sessions_are_closed_at_once(client, parent):
    autres = [ClientStrict() for _ in range(3)]
    for ici in (client, *autres):
        entrer(ici, parent)
        ici.get("/espace/")
    client.post("/compte/sessions/fermer/")
    assert [autre.get("/espace/").status_code for autre in autres] == [302, 302, 302]
    assert client.get("/espace/").status_code == 200


def test_one_does_not_close_the_session_of_somebody_else(client, parent, etranger):
    ailleurs = ClientStrict()
    entrer(ailleurs, etranger)
    ailleurs.get("/espace/")
    cle = ailleurs.get("/compte/sessions/").context["sessions"][0]["cle"]
    entrer(client, parent)
    client.post(f"/compte/sessions/{cle}/fermer/")
    assert ailleurs.get("/espace/").status_code == 200


@pytest.mark.parametrize(
    ("agent", "mots"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) Gecko Firefox/140.0", "Firefox sur Windows"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140 Mobile Safari/537.36", "Chrome sur Android"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140 Safari/537.36 Edg/140", "Edge sur Windows"),
        ("<script>", "Navigateur"),
        ("", "Navigateur"),
    ],
)
def test_a_device_is_told_in_plain_words(agent, mots):
    assert appareil(agent) == mots
