"""The confirmation of an allotment: places, waiting lists, one mail for each household, resumed anywhere."""

import datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from familles.models import Famille
from portail.commun.models import Courriel
from reservations import actions, tasks
from reservations.enums import Critere, EtatAttribution, EtatPresence, MotifAttribution, MotifRefus
from reservations.explications import PLACE_PERDUE
from reservations.models import Attribution, Creneau, LigneDemande, Periode, Presence
from tests.fabriques import FabriqueResponsable, FabriqueUtilisateur
from tests.reservations.attribution import APRES, PENDANT, decider, demander, ligne, refus
from tests.reservations.conftest import reservation_de
from tests.reservations.gestes import envoyer, etats, places, places_coherentes


@pytest.fixture
def agent(db):
    return FabriqueUtilisateur(agent=True)


@pytest.fixture
def attribution(demandes, fenetre, agent):
    return actions.preparer_attribution(periode=fenetre, agent=agent, maintenant=APRES)


def confirmer(attribution, agent, maintenant=APRES):
    actions.confirmer_attribution(attribution=attribution, agent=agent, maintenant=maintenant)
    while actions.appliquer_suivante(attribution_id=attribution.pk, maintenant=maintenant):
        pass
    assert actions.clore_attribution(attribution_id=attribution.pk, maintenant=maintenant)
    attribution.refresh_from_db()


def test_the_confirmation_gives_the_places_and_queues_the_others_in_their_order(attribution, demandes, fenetre, agent):
    confirmer(attribution, agent)
    assert attribution.etat == EtatAttribution.CONFIRMEE
    assert {une: etats(une)[29] for une in demandes} == {
        demandes[0]: EtatPresence.LISTE_ATTENTE,
        demandes[1]: EtatPresence.ACCEPTEE,
        demandes[2]: EtatPresence.ACCEPTEE,
        demandes[3]: EtatPresence.LISTE_ATTENTE,
    }
    assert places(demandes[0]) == {29: 2, 30: 1}
    assert places_coherentes(fenetre)
    liste = Presence.objects.filter(etat=EtatPresence.LISTE_ATTENTE, creneau__jour="2018-01-29")
    assert [une.reservation for une in liste.order_by("ordre_attente")] == [demandes[3], demandes[0]]


def test_a_window_put_off_since_the_proposal_is_not_closed_by_its_confirmation(attribution, demandes, fenetre, agent):
    """Families read that they may still ask until the new end."""
    nouvelle_fin = APRES + datetime.timedelta(days=3)
    Periode.objects.filter(pk=fenetre.pk).update(prereservation_au=nouvelle_fin)
    confirmation = {"attribution": attribution, "agent": agent}
    for instant in (APRES, nouvelle_fin):
        motifs = refus(actions.confirmer_attribution, maintenant=instant, **confirmation)
        assert motifs == [MotifAttribution.FENETRE_OUVERTE]
    assert {etats(une)[29] for une in demandes} == {EtatPresence.EN_ATTRIBUTION}
    confirmer(attribution, agent, maintenant=nouvelle_fin + datetime.timedelta(seconds=1))


def test_what_the_service_withheld_comes_last_in_the_list(attribution, demandes, agent):
    decider(attribution, agent, ligne(attribution, demandes[1]), donner=False)
    confirmer(attribution, agent)
    liste = Presence.objects.filter(etat=EtatPresence.LISTE_ATTENTE, creneau__jour="2018-01-29")
    assert [une.reservation for une in liste.order_by("ordre_attente")] == [demandes[0], demandes[1]]


def test_without_a_waiting_list_the_others_are_refused_with_the_reason(attribution, demandes, fenetre, agent):
    Periode.objects.filter(pk=fenetre.pk).update(liste_attente=False)
    confirmer(attribution, agent)
    presence = Presence.objects.get(reservation=demandes[0])
    assert (presence.etat, presence.motif) == (EtatPresence.REFUSEE, "Pas de place à l’attribution.")


