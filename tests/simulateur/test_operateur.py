"""Test modes and the operator's gestures."""

import json
import time

import pytest

from tests.simulateur.conftest import JETON, cle_de


def payer(simulateur, demande, carte):
    page = simulateur.ouvrir(**demande)
    assert simulateur.poster(page + "/carte", **carte)[0] == 303
    return page


def test_a_notification_can_be_dropped(simulateur, recepteur, demande, carte):
    simulateur.mode(supprimer=True)
    payer(simulateur, demande, carte)
    assert simulateur.operations()[0]["envois"][0]["reponse"] == "supprimée par le mode d’essai"
    assert recepteur.recues == []


def test_a_notification_can_be_late_and_the_payer_does_not_wait(simulateur, recepteur, demande, carte):
    simulateur.mode(retard_ms=700)
    debut = time.monotonic()
    payer(simulateur, demande, carte)
    assert time.monotonic() - debut < 0.6
    assert recepteur.recues == []
    assert recepteur.attendre(1)[0]["resultrans"] == "P"
    assert time.monotonic() - debut > 0.7


def test_a_notification_can_come_several_times(simulateur, recepteur, demande, carte):
    simulateur.mode(exemplaires=3)
    payer(simulateur, demande, carte)
    recus = recepteur.attendre(3)
    assert recus == [recus[0]] * 3


@pytest.mark.parametrize(("mode", "champ"), [({"montant": "999"}, "montant"), ({"resultrans": "Q"}, "resultrans")])
def test_a_notification_can_lie(simulateur, recepteur, demande, carte, mode, champ):
    simulateur.mode(**mode)
    payer(simulateur, demande, carte)
    assert recepteur.attendre(1)[0][champ] == mode[champ]
    assert simulateur.operations()[0]["resultrans"] == "P"


def test_an_empty_mode_is_back_to_normal(simulateur):
    simulateur.mode(supprimer=True, retard_ms=5)
    normal = {"supprimer": False, "retard_ms": 0, "exemplaires": 1, "montant": None, "resultrans": None}
    assert simulateur.mode() == (200, normal)
    assert json.loads(simulateur.lire("/simulateur/mode")[2]) == normal


@pytest.mark.parametrize(
    "mode",
    [
        {"supprimer": "oui"},
        {"retard_ms": -1},
        {"retard_ms": 10**9},
        {"retard_ms": True},
        {"exemplaires": 0},
        {"exemplaires": 1.5},
        {"montant": 525},
        {"resultrans": "<b>"},
        {"inconnu": 1},
    ],
)
def test_a_wrong_mode_is_refused_and_changes_nothing(simulateur, mode):
    statut, reponse = simulateur.mode(**mode)
    assert (statut, list(reponse["erreurs"])) == (400, list(mode))
    assert json.loads(simulateur.lire("/simulateur/mode")[2])["exemplaires"] == 1


@pytest.mark.parametrize("corps", ["", "{", "[]", "null", "\xff", "[" * 20_000])
def test_a_mode_that_is_not_json_is_refused(simulateur, corps):
    corps = corps.encode("latin-1")
    assert simulateur.demander("POST", "/simulateur/mode", corps, Content_Type="application/json")[0] == 400


def test_the_operator_sets_the_mode_by_the_form(simulateur):
    champs = {"supprimer": "oui", "retard_ms": "250", "exemplaires": "2", "montant": "1", "resultrans": "Q"}
    assert simulateur.poster("/simulateur/mode", **champs)[0] == 303
    mode = json.loads(simulateur.lire("/simulateur/mode")[2])
    assert mode == {"supprimer": True, "retard_ms": 250, "exemplaires": 2, "montant": "1", "resultrans": "Q"}
    assert "notification supprimée" in simulateur.lire("/simulateur/")[2]
    assert simulateur.poster("/simulateur/mode", exemplaires="beaucoup")[0] == 400
    assert simulateur.poster("/simulateur/mode")[0] == 303
    assert "Normal\u00a0:" in simulateur.lire("/simulateur/")[2]


def envoyer(simulateur, page, variante):
    return simulateur.poster(f"/simulateur/operations/{cle_de(page)}/{variante}")[0]


def test_the_operator_sends_a_duplicate(simulateur, recepteur, demande, carte):
    page = payer(simulateur, demande, carte)
    assert envoyer(simulateur, page, "identique") == 303
    premier, second = recepteur.attendre(2)
    assert premier == second


def test_the_operator_sends_another_amount(simulateur, recepteur, demande, carte):
    page = payer(simulateur, demande, carte)
    envoyer(simulateur, page, "autre-montant")
    premier, second = recepteur.attendre(2)
    assert second == {**premier, "montant": "625"}


def test_the_operator_sends_late_what_was_dropped(simulateur, recepteur, demande, carte):
    simulateur.mode(supprimer=True)
    page = payer(simulateur, demande, carte)
    envoyer(simulateur, page, "tardive")
    assert recepteur.recues == []
    (recu,) = recepteur.attendre(1, secondes=15)
    assert (recu["resultrans"], recu["montant"]) == ("P", "525")


def test_a_forgery_says_paid_but_ignores_the_reference(simulateur, recepteur, demande):
    page = simulateur.ouvrir(**demande)
    assert envoyer(simulateur, page, "contrefaite") == 303
    (recu,) = recepteur.attendre(1)
    assert (recu["resultrans"], recu["montant"]) == ("P", "525")
    assert recu["refdet"] != demande["refdet"]
    assert recu["objet"] != demande["objet"]
    assert simulateur.operations()[0]["resultrans"] is None


def test_a_forgery_can_go_to_an_invented_address(simulateur, recepteur, demande):
    envoyer(simulateur, simulateur.ouvrir(**demande), "jeton-invente")
    recepteur.attendre(1)
    chemin = recepteur.recues[0][0]
    assert chemin.startswith("/paiement/tipi/notification/")
    assert len(chemin) == len(f"/paiement/tipi/notification/{JETON}/")
    assert JETON not in chemin


@pytest.mark.parametrize("variante", ["identique", "tardive", "autre-montant"])
def test_an_operation_in_progress_has_no_result_to_send(simulateur, recepteur, demande, variante):
    assert envoyer(simulateur, simulateur.ouvrir(**demande), variante) == 409
    assert recepteur.recues == []


def test_the_operator_sees_each_operation_with_what_was_sent(simulateur, demande, carte):
    demande["refdet"] = "VUEPARLOPERATEUR1"
    payer(simulateur, demande, carte)
    texte = simulateur.lire("/simulateur/")[2]
    assert "VUEPARLOPERATEUR1" in texte
    assert "P\u00a0: payé par carte" in texte
    assert "<strong>200</strong> · automatique" in texte


@pytest.mark.parametrize(
    "entetes",
    [
        {"Host": "exemple.fr"},
        {"Host": "127.0.0.1.exemple.fr:8001"},
        {"Host": "["},
        {"Origin": "http://exemple.fr"},
        {"Origin": "null"},
    ],
)
def test_another_site_cannot_drive_the_operator_page(simulateur, demande, entetes):
    cle = cle_de(simulateur.ouvrir(**demande))
    for methode, chemin in [
        ("GET", "/simulateur/"),
        ("GET", "/simulateur/operations"),
        ("POST", "/simulateur/mode"),
        ("POST", f"/simulateur/operations/{cle}/contrefaite"),
    ]:
        assert simulateur.demander(methode, chemin, **entetes)[0] == 404
