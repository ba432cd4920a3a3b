"""The login address: confirmed by its owner, changed with the password, given back to its former owner."""

from types import SimpleNamespace

import pytest
from allauth.account.models import EmailAddress

from familles.models import Utilisateur
from portail.commun.models import Courriel, Trace
from tests.client import ClientStrict
from tests.fabriques import MOT_DE_PASSE, FabriqueUtilisateur
from tests.familles.outils import dernier_courriel, lien_du

pytestmark = pytest.mark.usefixtures("commune")
NEUVE = "neuve@exemple.fr"
BANDEAU = "Pour terminer la création de votre compte, vous devez confirmer votre adresse email."


@pytest.fixture
def connecte(client, parent):
    client.force_login(parent)
    return client


@pytest.fixture
def a_confirmer(parent):
    EmailAddress.objects.filter(user=parent).update(verified=False)
    return parent


def demander(client, email=NEUVE, mot_de_passe=MOT_DE_PASSE):
    return client.post("/compte/adresse/modifier/", {"email": email, "mot_de_passe": mot_de_passe})


def changer(client):
    demander(client)
    return client.post(lien_du(dernier_courriel(NEUVE)))


def test_the_banner_of_the_tutorial_stays_until_the_address_is_confirmed(client, a_confirmer):
    client.force_login(a_confirmer)
    assert BANDEAU in client.get("/espace/").content.decode()
    client.post("/compte/adresse/renvoyer/")
    lien = lien_du(dernier_courriel(a_confirmer.email))
    client.get(lien)
    assert BANDEAU in client.get("/espace/").content.decode(), "suivre le lien ne suffit pas"
    client.post(lien)
    assert BANDEAU not in client.get("/espace/").content.decode()


def test_the_link_confirms_from_another_device_too(client, a_confirmer):
    client.force_login(a_confirmer)
    client.post("/compte/adresse/renvoyer/")
    ClientStrict().post(lien_du(dernier_courriel(a_confirmer.email)))
    assert EmailAddress.objects.get(user=a_confirmer).verified


def test_sending_again_is_limited_to_once_a_minute_and_says_so(client, a_confirmer):
    client.force_login(a_confirmer)
    client.post("/compte/adresse/renvoyer/")
    reponse = client.post("/compte/adresse/renvoyer/", follow=True)
    assert "moins d’une minute" in reponse.content.decode()
    assert Courriel.objects.filter(nom="compte_confirmer_adresse").count() == 1


def test_a_confirmation_link_serves_once(client, a_confirmer):
    client.force_login(a_confirmer)
    client.post("/compte/adresse/renvoyer/")
    lien = lien_du(dernier_courriel(a_confirmer.email))
    client.post(lien)
    assert client.post(lien).status_code == 404


def test_a_link_that_was_tampered_with_is_dead(client, a_confirmer):
    client.force_login(a_confirmer)
    client.post("/compte/adresse/renvoyer/")
    lien = lien_du(dernier_courriel(a_confirmer.email))
    assert client.post(lien[:-3] + "abc/").status_code == 404
    assert not EmailAddress.objects.get(user=a_confirmer).verified


def test_nothing_changes_until_the_new_address_confirms(connecte, parent):
    ancienne = parent.email
    demander(connecte)
    parent.refresh_from_db()
    assert parent.email == ancienne
    assert "Un changement attend votre confirmation" in connecte.get("/compte/adresse/").content.decode()
    assert dernier_courriel(ancienne).nom == "compte_changement_demande"
    assert lien_du(dernier_courriel(NEUVE)).startswith("/compte/adresse/confirmer/")


def test_the_change_needs_the_password(connecte, parent):
    page = demander(connecte, mot_de_passe="faux")
    assert page.status_code == 422
    assert "Ce n’est pas votre mot de passe" in page.content.decode()
    assert f'value="{NEUVE}"' in page.content.decode()
    assert not EmailAddress.objects.filter(email=NEUVE).exists()