def test_each_household_reads_one_mail_with_its_places_its_ranks_and_why(attribution, demandes, agent):
    Courriel.objects.all().delete()
    confirmer(attribution, agent)
    recus = {un.destinataire: " ".join(un.texte.split()) for un in Courriel.objects.filter(nom="places_attribuees")}
    assert sorted(recus) == [f"foyer{n}@exemple.fr" for n in (1, 2, 3, 4)]
    texte = recus["foyer4@exemple.fr"]
    assert (
        "lundi 29 janvier 2018, Matin (1er sur la liste d’attente). "
        "Pas de place : votre demande est 3e pour 2 places." in texte
    )
    assert "Ce qui a départagé : date et heure de la demande." in texte
    assert "2e sur la liste d’attente" in recus["foyer1@exemple.fr"]
    assert "Parents qui travaillent tous : non, d’après votre fiche" in texte
    assert not any(f"FAMILLE{n}" in texte for n in (1, 2, 3))


def test_nothing_new_is_taken_nor_offered_until_everybody_is_served(attribution, demandes, fenetre, auteur, agent):
    """One place is free, and the first of the list would be offered it, before the household to which it is given."""
    actions.confirmer_attribution(attribution=attribution, agent=agent, maintenant=APRES)
    actions.appliquer_suivante(attribution_id=attribution.pk, maintenant=APRES)
    assert etats(demandes[0]) == {29: EtatPresence.LISTE_ATTENTE}
    actions.tenir_les_listes(maintenant=APRES)
    assert etats(demandes[0]) == {29: EtatPresence.LISTE_ATTENTE}
    tardive = reservation_de(fenetre, 9)
    envoyer(tardive, auteur, 29, maintenant=PENDANT)
    assert LigneDemande.objects.get(demande__reservation=tardive).motifs == [MotifRefus.ATTRIBUTION_EN_COURS]


def test_once_everybody_is_served_bookings_are_as_usual_and_free_places_go_to_the_list(
    attribution, demandes, fenetre, auteur, agent
):
    confirmer(attribution, agent)
    suivante = reservation_de(fenetre, 9)
    FabriqueResponsable(famille=suivante.famille)
    envoyer(suivante, auteur, 29, 31, maintenant=APRES)
    assert etats(suivante) == {29: EtatPresence.LISTE_ATTENTE, 31: EtatPresence.ACCEPTEE}
    envoyer(demandes[1], auteur, annuler=(29,), maintenant=APRES)
    assert etats(demandes[3])[29] == EtatPresence.PLACE_PROPOSEE


@pytest.mark.parametrize("geste", ["retrait", "demande", "capacite", "criteres", "criteres_sans_effet", "rang"])
def test_a_proposal_that_is_no_longer_what_was_read_is_not_confirmed(
    attribution, demandes, fenetre, auteur, agent, geste
):
    if geste == "retrait":
        envoyer(demandes[1], auteur, annuler=(29,), maintenant=APRES)
    elif geste == "demande":
        demander(fenetre, auteur, 9, 31)
    elif geste == "capacite":
        Creneau.objects.filter(jour="2018-01-29").update(capacite=3)
    elif geste == "criteres_sans_effet":
        # The same are served, and the mail would name criteria that are no longer those of the town.
        Periode.objects.filter(pk=fenetre.pk).update(criteres_attribution=[Critere.RESIDENCE, Critere.DATE])
    elif geste == "rang":
        # The same are served, and the waiting list is in another order.
        Famille.objects.filter(pk=demandes[3].famille_id).update(residente=False)
    else:
        Periode.objects.filter(pk=fenetre.pk).update(criteres_attribution=[Critere.DATE])
    assert refus(actions.confirmer_attribution, attribution=attribution, agent=agent, maintenant=APRES) == [
        MotifAttribution.PERIMEE
    ]
    actions.recalculer_attribution(attribution=attribution, agent=agent, maintenant=APRES)
    confirmer(attribution, agent)
    assert places_coherentes(fenetre)


