"""Whether an address has an account is told neither by words nor by time: the work done is counted, not the clock."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portail.commun.models import Courriel
from portail.commun.mots_de_passe import Argon2Leger
from tests.client import ClientStrict
from tests.fabriques import MOT_DE_PASSE, FabriqueUtilisateur

pytestmark = pytest.mark.usefixtures("commune")
FAUX = "Pas-le-bon-mot-9"


@pytest.fixture(autouse=True)
def cadence_vide(db):
    cache.clear()


@pytest.fixture
def condensats(monkeypatch):
    """Count the runs of the hash, which cost 24 ms each: all that a clock could see through the noise of a network."""
    faits = []
    vrai = Argon2Leger.encode

    def compter(self, password, salt):
        faits.append("encode")
        return vrai(self, password, salt)

    def verifier(self, password, encoded):
        faits.append("verify")
        return False

    monkeypatch.setattr(Argon2Leger, "encode", compter)
    monkeypatch.setattr(Argon2Leger, "verify", verifier)
    return faits


def comptes():
    """Every kind of login that an address may be, and none."""
    return {
        "ouvert": FabriqueUtilisateur().email,
        "ferme": FabriqueUtilisateur(is_active=False).email,
        "jamais_active": FabriqueUtilisateur(password="!", adresse_confirmee=False).email,  # noqa: S106
        "agent": FabriqueUtilisateur(agent=True).email,
        "inconnu": "personne.ici@exemple.fr",
    }


def test_a_login_costs_one_hash_whoever_is_asked_for(condensats):
    couts = {}
    for nom, email in comptes().items():
        condensats.clear()
        ClientStrict().post(reverse("account_login"), {"login": email, "password": FAUX})
        couts[nom] = len(condensats)
    assert set(couts.values()) == {1}, couts


def test_the_login_page_says_the_same_word_for_word(condensats):
    pages = set()
    for email in comptes().values():
        reponse = ClientStrict().post(reverse("account_login"), {"login": email, "password": FAUX})
        phrases = [str(erreur) for erreurs in reponse.context["form"].errors.values() for erreur in erreurs]
        pages.add((reponse.status_code, tuple(phrases)))
    assert len(pages) == 1, pages


def test_a_forgotten_password_costs_no_hash_and_writes_one_mail_whoever_asks(condensats):
    vus = set()
    for email in comptes().values():
        avant = Courriel.objects.count()
        condensats.clear()
        with CaptureQueriesContext(connection, ) as requetes:  # fmt: skip
            reponse = ClientStrict().post(reverse("account_reset_password"), {"email": email})
        ecrits = sum(requete["sql"].startswith('INSERT INTO "commun_courriel"') for requete in requetes)
        vus.add((reponse.status_code, reponse["Location"], len(condensats), ecrits, Courriel.objects.count() - avant))
    assert vus == {(302, reverse("account_reset_password_done"), 0, 1, 1)}


@pytest.mark.parametrize("forme", ["{}", " {} ", "{maj}"])
def test_the_new_address_of_a_login_costs_and_answers_the_same_free_or_taken(parent, forme):
    """Two mails each time, and the same page: the owner of the address alone learns that it is taken."""
    vus = set()
    for email in ("libre@exemple.fr", FabriqueUtilisateur().email):
        client = ClientStrict()
        client.force_login(parent)
        avant = Courriel.objects.count()
        saisie = forme.format(email, maj=email.upper())
        reponse = client.post(reverse("compte_adresse_modifier"), {"email": saisie, "mot_de_passe": MOT_DE_PASSE})
        texte = client.get(reponse["Location"]).content.decode().replace(email, "ADRESSE")
        vus.add((reponse.status_code, Courriel.objects.count() - avant, "ADRESSE" in texte))
    assert vus == {(302, 2, True)}


def test_a_look_alike_in_other_letters_is_another_address_and_takes_nothing(parent):
    """« аnne » with a Cyrillic « а » is not « anne »: neither login is reached by the other's address."""
    victime = FabriqueUtilisateur(email="anne@exemple.fr")
    client = ClientStrict()
    reponse = client.post(reverse("account_reset_password"), {"email": "\u0430nne@exemple.fr"})
    assert reponse.status_code in {200, 302, 422}
    assert not Courriel.objects.filter(destinataire=victime.email).exists()


def test_asking_the_password_again_is_limited_and_the_right_one_waits_too(parent, time_machine):
    """An open session on a shared computer is no place to guess the password of its owner."""
    time_machine.move_to("2026-03-02 08:00:00+01:00", tick=False)
    client = ClientStrict()
    client.force_login(parent)
    page = reverse("account_reauthenticate")
    for _ in range(10):
        assert client.post(page, {"password": FAUX}).status_code == 200
    assert client.post(page, {"password": MOT_DE_PASSE}).status_code == 429
    time_machine.shift(15 * 60 + 1)
    assert client.post(page, {"password": MOT_DE_PASSE}).status_code == 302


def test_five_hundred_guesses_from_sixty_addresses_pass_no_more_than_ten(parent, condensats, time_machine):
    time_machine.move_to("2026-03-02 08:00:00+01:00", tick=False)
    client = ClientStrict()
    for rang in range(60):
        client.post(
            reverse("account_login"),
            {"login": parent.email, "password": f"{FAUX}{rang}"},
            REMOTE_ADDR=f"127.0.0.{rang % 59 + 2}",
        )
    assert len(condensats) <= 10
