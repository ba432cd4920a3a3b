"""The proposal of an allotment: computed by the criteria of the town, edited by the service, computed again."""

import datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from familles.enums import Activite
from familles.models import Responsable
from portail.commun.erreurs import RefusMetier
from portail.commun.models import Trace
from reservations import actions
from reservations.attributions import calculer
from reservations.enums import Critere, EtatPresence, MotifAttribution, RaisonAttribution
from reservations.models import Creneau, LienPrestation, LigneAttribution, Periode, Presence, Reservation
from tests.fabriques import FabriqueEnfant, FabriquePrestation, FabriqueResponsable, FabriqueUtilisateur
from tests.reservations.attribution import APRES, FIN, PENDANT, decider, demander, ligne, refus
from tests.reservations.conftest import reservation_de
from tests.reservations.gestes import envoyer, etats, places


@pytest.fixture
def agent(db):
    return FabriqueUtilisateur(agent=True)


@pytest.fixture
def attribution(demandes, fenetre, agent):
    return actions.preparer_attribution(periode=fenetre, agent=agent, maintenant=APRES)


def test_the_proposal_follows_the_criteria_of_the_town(attribution, demandes):
    donnees = {une: ligne(attribution, une).donnee for une in demandes}
    assert donnees == {demandes[0]: False, demandes[1]: True, demandes[2]: True, demandes[3]: False}
    premiere, derniere = ligne(attribution, demandes[0]), ligne(attribution, demandes[3])
    assert (premiere.rang, premiere.critere) == (4, Critere.RESIDENCE)
    assert (derniere.rang, derniere.critere, derniere.raison) == (3, Critere.DATE, RaisonAttribution.COMPLET)
    assert (derniere.places, derniere.demandes) == (2, 4)
    assert places(demandes[0]) == {}


def test_parents_who_all_work_come_before_the_others(demandes, fenetre, agent):
    Responsable.objects.filter(famille=demandes[3].famille).update(activite=Activite.TRAVAILLE)
    FabriqueResponsable(famille=demandes[2].famille, rang=2, activite=Activite.TRAVAILLE)
    attribution = actions.preparer_attribution(periode=fenetre, agent=agent, maintenant=APRES)
    assert ligne(attribution, demandes[3]).donnee
    assert ligne(attribution, demandes[3]).parents_actifs
    assert not ligne(attribution, demandes[2]).parents_actifs


def test_a_brother_who_asks_in_the_same_accueil_counts(demandes, fenetre, agent, auteur):
    frere = FabriqueEnfant(famille=demandes[3].famille)
    sienne = Reservation.objects.create(famille=demandes[3].famille, enfant=frere, periode=fenetre, cree_le=PENDANT)
    envoyer(sienne, auteur, 31, maintenant=PENDANT)
    attribution = actions.preparer_attribution(periode=fenetre, agent=agent, maintenant=APRES)
    assert ligne(attribution, demandes[3]).fratrie
    assert ligne(attribution, demandes[3]).donnee
    assert not ligne(attribution, demandes[2]).fratrie


def test_nothing_is_prepared_before_the_end_nor_twice_nor_for_nobody(demandes, fenetre, agent):
    preparer = {"periode": fenetre, "agent": agent}
    assert refus(actions.preparer_attribution, maintenant=FIN, **preparer) == [MotifAttribution.FENETRE_OUVERTE]
    actions.preparer_attribution(maintenant=APRES, **preparer)
    assert refus(actions.preparer_attribution, maintenant=APRES, **preparer) == [MotifAttribution.DEJA_PREPAREE]
    Periode.objects.filter(pk=fenetre.pk).update(prereservation_du=None, prereservation_au=None)
    Presence.objects.update(etat=EtatPresence.ANNULEE)
    assert refus(actions.preparer_attribution, maintenant=APRES, **preparer) == [
        MotifAttribution.SANS_FENETRE,
        MotifAttribution.DEJA_PREPAREE,
        MotifAttribution.AUCUNE_DEMANDE,
    ]


def test_an_abandoned_proposal_leaves_the_requests_for_another(attribution, demandes, fenetre, agent):
    actions.abandonner_attribution(attribution=attribution, agent=agent, maintenant=APRES)
    assert etats(demandes[1]) == {29: EtatPresence.EN_ATTRIBUTION}
    suivante = actions.preparer_attribution(periode=fenetre, agent=agent, maintenant=APRES)
    assert suivante.lignes.count() == 6
    assert refus(actions.recalculer_attribution, attribution=attribution, agent=agent, maintenant=APRES) == [
        MotifAttribution.PAS_PROPOSEE
    ]


