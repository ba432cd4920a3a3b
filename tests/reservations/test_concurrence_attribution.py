"""Real connections at once on an allotment: two agents, two workers, a family that withdraws, an agent who accepts."""

import contextlib
import threading

import pytest

from portail.commun.erreurs import RefusMetier
from portail.commun.models import Courriel
from reservations import actions
from reservations.actions import confirmation
from reservations.enums import EtatAttribution, EtatPresence, MotifAttribution
from reservations.models import Attribution, Creneau, EtapePresence, LigneDemande, Presence
from reservations.regles import est_permise
from tests.fabriques import FabriqueUtilisateur
from tests.reservations.attribution import APRES, FIN
from tests.reservations.conftest import reservation_de
from tests.reservations.gestes import cocher, etats
from tests.reservations.test_concurrence import en_meme_temps, places_justes

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def auteur(db):
    return FabriqueUtilisateur()


@pytest.fixture
def agent(db):
    return FabriqueUtilisateur(agent=True)


@pytest.fixture
def attribution(demandes, fenetre, agent):
    return actions.preparer_attribution(periode=fenetre, agent=agent, maintenant=APRES)


def confirmation_par(attribution, agent):
    return lambda: actions.confirmer_attribution(attribution=attribution, agent=agent, maintenant=APRES)


def travailleur(attribution):
    """What one worker does."""

    def servir():
        while actions.appliquer_suivante(attribution_id=attribution.pk, maintenant=APRES):
            pass
        return actions.clore_attribution(attribution_id=attribution.pk, maintenant=APRES)

    return servir


def retrait(reservation, auteur, jour=29):
    cocher(reservation, decocher=[jour], maintenant=APRES)
    return lambda: actions.envoyer_demande(
        reservation=reservation, auteur=auteur, cle=reservation.cle, maintenant=APRES
    )


def tout_est_legal():
    assert places_justes()
    assert all(est_permise(etape.avant or None, etape.apres) for etape in EtapePresence.objects.all())


def etapes_de(reservation):
    return list(EtapePresence.objects.filter(presence__reservation=reservation).values_list("apres", flat=True))


def test_two_agents_who_confirm_at_once_confirm_once(attribution, agent):
    reponses = en_meme_temps(*[confirmation_par(attribution, agent)] * 4)
    refuses = [une for une in reponses if isinstance(une, RefusMetier)]
    assert len(refuses) == 3
    assert all(une.motifs == [MotifAttribution.PAS_PROPOSEE] for une in refuses)
    assert Attribution.objects.get().etat == EtatAttribution.CONFIRMATION


def test_four_workers_serve_each_household_once(attribution, demandes, agent):
    confirmation_par(attribution, agent)()
    reponses = en_meme_temps(*[travailleur(attribution)] * 4)
    assert not [une for une in reponses if isinstance(une, Exception)], reponses
    assert Attribution.objects.get().etat == EtatAttribution.CONFIRMEE
    assert Courriel.objects.filter(nom="places_attribuees").count() == 4
    assert [etats(une)[29] for une in demandes] == ["liste_attente", "acceptee", "acceptee", "liste_attente"]
    tout_est_legal()


def test_a_family_that_withdraws_while_it_is_served_ends_in_one_legal_state(
    attribution,
    demandes,
    auteur,
    agent,
):
    """Whoever comes second finds what the first one did: a place accepted then cancelled, or nothing to give."""
    gestes = [retrait(une, auteur) for une in demandes[1:3]]
    confirmation_par(attribution, agent)()
    reponses = en_meme_temps(travailleur(attribution), travailleur(attribution), *gestes)
    assert not [une for une in reponses if isinstance(une, Exception)], reponses
    for une in demandes[1:3]:
        assert etats(une)[29] == EtatPresence.ANNULEE
    tout_est_legal()


