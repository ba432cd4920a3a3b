"""A billing run: what it claims, what it leaves out and says, and the draft that can be made again."""

from datetime import time
from decimal import Decimal

import pytest

from enfants.models import Rattachement
from facturation.actions import campagne as campagnes
from facturation.actions import emission
from facturation.enums import EtatCampagne, EtatFacture, MotifRefusFacturation, NatureAnomalie
from facturation.erreurs import FacturationRefusee
from facturation.models import Campagne, Facture, LigneFacture, PresenceFacturee
from portail.commun.models import Trace
from reservations.enums import EtatPresence
from reservations.models import Presence
from tests.fabriques import FabriqueEnfant, FabriqueFamille, instant
from tests.facturation import scenes

FACTURABLES = {
    EtatPresence.ACCEPTEE,
    EtatPresence.PRESENTE,
    EtatPresence.ABSENTE_INJUSTIFIEE,
    EtatPresence.PRESENTE_NON_RESERVEE,
}


@pytest.mark.parametrize("etat", list(EtatPresence))
def test_only_the_days_a_household_keeps_are_billed(etat, famille, baptiste, matin, regie, regisseur):
    scenes.presences(famille, baptiste, matin, etat=etat)
    scenes.campagne(regie, regisseur)
    assert Facture.objects.count() == (1 if etat in FACTURABLES else 0)


def test_days_outside_the_range_or_of_another_regie_are_left(famille, baptiste, matin, regie, regisseur):
    autre = scenes.prestation(scenes.regie(compteur=0), etablissement="ACCUEIL DE LOISIRS")
    scenes.presences(famille, baptiste, matin)
    scenes.presences(famille, baptiste, autre)
    scenes.campagne(regie, regisseur, du=scenes.JOURS[1], au=scenes.JOURS[1])
    assert Facture.objects.get().montant == Decimal("1.75")
    assert PresenceFacturee.objects.get().presence.creneau.jour == scenes.JOURS[1]


def test_one_invoice_for_each_household_with_all_its_children(famille, baptiste, matin, regie, regisseur):
    scenes.presences(famille, baptiste, matin)
    cadet = FabriqueEnfant(famille=famille, nom="AABELIUM", prenom="ZOÉ")
    scenes.presences(famille, cadet, matin, jours=scenes.JOURS[:1])
    scenes.foyer(matin)
    scenes.campagne(regie, regisseur)
    assert Facture.objects.count() == 2
    facture = Facture.objects.get(famille=famille)
    assert facture.montant == Decimal("7.00")
    assert {ligne.enfant_nom: ligne.quantite for ligne in facture.lignes.all()} == {
        "AABELIUM BAPTISTE": 3,
        "AABELIUM ZOÉ": 1,
    }


def test_care_by_the_hour_is_billed_by_half_hours_started(famille, baptiste, matin, regie, regisseur):
    """8 h 30 → 10 h 10 is four half-hours, 8 h 30 → 9 h is one: five times 1,75 €."""
    presences = scenes.presences(famille, baptiste, matin, jours=scenes.JOURS[:2])
    Presence.objects.filter(pk=presences[0].pk).update(arrivee=time(8, 30), depart=time(10, 10))
    Presence.objects.filter(pk=presences[1].pk).update(arrivee=time(8, 30), depart=time(9))
    campagne = scenes.campagne(regie, regisseur)
    ligne = LigneFacture.objects.get()
    assert (ligne.quantite, ligne.tarif, ligne.montant) == (5, Decimal("1.75"), Decimal("8.75"))
    scenes.lancer(campagne, regisseur)
    Presence.objects.filter(pk=presences[1].pk).update(etat="absente_justifiee")
    emission.emettre_suivante(campagne_id=campagne.pk, maintenant=scenes.LE_26)
    ligne.refresh_from_db()
    assert (ligne.quantite, ligne.montant, len(ligne.jours)) == (4, Decimal("7.00"), 1)


def test_a_billed_day_that_is_cancelled_is_shown_until_it_is_put_right(facture, famille, regie, regisseur):
    Presence.objects.filter(facturation__ligne__facture=facture, creneau__jour=scenes.JOURS[0]).update(etat="annulee")
    campagne = scenes.campagne(regie, regisseur)
    (anomalie,) = [une for une in campagne.anomalies if une["nature"] == NatureAnomalie.A_REGULARISER]
    assert anomalie["nombre"] == 1
    assert f"facture n° {facture.numero:05d}" in anomalie["objet"]


