"""Mails are rows: nothing acknowledged is lost, whatever dies, and a duplicate is recognised by its Message-ID."""

import datetime
import threading
import time

import kombu.pools
import pytest
from django.db import connection, transaction

from portail.commun import courriels, tasks
from portail.commun.enums import EtatCourriel
from portail.commun.models import Courriel
from tests.fabriques import instant

MAINTENANT = instant(2026, 3, 2, 8)


def deposer(destinataire="claire@exemple.fr", sujet="Bonjour", **champs):
    return courriels.deposer_rendu(
        nom="essai", destinataire=destinataire, maintenant=MAINTENANT, sujet=sujet, texte="Texte à lire", **champs
    )


@pytest.mark.django_db
def test_a_mail_is_sent_once_and_marked(puits):
    courriel = deposer(html="<p>Texte à lire</p>")
    assert tasks.envoyer_courriels_dus() == 1
    assert tasks.envoyer_courriels_dus() == 0
    courriel.refresh_from_db()
    assert courriel.etat == EtatCourriel.ENVOYE
    [recu] = puits.recus
    assert recu["Message-ID"] == courriel.message_id
    assert recu["Auto-Submitted"] == "auto-generated"
    assert [partie.get_content_type() for partie in recu.get_payload()] == ["text/plain", "text/html"]


@pytest.mark.django_db
def test_a_mail_of_a_transaction_that_fails_never_existed():
    with transaction.atomic():
        deposer()
        transaction.set_rollback(True)
    assert not Courriel.objects.exists()


@pytest.mark.django_db
def test_a_refusal_is_noted_and_tried_again_later_each_time_less_often(puits, time_machine):
    time_machine.move_to(MAINTENANT, tick=False)
    courriel = deposer()
    puits.refus = ["451 occupé"] * 3
    for essai, attente in enumerate(tasks.ATTENTES[:3], start=1):
        assert tasks.envoyer_courriels_dus() == 0
        courriel.refresh_from_db()
        assert (courriel.essais, courriel.etat) == (essai, EtatCourriel.A_ENVOYER)
        assert "451" in courriel.derniere_erreur
        time_machine.shift(attente - datetime.timedelta(seconds=1))
        assert tasks.envoyer_courriels_dus() == 0
        time_machine.shift(2)
    assert tasks.envoyer_courriels_dus() == 1


@pytest.mark.django_db
def test_a_mail_is_given_up_after_the_last_try_and_staff_see_it(puits, time_machine):
    time_machine.move_to(MAINTENANT, tick=False)
    courriel = deposer()
    puits.refus = ["550 boîte inconnue"] * 20
    for _ in range(len(tasks.ATTENTES) + 1):
        tasks.envoyer_courriels_dus()
        time_machine.shift(2 * 86400)
    courriel.refresh_from_db()
    assert courriel.etat == EtatCourriel.ABANDONNE
    assert tasks.envoyer_courriels_dus() == 0


@pytest.mark.django_db
def test_a_bad_recipient_does_not_hold_the_others_back(puits):
    deposer("a@exemple.fr")
    deposer("b@exemple.fr")
    puits.refus = ["550 boîte inconnue"]
    assert tasks.envoyer_courriels_dus() == 1
    assert puits.recus[0]["To"] == "b@exemple.fr"


@pytest.mark.django_db
def test_a_mail_server_that_is_away_loses_nothing(smtp_absent):
    deposer()
    deposer()
    assert tasks.envoyer_courriels_dus() == 0
    assert list(Courriel.objects.values_list("etat", "essais", "reserve_jusqu_au")) == [("a_envoyer", 1, None)] * 2


@pytest.mark.django_db
def test_a_worker_that_dies_holding_a_mail_lets_it_go_after_its_lease(puits, time_machine):
    time_machine.move_to(MAINTENANT, tick=False)
    courriel = deposer()
    [tenu] = tasks._reserver_un_lot(MAINTENANT)  # and the worker is killed here
    assert tenu.pk == courriel.pk
    assert tasks.envoyer_courriels_dus() == 0
    time_machine.shift(tasks.BAIL + datetime.timedelta(seconds=1))
    assert tasks.envoyer_courriels_dus() == 1


