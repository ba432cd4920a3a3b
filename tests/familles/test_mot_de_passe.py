"""Passwords: forgotten, changed, chosen for the first time; links that serve once."""

import pytest
from django.core.exceptions import ValidationError

from familles.actions import ouverture
from familles.models import Utilisateur
from portail.commun.models import Courriel, Trace
from portail.commun.mots_de_passe import RegleCnil
from tests.client import ClientStrict
from tests.fabriques import MOT_DE_PASSE, FabriqueUtilisateur, instant
from tests.familles.outils import dernier_courriel, lien_du

pytestmark = pytest.mark.usefixtures("commune")
NOUVEAU = "Falaise-Ocre-77"
OUBLI = "/compte/mot-de-passe/oublie/"


@pytest.fixture
def lien(client, parent):
    client.post(OUBLI, {"email": parent.email})
    return lien_du(dernier_courriel(parent.email))


def choisir(client, lien, mot=NOUVEAU, second=None):
    page = client.get(lien)
    return client.post(
        page["Location"] if page.status_code == 302 else lien, {"password1": mot, "password2": second or mot}
    )


def test_the_page_answers_the_same_whether_or_not_the_address_exists(client, parent):
    def reponse(email):
        brute = client.post(OUBLI, {"email": email})
        return brute.status_code, brute["Location"], client.get(brute["Location"]).content.decode()

    assert reponse(parent.email) == reponse("nul@exemple.fr")


def test_one_mail_is_written_in_both_cases(client, parent):
    client.post(OUBLI, {"email": parent.email})
    client.post(OUBLI, {"email": "nul@exemple.fr"})
    assert dernier_courriel(parent.email).sujet == "Choisissez un nouveau mot de passe"
    assert dernier_courriel("nul@exemple.fr").sujet == "Aucun compte à cette adresse"
    assert Courriel.objects.count() == 2


def test_the_link_is_built_from_the_portal_address_and_not_from_the_request(client, parent, settings):
    settings.ALLOWED_HOSTS = ["mal.exemple", "127.0.0.1"]
    client.post(OUBLI, {"email": parent.email}, headers={"host": "mal.exemple", "x-forwarded-host": "mal.exemple"})
    texte = dernier_courriel(parent.email).texte
    assert "mal.exemple" not in texte
    assert f"{settings.SITE_URL}/compte/mot-de-passe/nouveau/" in texte


def test_an_unknown_host_is_refused(client, parent):
    assert client.post(OUBLI, {"email": parent.email}, headers={"host": "mal.exemple"}).status_code == 400
    assert not Courriel.objects.exists()


def test_the_link_gives_a_new_password_and_closes_the_other_sessions(client, parent):
    ailleurs = ClientStrict()
    ailleurs.force_login(parent)
    client.post(OUBLI, {"email": parent.email})
    lien = lien_du(dernier_courriel(parent.email))
    assert choisir(client, lien)["Location"] == "/compte/mot-de-passe/nouveau/fait/"
    assert ailleurs.get("/espace/").status_code == 302
    assert client.login(email=parent.email, password=NOUVEAU)
    assert dernier_courriel(parent.email).sujet == "Votre mot de passe a changé"


def test_asking_the_link_by_get_uses_nothing(client, parent, lien):
    for _ in range(3):
        assert ClientStrict().get(lien).status_code == 302
    assert choisir(client, lien).status_code == 302


def test_the_link_serves_once(client, parent, lien):
    choisir(client, lien)
    assert "Ce lien ne sert plus" in ClientStrict().get(lien).content.decode()


def test_the_link_dies_after_an_hour(client, parent, time_machine):
    time_machine.move_to("2026-03-02 08:00:00+01:00", tick=False)
    client.post(OUBLI, {"email": parent.email})
    lien = lien_du(dernier_courriel(parent.email))
    time_machine.shift(3601)
    assert "Ce lien ne sert plus" in client.get(lien).content.decode()


def test_the_link_dies_when_the_address_changes(client, parent, lien):
    Utilisateur.objects.filter(pk=parent.pk).update(email="ailleurs@exemple.fr")
    assert "Ce lien ne sert plus" in client.get(lien).content.decode()


def test_a_login_without_any_confirmed_address_is_no_fault(client):
    """allauth would write an address while reading: the page is asked by GET and must not."""
    sans = FabriqueUtilisateur(adresse_confirmee=False)
    client.post(OUBLI, {"email": sans.email})
    choisir(client, lien_du(dernier_courriel(sans.email)))
    assert sans.emailaddress_set.get().verified


