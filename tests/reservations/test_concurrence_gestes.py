"""Agents against families, two connections at a time, each pair in both orders: one winner, legal states, one mail."""

import datetime

import pytest

from portail.commun.models import Courriel
from reservations import actions
from reservations.actions import envoi, reponse
from reservations.actions.capacite import ChangementDeCapacite, effets_du_changement
from reservations.enums import SiDepasse
from reservations.erreurs import EffetsModifies, FermetureChangee
from reservations.fermetures import apercu_de_fermeture
from reservations.models import Creneau, Fermeture, JourSalle, Periode, Presence, Salle
from tests.fabriques import FabriquePrestation, FabriqueUtilisateur, instant
from tests.reservations.conftest import MERCREDI
from tests.reservations.deux_connexions import (
    acceptation,
    courriels_de,
    envoi_de,
    etapes,
    foyer,
    l_un_pendant_l_autre,
    verifier_les_invariants,
)
from tests.reservations.gestes import cocher, code, creneaux_du, envoyer, etats
from tests.reservations.listes import JEUDI, annuler, etat, repondre

pytestmark = pytest.mark.django_db(transaction=True)
LUNDI = datetime.date(2018, 1, 15)
#: Twenty minutes before the deadline of Thursday 18: nothing is offered any more, and it can still be booked.
PRESQUE = instant(2018, 1, 16, 11, 40)


#: Gestures on which two people may meet: none may answer « try again » because the database chose it to lose.
REJOUES = [
    "abandonner_brouillon",
    "abandonner_brouillons",
    "accepter",
    "accepter_les_places",
    "agir_au_nom_de",
    "annuler_le_dernier_pas",
    "annuler_un_jour",
    "appliquer_apercus",
    "changer_capacite",
    "changer_les_heures",
    "declarer_absence",
    "decliner_les_places",
    "enregistrer_brouillon",
    "enregistrer_brouillons",
    "envoyer_demande",
    "fermer",
    "fermer_des_jours",
    "joindre_la_piece",
    "justifier_absences",
    "noter_les_heures",
    "ouvrir_reservation",
    "placer_dans_la_salle",
    "refuser",
    "refuser_absences",
    "retirer_absence",
    "retirer_demande",
    "retirer_les_heures",
    "rouvrir",
]


@pytest.fixture
def agent(db):
    return FabriqueUtilisateur(agent=True)


# --- an agent accepts by hand who waits ------------------------------------------------------------------------------


@pytest.mark.parametrize("l_agent_d_abord", [True, False])
def test_a_waiting_day_accepted_by_hand_against_a_booking_of_the_last_place(inscrits, auteur, agent, l_agent_d_abord):
    """Too late to offer it, the free place is for whoever is first: the other is told so."""
    Creneau.objects.filter(jour="2018-01-18").update(capacite=2)
    nouveau = foyer(inscrits[0].periode, 9)
    cocher(nouveau, 18, maintenant=PRESQUE)
    gestes = [acceptation(agent, inscrits[1], maintenant=PRESQUE), envoi_de(nouveau, auteur, PRESQUE)]
    rencontre = l_un_pendant_l_autre(*gestes if l_agent_d_abord else reversed(gestes))
    assert rencontre.attendue
    bilan = rencontre.premier if l_agent_d_abord else rencontre.second
    assert (bilan.traitees, len(bilan.retenues)) == ((1, 0) if l_agent_d_abord else (0, 1))
    assert etat(inscrits[1]) == ("acceptee" if l_agent_d_abord else "liste_attente")
    assert etat(nouveau) == (None if l_agent_d_abord else "acceptee")
    assert courriels_de(nouveau) == 1
    verifier_les_invariants()


