"""Real connections at once on a waiting list: offers that expire while they are accepted, places freed together."""

import contextlib
import threading

import pytest

from reservations import actions
from reservations.actions import attente, offres
from reservations.actions.attente import tenir_les_listes
from reservations.enums import EtatPresence
from reservations.models import Creneau, Demande, EtapePresence, Periode, Presence
from reservations.regles import est_permise
from tests.fabriques import FabriqueUtilisateur, instant
from tests.reservations.conftest import reservation_de
from tests.reservations.deux_connexions import places_justes
from tests.reservations.gestes import cocher, envoyer
from tests.reservations.test_concurrence import demandeur, en_meme_temps

pytestmark = pytest.mark.django_db(transaction=True)
JEUDI = instant(2018, 1, 11, 9)
#: The last instant of an offer made on Thursday at 9, and the minute after.
FIN = instant(2018, 1, 12, 9)
APRES = instant(2018, 1, 12, 9, 1)


@pytest.fixture
def auteur(db):
    return FabriqueUtilisateur()


@pytest.fixture
def liste(periode, jours):
    Periode.objects.filter(pk=periode.pk).update(
        liste_attente=True, acceptation="automatique", annulation="automatique"
    )
    periode.refresh_from_db()
    return periode


def installer(liste, auteur, capacite, attendent, jour=18):
    """``capacite`` households have the places of that day and ``attendent`` others wait."""
    Creneau.objects.filter(jour=f"2018-01-{jour}").update(capacite=capacite)
    debut = jour * 100
    reservations = [reservation_de(liste, n) for n in range(debut, debut + capacite + attendent)]
    for une in reservations:
        envoyer(une, auteur, jour)
    return reservations[:capacite], reservations[capacite:]


def etats_de(reservations):
    return [Presence.objects.get(reservation=une).etat for une in reservations]


def annulation(reservation, auteur, jour=18, maintenant=JEUDI):
    cocher(reservation, decocher=[jour], maintenant=maintenant)
    return lambda: actions.envoyer_demande(
        reservation=reservation, auteur=auteur, cle=reservation.cle, maintenant=maintenant
    )


def acceptation(reservation, maintenant):
    cle = Presence.objects.get(reservation=reservation).cle
    return lambda: actions.accepter_les_places(
        reservation=reservation, presences=[cle], auteur=None, maintenant=maintenant
    )


def tout_est_legal():
    """No overbooking, every step of every day allowed, and no free place while someone waits for an offer."""
    assert places_justes()
    assert all(est_permise(etape.avant or None, etape.apres) for etape in EtapePresence.objects.all())
    perdues = Creneau.objects.filter(presences__etat=EtatPresence.LISTE_ATTENTE, jour="2018-01-18", places_prises__lt=1)
    assert not perdues.exists()


def test_an_offer_that_is_accepted_while_it_expires_has_one_winner(liste, auteur):
    for tour in range(4):
        jour = (18, 19, 22, 23)[tour]
        [gagnant], [premier, suivant] = installer(liste, auteur, 1, 2, jour=jour)
        annulation(gagnant, auteur, jour=jour)()
        bilan, _ = en_meme_temps(acceptation(premier, FIN), lambda: tenir_les_listes(maintenant=APRES))
        obtenus = etats_de([premier, suivant])
        assert obtenus in (["acceptee", "liste_attente"], ["annulee", "place_proposee"])
        assert bool(bilan.faites) == (obtenus[0] == "acceptee")
    tout_est_legal()


def test_two_places_freed_at_once_go_to_the_two_first(liste, auteur):
    places, attendent = installer(liste, auteur, 3, 4)
    reponses = en_meme_temps(*[annulation(une, auteur) for une in places[:2]])
    assert all(isinstance(une, Demande) for une in reponses), reponses
    assert etats_de(attendent) == ["place_proposee", "place_proposee", "liste_attente", "liste_attente"]
    tout_est_legal()


def test_a_cancellation_against_newcomers_never_lets_one_pass_the_list(liste, auteur):
    [gagnant], [premier] = installer(liste, auteur, 1, 1)
    nouveaux = [reservation_de(liste, n) for n in range(6)]
    for un in nouveaux:
        cocher(un, 18)
    en_meme_temps(annulation(gagnant, auteur), *[demandeur(un, auteur) for un in nouveaux])
    assert etats_de([premier]) == ["place_proposee"]
    assert set(etats_de(nouveaux)) == {"liste_attente"}
    tout_est_legal()


def test_ten_clicks_on_the_same_link_take_one_place(liste, auteur):
    [gagnant], [premier, _] = installer(liste, auteur, 1, 2)
    annulation(gagnant, auteur)()
    bilans = en_meme_temps(*[acceptation(premier, JEUDI)] * 10)
    assert sorted(len(un.faites) for un in bilans) == [0] * 9 + [1]
    tout_est_legal()


def test_the_periodic_work_twice_at_once_offers_each_place_once(liste, auteur):
    _, attendent = installer(liste, auteur, 1, 3)
    Creneau.objects.filter(jour="2018-01-18").update(capacite=3)
    en_meme_temps(*[lambda: tenir_les_listes(maintenant=JEUDI)] * 4)
    assert etats_de(attendent) == ["place_proposee", "place_proposee", "liste_attente"]
    assert EtapePresence.objects.filter(apres="place_proposee").count() == 2
    tout_est_legal()


def test_the_periodic_work_that_is_stopped_halfway_is_resumed(liste, auteur, monkeypatch):
    """One batch fails: what was done stays done, what was not is done by the next run."""
    for jour in (18, 19):
        installer(liste, auteur, 1, 1, jour=jour)
    Creneau.objects.update(capacite=5)
    monkeypatch.setattr(attente, "LOT", 1)
    vrai, tours = attente.tenir_la_liste, []

    def en_panne(creneaux, *, maintenant):
        vrai(creneaux, maintenant=maintenant)
        tours.append(creneaux)
        if len(tours) == 2:
            msg = "panne"
            raise OSError(msg)

    monkeypatch.setattr(attente, "tenir_la_liste", en_panne)
    with pytest.raises(OSError, match="panne"):
        tenir_les_listes(maintenant=JEUDI)
    assert Presence.objects.filter(etat="place_proposee").count() == 1
    tenir_les_listes(maintenant=JEUDI)
    assert Presence.objects.filter(etat="place_proposee").count() == 2
    assert places_justes()


def test_negative_control_without_the_lock_two_runs_offer_the_same_place(liste, auteur, monkeypatch):
    """Both read before either writes: the lock of the créneaux is what makes the second one wait."""
    _, attendent = installer(liste, auteur, 1, 2)
    Creneau.objects.filter(jour="2018-01-18").update(capacite=2)
    rendez_vous, lire = threading.Barrier(2), offres._premiers_de_liste

    def lire_ensemble(creneaux):
        lues = lire(creneaux)
        with contextlib.suppress(threading.BrokenBarrierError):
            rendez_vous.wait(timeout=10)
        return lues

    monkeypatch.setattr(offres, "verrouiller_creneaux", lambda ids: dict.fromkeys(ids))
    monkeypatch.setattr(offres, "_premiers_de_liste", lire_ensemble)
    reponses = en_meme_temps(*[lambda: tenir_les_listes(maintenant=JEUDI)] * 2)
    # The conditional UPDATE of the places still refuses the second, loudly: a belt under the braces.
    assert sorted(type(une).__name__ for une in reponses) == ["PlacesIncoherentes", "int"]
    assert etats_de(attendent) == ["place_proposee", "liste_attente"]
