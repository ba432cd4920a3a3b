"""The tutorial's invoice, with its own dates, number and amounts."""

import datetime
from decimal import Decimal

from facturation.enums import EtatAffiche, EtatCampagne
from facturation.models import Campagne, Compteur, PresenceFacturee
from portail.commun.models import Courriel, Trace


def test_baptiste_is_invoiced_three_mornings_under_number_00727(facture):
    assert facture.numero_affiche == "00727"
    assert facture.date_emission == datetime.date(2018, 1, 26)
    assert (facture.du, facture.au) == (datetime.date(2017, 9, 4), datetime.date(2018, 7, 6))
    assert facture.montant == Decimal("5.25")
    assert facture.etat_affiche == EtatAffiche.NON_SOLDEE
    ligne = facture.lignes.get()
    assert ligne.designation == "Périscolaire Matin Ecole Alain BOUTLE"
    assert [f"{jour:%d/%m}" for jour in ligne.jours] == ["15/01", "16/01", "17/01"]
    assert (ligne.quantite, ligne.tarif, ligne.montant) == (3, Decimal("1.75"), Decimal("5.25"))
    assert (ligne.etablissement, ligne.accueil, ligne.periode) == (
        "ACCUEIL PERISCOLAIRE",
        "PERISCOLAIRE",
        "PERISCOLAIRE 2017-2018",
    )


def test_the_debtor_and_the_price_s_reason_are_kept(facture):
    assert facture.debiteur_nom == "Madame Claire AABELIUM"
    assert facture.debiteur_adresse == "12 rue des Paludiers\n44740 Batz-sur-Mer"
    assert facture.debiteur_code == "F00001"
    assert facture.lignes.get().explication["phrase"].startswith("Tarif unique de 1,75\xa0€")


def test_each_day_is_claimed_once_and_the_counter_moved(facture):
    assert PresenceFacturee.objects.filter(ligne__facture=facture).count() == 3
    assert Compteur.objects.get(serie="facture").valeur == 727
    assert Campagne.objects.get().etat == EtatCampagne.EMISE


def test_the_household_is_told_by_mail_and_the_issue_leaves_a_trace(facture, parent):
    courriel = Courriel.objects.get(nom="facture_emise")
    assert courriel.destinataire == parent.email
    assert courriel.sujet == "Votre facture n° 00727 : 5,25 € à payer avant le 28/02/2018"
    assert f"/factures/{facture.cle}/" in courriel.texte
    assert courriel.famille_cle == facture.famille.cle
    assert Trace.objects.filter(geste="facture.emise", objet_cle=facture.cle).count() == 1