@pytest.mark.django_db
def test_a_crash_between_sending_and_marking_sends_again_under_the_same_message_id(puits, time_machine, monkeypatch):
    time_machine.move_to(MAINTENANT, tick=False)
    courriel = deposer()

    class Mort(BaseException):
        pass

    def mourir(*args, **kwargs):
        raise Mort

    with monkeypatch.context() as coupe:
        coupe.setattr(tasks.EmailMultiAlternatives, "send", lambda message: (envoyer(message), mourir()))
        with pytest.raises(Mort):
            tasks.envoyer_courriels_dus()
    time_machine.shift(tasks.BAIL + datetime.timedelta(seconds=1))
    assert tasks.envoyer_courriels_dus() == 1
    assert [recu["Message-ID"] for recu in puits.recus] == [courriel.message_id] * 2


envoyer = tasks.EmailMultiAlternatives.send


@pytest.mark.django_db
def test_a_slow_batch_does_not_send_what_another_worker_took_back(puits, time_machine):
    """Held for five minutes, a batch of fifty slow mails would be sent twice without the check before each."""
    time_machine.move_to(MAINTENANT, tick=False)
    deposer()
    [lent] = tasks._reserver_un_lot(MAINTENANT)
    time_machine.shift(tasks.BAIL + datetime.timedelta(seconds=1))
    assert tasks.envoyer_courriels_dus() == 1
    assert not tasks._envoyer(lent, tasks.get_connection())
    assert len(puits.recus) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_each_mail_once(puits):
    for rang in range(30):
        deposer(f"p{rang}@exemple.fr")

    def travailler():
        try:
            tasks.envoyer_courriels_dus()
        finally:
            connection.close()

    fils = [threading.Thread(target=travailler) for _ in range(3)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    destinataires = [recu["To"] for recu in puits.recus]
    assert sorted(destinataires) == sorted({f"p{rang}@exemple.fr" for rang in range(30)})


@pytest.mark.parametrize("charge", ["Objet\r\nBcc: pirate@exemple.fr", "Objet\nX-Mal: oui", "=?utf-8?q?a?=\r\n"])
@pytest.mark.django_db
def test_a_line_break_in_a_subject_adds_no_header(puits, charge):
    Courriel.objects.create(
        nom="essai",
        destinataire="a@exemple.fr",
        sujet=charge,
        texte="t",
        prochain_essai_le=MAINTENANT,
        cree_le=MAINTENANT,
    )
    tasks.envoyer_courriels_dus()
    assert not any(recu["Bcc"] or recu["X-Mal"] for recu in puits.recus)


# --- Waking the worker up ------------------------------------------------------------------------------------------


@pytest.fixture
def sans_silence(monkeypatch):
    monkeypatch.setattr(courriels, "_silence_jusqu_a", 0.0)


@pytest.fixture
def redis_absent(sans_silence):
    """Point the queue at a port where nobody answers."""
    from portail.celery import app

    def oublier_les_liaisons() -> None:
        """Close what is open and forget it: a pool only closed would be found again, closed, by the next test."""
        kombu.pools.reset()
        app._pool = None
        app.amqp._producer_pool = None

    ancienne = app.conf.broker_url
    app.conf.broker_url = "redis://127.0.0.1:1/0"
    oublier_les_liaisons()
    yield
    app.conf.broker_url = ancienne
    oublier_les_liaisons()


@pytest.mark.django_db
def test_without_redis_the_request_is_not_slowed_and_the_row_is_there(redis_absent, django_capture_on_commit_callbacks):
    debut = time.monotonic()
    with django_capture_on_commit_callbacks(execute=True):
        deposer()
    assert time.monotonic() - debut < 1.5
    assert Courriel.objects.filter(etat=EtatCourriel.A_ENVOYER).count() == 1


@pytest.mark.django_db
def test_without_redis_many_requests_do_not_each_wait_for_it(redis_absent, monkeypatch):
    appels = []

    def refuser():
        appels.append(1)
        raise courriels.OperationalError("injoignable")

    monkeypatch.setattr(tasks.envoyer_courriels_dus, "delay", refuser)
    for _ in range(20):
        courriels.reveiller()
    assert len(appels) == 1


@pytest.mark.django_db
def test_a_transaction_with_many_mails_wakes_the_worker_up_once(
    sans_silence, monkeypatch, django_capture_on_commit_callbacks
):
    appels = []
    monkeypatch.setattr(tasks.envoyer_courriels_dus, "delay", lambda: appels.append(1))
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        for _ in range(50):
            deposer()
    assert len(appels) == 1


def test_the_beat_finds_what_the_queue_forgot():
    from portail.celery import app

    passages = {tache["task"]: tache["schedule"] for tache in app.conf.beat_schedule.values()}
    assert passages["portail.commun.tasks.envoyer_courriels_dus"] <= 30
    assert "portail.commun.tasks.envoyer_courriels_dus" in app.tasks