@pytest.mark.parametrize("l_agent_d_abord", [True, False])
def test_a_waiting_day_accepted_by_hand_against_its_cancellation(inscrits, auteur, agent, l_agent_d_abord):
    Creneau.objects.filter(jour="2018-01-18").update(capacite=2)
    attend = inscrits[1]
    cocher(attend, decocher=[18], maintenant=PRESQUE)
    Courriel.objects.all().delete()
    gestes = [acceptation(agent, attend, maintenant=PRESQUE), envoi_de(attend, auteur, PRESQUE)]
    rencontre = l_un_pendant_l_autre(*gestes if l_agent_d_abord else reversed(gestes))
    assert rencontre.attendue
    bilan = rencontre.premier if l_agent_d_abord else rencontre.second
    # The household had the last word, or the agent found nothing to answer: the day is cancelled, and counts nowhere.
    assert (bilan.traitees, len(bilan.ignorees)) == ((1, 0) if l_agent_d_abord else (0, 1))
    assert etat(attend) == "annulee"
    assert courriels_de(attend) == (2 if l_agent_d_abord else 1)
    verifier_les_invariants()


@pytest.mark.parametrize("l_agent_d_abord", [True, False])
def test_an_offered_place_accepted_by_its_family_and_by_an_agent(inscrits, auteur, agent, l_agent_d_abord):
    annuler(inscrits[0], auteur)
    attend = inscrits[1]
    Courriel.objects.all().delete()
    gestes = [acceptation(agent, attend), lambda: repondre(actions.accepter_les_places, attend)]
    rencontre = l_un_pendant_l_autre(*gestes if l_agent_d_abord else reversed(gestes))
    assert rencontre.attendue
    par_l_agent, par_la_famille = [rencontre.premier, rencontre.second][:: 1 if l_agent_d_abord else -1]
    assert (par_l_agent.traitees, len(par_la_famille.faites)) == ((1, 0) if l_agent_d_abord else (0, 1))
    assert etat(attend) == "acceptee"
    assert (etapes(attend, "acceptee"), courriels_de(attend)) == (1, 1)
    verifier_les_invariants()


def test_negative_control_without_the_lock_the_agent_answers_what_is_no_longer_asked(
    inscrits, auteur, agent, monkeypatch
):
    """The conditional UPDATE is then all that stands between the two: loud, and seen by the agent as an error."""
    annuler(inscrits[0], auteur)

    def lire_sans_verrou(ids):
        lues = Presence.objects.filter(pk__in=ids).select_related(
            "creneau__prestation", "reservation__famille", "reservation__enfant", "reservation__periode__accueil"
        )
        return list(lues)

    monkeypatch.setattr(reponse, "verrouiller_presences", lire_sans_verrou)
    rencontre = l_un_pendant_l_autre(
        lambda: repondre(actions.accepter_les_places, inscrits[1]), acceptation(agent, inscrits[1])
    )
    assert type(rencontre.second).__name__ == "PlacesIncoherentes"


def test_two_agents_accept_the_same_batch_once(periode, jours, auteur, agent):
    reservations = [foyer(periode, n) for n in range(3)]
    for une in reservations:
        envoyer(une, auteur, 15, 16)
    Courriel.objects.all().delete()
    rencontre = l_un_pendant_l_autre(
        acceptation(agent, *reservations), acceptation(FabriqueUtilisateur(agent=True), *reservations)
    )
    assert rencontre.attendue
    assert (rencontre.premier.traitees, rencontre.second.traitees, len(rencontre.second.ignorees)) == (6, 0, 6)
    assert [courriels_de(une) for une in reservations] == [1, 1, 1]
    assert [etapes(une, "acceptee") for une in reservations] == [2, 2, 2]
    verifier_les_invariants()


def test_the_periodic_work_against_an_agent_gives_the_freed_place_once(inscrits, auteur, agent):
    Creneau.objects.filter(jour="2018-01-18").update(capacite=2)
    rencontre = l_un_pendant_l_autre(
        acceptation(agent, inscrits[2]), lambda: actions.tenir_les_listes(maintenant=JEUDI)
    )
    assert rencontre.attendue
    assert [etat(une) for une in inscrits] == ["acceptee", "liste_attente", "acceptee"]
    verifier_les_invariants()


def test_a_deadlock_is_played_again_and_never_seen(periode, jours, auteur, agent):
    """Somebody who locks the days in another order meets an agent: the database ends one, and nobody is told."""
    reservation = foyer(periode, 1)
    envoyer(reservation, auteur, 15, 16)
    lundi, mardi = creneaux_du(reservation, 15, 16)

    def verrouiller(creneau):
        return lambda: Creneau.objects.select_for_update().get(pk=creneau.pk)

    rencontre = l_un_pendant_l_autre(verrouiller(mardi), acceptation(agent, reservation), ensuite=verrouiller(lundi))
    assert rencontre.attendue
    assert rencontre.second.traitees == 2
    assert etats(reservation) == {15: "acceptee", 16: "acceptee"}
    verifier_les_invariants()


