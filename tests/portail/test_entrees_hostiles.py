"""Bad input never ends in an error of the server: what was found broken once stays mended."""

import pytest

from facturation.enums import EtatTentative
from facturation.models import NotificationRecue, Paiement
from tests.client import ClientStrict
from tests.facturation.scenes import reponse
from tests.portail.jumelles import foyer, offre

FORMULAIRE = "application/x-www-form-urlencoded"


@pytest.fixture
def moi(commune):
    return foyer("moi", offre())


@pytest.fixture
def connecte(moi):
    client = ClientStrict()
    client.force_login(moi.login)
    return client


def test_a_nul_in_the_search_of_reservations_is_ignored(moi, connecte):
    reponse = connecte.get("/reservations/", {"q": "bap\x00tiste"})
    assert reponse.status_code == 200
    assert moi.reservation.numero_affiche in reponse.content.decode()


@pytest.mark.parametrize("champ", ["numauto", "refdet", "resultrans", "mel", "inconnu"])
def test_a_nul_in_the_answer_of_the_payment_service_is_kept_and_changes_nothing(moi, connecte, champ):
    corps = reponse(moi.tentative, **{champ: "P\x00"})
    adresse = f"/paiement/tipi/notification/{moi.tentative.jeton}/"
    assert connecte.post(adresse, corps, content_type=FORMULAIRE).status_code == 200
    gardee = NotificationRecue.objects.get()
    assert (gardee.tentative, gardee.verdict) == (moi.tentative, "illisible")
    assert "%00" in gardee.corps
    assert not Paiement.objects.exists()
    # The true answer, which comes after, is taken into account.
    connecte.post(adresse, reponse(moi.tentative), content_type=FORMULAIRE)
    moi.tentative.refresh_from_db()
    assert moi.tentative.etat == EtatTentative.PAYEE


def test_a_token_that_cannot_exist_is_an_unknown_one(db, client):
    adresse = f"/paiement/tipi/notification/{'x' * 3000}/"
    assert client.post(adresse, "a=b", content_type=FORMULAIRE).status_code == 200
    assert NotificationRecue.objects.get().verdict == "inconnue"


@pytest.mark.parametrize("adresse", ["/paiement/tipi/notification/%00/", "/calendrier/a%00b.ics", "/infos/%00/"])
def test_a_nul_in_an_address_names_nothing(commune, client, adresse):
    assert client.get(adresse).status_code in {404, 405}
    assert client.post(adresse, "a=b", content_type=FORMULAIRE).status_code in {404, 405}