def test_a_surcharge_is_due_once_for_a_day_by_the_hour(famille, baptiste, matin, regie, regisseur):
    (presence,) = scenes.presences(famille, baptiste, matin, jours=scenes.JOURS[:1])
    Presence.objects.filter(pk=presence.pk).update(arrivee=time(8, 30), depart=time(10), majoration_montant=1)
    scenes.campagne(regie, regisseur)
    ligne = LigneFacture.objects.get()
    assert (ligne.quantite, ligne.montant) == (1, Decimal("6.25"))
    assert "3 demi-heures" in ligne.explication["phrase"]


def test_what_is_already_billed_is_not_billed_again(facture, regie, regisseur):
    scenes.campagne(regie, regisseur)
    assert Facture.objects.count() == 1


def test_days_without_a_tariff_and_households_without_an_adult_are_told(famille, baptiste, matin, regie, regisseur):
    sans_tarif = scenes.prestation(regie, montant=None, etablissement="RESTAURANT SCOLAIRE", nom="Repas")
    scenes.presences(famille, baptiste, sans_tarif)
    orpheline = FabriqueFamille(nom="SEULE")
    scenes.presences(orpheline, FabriqueEnfant(famille=orpheline), matin)
    campagne = scenes.campagne(regie, regisseur)
    natures = {a["nature"]: (a["objet"], a["nombre"]) for a in campagne.anomalies}
    assert natures[NatureAnomalie.SANS_TARIF] == ("RESTAURANT SCOLAIRE – Repas, du 15/01/2018 au 17/01/2018", 3)
    assert natures[NatureAnomalie.SANS_DEBITEUR] == (str(orpheline), 3)
    assert not Facture.objects.exists()


def test_unanswered_requests_and_days_nobody_checked_are_told(famille, baptiste, matin, regie, regisseur):
    scenes.presences(famille, baptiste, matin, scenes.JOURS[:1], EtatPresence.DEMANDEE)
    scenes.presences(famille, baptiste, matin, scenes.JOURS[1:2], EtatPresence.ANNULATION_DEMANDEE)
    scenes.presences(famille, baptiste, matin, scenes.JOURS[2:], EtatPresence.ACCEPTEE)
    campagne = scenes.campagne(regie, regisseur)
    assert {a["nature"]: a["nombre"] for a in campagne.anomalies} == {
        NatureAnomalie.DEMANDES_EN_ATTENTE: 2,
        NatureAnomalie.JOURS_NON_POINTES: 1,
    }


def test_a_draft_is_made_again_from_the_attendance_as_it_is(famille, baptiste, matin, regie, regisseur):
    jours = scenes.presences(famille, baptiste, matin)
    campagne = scenes.campagne(regie, regisseur)
    jours[0].etat = EtatPresence.ABSENTE_JUSTIFIEE
    jours[0].save()
    campagnes.recalculer(campagne=campagne, auteur=regisseur, maintenant=instant(2018, 1, 26, 11))
    assert Facture.objects.get().montant == Decimal("3.50")
    assert PresenceFacturee.objects.count() == 2


def test_a_draft_thrown_away_frees_its_days(famille, baptiste, matin, regie, regisseur):
    scenes.presences(famille, baptiste, matin)
    campagnes.supprimer(
        campagne=scenes.campagne(regie, regisseur), auteur=regisseur, maintenant=instant(2018, 1, 26, 11)
    )
    assert not Campagne.objects.exists()
    assert not LigneFacture.objects.exists()
    assert not PresenceFacturee.objects.exists()
    assert Trace.objects.filter(geste="campagne.supprimee").exists()


def test_an_issued_run_is_neither_made_again_nor_thrown_away(facture, regisseur):
    for geste in (campagnes.recalculer, campagnes.supprimer):
        with pytest.raises(FacturationRefusee) as refus:
            geste(campagne=facture.campagne, auteur=regisseur, maintenant=scenes.LE_26)
        assert refus.value.motifs == [MotifRefusFacturation.CAMPAGNE_DEJA_LANCEE]


def test_a_reversed_range_is_refused(regie, regisseur):
    with pytest.raises(FacturationRefusee, match="periode_inversee"):
        scenes.campagne(regie, regisseur, du=scenes.AU, au=scenes.DU)


def test_issuing_is_refused_when_a_billed_day_was_cancelled_since(famille, baptiste, matin, regie, regisseur):
    jours = scenes.presences(famille, baptiste, matin)
    campagne = scenes.campagne(regie, regisseur)
    jours[0].etat = EtatPresence.ANNULEE
    jours[0].save()
    with pytest.raises(FacturationRefusee) as refus:
        scenes.lancer(campagne, regisseur)
    assert refus.value.motifs == [MotifRefusFacturation.JOURS_CHANGES]
    assert Campagne.objects.get().etat == EtatCampagne.BROUILLON