def test_every_gesture_on_which_people_meet_is_played_again():
    """None is left whose lost race would be an error page."""
    assert [nom for nom in REJOUES if not getattr(getattr(actions, nom), "rejouee", False)] == []


# --- capacity, rooms and closures ------------------------------------------------------------------------------------


def changement_vers(matin, capacite, agent, si_depasse="refuser"):
    voulu = ChangementDeCapacite(matin, capacite, LUNDI, LUNDI, SiDepasse(si_depasse))
    lue = effets_du_changement(voulu).empreinte()
    return lambda: actions.changer_capacite(
        changement=voulu, motif="Un animateur est absent.", empreinte=lue, agent=agent, maintenant=MERCREDI
    )


@pytest.mark.parametrize("l_agent_d_abord", [True, False])
def test_a_capacity_lowered_while_a_family_books(matin, periode, jours, auteur, agent, l_agent_d_abord):
    """One is told that the day is full, or the other that somebody booked since the effects were read."""
    envoyer(foyer(periode, 1), auteur, 15)
    nouveau = foyer(periode, 2)
    cocher(nouveau, 15)
    gestes = [changement_vers(matin, 1, agent), envoi_de(nouveau, auteur)]
    rencontre = l_un_pendant_l_autre(*gestes if l_agent_d_abord else reversed(gestes))
    assert rencontre.attendue
    creneau = Creneau.objects.get(jour=LUNDI)
    if l_agent_d_abord:
        assert rencontre.second.lignes.get().motifs == ["complet"]
        assert (creneau.capacite, creneau.places_prises) == (1, 1)
    else:
        assert type(rencontre.second).__name__ in {"CapaciteDepassee", "EffetsModifies"}
        assert (creneau.capacite, creneau.places_prises) == (30, 2)
    verifier_les_invariants()


def test_a_lower_capacity_that_moves_people_reads_again_who_booked(matin, periode, jours, auteur, agent):
    Periode.objects.update(liste_attente=True)
    envoyer(foyer(periode, 1), auteur, 15)
    nouveau = foyer(periode, 2)
    cocher(nouveau, 15)
    rencontre = l_un_pendant_l_autre(envoi_de(nouveau, auteur), changement_vers(matin, 1, agent, "deplacer"))
    assert rencontre.attendue
    assert isinstance(rencontre.second, EffetsModifies)
    changement_vers(matin, 1, agent, "deplacer")()
    assert etats(nouveau) == {15: "liste_attente"}
    verifier_les_invariants()


@pytest.mark.parametrize("l_agent_d_abord", [True, False])
def test_a_capacity_raised_while_a_newcomer_books_serves_the_list_first(
    matin, liste, jours, auteur, agent, l_agent_d_abord
):
    Creneau.objects.filter(jour=LUNDI).update(capacite=1)
    _, attend, nouveau = (foyer(liste, n) for n in range(3))
    envoyer(foyer(liste, 5), auteur, 15)
    envoyer(attend, auteur, 15)
    cocher(nouveau, 15)
    gestes = [changement_vers(matin, 2, agent), envoi_de(nouveau, auteur)]
    rencontre = l_un_pendant_l_autre(*gestes if l_agent_d_abord else reversed(gestes))
    assert rencontre.attendue
    assert (etats(attend), etats(nouveau)) == ({15: "place_proposee"}, {15: "liste_attente"})
    verifier_les_invariants()


