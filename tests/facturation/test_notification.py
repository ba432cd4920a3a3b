"""What comes back from the payment service: honest, twice, late, forged, altered, unknown, unreadable."""

from decimal import Decimal

import pytest
from django.test import override_settings

from facturation.actions import notification
from facturation.actions import paiement as paiements
from facturation.actions import tentative as gestes
from facturation.enums import (
    EtatAffiche,
    EtatFacture,
    EtatPaiement,
    EtatTentative,
    ModePaiement,
    SaisieTipi,
    VerdictNotification,
)
from facturation.erreurs import PaiementRefuse
from facturation.models import Facture, NotificationRecue, Paiement, TentativePaiement
from portail.commun.models import Courriel
from tests.fabriques import instant
from tests.facturation import scenes

PLUS_TARD = instant(2018, 2, 6, 18)


@pytest.fixture
def tentative(facture, parent):
    facture.regie.saisie = "A"
    facture.regie.save()
    return scenes.tentative([facture], parent)


def relire(objet):
    objet.refresh_from_db()
    return objet


def rien_n_a_bouge(tentative):
    assert not Paiement.objects.exists()
    assert relire(tentative).etat == EtatTentative.CREEE
    assert tentative.parts.get().ouverte


def test_a_card_paid_makes_a_payment_that_waits_for_the_regisseur(tentative, facture, parent):
    assert scenes.notifier(tentative) == VerdictNotification.PRISE_EN_COMPTE
    paiement = Paiement.objects.get()
    assert (paiement.montant, paiement.mode, paiement.etat, paiement.reference) == (
        Decimal("5.25"),
        ModePaiement.TIPI,
        EtatPaiement.EN_ATTENTE,
        "3feabd",
    )
    assert relire(facture).etat_affiche == EtatAffiche.EN_ATTENTE
    assert (facture.montant_en_attente, facture.montant_regle) == (Decimal("5.25"), 0)
    assert relire(tentative).etat == EtatTentative.PAYEE
    assert not tentative.parts.get().ouverte
    recue = NotificationRecue.objects.get()
    assert recue.corps == scenes.reponse(tentative)
    assert recue.tentative == tentative


def test_the_confirmation_goes_to_the_household_and_to_the_payer_s_address(tentative, parent):
    scenes.notifier(tentative)
    courriels = Courriel.objects.filter(nom="paiement_recu")
    assert {c.destinataire for c in courriels} == {parent.email, "claire@exemple.fr"}
    assert "en attente de validation" in courriels[0].texte


def test_a_direct_debit_accepted_is_a_payment_too(tentative):
    scenes.notifier(tentative, resultrans="V", numauto=None)
    assert Paiement.objects.get().mode == ModePaiement.PRELEVEMENT_EN_LIGNE


@pytest.mark.parametrize(
    ("lettre", "etat"),
    [("R", EtatTentative.REFUSEE), ("Z", EtatTentative.REFUSEE), ("A", EtatTentative.ABANDONNEE)],
)
def test_refused_or_given_up_frees_the_invoices(lettre, etat, tentative, facture, parent):
    scenes.notifier(tentative, resultrans=lettre)
    assert relire(tentative).etat == etat
    assert not Paiement.objects.exists()
    assert scenes.tentative([facture], parent)


def test_an_unknown_letter_is_neither_paid_nor_lost(tentative, regisseur):
    assert scenes.notifier(tentative, resultrans="W") == VerdictNotification.PRISE_EN_COMPTE
    assert relire(tentative).etat == EtatTentative.A_VERIFIER
    assert tentative.parts.get().ouverte
    assert not Paiement.objects.exists()
    paiements.constater_a_la_main(tentative=tentative, auteur=regisseur, maintenant=PLUS_TARD)
    assert Paiement.objects.get().etat == EtatPaiement.EN_ATTENTE
    assert relire(tentative).etat == EtatTentative.PAYEE


