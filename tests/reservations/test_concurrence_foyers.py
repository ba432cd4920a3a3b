"""Two hands on one planning, two households of one child, each pair in both orders: what is checked is what is sent."""

import datetime
import uuid

import pytest

from portail.commun.erreurs import RefusMetier
from portail.commun.models import Courriel
from reservations import actions
from reservations.actions import envoi, historique, verrous
from reservations.brouillons import brouillon_de, empreinte
from reservations.erreurs import BrouillonModifie, JourRefuse, RienAEnvoyer
from reservations.models import (
    Creneau,
    DeclarationAbsence,
    Demande,
    LienPrestation,
    MotifAbsence,
    Periode,
    Presence,
    Reservation,
)
from tests.fabriques import FabriqueEnfant, FabriqueFamille, FabriquePrestation, FabriqueUtilisateur, instant
from tests.reservations.conftest import MERCREDI
from tests.reservations.deux_connexions import (
    acceptation,
    courriels_de,
    envoi_de,
    foyer,
    l_un_pendant_l_autre,
    verifier_les_invariants,
)
from tests.reservations.gestes import cocher, creneaux_du, envoyer, etats, vouloir
from tests.reservations.listes import JEUDI, etat, presence

pytestmark = pytest.mark.django_db(transaction=True)
LUNDI = datetime.date(2018, 1, 15)
#: Of Thursday 18, included.
LIMITE = instant(2018, 1, 16, 12)


@pytest.fixture
def agent(db):
    return FabriqueUtilisateur(agent=True)


@pytest.fixture
def automatique(periode, jours):
    Periode.objects.update(acceptation="automatique", annulation="automatique")
    periode.refresh_from_db()
    return periode


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


@pytest.fixture
def garde_a_changer(automatique, garde, auteur):
    """A day by the hour, accepted, whose other hours wait for an agent."""
    reservation = foyer(automatique, 1)
    vouloir(reservation, garde, arrivee=datetime.time(8), depart=datetime.time(10))
    envoyer(reservation, auteur)
    Periode.objects.update(acceptation="manuelle")
    jour = Presence.objects.get()
    actions.changer_les_heures(
        presence=jour, arrivee=datetime.time(8), depart=datetime.time(11), auteur=auteur, maintenant=MERCREDI
    )
    Courriel.objects.all().delete()
    return jour


@pytest.mark.parametrize("l_agent_d_abord", [True, False])
def test_other_hours_accepted_while_they_are_taken_back(garde_a_changer, auteur, agent, l_agent_d_abord):
    gestes = [
        acceptation(agent, garde_a_changer.reservation, maintenant=MERCREDI),
        lambda: actions.retirer_les_heures(presence=garde_a_changer, auteur=auteur, maintenant=MERCREDI),
    ]
    rencontre = l_un_pendant_l_autre(*gestes if l_agent_d_abord else reversed(gestes))
    assert rencontre.attendue
    if l_agent_d_abord:
        assert isinstance(rencontre.second, RefusMetier)
    else:
        assert (rencontre.second.traitees, len(rencontre.second.ignorees)) == (0, 1)
    garde_a_changer.refresh_from_db()
    assert garde_a_changer.depart == datetime.time(11 if l_agent_d_abord else 10)
    assert garde_a_changer.heures_demandees_le is None
    assert courriels_de(garde_a_changer.reservation) == (1 if l_agent_d_abord else 0)
    verifier_les_invariants()


@pytest.mark.parametrize("l_agent_d_abord", [True, False])
def test_other_hours_accepted_while_the_day_is_cancelled(garde_a_changer, auteur, agent, l_agent_d_abord):
    gestes = [
        acceptation(agent, garde_a_changer.reservation, maintenant=MERCREDI),
        lambda: actions.annuler_un_jour(presence=garde_a_changer, auteur=auteur, cle=uuid.uuid4(), maintenant=MERCREDI),
    ]
    rencontre = l_un_pendant_l_autre(*gestes if l_agent_d_abord else reversed(gestes))
    assert rencontre.attendue
    garde_a_changer.refresh_from_db()
    assert (garde_a_changer.etat, garde_a_changer.heures_demandees_le) == ("annulee", None)
    bilan = rencontre.premier if l_agent_d_abord else rencontre.second
    assert bilan.traitees == (1 if l_agent_d_abord else 0)
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


@pytest.mark.parametrize("l_agent_d_abord", [True, False])
def test_a_choice_is_refused_while_the_one_that_needs_it_is_booked(deux_foyers, matin, auteur, agent, l_agent_d_abord):
    repas = FabriquePrestation(periode=matin.periode, nom="Repas", nom_court="Repas", ordre=3)
    LienPrestation.objects.create(prestation=repas, genre="exige", autre=matin)
    Periode.objects.update(acceptation="manuelle")
    du_matin, du_repas = deux_foyers
    envoyer(du_matin, auteur, 15)
    vouloir(du_repas, Creneau.objects.create(prestation=repas, jour=LUNDI, capacite=30))
    demandes = [Presence.objects.get(reservation=du_matin).pk]
    refus = {"presences": demandes, "agent": agent, "motif": "Effectif atteint.", "maintenant": MERCREDI}
    gestes = [lambda: actions.refuser(**refus), envoi_de(du_repas, auteur)]
    rencontre = l_un_pendant_l_autre(*gestes if l_agent_d_abord else reversed(gestes))
    assert rencontre.attendue
    if l_agent_d_abord:
        assert rencontre.second.lignes.get().motifs == ["choix_manquant"]
    else:
        assert [motif for _, motif in rencontre.second.retenues] == ["necessaire"]
    assert Presence.objects.filter(etat="demandee").count() == (0 if l_agent_d_abord else 2)
    verifier_les_invariants()
