"""The régisseur's gestures: validate, cancel, enter a payment received at the desk."""

from decimal import Decimal

import pytest

from facturation.actions import paiement as gestes
from facturation.enums import EtatAffiche, EtatPaiement, ModePaiement, MotifRefusPaiement
from facturation.erreurs import PaiementRefuse
from facturation.models import Paiement
from portail.commun.models import Courriel, Trace
from tests.fabriques import FabriqueEnfant, instant
from tests.facturation import scenes

LE_8 = instant(2018, 2, 8, 9)


@pytest.fixture
def paiement(facture, parent):
    scenes.notifier(scenes.tentative([facture], parent))
    return Paiement.objects.get()


def saisir(regie, famille, regisseur, montant, mode=ModePaiement.CHEQUE, encaisse=True):
    return gestes.saisir(
        regie=regie,
        famille=famille,
        montant=Decimal(montant),
        mode=mode,
        reference="0012345",
        recu_le=LE_8,
        encaisse=encaisse,
        auteur=regisseur,
        maintenant=LE_8,
    )


def test_validating_settles_the_invoice_and_numbers_the_receipt(paiement, facture, regisseur, parent):
    valide = gestes.valider(paiement=paiement, auteur=regisseur, maintenant=LE_8)
    facture.refresh_from_db()
    assert (valide.etat, valide.numero_affiche, valide.valide_par) == (EtatPaiement.VALIDE, "00001", regisseur)
    assert facture.etat_affiche == EtatAffiche.SOLDEE
    quittance = Courriel.objects.get(nom="paiement_valide")
    assert quittance.destinataire == parent.email
    assert quittance.sujet == "Quittance n° 00001 : 5,25 €"
    assert Trace.objects.get(geste="paiement.valide").auteur == regisseur


def test_a_payment_is_validated_once(paiement, regisseur):
    gestes.valider(paiement=paiement, auteur=regisseur, maintenant=LE_8)
    with pytest.raises(PaiementRefuse) as refus:
        gestes.valider(paiement=paiement, auteur=regisseur, maintenant=LE_8)
    assert refus.value.motifs == [MotifRefusPaiement.DEJA_TRAITE]


@pytest.mark.parametrize("deja_valide", [False, True])
def test_cancelling_makes_the_invoice_due_again_and_keeps_the_number(deja_valide, paiement, facture, regisseur):
    if deja_valide:
        gestes.valider(paiement=paiement, auteur=regisseur, maintenant=LE_8)
    annule = gestes.annuler(paiement=paiement, motif="Rejet de la banque", auteur=regisseur, maintenant=LE_8)
    facture.refresh_from_db()
    assert (annule.etat, annule.motif_annulation) == (EtatPaiement.ANNULE, "Rejet de la banque")
    assert annule.numero == (1 if deja_valide else None)
    assert facture.etat_affiche == EtatAffiche.NON_SOLDEE
    assert facture.montant_payable == Decimal("5.25")
    assert "Rejet de la banque" in Courriel.objects.get(nom="paiement_annule").texte


def test_a_cancellation_says_why_and_is_done_once(paiement, regisseur):
    with pytest.raises(PaiementRefuse, match="motif_obligatoire"):
        gestes.annuler(paiement=paiement, motif="  ", auteur=regisseur, maintenant=LE_8)
    gestes.annuler(paiement=paiement, motif="Erreur", auteur=regisseur, maintenant=LE_8)
    with pytest.raises(PaiementRefuse, match="deja_traite"):
        gestes.annuler(paiement=paiement, motif="Erreur", auteur=regisseur, maintenant=LE_8)


def test_a_cheque_goes_to_the_oldest_invoices(facture, famille, matin, regie, regisseur):
    cadet = FabriqueEnfant(famille=famille)
    seconde = scenes.facture_emise(famille, matin, regisseur, cadet)
    paiement = saisir(regie, famille, regisseur, "7.00")
    facture.refresh_from_db()
    seconde.refresh_from_db()
    assert (facture.montant_regle, seconde.montant_regle) == (Decimal("5.25"), Decimal("1.75"))
    assert paiement.etat == EtatPaiement.VALIDE


def test_what_exceeds_the_invoices_stays_on_the_payment(facture, famille, regie, regisseur):
    saisir(regie, famille, regisseur, "10.00")
    assert Paiement.objects.avec_non_affecte().get().non_affecte == Decimal("4.75")


def test_a_transfer_not_yet_seen_waits(facture, famille, regie, regisseur):
    paiement = saisir(regie, famille, regisseur, "5.25", ModePaiement.VIREMENT, encaisse=False)
    facture.refresh_from_db()
    assert paiement.etat == EtatPaiement.EN_ATTENTE
    assert facture.etat_affiche == EtatAffiche.EN_ATTENTE


def test_an_invoice_being_paid_online_is_left_to_that_payment(facture, famille, parent, regie, regisseur):
    scenes.tentative([facture], parent)
    saisir(regie, famille, regisseur, "5.25")
    assert Paiement.objects.avec_non_affecte().get().non_affecte == Decimal("5.25")


@pytest.mark.parametrize(("montant", "accepte"), [("300.00", True), ("300.01", False)])
def test_cash_is_capped(montant, accepte, facture, famille, regie, regisseur):
    if accepte:
        assert saisir(regie, famille, regisseur, montant, ModePaiement.ESPECES)
    else:
        with pytest.raises(PaiementRefuse, match="especes_plafonnees"):
            saisir(regie, famille, regisseur, montant, ModePaiement.ESPECES)