def test_the_link_dies_once_its_owner_has_logged_in(client, parent, lien):
    ClientStrict().force_login(parent)
    assert "Ce lien ne sert plus" in client.get(lien).content.decode()


def test_requests_for_one_address_are_limited(client, parent, time_machine):
    time_machine.move_to("2026-03-02 08:00:00+01:00", tick=False)
    reponses = [client.post(OUBLI, {"email": parent.email}).status_code for _ in range(6)]
    assert reponses == [302] * 5 + [429]


@pytest.mark.parametrize(
    ("mot", "accepte"),
    [
        ("Rivage-Salin-44", True),
        ("les goelands aiment le vent", True),
        ("Court-1", False),
        ("motdepassesimple", False),
        ("aaaaaaaaaaaaaaaaaaaaaaaaa", False),
        ("Azerty123456", False),
    ],
)
def test_the_rule_of_the_cnil(mot, accepte):
    if accepte:
        RegleCnil().validate(mot)
    else:
        with pytest.raises(ValidationError):
            RegleCnil().validate(mot)


def test_a_weak_password_is_refused_beside_its_field(client, lien):
    page = choisir(client, lien, "Court-1")
    assert page.status_code == 200
    assert "au moins 12 caractères" in page.content.decode()


def test_changing_the_password_asks_the_present_one_and_keeps_this_session_only(client, parent):
    ailleurs = ClientStrict()
    ailleurs.force_login(parent)
    client.force_login(parent)
    donnees = {"oldpassword": "faux", "password1": NOUVEAU, "password2": NOUVEAU}
    assert (
        "Ce n’est pas votre mot de passe actuel"
        in client.post("/compte/mot-de-passe/modifier/", donnees).content.decode()
    )
    client.post("/compte/mot-de-passe/modifier/", donnees | {"oldpassword": MOT_DE_PASSE})
    assert client.get("/espace/").status_code == 200
    assert ailleurs.get("/espace/").status_code == 302


@pytest.fixture
def nouveau(db):
    return ouverture.ouvrir(
        email="nouvelle@exemple.fr", prenom="Claire", nom="Aabelium", auteur=None, maintenant=instant(2026, 3, 2, 8)
    )


def test_opening_an_account_sends_a_link_and_no_password(nouveau):
    courriel = dernier_courriel("nouvelle@exemple.fr")
    assert not nouveau.has_usable_password()
    assert "/compte/activer/" in courriel.texte
    assert courriel.confidentiel
    assert Trace.objects.get(geste="compte.ouvert").libelle == "nouvelle@exemple.fr"


def test_the_activation_link_sets_the_password_confirms_the_address_and_logs_in(client, nouveau):
    lien = lien_du(dernier_courriel(nouveau.email))
    assert client.get(lien).status_code == 200
    reponse = client.post(lien, {"password1": NOUVEAU, "password2": NOUVEAU})
    assert reponse["Location"] == "/espace/"
    assert client.get("/espace/").status_code == 200
    nouveau.refresh_from_db()
    assert nouveau.check_password(NOUVEAU)
    assert nouveau.emailaddress_set.get().verified


def test_the_activation_link_serves_once(client, nouveau):
    lien = lien_du(dernier_courriel(nouveau.email))
    client.post(lien, {"password1": NOUVEAU, "password2": NOUVEAU})
    autre = ClientStrict()
    assert autre.get(lien).status_code == 404
    assert autre.post(lien, {"password1": "Autre-Mot-1234", "password2": "Autre-Mot-1234"}).status_code == 404
    nouveau.refresh_from_db()
    assert nouveau.check_password(NOUVEAU)


def test_the_activation_link_dies_after_a_week(client, db, time_machine):
    time_machine.move_to("2026-03-02 08:00:00+01:00", tick=False)
    ouvert = ouverture.ouvrir(email="x@exemple.fr", prenom="", nom="", auteur=None, maintenant=instant(2026, 3, 2, 8))
    time_machine.shift(7 * 86400 + 1)
    assert client.get(lien_du(dernier_courriel(ouvert.email))).status_code == 404


def test_two_different_passwords_are_refused_with_the_page_kept(client, nouveau):
    lien = lien_du(dernier_courriel(nouveau.email))
    page = client.post(lien, {"password1": NOUVEAU, "password2": "Autre-Mot-1234"})
    assert page.status_code == 422
    assert "différents" in page.content.decode()