def test_it_stops_anywhere_and_starts_again_without_doing_anything_twice(attribution, demandes, fenetre, agent):
    actions.confirmer_attribution(attribution=attribution, agent=agent, maintenant=APRES)
    actions.appliquer_suivante(attribution_id=attribution.pk, maintenant=APRES)
    assert not actions.clore_attribution(attribution_id=attribution.pk, maintenant=APRES)
    assert tasks.reprendre_les_attributions() == 1
    attribution.refresh_from_db()
    assert attribution.etat == EtatAttribution.CONFIRMEE
    assert tasks.appliquer_l_attribution(attribution.pk) == 0
    assert tasks.reprendre_les_attributions() == 0
    assert Courriel.objects.filter(nom="places_attribuees").count() == 4
    assert places_coherentes(fenetre)


def test_a_household_whose_mail_cannot_be_written_keeps_waiting_and_is_served_later(
    attribution, demandes, agent, monkeypatch
):
    actions.confirmer_attribution(attribution=attribution, agent=agent, maintenant=APRES)

    def panne(**_):
        raise RuntimeError

    with monkeypatch.context() as casse:
        casse.setattr("reservations.courriels_attribution.places_attribuees", panne)
        with pytest.raises(RuntimeError):
            actions.appliquer_suivante(attribution_id=attribution.pk, maintenant=APRES)
    assert etats(demandes[0]) == {29: EtatPresence.EN_ATTRIBUTION}
    assert tasks.appliquer_l_attribution(attribution.pk) == 4
    assert etats(demandes[0]) == {29: EtatPresence.LISTE_ATTENTE}


def test_a_family_that_withdraws_during_the_confirmation_is_left_alone(attribution, demandes, fenetre, auteur, agent):
    actions.confirmer_attribution(attribution=attribution, agent=agent, maintenant=APRES)
    envoyer(demandes[1], auteur, annuler=(29,), maintenant=APRES)
    tasks.appliquer_l_attribution(attribution.pk)
    assert etats(demandes[1]) == {29: EtatPresence.ANNULEE}
    assert not Courriel.objects.filter(nom="places_attribuees", destinataire="foyer2@exemple.fr").exists()
    assert places_coherentes(fenetre)


def test_a_place_lost_meanwhile_is_not_given_and_the_family_reads_why(attribution, demandes, fenetre, agent):
    actions.confirmer_attribution(attribution=attribution, agent=agent, maintenant=APRES)
    Creneau.objects.filter(jour="2018-01-30").update(capacite=0)
    tasks.appliquer_l_attribution(attribution.pk)
    assert etats(demandes[2]) == {29: EtatPresence.ACCEPTEE, 30: EtatPresence.LISTE_ATTENTE}
    texte = Courriel.objects.get(nom="places_attribuees", destinataire="foyer3@exemple.fr").texte
    assert PLACE_PERDUE in " ".join(texte.split())
    assert ligne(attribution, demandes[2], 30).perdue
    assert places_coherentes(fenetre)


def test_serving_a_household_takes_as_many_queries_for_two_days_as_for_twelve(fenetre, auteur, agent):
    demander(fenetre, auteur, 1, 29, 30)
    demander(fenetre, auteur, 2, 15, 16, 17, 18, 19, 22, 23, 24, 25, 26, 29, 30)
    attribution = actions.preparer_attribution(periode=fenetre, agent=agent, maintenant=APRES)
    actions.confirmer_attribution(attribution=attribution, agent=agent, maintenant=APRES)
    releves = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as releve:
            actions.appliquer_suivante(attribution_id=attribution.pk, maintenant=APRES)
        releves.append(len(releve))
    assert max(releves) <= 35
    assert abs(releves[0] - releves[1]) <= 6


def test_one_allotment_for_a_periode_and_a_confirmed_one_says_by_whom(attribution, fenetre, agent):
    with pytest.raises(IntegrityError, match="attribution_unique_par_periode"), transaction.atomic():
        Attribution.objects.create(periode=fenetre, criteres=[], auteur=agent, calculee_le=APRES)
    with pytest.raises(IntegrityError, match="attribution_confirmee_par_quelqu_un"), transaction.atomic():
        Attribution.objects.update(etat=EtatAttribution.CONFIRMEE)