def test_issuing_is_refused_when_a_day_to_bill_appeared_since(famille, baptiste, matin, regie, regisseur):
    scenes.presences(famille, baptiste, matin, scenes.JOURS[:2])
    campagne = scenes.campagne(regie, regisseur)
    nouveau = scenes.presences(famille, baptiste, matin, scenes.JOURS[2:])[0]
    nouveau.modifiee_le = instant(2018, 1, 26, 10, 30)
    nouveau.save()
    with pytest.raises(FacturationRefusee, match="jours_changes"):
        scenes.lancer(campagne, regisseur)


def test_an_empty_run_is_not_issued(regie, regisseur):
    with pytest.raises(FacturationRefusee, match="rien_a_facturer"):
        scenes.lancer(scenes.campagne(regie, regisseur), regisseur)


def test_a_day_cancelled_once_issuing_has_begun_is_taken_out(famille, baptiste, matin, regie, regisseur):
    jours = scenes.presences(famille, baptiste, matin)
    campagne = scenes.campagne(regie, regisseur)
    scenes.lancer(campagne, regisseur)
    jours[1].etat = EtatPresence.ABSENTE_JUSTIFIEE
    jours[1].save()
    assert emission.emettre_suivante(campagne_id=campagne.pk, maintenant=scenes.LE_26)
    facture = Facture.objects.get()
    assert (facture.etat, facture.montant) == (EtatFacture.EMISE, Decimal("3.50"))
    assert facture.lignes.get().jours == [scenes.JOURS[0], scenes.JOURS[2]]
    assert PresenceFacturee.objects.count() == 2


def test_an_invoice_left_without_a_day_takes_no_number(famille, baptiste, matin, regie, regisseur):
    jours = scenes.presences(famille, baptiste, matin)
    scenes.foyer(matin, nom="ZED")
    campagne = scenes.campagne(regie, regisseur)
    scenes.lancer(campagne, regisseur)
    for jour in jours:
        jour.etat = EtatPresence.ANNULEE
        jour.save()
    while emission.emettre_suivante(campagne_id=campagne.pk, maintenant=scenes.LE_26):
        pass
    assert [f.numero for f in Facture.objects.all()] == [727]
    assert emission.cloturer(campagne_id=campagne.pk, maintenant=scenes.LE_26)


def test_a_draft_costs_as_many_queries_for_thirty_households_as_for_three(
    matin, regie, regisseur, django_assert_max_num_queries
):
    for _ in range(30):
        scenes.foyer(matin)
    with django_assert_max_num_queries(22):
        scenes.campagne(regie, regisseur)
    assert Facture.objects.count() == 30


def test_a_day_booked_late_is_billed_with_the_surcharge_that_was_said(famille, baptiste, matin, regie, regisseur):
    """The surcharge is the présence's own: changing the rule afterwards changes no bill."""
    tardive, _, _ = scenes.presences(famille, baptiste, matin)
    type(tardive).objects.filter(pk=tardive.pk).update(majoration_pourcent=Decimal(50))
    scenes.campagne(regie, regisseur)
    facture = Facture.objects.get()
    assert facture.montant == Decimal("6.13")
    lignes = {ligne.quantite: ligne for ligne in facture.lignes.all()}
    assert (lignes[2].tarif, lignes[1].tarif) == (Decimal("1.75"), Decimal("2.63"))
    assert "Réservé après le délai : majoration de 50\xa0%." in lignes[1].explication["phrase"]
    assert lignes[1].jours == [tardive.creneau.jour]


def test_the_household_that_pays_is_billed_with_its_own_quotient(famille, baptiste, matin, regie, regisseur):
    """The mother books, the father pays the days of her link: her own invoice is for the other child only."""
    pere = scenes.foyer(matin, jours=[])
    Rattachement.objects.create(enfant=baptiste, famille=pere, garde="semaines_impaires")
    Rattachement.objects.filter(enfant=baptiste, famille=famille).update(
        garde="semaines_paires", payeur=pere, au=scenes.JOURS[1]
    )
    scenes.presences(famille, baptiste, matin)
    scenes.campagne(regie, regisseur)
    factures = {facture.famille: facture for facture in Facture.objects.all()}
    assert factures[pere].lignes.get().jours == scenes.JOURS[:2]
    assert factures[famille].lignes.get().jours == scenes.JOURS[2:]
    assert factures[pere].debiteur_nom != factures[famille].debiteur_nom
