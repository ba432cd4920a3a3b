"""Races on real connections, each with its negative control: the same gesture without the lock goes wrong."""

import threading
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from facturation.actions import emission, notification, numerotation
from facturation.actions import tentative as tentatives
from facturation.enums import Serie, VerdictNotification
from facturation.erreurs import PaiementRefuse
from facturation.models import Compteur, Facture, NotificationRecue, Paiement, PresenceFacturee, TentativePaiement
from tests.facturation import scenes

pytestmark = pytest.mark.django_db(transaction=True)


def ensemble(gestes):
    """Run the gestures at the same time, each on its own connection; return their results or exceptions."""
    depart, resultats = threading.Barrier(len(gestes)), [None] * len(gestes)

    def jouer(rang, geste):
        try:
            depart.wait(10)
            resultats[rang] = geste()
        except Exception as erreur:  # noqa: BLE001 - what went wrong is the result
            resultats[rang] = erreur
        finally:
            connection.close()

    fils = [threading.Thread(target=jouer, args=paire) for paire in enumerate(gestes)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join(60)
    return resultats


def test_numbers_have_no_gap_nor_double_when_workers_issue_together(matin, regie, regisseur):
    for _ in range(12):
        scenes.foyer(matin)
    campagne = scenes.campagne(regie, regisseur)
    scenes.lancer(campagne, regisseur)

    def ouvrier():
        faites = 0
        while emission.emettre_suivante(campagne_id=campagne.pk, maintenant=scenes.LE_26):
            faites += 1
        return faites

    assert sum(ensemble([ouvrier] * 4)) == 12
    assert sorted(Facture.objects.values_list("numero", flat=True)) == list(range(727, 739))
    assert PresenceFacturee.objects.count() == 36


def test_without_the_counter_s_lock_numbers_collide(regie):
    """Negative control: read, wait for the other, write."""
    rencontre = threading.Barrier(2)

    def sans_verrou():
        valeur = Compteur.objects.get(regie=regie, serie="facture").valeur
        rencontre.wait(10)
        Compteur.objects.filter(regie=regie, serie="facture").update(valeur=valeur + 1)
        return valeur + 1

    assert ensemble([sans_verrou] * 2) == [727, 727]


def test_a_rollback_gives_its_number_back(regie):
    with transaction.atomic():
        assert numerotation.prochain_numero(regie, Serie.FACTURE) == 727
        transaction.set_rollback(True)
    with transaction.atomic():
        assert numerotation.prochain_numero(regie, Serie.FACTURE) == 727


def test_a_number_is_only_given_inside_a_transaction(regie):
    with pytest.raises(transaction.TransactionManagementError):
        numerotation.prochain_numero(regie, Serie.FACTURE)


def test_of_eight_notifications_together_one_counts(facture, parent):
    tentative = scenes.tentative([facture], parent)
    verdicts = ensemble([lambda: scenes.notifier(tentative)] * 8)
    assert sorted(verdicts) == sorted([VerdictNotification.PRISE_EN_COMPTE] + [VerdictNotification.DEJA_CONNUE] * 7)
    assert Paiement.objects.get().montant == Decimal("5.25")
    assert NotificationRecue.objects.count() == 8


def test_without_the_attempt_s_lock_notifications_collide(facture, parent, monkeypatch):
    """Negative control: each reads the attempt as unpaid; only the last barrier, the constraint, holds."""
    tentative = scenes.tentative([facture], parent)
    rencontre = threading.Barrier(2)

    def sans_verrou(pk):
        lue = TentativePaiement.objects.select_related("regie", "famille").get(pk=pk)
        rencontre.wait(10)
        return lue

    monkeypatch.setattr(notification.gestes, "verrouiller", sans_verrou)
    resultats = ensemble([lambda: scenes.notifier(tentative)] * 2)
    assert any(isinstance(resultat, IntegrityError) for resultat in resultats)
    assert Paiement.objects.count() == 1


def test_two_parents_who_press_pay_together_start_one_payment(facture, parent):
    resultats = ensemble([lambda: scenes.tentative([facture], parent)] * 4)
    assert sum(isinstance(resultat, TentativePaiement) for resultat in resultats) == 1
    assert sum(isinstance(resultat, PaiementRefuse) for resultat in resultats) == 3
    assert TentativePaiement.objects.count() == 1


def test_two_runs_prepared_together_claim_each_day_once(famille, baptiste, matin, regie, regisseur):
    scenes.presences(famille, baptiste, matin)
    campagnes = ensemble([lambda: scenes.campagne(regie, regisseur)] * 2)
    assert not [c for c in campagnes if isinstance(c, Exception)]
    assert Facture.objects.count() == 1
    assert PresenceFacturee.objects.count() == 3


def test_expiry_and_payment_together_lose_nothing(facture, parent):
    tentative = scenes.tentative([facture], parent)
    tard = scenes.PAYEE_LE.replace(hour=17)
    ensemble([lambda: tentatives.expirer(maintenant=tard), lambda: scenes.notifier(tentative, tard)])
    facture.refresh_from_db()
    assert facture.montant_en_attente == Decimal("5.25")
