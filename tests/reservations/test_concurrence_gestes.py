"""Gestures that cross, two connections at a time, each pair in both orders: one winner, legal states, one mail."""

import datetime
import uuid

import pytest

from portail.commun.erreurs import RefusMetier
from portail.commun.models import Courriel
from reservations import actions
from reservations.actions import envoi, historique, reponse, verrous
from reservations.actions.capacite import ChangementDeCapacite, effets_du_changement
from reservations.brouillons import brouillon_de, empreinte
from reservations.enums import SiDepasse
from reservations.erreurs import BrouillonModifie, EffetsModifies, FermetureChangee, JourRefuse, RienAEnvoyer
from reservations.fermetures import apercu_de_fermeture
from reservations.models import (
    Creneau,
    DeclarationAbsence,
    Demande,
    EtapePresence,
    Fermeture,
    JourSalle,
    LienPrestation,
    MotifAbsence,
    Periode,
    Presence,
    Reservation,
    Salle,
)
from tests.fabriques import (
    FabriqueEnfant,
    FabriqueFamille,
    FabriquePrestation,
    FabriqueResponsable,
    FabriqueUtilisateur,
    instant,
)
from tests.reservations.conftest import MERCREDI, reservation_de
from tests.reservations.deux_connexions import l_un_pendant_l_autre, verifier_les_invariants
from tests.reservations.gestes import cocher, code, creneaux_du, envoyer, etats
from tests.reservations.listes import JEUDI, annuler, etat, presence, repondre

pytestmark = pytest.mark.django_db(transaction=True)
LUNDI = datetime.date(2018, 1, 15)
#: Twenty minutes before the deadline of Thursday 18: nothing is offered any more, and it can still be booked.
PRESQUE = instant(2018, 1, 16, 11, 40)
LIMITE = instant(2018, 1, 16, 12)


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
    "rouvrir",
]


@pytest.fixture
def agent(db):
    return FabriqueUtilisateur(agent=True)


@pytest.fixture
def automatique(periode, jours):
    Periode.objects.update(acceptation="automatique", annulation="automatique")
    periode.refresh_from_db()
    return periode


def foyer(periode, n):
    """A household that gets mails, and its reservation."""
    reservation = reservation_de(periode, n)
    FabriqueResponsable(famille=reservation.famille)
    return reservation


def envoi_de(reservation, auteur, maintenant=MERCREDI, **options):
    return lambda: actions.envoyer_demande(
        reservation=reservation, auteur=auteur, cle=uuid.uuid4(), maintenant=maintenant, **options
    )


def acceptation(agent, *reservations, maintenant=JEUDI):
    ids = list(Presence.objects.filter(reservation__in=reservations).values_list("pk", flat=True))
    return lambda: actions.accepter(presences=ids, agent=agent, maintenant=maintenant)


def courriels_de(reservation):
    return Courriel.objects.filter(famille_cle=reservation.famille.cle).count()


def etapes(reservation, apres):
    return EtapePresence.objects.filter(presence__reservation=reservation, apres=apres).count()


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


# --- one household, two hands ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("l_agent_d_abord", [True, False])
def test_a_day_moved_on_behalf_of_a_family_that_cancels_it(automatique, auteur, agent, l_agent_d_abord):
    reservation = foyer(automatique, 1)
    envoyer(reservation, auteur, 18)
    cocher(reservation, decocher=[18], maintenant=JEUDI)
    ajouts, retraits = creneaux_du(reservation, 19), creneaux_du(reservation, 18)

    def deplacer():
        return actions.agir_au_nom_de(
            reservation=reservation,
            ajouts=ajouts,
            retraits=retraits,
            motif="Appel de la mère.",
            agent=agent,
            hors_delai=True,
            cle=uuid.uuid4(),
            maintenant=JEUDI,
        )

    gestes = [deplacer, envoi_de(reservation, auteur, JEUDI)]
    rencontre = l_un_pendant_l_autre(*gestes if l_agent_d_abord else reversed(gestes))
    assert rencontre.attendue
    if l_agent_d_abord:
        assert isinstance(rencontre.second, RienAEnvoyer)
        assert etats(reservation) == {18: "annulee", 19: "acceptee"}
    else:
        # What it was to move is no longer there: all of it or nothing.
        assert isinstance(rencontre.second, JourRefuse)
        assert etats(reservation) == {18: "annulee"}
    assert Demande.objects.filter(reservation=reservation).count() == 2
    verifier_les_invariants()


def hesiter(reservation):
    """Tick the 15, untick it, tick the 16: the last gesture but one had the 15 to book."""
    cocher(reservation, 15)
    cocher(reservation, decocher=[15])
    cocher(reservation, 16)


def dernier_geste(reservation):
    return lambda: actions.annuler_le_dernier_pas(famille=reservation.famille, maintenant=MERCREDI)


