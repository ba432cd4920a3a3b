"""Leaving to pay: the attempt is committed first, with amounts that the server read itself."""

from decimal import Decimal

import pytest

from facturation.actions import tentative as gestes
from facturation.enums import EtatFacture, EtatTentative, MotifRefusPaiement
from facturation.erreurs import PaiementRefuse
from facturation.models import Facture, TentativePaiement
from tests.fabriques import FabriqueEnfant, instant
from tests.facturation import scenes


@pytest.fixture
def autre_facture(famille, matin, regisseur):
    cadet = FabriqueEnfant(famille=famille, nom="AABELIUM", prenom="ZOÉ")
    return scenes.facture_emise(famille, matin, regisseur, cadet, scenes.JOURS[:1])


def refus(*args, **kwargs):
    with pytest.raises(PaiementRefuse) as excinfo:
        scenes.tentative(*args, **kwargs)
    return excinfo.value


def test_an_attempt_keeps_all_that_is_asked(facture, parent):
    tentative = scenes.tentative([facture], parent)
    assert tentative.montant == Decimal("5.25")
    assert (tentative.numcli, tentative.exercice, tentative.saisie) == ("012345", "2018", "T")
    assert tentative.refdet.startswith("18")
    assert tentative.refdet.isalnum()
    assert 6 <= len(tentative.refdet) <= 30
    assert tentative.objet.startswith("Facture 00727 ")
    assert len(tentative.jeton) >= 43
    part = tentative.parts.get()
    assert (part.facture, part.montant, part.ouverte) == (facture, Decimal("5.25"), True)


def test_several_invoices_of_one_regie_are_paid_together(facture, autre_facture, parent):
    tentative = scenes.tentative([facture, autre_facture], parent)
    assert tentative.montant == Decimal("7.00")
    assert tentative.objet.startswith("Factures 00727 00728 ")


def test_an_invoice_being_paid_is_not_paid_a_second_time(facture, autre_facture, parent):
    scenes.tentative([facture], parent)
    assert MotifRefusPaiement.DEJA_EN_COURS in refus([facture, autre_facture], parent).motifs
    assert TentativePaiement.objects.count() == 1


def test_the_database_itself_refuses_a_second_open_attempt(facture, parent, monkeypatch):
    scenes.tentative([facture], parent)
    monkeypatch.setattr(gestes, "_motifs_de_refus", lambda *args, **kwargs: ([], None))
    assert refus([facture], parent).motifs == [MotifRefusPaiement.DEJA_EN_COURS]


def test_a_stranger_s_invoice_is_not_payable(facture, etranger, autre_famille):
    with pytest.raises(PaiementRefuse) as excinfo:
        gestes.preparer(
            famille=autre_famille,
            factures=[facture.cle],
            courriel="paul@exemple.fr",
            auteur=etranger,
            maintenant=scenes.PAYEE_LE,
        )
    assert excinfo.value.motifs == [MotifRefusPaiement.FACTURE_NON_PAYABLE]


def test_invoices_of_two_regies_are_paid_apart(facture, famille, baptiste, parent, regisseur):
    centre = scenes.prestation(scenes.regie(compteur=0), etablissement="ACCUEIL DE LOISIRS")
    autre = scenes.facture_emise(famille, centre, regisseur, baptiste)
    assert refus([facture, autre], parent).motifs == [MotifRefusPaiement.PLUSIEURS_REGIES]


@pytest.mark.parametrize(
    ("bornes", "motif", "phrase"),
    [
        (("5.26", "9999.99"), MotifRefusPaiement.SOUS_LE_MINIMUM, "La limite est de 5,26\xa0€."),
        (("1.00", "5.24"), MotifRefusPaiement.AU_DELA_DU_MAXIMUM, "La limite est de 5,24\xa0€."),
    ],
)
def test_the_bounds_of_the_regie_are_told_with_their_amount(bornes, motif, phrase, facture, parent):
    facture.regie.montant_minimum, facture.regie.montant_maximum = bornes
    facture.regie.save()
    trouve = refus([facture], parent)
    assert trouve.motifs == [motif]
    assert trouve.phrases()[0].endswith(phrase)


@pytest.mark.parametrize("bornes", [("5.25", "9999.99"), ("1.00", "5.25")])
def test_both_bounds_are_included(bornes, facture, parent):
    facture.regie.montant_minimum, facture.regie.montant_maximum = bornes
    facture.regie.save()
    assert scenes.tentative([facture], parent).montant == Decimal("5.25")


def test_a_regie_without_a_client_number_does_not_take_payments(facture, parent):
    facture.regie.numcli = ""
    facture.regie.save()
    assert refus([facture], parent).motifs == [MotifRefusPaiement.PAS_DE_PAIEMENT_EN_LIGNE]


def test_an_invoice_handed_to_the_tresor_is_not_payable(facture, parent):
    Facture.objects.filter(pk=facture.pk).update(etat=EtatFacture.TRANSMISE)
    assert refus([facture], parent).motifs == [MotifRefusPaiement.FACTURE_NON_PAYABLE]


def test_giving_up_frees_the_invoices_at_once(facture, parent):
    tentative = scenes.tentative([facture], parent)
    gestes.abandonner(tentative=tentative, auteur=parent, maintenant=scenes.PAYEE_LE)
    tentative.refresh_from_db()
    assert tentative.etat == EtatTentative.ABANDONNEE
    assert scenes.tentative([facture], parent).montant == Decimal("5.25")
    with pytest.raises(PaiementRefuse, match="tentative_terminee"):
        gestes.abandonner(tentative=tentative, auteur=parent, maintenant=scenes.PAYEE_LE)


@pytest.mark.parametrize(("minute", "etat"), [(1 * 60 + 59, EtatTentative.CREEE), (2 * 60, EtatTentative.EXPIREE)])
def test_without_an_answer_for_two_hours_an_attempt_expires(minute, etat, facture, parent):
    tentative = scenes.tentative([facture], parent)
    gestes.expirer(maintenant=instant(2018, 2, 6, 14 + minute // 60, minute % 60))
    tentative.refresh_from_db()
    assert tentative.etat == etat
    assert tentative.parts.get().ouverte is (etat == EtatTentative.CREEE)
