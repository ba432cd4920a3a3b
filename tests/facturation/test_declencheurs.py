"""What the database itself refuses, each trigger both ways."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from facturation.actions import paiement as paiements
from facturation.enums import EtatFacture
from facturation.models import (
    Affectation,
    Facture,
    LigneFacture,
    NotificationRecue,
    Paiement,
    PdfFacture,
    PresenceFacturee,
)
from tests.facturation import scenes


@pytest.fixture
def brouillon(famille, baptiste, matin, regie, regisseur):
    scenes.presences(famille, baptiste, matin)
    return scenes.campagne(regie, regisseur).factures.get()


@pytest.fixture
def paiement(facture, parent):
    scenes.notifier(scenes.tentative([facture], parent))
    return Paiement.objects.get()


def refuse(geste, phrase):
    with pytest.raises(DatabaseError, match=phrase), transaction.atomic():
        geste()


@pytest.mark.parametrize("champ", ["montant", "numero", "debiteur_nom", "date_limite_paiement", "du", "famille_id"])
def test_an_issued_invoice_keeps_each_field(champ, facture, autre_famille):
    valeurs = {
        "montant": "1.00",
        "numero": 1,
        "debiteur_nom": "Autre",
        "date_limite_paiement": "2030-01-01",
        "du": "2017-01-01",
        "famille_id": autre_famille.pk,
    }
    refuse(lambda: Facture.objects.filter(pk=facture.pk).update(**{champ: valeurs[champ]}), "ne change plus")


def test_a_draft_changes_and_goes(brouillon):
    Facture.objects.filter(pk=brouillon.pk).update(debiteur_nom="Autre")
    brouillon.lignes.all().delete()
    brouillon.delete()


def test_an_issued_invoice_is_not_deleted(facture):
    refuse(lambda: Facture.objects.filter(pk=facture.pk)._raw_delete("default"), "ne se supprime pas")


@pytest.mark.parametrize("etat", [EtatFacture.BROUILLON, EtatFacture.EMISE])
def test_a_cancelled_invoice_does_not_come_back(etat, facture):
    Facture.objects.filter(pk=facture.pk).update(etat=EtatFacture.ANNULEE)
    refuse(lambda: Facture.objects.filter(pk=facture.pk).update(etat=etat), "facture_emise_numerotee|ne change plus")


def test_an_invoice_is_issued_only_when_its_lines_make_its_total(brouillon):
    Facture.objects.filter(pk=brouillon.pk).update(montant="5.24")
    valeurs = {
        "etat": EtatFacture.EMISE,
        "numero": 1,
        "date_emission": scenes.EMISSION,
        "date_limite_paiement": scenes.LIMITE,
    }
    refuse(lambda: Facture.objects.filter(pk=brouillon.pk).update(**valeurs), "La somme des lignes")
    Facture.objects.filter(pk=brouillon.pk).update(montant="5.25")
    Facture.objects.filter(pk=brouillon.pk).update(**valeurs)


def test_the_lines_of_an_issued_invoice_are_kept(facture):
    lignes = LigneFacture.objects.filter(facture=facture)
    refuse(lambda: lignes.update(designation="Autre"), "ne changent plus")
    refuse(lambda: lignes._raw_delete("default"), "ne changent plus")
    refuse(
        lambda: LigneFacture.objects.create(facture=facture, designation="x", quantite=1, tarif=1, montant=1),
        "ne changent plus",
    )


def test_the_lines_of_a_draft_are_not(brouillon):
    LigneFacture.objects.filter(facture=brouillon).update(designation="Autre")


def test_a_billed_day_stays_billed(facture):
    refuse(lambda: PresenceFacturee.objects.all()._raw_delete("default"), "Un jour facturé le reste")


def test_a_day_is_claimed_once(facture):
    presence = PresenceFacturee.objects.first().presence
    with pytest.raises(IntegrityError), transaction.atomic():
        PresenceFacturee.objects.create(presence=presence, ligne=facture.lignes.get())


def test_a_line_is_its_quantity_times_its_price(brouillon):
    refuse(lambda: LigneFacture.objects.filter(facture=brouillon).update(montant="5.26"), "ligne_montant_exact")


def test_the_pdf_is_kept(facture):
    PdfFacture.objects.create(facture=facture, contenu=b"x", sha256="0" * 64, cree_le=scenes.LE_26)
    refuse(lambda: PdfFacture.objects.update(contenu=b"y"), "on y ajoute seulement")
    refuse(lambda: PdfFacture.objects.all()._raw_delete("default"), "on y ajoute seulement")


def test_a_notification_is_kept(paiement):
    refuse(lambda: NotificationRecue.objects.update(corps=""), "on y ajoute seulement")
    refuse(lambda: NotificationRecue.objects.all()._raw_delete("default"), "on y ajoute seulement")


@pytest.mark.parametrize("champs", [{"montant": "1.00"}, {"mode": "cheque"}, {"reference": "x"}])
def test_a_recorded_payment_keeps_what_it_says(champs, paiement):
    refuse(lambda: Paiement.objects.update(**champs), "ne change plus")
    refuse(lambda: Paiement.objects.all()._raw_delete("default"), "ne se supprime pas")


def test_a_cancelled_payment_does_not_come_back(paiement, regisseur):
    paiements.annuler(paiement=paiement, motif="Rejet", auteur=regisseur, maintenant=scenes.PAYEE_LE)
    refuse(lambda: Paiement.objects.update(etat="en_attente", annule_le=None), "ne change plus")


def test_a_receipt_s_number_is_kept(paiement, regisseur):
    paiements.valider(paiement=paiement, auteur=regisseur, maintenant=scenes.PAYEE_LE)
    refuse(lambda: Paiement.objects.update(numero=9), "ne change plus")


def test_an_allotment_is_not_changed(paiement):
    refuse(lambda: Affectation.objects.update(montant="1.00"), "ne se modifie pas")
    refuse(lambda: Affectation.objects.all()._raw_delete("default"), "ne se modifie pas")


def test_allotments_never_exceed_their_payment(facture, paiement, famille, matin, regisseur):
    seconde = scenes.facture_emise(famille, matin, regisseur)

    def deborder():
        Affectation.objects.create(paiement=paiement, facture=seconde, montant="0.01")
        with connection.cursor() as curseur:
            curseur.execute("SET CONSTRAINTS ALL IMMEDIATE")

    refuse(deborder, "dépassent le paiement")


def test_an_invoice_takes_no_more_than_its_amount(facture, paiement, regie, famille):
    autre = Paiement.objects.create(
        regie=regie, famille=famille, montant="9.00", mode="cheque", recu_le=scenes.PAYEE_LE
    )
    refuse(
        lambda: Affectation.objects.create(paiement=autre, facture=facture, montant="0.01"),
        "facture_reglement_entre_zero_et_montant",
    )