def test_the_regisseur_cannot_make_a_payment_of_a_test(tentative, regisseur, settings):
    settings.DEMO = False
    TentativePaiement.objects.update(saisie=SaisieTipi.TEST)
    scenes.notifier(tentative, resultrans="W", saisie="T")
    with pytest.raises(PaiementRefuse, match="essai"):
        paiements.constater_a_la_main(tentative=relire(tentative), auteur=regisseur, maintenant=PLUS_TARD)
    assert not Paiement.objects.exists()
    gestes.liberer(tentative=relire(tentative), auteur=regisseur, maintenant=PLUS_TARD)
    assert not tentative.parts.get().ouverte


def test_the_regisseur_frees_an_unclear_attempt(tentative, regisseur):
    scenes.notifier(tentative, resultrans="W")
    gestes.liberer(tentative=tentative, auteur=regisseur, maintenant=PLUS_TARD)
    assert not tentative.parts.get().ouverte


def test_twice_counts_once(tentative):
    scenes.notifier(tentative)
    assert scenes.notifier(tentative, PLUS_TARD) == VerdictNotification.DEJA_CONNUE
    assert Paiement.objects.count() == 1
    assert NotificationRecue.objects.count() == 2
    assert Courriel.objects.filter(nom="paiement_recu").count() == 2


def test_another_authorisation_for_a_paid_attempt_is_set_aside_for_the_regisseur(tentative):
    scenes.notifier(tentative)
    assert scenes.notifier(tentative, numauto="999999") == VerdictNotification.NON_CONFORME
    assert NotificationRecue.objects.first().ecarts == [{"champ": "numauto", "attendu": "3feabd", "recu": "999999"}]
    assert Paiement.objects.count() == 1


def test_a_refusal_after_the_payment_takes_nothing_back(tentative):
    scenes.notifier(tentative)
    assert scenes.notifier(tentative, resultrans="R") == VerdictNotification.NON_CONFORME
    assert relire(tentative).etat == EtatTentative.PAYEE
    assert Paiement.objects.get().etat == EtatPaiement.EN_ATTENTE


@pytest.mark.parametrize(
    ("champ", "valeur"),
    [
        ("montant", "100"),
        ("montant", "525.0"),
        ("montant", ""),
        ("montant", None),
        ("numcli", "999999"),
        ("numcli", "12345"),
        ("exer", "2017"),
        ("refdet", "18010000000010AAAAAAAA"),
        ("objet", "Facture 00727"),
        ("objet", None),
        ("mel", "pirate@exemple.fr"),
        ("saisie", "T"),
        ("saisie", "X"),
    ],
)
def test_one_altered_field_changes_nothing_and_is_kept_with_the_difference(champ, valeur, tentative):
    assert scenes.notifier(tentative, **{champ: valeur}) == VerdictNotification.NON_CONFORME
    rien_n_a_bouge(tentative)
    ecart = NotificationRecue.objects.get().ecarts[0]
    assert (ecart["champ"], ecart["recu"]) == (champ, valeur or "")


def test_names_in_capitals_are_read(tentative):
    corps = "&".join(
        f"{nom.upper()}={valeur}" for nom, valeur in (p.split("=") for p in scenes.reponse(tentative).split("&"))
    )
    verdict = notification.recevoir(jeton=tentative.jeton, corps=corps, adresse_ip=None, maintenant=PLUS_TARD)
    assert verdict == VerdictNotification.PRISE_EN_COMPTE


@pytest.mark.parametrize(
    "corps",
    [
        "",
        "n'importe quoi",
        "<xml/>",
        "resultrans",
        "resultrans=P&resultrans=R",
        "\x00resultrans=\x00",
        "&".join(f"a{n}=1" for n in range(100)),
        "x" * 5000,
        "%ff%fe=%00",
    ],
)
def test_garbage_is_kept_and_changes_nothing(corps, tentative):
    verdict = notification.recevoir(jeton=tentative.jeton, corps=corps, adresse_ip=None, maintenant=PLUS_TARD)
    assert verdict in {VerdictNotification.ILLISIBLE, VerdictNotification.NON_CONFORME}
    rien_n_a_bouge(tentative)
    assert NotificationRecue.objects.count() == 1


