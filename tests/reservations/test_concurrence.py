"""Real connections at once: the last places, crossing days, the same form twice, acceptance against withdrawal."""

import contextlib
import threading
import uuid

import pytest
from django.db import connection, transaction
from django.db.models import Count, F, Q

from portail.commun.erreurs import RefusMetier
from reservations import actions
from reservations.actions import envoi, verrous
from reservations.enums import ETATS_QUI_PRENNENT_UNE_PLACE
from reservations.models import ChoixBrouillon, Creneau, Demande, EtapePresence, Presence
from reservations.regles import est_permise
from tests.fabriques import FabriqueUtilisateur
from tests.reservations.conftest import MERCREDI, reservation_de
from tests.reservations.gestes import cocher

pytestmark = pytest.mark.django_db(transaction=True)
CLIENTS = 20


def en_meme_temps(*gestes):
    """Run each gesture in a thread with its own connection, all released together; return what each answered."""
    depart, reponses = threading.Barrier(len(gestes)), [None] * len(gestes)

    def jouer(rang, geste):
        try:
            depart.wait(timeout=30)
            reponses[rang] = geste()
        except Exception as erreur:  # noqa: BLE001 - what a gesture raises is its answer
            reponses[rang] = erreur
        finally:
            connection.close()

    fils = [threading.Thread(target=jouer, args=couple) for couple in enumerate(gestes)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    return reponses


@pytest.fixture
def concurrents(periode, jours):
    return [reservation_de(periode, n) for n in range(CLIENTS)]


@pytest.fixture
def auteur(db):
    return FabriqueUtilisateur()


def demandeur(reservation, auteur):
    return lambda: actions.envoyer_demande(
        reservation=reservation, auteur=auteur, cle=uuid.uuid4(), maintenant=MERCREDI
    )


def places_justes():
    """Are the places of every créneau those of its days?"""
    tenues = Count("presences", filter=Q(presences__etat__in=ETATS_QUI_PRENNENT_UNE_PLACE))
    return not Creneau.objects.annotate(tenues=tenues).exclude(tenues=F("places_prises")).exists()


def jouer_la_derniere_place(concurrents, auteur, capacite):
    for reservation in concurrents:
        cocher(reservation, 15)
    Creneau.objects.filter(jour="2018-01-15").update(capacite=capacite)
    return en_meme_temps(*[demandeur(reservation, auteur) for reservation in concurrents])


@pytest.mark.parametrize("capacite", [1, 5])
def test_twenty_clients_get_exactly_the_places_there_are(concurrents, auteur, capacite):
    reponses = jouer_la_derniere_place(concurrents, auteur, capacite)
    assert all(isinstance(reponse, Demande) for reponse in reponses), reponses
    gagnants = [reponse for reponse in reponses if not reponse.lignes.get().motifs]
    perdants = [reponse.lignes.get().motifs for reponse in reponses if reponse.lignes.get().motifs]
    assert len(gagnants) == capacite
    assert perdants == [["complet"]] * (CLIENTS - capacite)
    assert Presence.objects.count() == capacite
    assert places_justes()


def test_negative_control_without_the_lock_the_place_is_sold_many_times(concurrents, auteur, monkeypatch):
    """Read, wait for the others, then write what was read plus one: the race that the lock closes."""
    rendez_vous = threading.Barrier(CLIENTS)

    def lire_sans_verrou(ids, salles=None):
        lus = {un.pk: un for un in Creneau.objects.filter(pk__in=ids).select_related("prestation")}
        with contextlib.suppress(threading.BrokenBarrierError):
            rendez_vous.wait(timeout=20)
        return lus

    def ecrire_ce_qui_a_ete_lu(mouvements, salles=None):
        Creneau.objects.filter(pk__in=mouvements).update(places_prises=1)

    monkeypatch.setattr(envoi, "verrouiller_creneaux", lire_sans_verrou)
    monkeypatch.setattr(verrous, "deplacer_places", ecrire_ce_qui_a_ete_lu)
    jouer_la_derniere_place(concurrents, auteur, 1)
    assert Presence.objects.count() > 1


def test_days_asked_in_every_order_never_deadlock(concurrents, auteur):
    """Eight clients on the same twelve days, ticked in different orders, some given up halfway."""
    for rang, reservation in enumerate(concurrents[:8]):
        jours = [15, 16, 17, 18, 19, 22, 23, 24, 25, 26, 29, 30]
        for jour in jours[rang:] + jours[:rang]:
            cocher(reservation, jour)

    class Panne(Exception):
        pass

    def geste(rang, reservation):
        def envoyer():
            with transaction.atomic():
                demandeur(reservation, auteur)()
                if rang % 4 == 3:
                    raise Panne

        return envoyer

    reponses = en_meme_temps(*[geste(rang, reservation) for rang, reservation in enumerate(concurrents[:8])])
    assert [type(reponse).__name__ for reponse in reponses] == ["NoneType", "NoneType", "NoneType", "Panne"] * 2
    assert Presence.objects.count() == 6 * 12
    assert places_justes()


def test_ten_times_the_same_form_at_once_is_one_request(concurrents, auteur):
    reservation, cle = concurrents[0], uuid.uuid4()
    cocher(reservation, 15, 16)
    geste = lambda: actions.envoyer_demande(  # noqa: E731
        reservation=reservation, auteur=auteur, cle=cle, maintenant=MERCREDI
    )
    reponses = en_meme_temps(*[geste] * 10)
    assert {reponse.pk for reponse in reponses} == {Demande.objects.get().pk}
    assert Presence.objects.count() == 2


def jouer_acceptation_contre_retrait(reservation, auteur, agent, monkeypatch=None):
    cocher(reservation, 15)
    demande = demandeur(reservation, auteur)()
    pk = Presence.objects.get(reservation=reservation).pk
    return en_meme_temps(
        lambda: actions.accepter(presences=[pk], agent=agent, maintenant=MERCREDI).traitees,
        lambda: actions.retirer_demande(demande=demande, auteur=auteur, maintenant=MERCREDI),
    )


def test_acceptance_against_withdrawal_has_one_winner_and_a_legal_history(concurrents, auteur):
    agent = FabriqueUtilisateur(agent=True)
    for reservation in concurrents[:8]:
        accepte, retire = jouer_acceptation_contre_retrait(reservation, auteur, agent)
        etat = Presence.objects.get(reservation=reservation).etat
        if etat == "acceptee":
            assert accepte == 1
            assert isinstance(retire, RefusMetier)
        else:
            assert (accepte, retire, etat) == (0, 1, "annulee")
    assert all(est_permise(etape.avant or None, etape.apres) for etape in EtapePresence.objects.all())
    assert places_justes()


def test_two_agents_at_once_answer_once(concurrents, auteur):
    agent, autre = FabriqueUtilisateur(agent=True), FabriqueUtilisateur(agent=True)
    for reservation in concurrents[:5]:
        cocher(reservation, 15, 16)
        demandeur(reservation, auteur)()
    toutes = list(Presence.objects.values_list("pk", flat=True))
    reponses = en_meme_temps(
        lambda: actions.accepter(presences=toutes, agent=agent, maintenant=MERCREDI).traitees,
        lambda: actions.refuser(presences=toutes, agent=autre, motif="Complet.", maintenant=MERCREDI).traitees,
    )
    assert sorted(reponses) == [0, 10]
    assert places_justes()


def test_a_capacity_lowered_meanwhile_never_goes_below_what_is_taken(concurrents, auteur):
    for reservation in concurrents[:6]:
        cocher(reservation, 15)

    def reduire():
        return Creneau.objects.filter(jour="2018-01-15", places_prises__lte=2).update(capacite=2)

    reponses = en_meme_temps(reduire, *[demandeur(reservation, auteur) for reservation in concurrents[:6]])
    creneau = Creneau.objects.get(jour="2018-01-15")
    assert reponses[0] in {0, 1}
    assert creneau.places_prises == Presence.objects.count() <= creneau.capacite
    assert creneau.places_prises == (2 if reponses[0] else 6)


@pytest.mark.complet
@pytest.mark.parametrize("capacite", [1, 5])
def test_two_hundred_rounds_of_the_last_place(periode, jours, auteur, capacite):
    concurrents = [reservation_de(periode, n) for n in range(CLIENTS)]
    creneaux = sorted(jours.values(), key=lambda un: un.jour)
    ouverts = [un for un in creneaux if un.jour.month == 2][:10]
    for tour in range(200):
        creneau = ouverts[tour % len(ouverts)]
        Creneau.objects.filter(pk=creneau.pk).update(capacite=capacite, places_prises=0)
        for reservation in concurrents:
            Presence.objects.filter(reservation=reservation, creneau=creneau).update(etat="annulee")
            ChoixBrouillon.objects.create(reservation=reservation, creneau=creneau, sens="ajout", le=MERCREDI)
        en_meme_temps(*[demandeur(reservation, auteur) for reservation in concurrents])
        assert Presence.objects.filter(creneau=creneau, etat="demandee").count() == capacite
        creneau.refresh_from_db()
        assert creneau.places_prises == capacite