def test_a_withdrawal_against_the_confirmation_is_in_the_proposal_or_refuses_it(
    attribution,
    demandes,
    auteur,
    agent,
):
    geste = retrait(demandes[1], auteur)
    confirmee, _ = en_meme_temps(confirmation_par(attribution, agent), geste)
    if isinstance(confirmee, RefusMetier):
        assert confirmee.motifs == [MotifAttribution.PERIMEE]
        actions.recalculer_attribution(attribution=attribution, agent=agent, maintenant=APRES)
        confirmation_par(attribution, agent)()
    travailleur(attribution)()
    assert etats(demandes[1])[29] == EtatPresence.ANNULEE
    tout_est_legal()


def test_a_request_of_the_last_instant_is_allotted_or_refused_never_forgotten(
    attribution,
    fenetre,
    auteur,
    agent,
):
    derniere = reservation_de(fenetre, 9)
    cocher(derniere, 31, maintenant=FIN)
    envoi = lambda: actions.envoyer_demande(  # noqa: E731 - a gesture
        reservation=derniere, auteur=auteur, cle=derniere.cle, maintenant=FIN
    )
    confirmee, _ = en_meme_temps(confirmation_par(attribution, agent), envoi)
    if isinstance(confirmee, RefusMetier):
        actions.recalculer_attribution(attribution=attribution, agent=agent, maintenant=APRES)
        confirmation_par(attribution, agent)()
    travailleur(attribution)()
    refusee = LigneDemande.objects.filter(demande__reservation=derniere, motifs=["attribution_en_cours"]).exists()
    assert refusee != (etats(derniere) == {31: EtatPresence.ACCEPTEE})
    assert not Presence.objects.filter(etat=EtatPresence.EN_ATTRIBUTION).exists()


def test_an_agent_who_accepts_the_list_meanwhile_takes_no_place_twice(
    attribution,
    demandes,
    auteur,
    agent,
):
    """The first household is put on the list, and an agent accepts it while the places are being given."""
    confirmation_par(attribution, agent)()
    actions.appliquer_suivante(attribution_id=attribution.pk, maintenant=APRES)
    en_liste = Presence.objects.get(reservation=demandes[0])
    assert en_liste.etat == EtatPresence.LISTE_ATTENTE
    accepter = lambda: actions.accepter(presences=[en_liste.pk], agent=agent, maintenant=APRES)  # noqa: E731
    reponses = en_meme_temps(travailleur(attribution), accepter, travailleur(attribution))
    assert not [une for une in reponses if isinstance(une, Exception)], reponses
    assert Creneau.objects.get(jour="2018-01-29").places_prises == 2
    assert Attribution.objects.get().etat == EtatAttribution.CONFIRMEE
    perdues = attribution.lignes.filter(perdue=True).count()
    assert perdues == (etats(demandes[0])[29] == EtatPresence.ACCEPTEE)
    tout_est_legal()


def test_negative_control_without_the_locks_a_household_is_served_twice(
    attribution,
    demandes,
    agent,
    monkeypatch,
):
    """Both workers read the days before either writes: the second one finds them moved, and its transaction is lost."""
    confirmation_par(attribution, agent)()
    barriere = threading.Barrier(2)

    def lire_sans_verrou(ids):
        lues = list(
            Presence.objects.filter(pk__in=ids)
            .select_related("reservation__famille", "reservation__enfant", "reservation__periode__accueil")
            .select_related("creneau__prestation", "creneau__jour_salle")
        )
        with contextlib.suppress(threading.BrokenBarrierError):
            barriere.wait(timeout=5)
        return lues

    monkeypatch.setattr(confirmation, "verrouiller_presences", lire_sans_verrou)
    monkeypatch.setattr(confirmation, "verrouiller_en_ordre", lambda reservations: None)
    suivante = lambda: actions.appliquer_suivante(attribution_id=attribution.pk, maintenant=APRES)  # noqa: E731
    reponses = en_meme_temps(suivante, suivante)
    assert any(isinstance(une, Exception) for une in reponses)