def test_an_unknown_token_is_kept_and_changes_nothing(tentative):
    verdict = notification.recevoir(
        jeton="inconnu", corps=scenes.reponse(tentative), adresse_ip="203.0.113.9", maintenant=PLUS_TARD
    )
    assert verdict == VerdictNotification.INCONNUE
    rien_n_a_bouge(tentative)
    assert NotificationRecue.objects.get().adresse_ip == "203.0.113.9"


def test_nobody_fills_the_database_with_unknown_tokens(db, monkeypatch):
    monkeypatch.setattr(notification, "INCONNUES_GARDEES_PAR_HEURE", 3)
    for _ in range(5):
        notification.recevoir(jeton="inconnu", corps="x", adresse_ip=None, maintenant=PLUS_TARD)
    assert NotificationRecue.objects.count() == 3


@pytest.mark.parametrize("comment", ["abandonnee", "expiree", "refusee"])
def test_a_payment_told_late_is_recorded_all_the_same(comment, tentative, facture, parent):
    if comment == "abandonnee":
        gestes.abandonner(tentative=tentative, auteur=parent, maintenant=scenes.PAYEE_LE)
    elif comment == "expiree":
        gestes.expirer(maintenant=PLUS_TARD)
    else:
        scenes.notifier(tentative, resultrans="R")
    assert scenes.notifier(tentative, PLUS_TARD) == VerdictNotification.PRISE_EN_COMPTE
    assert relire(facture).montant_en_attente == Decimal("5.25")
    assert relire(tentative).etat == EtatTentative.PAYEE
    assert NotificationRecue.objects.first().ecarts[-1]["champ"] == "reponse_tardive"


def test_a_late_payment_of_an_invoice_settled_meanwhile_is_kept_as_a_surplus(
    tentative, facture, famille, regie, regisseur
):
    gestes.expirer(maintenant=PLUS_TARD)
    paiements.saisir(
        regie=regie,
        famille=famille,
        montant=Decimal("4.00"),
        mode=ModePaiement.CHEQUE,
        reference="0001",
        recu_le=PLUS_TARD,
        encaisse=True,
        auteur=regisseur,
        maintenant=PLUS_TARD,
    )
    scenes.notifier(tentative, instant(2018, 2, 7, 9))
    paiement = Paiement.objects.avec_non_affecte().get(mode=ModePaiement.TIPI)
    assert (paiement.montant, paiement.non_affecte) == (Decimal("5.25"), Decimal("4.00"))
    assert relire(facture).montant_payable == 0
    champs = {e["champ"]: e["recu"] for e in NotificationRecue.objects.first().ecarts}
    assert champs["reste_non_affecte"] == "4.00"


def test_a_late_payment_of_an_invoice_at_the_tresor_is_kept_whole_as_a_surplus(tentative, facture):
    gestes.expirer(maintenant=PLUS_TARD)
    Facture.objects.filter(pk=facture.pk).update(etat=EtatFacture.TRANSMISE)
    scenes.notifier(tentative, PLUS_TARD)
    assert Paiement.objects.avec_non_affecte().get().non_affecte == Decimal("5.25")


@pytest.mark.parametrize("saisie", ["T", "X"])
def test_outside_the_demonstration_a_test_payment_settles_nothing(saisie, facture, parent):
    facture.regie.saisie = saisie
    facture.regie.save()
    tentative = scenes.tentative([facture], parent)
    with override_settings(DEMO=False):
        assert scenes.notifier(tentative) == VerdictNotification.PRISE_EN_COMPTE
    assert not Paiement.objects.exists()
    assert relire(facture).montant_payable == Decimal("5.25")
    assert relire(tentative).etat == EtatTentative.PAYEE