def test_undoing_while_it_is_sent_leaves_nothing_to_undo(periode, jours, auteur):
    """The undo read before the sending would bring back, unsent, a day that the household had given up."""
    reservation = foyer(periode, 1)
    cocher(reservation, 15, 16)
    cocher(reservation, decocher=[15])
    rencontre = l_un_pendant_l_autre(envoi_de(reservation, auteur), dernier_geste(reservation))
    assert rencontre.attendue
    assert rencontre.second is None
    assert etats(reservation) == {16: "demandee"}
    assert brouillon_de(reservation) == []
    verifier_les_invariants()


def test_negative_control_an_undo_read_before_the_lock_brings_a_day_back(periode, jours, auteur, monkeypatch):
    reservation = foyer(periode, 1)
    cocher(reservation, 15, 16)
    cocher(reservation, decocher=[15])
    lu = historique._dernier_pas(reservation.famille)
    monkeypatch.setattr(historique, "_dernier_pas", lambda famille: lu)
    l_un_pendant_l_autre(envoi_de(reservation, auteur), dernier_geste(reservation))
    assert [un.creneau.jour.day for un in brouillon_de(reservation)] == [15]


def test_sending_while_it_is_undone_sends_what_was_checked_or_nothing(periode, jours, auteur):
    reservation = foyer(periode, 1)
    hesiter(reservation)
    verifiee = empreinte(brouillon_de(reservation))
    rencontre = l_un_pendant_l_autre(
        dernier_geste(reservation), envoi_de(reservation, auteur, empreinte_verifiee=verifiee)
    )
    assert rencontre.attendue
    assert isinstance(rencontre.second, (BrouillonModifie, RienAEnvoyer))
    assert not Demande.objects.exists()


def test_undoing_while_a_tick_is_written_undoes_that_tick(periode, jours):
    reservation = foyer(periode, 1)
    cocher(reservation, 15)
    rencontre = l_un_pendant_l_autre(lambda: cocher(reservation, 16), dernier_geste(reservation))
    assert rencontre.attendue
    assert [un.creneau.jour.day for un in brouillon_de(reservation)] == [15]


@pytest.mark.parametrize("l_envoi_d_abord", [True, False])
def test_ticks_kept_while_the_planning_is_sent(periode, jours, auteur, l_envoi_d_abord):
    """What is sent is exactly what was checked; a tick that comes with it stays unsent, and is said so."""
    reservation = foyer(periode, 1)
    cocher(reservation, 15)
    verifiee = empreinte(brouillon_de(reservation))
    gestes = [
        envoi_de(reservation, auteur, empreinte_verifiee=verifiee),
        # The page left open says again the 15, that it knew unsent, and adds the 16.
        lambda: cocher(reservation, 15, 16),
    ]
    rencontre = l_un_pendant_l_autre(*gestes if l_envoi_d_abord else reversed(gestes))
    assert rencontre.attendue
    restent = [un.creneau.jour.day for un in brouillon_de(reservation)]
    if l_envoi_d_abord:
        assert (etats(reservation), restent) == ({15: "demandee"}, [16])
    else:
        assert isinstance(rencontre.second, BrouillonModifie)
        assert (etats(reservation), restent) == ({}, [15, 16])
    verifier_les_invariants()


@pytest.mark.parametrize("l_annulation_d_abord", [True, False])
def test_an_absence_declared_while_the_day_is_cancelled(automatique, auteur, l_annulation_d_abord):
    """One asks in the last minute to cancel, the other declares a minute later: the first that is written counts."""
    reservation = foyer(automatique, 1)
    envoyer(reservation, auteur, 18)
    jour = presence(reservation)
    motif = MotifAbsence.objects.create(nom="Enseignant absent", traitement="justifiee", delai_jours_apres=0)
    Courriel.objects.all().delete()

    def declarer():
        return actions.declarer_absence(
            presence=jour,
            motif=motif,
            precision="",
            auteur=auteur,
            maintenant=LIMITE + datetime.timedelta(minutes=1),
        )

    def annuler_le_jour():
        return actions.annuler_un_jour(presence=jour, auteur=auteur, cle=uuid.uuid4(), maintenant=LIMITE)

    gestes = [annuler_le_jour, declarer]
    rencontre = l_un_pendant_l_autre(*gestes if l_annulation_d_abord else reversed(gestes))
    assert rencontre.attendue
    assert isinstance(rencontre.second, RefusMetier)
    assert etat(reservation) == ("annulee" if l_annulation_d_abord else "absente_justifiee")
    assert DeclarationAbsence.objects.count() == (0 if l_annulation_d_abord else 1)
    assert courriels_de(reservation) == 1
    verifier_les_invariants()


def test_both_parents_declare_the_same_absence_once(automatique, auteur):
    reservation = foyer(automatique, 1)
    envoyer(reservation, auteur, 18)
    jour = presence(reservation)
    motif = MotifAbsence.objects.create(nom="Enfant malade")

    def declarer():
        return actions.declarer_absence(
            presence=jour, motif=motif, precision="", auteur=auteur, maintenant=instant(2018, 1, 17, 8)
        )

    rencontre = l_un_pendant_l_autre(declarer, declarer)
    assert rencontre.attendue
    assert isinstance(rencontre.second, RefusMetier)
    assert DeclarationAbsence.objects.count() == 1
    verifier_les_invariants()