def test_a_place_given_by_the_service_is_taken_from_the_last_served_and_traced(attribution, demandes, agent):
    bilan = decider(attribution, agent, ligne(attribution, demandes[0]))
    assert (bilan.decidees, bilan.gagnantes) == (1, [])
    assert [une.presence.reservation for une in bilan.perdantes] == [demandes[2]]
    donnee = ligne(attribution, demandes[0])
    assert (donnee.donnee, donnee.impose, donnee.raison) == (True, True, RaisonAttribution.AGENT)
    assert (donnee.modifiee_par, donnee.motif) == (agent, "Situation signalée par le CCAS.")
    assert sum(attribution.lignes.filter(presence__creneau__jour="2018-01-29").values_list("donnee", flat=True)) == 2
    trace = Trace.objects.get(geste="attribution.donnee")
    assert (trace.auteur, trace.motif) == (agent, "Situation signalée par le CCAS.")


def test_the_service_never_gives_more_than_there_is(attribution, demandes, agent):
    lignes = [ligne(attribution, une) for une in demandes[:3]]
    assert refus(
        actions.decider_des_lignes,
        attribution=attribution,
        lignes=[une.pk for une in lignes],
        donner=True,
        motif="Urgence",
        agent=agent,
        maintenant=APRES,
    ) == [MotifAttribution.SANS_PLACE]
    assert not attribution.lignes.exclude(impose=None).exists()


def test_a_place_lost_since_it_was_given_forbids_nothing_about_another_day(attribution, demandes, agent):
    decider(attribution, agent, ligne(attribution, demandes[0]))
    Creneau.objects.filter(jour="2018-01-29").update(capacite=0)
    decider(attribution, agent, ligne(attribution, demandes[3], 30))
    assert ligne(attribution, demandes[3], 30).donnee
    assert not ligne(attribution, demandes[0]).donnee
    with pytest.raises(RefusMetier, match="sans_place"):
        decider(attribution, agent, ligne(attribution, demandes[0]))


def test_a_decision_says_why(attribution, demandes, agent):
    with pytest.raises(RefusMetier):
        decider(attribution, agent, ligne(attribution, demandes[0]), motif="  ")
    with pytest.raises(IntegrityError, match="ligne_attribution_decision_motivee"), transaction.atomic():
        LigneAttribution.objects.update(impose=True)


def test_a_place_withdrawn_goes_to_the_next_and_comes_back_when_left_to_the_criteria(attribution, demandes, agent):
    bilan = decider(attribution, agent, ligne(attribution, demandes[1]), donner=False)
    assert [une.presence.reservation for une in bilan.gagnantes] == [demandes[3]]
    assert not ligne(attribution, demandes[1]).donnee
    bilan = decider(attribution, agent, ligne(attribution, demandes[1]), donner=None, motif="")
    assert [une.presence.reservation for une in bilan.perdantes] == [demandes[3]]
    assert ligne(attribution, demandes[1]).impose is None


def test_a_decision_is_kept_by_a_new_computation_and_lines_keep_their_identity(attribution, demandes, agent, auteur):
    decider(attribution, agent, ligne(attribution, demandes[0]))
    avant = ligne(attribution, demandes[0]).pk
    envoyer(demandes[1], auteur, annuler=(29,), maintenant=APRES)
    actions.recalculer_attribution(attribution=attribution, agent=agent, maintenant=APRES)
    assert (ligne(attribution, demandes[0]).pk, ligne(attribution, demandes[0]).impose) == (avant, True)
    assert ligne(attribution, demandes[2]).donnee
    assert not attribution.lignes.filter(presence__reservation=demandes[1]).exists()


def test_linked_choices_of_a_day_are_decided_together(fenetre, matin, auteur, agent):
    repas = FabriquePrestation(periode=fenetre, nom="Repas", nom_court="Repas")
    LienPrestation.objects.create(prestation=repas, genre="exige", autre=matin)
    Creneau.objects.create(prestation=repas, jour=datetime.date(2018, 1, 30), capacite=5)
    premiere, seconde = (demander(fenetre, auteur, n, 30, minute=n) for n in (1, 2))
    attribution = actions.preparer_attribution(periode=fenetre, agent=agent, maintenant=APRES)
    lignes = attribution.lignes.filter(presence__reservation=seconde).order_by("presence__creneau__prestation")
    assert [une.raison for une in lignes] == [RaisonAttribution.COMPLET, RaisonAttribution.LIEN]
    assert lignes[1].manque == matin
    bilan = decider(attribution, agent, lignes[1])
    assert bilan.decidees == 2
    assert [une.donnee for une in lignes.all()] == [True, True]
    assert not attribution.lignes.filter(presence__reservation=premiere, donnee=True).exists()


def test_the_computation_takes_as_many_queries_for_forty_requests_as_for_four(demandes, fenetre, auteur):
    with CaptureQueriesContext(
        connection,
    ) as quatre:
        calculer(fenetre, {})
    siennes = [reservation_de(fenetre, n) for n in range(10, 46)]
    creneau = Creneau.objects.get(jour="2018-01-29")
    Presence.objects.bulk_create(
        Presence(
            reservation=une, enfant=une.enfant, creneau=creneau, etat=EtatPresence.EN_ATTRIBUTION, modifiee_le=PENDANT
        )
        for une in siennes
    )
    with CaptureQueriesContext(connection) as quarante:
        calcul = calculer(fenetre, {})
    assert len(calcul.voeux) == 42
    assert len(quarante) == len(quatre) <= 8