def test_the_new_address_becomes_the_login_and_the_old_one_is_told(connecte, parent):
    ancienne = parent.email
    ailleurs = ClientStrict()
    ailleurs.post("/compte/connexion/", {"login": ancienne, "password": MOT_DE_PASSE})
    assert ailleurs.get("/espace/").status_code == 200
    changer(connecte)
    parent.refresh_from_db()
    assert parent.email == NEUVE
    assert list(parent.emailaddress_set.values_list("email", "verified", "primary")) == [(NEUVE, True, True)]
    assert dernier_courriel(ancienne).nom == "compte_identifiant_change"
    assert ailleurs.get("/espace/").status_code == 302, "les autres sessions sont fermées"
    assert connecte.get("/espace/").status_code == 200
    trace = Trace.objects.filter(geste="identifiant.confirme").get()
    assert (trace.avant, trace.apres) == ({"email": ancienne}, {"email": NEUVE})


def test_the_way_back_gives_the_account_to_the_former_address_even_after_two_changes(connecte, parent):
    ancienne = parent.email
    changer(connecte)
    retour = lien_du(dernier_courriel(ancienne, "compte_identifiant_change"))
    demander(connecte, "encore@exemple.fr")
    connecte.post(lien_du(dernier_courriel("encore@exemple.fr")))
    victime = ClientStrict()
    assert victime.get(retour).status_code == 200
    assert "Votre compte est repris" in victime.post(retour).content.decode()
    parent.refresh_from_db()
    assert parent.email == ancienne
    assert not parent.has_usable_password()
    assert connecte.get("/espace/").status_code == 302, "celui qui avait pris le compte est dehors"
    assert lien_du(dernier_courriel(ancienne)).startswith("/compte/activer/")
    assert victime.post(retour).status_code == 404


def test_an_address_that_is_somebody_elses_is_never_told_to_the_asker(connecte, parent, etranger):
    page = demander(connecte, etranger.email)
    assert page.status_code == demander(connecte, "libre@exemple.fr").status_code == 302
    assert dernier_courriel(etranger.email).nom == "compte_adresse_deja_utilisee"
    assert not Courriel.objects.filter(destinataire=etranger.email, nom="compte_confirmer_adresse").exists()


def test_an_address_taken_meanwhile_is_refused_without_a_fault(connecte, parent):
    demander(connecte)
    lien = lien_du(dernier_courriel(NEUVE))
    FabriqueUtilisateur(email=NEUVE, adresse_confirmee=False)
    reponse = connecte.post(lien, follow=True)
    assert "identifiant d’un autre compte" in reponse.content.decode()
    parent.refresh_from_db()
    assert parent.email != NEUVE


def test_only_the_latest_request_counts(connecte, parent):
    demander(connecte)
    premier = lien_du(dernier_courriel(NEUVE))
    demander(connecte, "seconde@exemple.fr")
    assert connecte.post(premier).status_code == 404
    connecte.post(lien_du(dernier_courriel("seconde@exemple.fr")))
    parent.refresh_from_db()
    assert parent.email == "seconde@exemple.fr"


def test_giving_up_kills_the_link(connecte, parent):
    demander(connecte)
    connecte.post("/compte/adresse/renoncer/")
    assert connecte.post(lien_du(dernier_courriel(NEUVE))).status_code == 404


def test_the_present_address_is_refused_in_a_sentence(connecte, parent):
    page = demander(connecte, parent.email.upper())
    assert "C’est déjà votre adresse de connexion" in page.content.decode()


@pytest.mark.parametrize("saisie", ["", "pas une adresse", "a@b", "x" * 250 + "@exemple.fr", "a\r\nBcc: b@exemple.fr"])
def test_a_bad_address_is_explained_beside_its_field(connecte, saisie):
    page = demander(connecte, saisie)
    assert page.status_code == 422
    assert "champ-erreur" in page.content.decode()


def test_booking_waits_for_the_confirmation(a_confirmer, famille):
    from familles.blocages import adresse_non_confirmee

    def blocages():
        utilisateur = Utilisateur.objects.get(pk=a_confirmer.pk)
        periode = SimpleNamespace(pk=1)
        return adresse_non_confirmee(
            utilisateur=utilisateur, famille=famille, enfants=None, periodes=[periode], maintenant=None
        ).get(1, [])

    assert [blocage.code for blocage in blocages()] == ["adresse_non_confirmee"]
    EmailAddress.objects.filter(user=a_confirmer).update(verified=True)
    assert blocages() == []
