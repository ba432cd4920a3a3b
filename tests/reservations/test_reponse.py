"""Agents answer: accept, refuse with a reason, in batch; the family gets one mail a reservation."""

import pytest

from portail.commun.erreurs import RefusMetier
from portail.commun.models import Courriel, Trace
from reservations import actions
from reservations.models import EtapePresence, Presence
from tests.fabriques import FabriqueUtilisateur, instant
from tests.reservations.gestes import envoyer, etats, places

JEUDI = instant(2018, 1, 11, 10)


@pytest.fixture
def agent(db):
    return FabriqueUtilisateur(agent=True)


def toutes():
    return list(Presence.objects.values_list("pk", flat=True))


def test_accepting_keeps_the_place_and_tells_the_family(reservation, parent, agent):
    envoyer(reservation, parent, 15, 16)
    Courriel.objects.all().delete()
    bilan = actions.accepter(presences=toutes(), agent=agent, maintenant=JEUDI)
    assert (bilan.traitees, bilan.ignorees) == (2, [])
    assert etats(reservation) == {15: "acceptee", 16: "acceptee"}
    assert places(reservation) == {15: 1, 16: 1}
    courriel = Courriel.objects.get()
    assert "jours acceptés" in courriel.sujet
    assert "lundi 15\xa0janvier 2018, Matin" in courriel.texte


def test_refusing_frees_the_place_and_says_why(reservation, parent, agent):
    envoyer(reservation, parent, 15)
    Courriel.objects.all().delete()
    actions.refuser(presences=toutes(), agent=agent, motif="Effectif maximum atteint.", maintenant=JEUDI)
    assert etats(reservation) == {15: "refusee"}
    assert places(reservation) == {}
    assert "Effectif maximum atteint." in Courriel.objects.get().texte
    assert Presence.objects.get().motif == "Effectif maximum atteint."


@pytest.mark.parametrize("motif", ["", "   "])
def test_a_refusal_without_a_reason_is_impossible(reservation, parent, agent, motif):
    envoyer(reservation, parent, 15)
    with pytest.raises(ValueError, match="motive"):
        actions.refuser(presences=toutes(), agent=agent, motif=motif, maintenant=JEUDI)
    assert etats(reservation) == {15: "demandee"}


def test_a_batch_over_households_writes_one_mail_each(reservation, parent, autre_reservation, etranger, agent):
    envoyer(reservation, parent, 15, 16)
    envoyer(autre_reservation, etranger, 15, 16)
    Courriel.objects.all().delete()
    actions.accepter(presences=toutes(), agent=agent, maintenant=JEUDI)
    assert sorted(Courriel.objects.values_list("destinataire", flat=True)) == sorted([parent.email, etranger.email])
    assert places(reservation) == {15: 2, 16: 2}


def test_accepting_a_cancellation_frees_the_place(reservation, parent, agent):
    envoyer(reservation, parent, 15)
    actions.accepter(presences=toutes(), agent=agent, maintenant=JEUDI)
    envoyer(reservation, parent, annuler=[15])
    actions.accepter(presences=toutes(), agent=agent, maintenant=JEUDI)
    assert etats(reservation) == {15: "annulee"}
    assert places(reservation) == {}


def test_refusing_a_cancellation_keeps_the_day(reservation, parent, agent):
    envoyer(reservation, parent, 15)
    actions.accepter(presences=toutes(), agent=agent, maintenant=JEUDI)
    envoyer(reservation, parent, annuler=[15])
    actions.refuser(presences=toutes(), agent=agent, motif="Repas déjà commandé.", maintenant=JEUDI)
    assert etats(reservation) == {15: "acceptee"}
    assert places(reservation) == {15: 1}


def test_an_answer_that_comes_second_changes_nothing(reservation, parent, agent):
    """The agent's page is old: the parent has taken the request back meanwhile."""
    demande = envoyer(reservation, parent, 15)
    actions.retirer_demande(demande=demande, auteur=parent, maintenant=JEUDI)
    Courriel.objects.all().delete()
    bilan = actions.accepter(presences=toutes(), agent=agent, maintenant=JEUDI)
    assert bilan.traitees == 0
    assert [une.etat for une in bilan.ignorees] == ["annulee"]
    assert etats(reservation) == {15: "annulee"}
    assert not Courriel.objects.exists()


def test_a_request_that_was_answered_cannot_be_taken_back(reservation, parent, agent):
    demande = envoyer(reservation, parent, 15)
    actions.accepter(presences=toutes(), agent=agent, maintenant=JEUDI)
    with pytest.raises(RefusMetier) as refus:
        actions.retirer_demande(demande=demande, auteur=parent, maintenant=JEUDI)
    assert refus.value.phrases() == ["Cette demande a changé d’état entre-temps."]


def test_each_answer_has_its_step_and_its_trace(reservation, parent, agent):
    envoyer(reservation, parent, 15)
    actions.accepter(presences=toutes(), agent=agent, maintenant=JEUDI)
    etape = EtapePresence.objects.last()
    assert (etape.avant, etape.apres, etape.auteur) == ("demandee", "acceptee", agent)
    assert Trace.objects.get(geste="reservation.acceptee").apres == {"jours": [["2018-01-15", "acceptee"]]}


def test_an_answer_costs_the_same_for_one_day_and_for_twenty(reservation, parent, agent, django_assert_max_num_queries):
    envoyer(reservation, parent, *range(15, 32))
    with django_assert_max_num_queries(14):
        actions.accepter(presences=toutes(), agent=agent, maintenant=JEUDI)