@pytest.mark.parametrize("l_agent_d_abord", [True, False])
def test_a_day_closed_while_a_family_books_it(periode, jours, auteur, agent, l_agent_d_abord):
    reservation = foyer(periode, 1)
    cocher(reservation, 15)
    fermeture = Fermeture(du=LUNDI, au=LUNDI, motif="Grève du personnel")
    lue = apercu_de_fermeture(fermeture).empreinte

    def fermer():
        return actions.fermer(fermeture=fermeture, auteur=agent, maintenant=MERCREDI, empreinte_verifiee=lue)

    gestes = [fermer, envoi_de(reservation, auteur)]
    rencontre = l_un_pendant_l_autre(*gestes if l_agent_d_abord else reversed(gestes))
    assert rencontre.attendue
    if l_agent_d_abord:
        assert rencontre.second.lignes.get().motifs == ["ferme"]
        assert Fermeture.objects.count() == 1
    else:
        # Read again with its booking, the day closes and the family is told.
        assert isinstance(rencontre.second, FermetureChangee)
        assert etats(reservation) == {15: "demandee"}
        actions.fermer(fermeture=fermeture, auteur=agent, maintenant=JEUDI)
        assert etats(reservation) == {15: "annulee"}
    assert not Presence.objects.actives().filter(creneau__ferme=True).exists()
    verifier_les_invariants()


def test_negative_control_without_the_lock_a_closed_day_is_booked(periode, jours, auteur, agent, monkeypatch):
    reservation = foyer(periode, 1)
    cocher(reservation, 15)
    monkeypatch.setattr(
        envoi,
        "verrouiller_creneaux",
        lambda ids, salles=None: {un.pk: un for un in Creneau.objects.avec_places().filter(pk__in=ids)},
    )
    fermeture = Fermeture(du=LUNDI, au=LUNDI, motif="Grève du personnel")
    l_un_pendant_l_autre(
        lambda: actions.fermer(fermeture=fermeture, auteur=agent, maintenant=MERCREDI), envoi_de(reservation, auteur)
    )
    assert Presence.objects.actives().filter(creneau__ferme=True).exists()


@pytest.mark.parametrize("l_agent_d_abord", [True, False])
def test_an_offered_place_accepted_while_its_day_closes(inscrits, auteur, agent, l_agent_d_abord):
    annuler(inscrits[0], auteur)
    jeudi = datetime.date(2018, 1, 18)
    fermeture = Fermeture(du=jeudi, au=jeudi, motif="Grève du personnel")
    gestes = [
        lambda: actions.fermer(fermeture=fermeture, auteur=agent, maintenant=JEUDI),
        lambda: repondre(actions.accepter_les_places, inscrits[1]),
    ]
    rencontre = l_un_pendant_l_autre(*gestes if l_agent_d_abord else reversed(gestes))
    assert rencontre.attendue
    bilan = rencontre.second if l_agent_d_abord else rencontre.premier
    assert len(bilan.faites) == (0 if l_agent_d_abord else 1)
    assert [etat(une) for une in inscrits] == ["annulee", "annulee", "annulee"]
    verifier_les_invariants()


@pytest.mark.parametrize("l_agent_d_abord", [True, False])
def test_a_prestation_enters_a_room_while_its_last_place_is_booked(
    matin, periode, jours, auteur, agent, l_agent_d_abord
):
    """The booking counts in the room whichever comes first, and the room is never fuller than it is."""
    salle = Salle.objects.create(etablissement=periode.accueil.etablissement, nom="Salle Penn Bé", capacite_par_jour=1)
    soir = FabriquePrestation(periode=periode, nom="Soir", nom_court="Soir", salle=salle)
    creneau = Creneau.objects.create(prestation=soir, jour=LUNDI, capacite=30)
    premier, second = foyer(periode, 1), foyer(periode, 2)
    cocher(premier, 15)
    actions.enregistrer_brouillon(reservation=second, coches=[code(creneau)], depart=[], maintenant=MERCREDI)

    def placer():
        return actions.placer_dans_la_salle(
            prestation=matin, salle=salle, agent=agent, a_partir_du=LUNDI, maintenant=MERCREDI
        )

    gestes = [placer, envoi_de(premier, auteur)]
    rencontre = l_un_pendant_l_autre(*gestes if l_agent_d_abord else reversed(gestes))
    assert rencontre.attendue
    assert JourSalle.objects.get(salle=salle, jour=LUNDI).places_prises == 1
    assert envoi_de(second, auteur)().lignes.get(creneau=creneau).motifs == ["complet"]
    verifier_les_invariants()
