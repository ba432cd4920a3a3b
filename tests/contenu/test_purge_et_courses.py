"""Threads with the service: kept for a year, and written once however often the button is pressed."""

import datetime
import threading
import uuid

import pytest
from django.db import connection
from django.utils import timezone

from contenu import actions, tasks
from contenu.models import Echange, MessageContact
from portail.commun.models import Courriel
from tests.contenu.fabriques import FabriqueEchange

FOIS = 8


@pytest.mark.django_db
def test_a_thread_is_kept_for_a_year_after_its_last_message(commune):
    maintenant = timezone.now()
    garde, ancien = (
        FabriqueEchange(ouvert_le=maintenant - datetime.timedelta(days=jours), sujet=f"{jours}") for jours in (364, 366)
    )
    assert tasks.purger_les_echanges() == 1
    assert list(Echange.objects.all()) == [garde]
    assert not MessageContact.objects.filter(echange=ancien.pk).exists()
    assert tasks.purger_les_echanges() == 0


@pytest.mark.django_db
def test_the_purge_goes_through_all_of_them_by_batches(commune, monkeypatch):
    monkeypatch.setattr(tasks, "LOT", 2)
    FabriqueEchange.create_batch(5)
    assert tasks.purger_les_echanges() == 5


@pytest.mark.django_db
def test_the_legal_notice_says_how_long(client, commune):
    page = client.get("/mentions/").content.decode()
    assert "Messages écrits au service" in page
    assert "1 an après le dernier message" in page
    assert datetime.timedelta(days=365) == tasks.CONSERVATION


def ensemble(geste):
    """Run the same gesture in several threads, each with its own connection, from the same instant."""
    depart, fautes = threading.Barrier(FOIS), []

    def faire():
        try:
            depart.wait(20)
            geste()
        except Exception as faute:  # noqa: BLE001 - told by the test
            fautes.append(faute)
        finally:
            connection.close()

    fils = [threading.Thread(target=faire) for _ in range(FOIS)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join(60)
    assert fautes == []


def ecrire(cle):
    return actions.ecrire(
        sujet="La cantine",
        texte="Bonjour.",
        nom="Claire",
        courriel="claire@exemple.fr",
        auteur=None,
        cle_envoi=cle,
        maintenant=timezone.now(),
    )


@pytest.mark.django_db(transaction=True)
def test_eight_presses_at_once_open_one_thread_and_send_one_mail(commune):
    cle = uuid.uuid4()
    ensemble(lambda: ecrire(cle))
    assert (Echange.objects.count(), MessageContact.objects.count(), Courriel.objects.count()) == (1, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_eight_presses_at_once_add_one_message_to_a_thread(commune):
    echange, cle = FabriqueEchange(), uuid.uuid4()
    ensemble(
        lambda: actions.completer(
            echange=echange, texte="Encore.", auteur=None, cle_envoi=cle, maintenant=timezone.now()
        )
    )
    assert (echange.messages.count(), Courriel.objects.count()) == (2, 1)


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_same_presses_collide(commune, monkeypatch):
    """Negative control: the lock is what makes the second press find the message of the first."""
    monkeypatch.setattr("contenu.actions.echanges._verrouiller_envoi", lambda cle: None)
    assert any(collision(uuid.uuid4()) for _ in range(20))


def collision(cle):
    try:
        ensemble(lambda: ecrire(cle))
    except AssertionError:
        return True
    return False