# --- one child, two households, choices that go together or not ------------------------------------------------------


@pytest.fixture
def deux_foyers(automatique):
    """One child, of whom both households may book every day, and its reservation in each."""
    enfant = FabriqueEnfant(famille=FabriqueFamille(), prenom="Lou")
    autre = FabriqueFamille()
    enfant.rattachements.create(famille=autre)
    familles = [enfant.rattachements.exclude(famille=autre).get().famille, autre]
    return [
        Reservation.objects.create(famille=une, enfant=enfant, periode=automatique, cree_le=MERCREDI)
        for une in familles
    ]


@pytest.fixture
def journee(matin):
    """« Journée » on the Monday, which excludes « Matin »."""
    toute = FabriquePrestation(periode=matin.periode, nom="Journée", nom_court="Journée", ordre=2)
    LienPrestation.objects.create(prestation=toute, genre="exclut", autre=matin)
    return Creneau.objects.create(prestation=toute, jour=LUNDI, capacite=30)


def vouloir(reservation, creneau):
    actions.enregistrer_brouillon(reservation=reservation, coches=[code(creneau)], depart=[], maintenant=MERCREDI)


def du_lundi(matin):
    return Creneau.objects.select_related("prestation").get(prestation=matin, jour=LUNDI)


def test_two_households_book_choices_that_exclude_each_other(deux_foyers, matin, journee, auteur):
    du_matin, de_la_journee = deux_foyers
    vouloir(du_matin, du_lundi(matin))
    vouloir(de_la_journee, journee)
    rencontre = l_un_pendant_l_autre(envoi_de(du_matin, auteur), envoi_de(de_la_journee, auteur))
    assert rencontre.attendue
    assert rencontre.second.lignes.get().motifs == ["incompatible"]
    assert Presence.objects.get().reservation == du_matin
    verifier_les_invariants()


def test_negative_control_with_their_own_planning_alone_locked_both_choices_are_booked(
    deux_foyers, matin, journee, auteur, monkeypatch
):
    du_matin, de_la_journee = deux_foyers
    vouloir(du_matin, du_lundi(matin))
    vouloir(de_la_journee, journee)
    monkeypatch.setattr(envoi, "verrouiller_l_enfant", verrous.verrouiller_reservation)
    rencontre = l_un_pendant_l_autre(envoi_de(du_matin, auteur), envoi_de(de_la_journee, auteur))
    assert not rencontre.attendue
    assert Presence.objects.count() == 2


def test_two_households_book_the_same_day_of_their_child(deux_foyers, auteur):
    for une in deux_foyers:
        cocher(une, 15)
    rencontre = l_un_pendant_l_autre(*[envoi_de(une, auteur) for une in deux_foyers])
    assert rencontre.attendue
    assert rencontre.second.lignes.get().motifs == ["deja_demande"]
    assert Presence.objects.get().reservation == deux_foyers[0]
    verifier_les_invariants()


def test_a_choice_is_cancelled_while_the_one_that_needs_it_is_booked(deux_foyers, matin, auteur):
    """« Repas » needs « Matin », that the other household gives up at the same moment: never a meal alone."""
    repas = FabriquePrestation(periode=matin.periode, nom="Repas", nom_court="Repas", ordre=3)
    LienPrestation.objects.create(prestation=repas, genre="exige", autre=matin)
    du_matin, du_repas = deux_foyers
    envoyer(du_matin, auteur, 15)
    creneau = Creneau.objects.create(prestation=repas, jour=LUNDI, capacite=30)
    cocher(du_matin, decocher=[15])
    vouloir(du_repas, creneau)
    rencontre = l_un_pendant_l_autre(envoi_de(du_matin, auteur), envoi_de(du_repas, auteur))
    assert rencontre.attendue
    assert rencontre.second.lignes.get().motifs == ["choix_manquant"]
    verifier_les_invariants()


def test_a_request_is_taken_back_while_the_choice_that_needs_it_is_booked(deux_foyers, matin, auteur):
    repas = FabriquePrestation(periode=matin.periode, nom="Repas", nom_court="Repas", ordre=3)
    LienPrestation.objects.create(prestation=repas, genre="exige", autre=matin)
    Periode.objects.update(acceptation="manuelle")
    du_matin, du_repas = deux_foyers
    demande = envoyer(du_matin, auteur, 15)
    creneau = Creneau.objects.create(prestation=repas, jour=LUNDI, capacite=30)
    vouloir(du_repas, creneau)
    rencontre = l_un_pendant_l_autre(
        envoi_de(du_repas, auteur),
        lambda: actions.retirer_demande(demande=demande, auteur=auteur, maintenant=MERCREDI),
    )
    assert rencontre.attendue
    assert isinstance(rencontre.second, RefusMetier)
    assert Presence.objects.filter(etat="demandee").count() == 2
    verifier_les_invariants()
