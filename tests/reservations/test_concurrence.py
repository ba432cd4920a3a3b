"""Real connections at once: the last places, crossing days, the same form twice, acceptance against withdrawal."""

import contextlib
import datetime
import random
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.db import InterfaceError, OperationalError, connection, transaction
from django.test import Client
from django.urls import reverse

from portail.commun.erreurs import RefusMetier
from portail.commun.models import Courriel
from reservations import actions
from reservations.actions import envoi, verrous
from reservations.brouillons import brouillon_de, empreinte
from reservations.models import ChoixBrouillon, Creneau, Demande, EtapePresence, LigneDemande, Presence
from reservations.regles import est_permise
from tests.fabriques import FabriqueResponsable, FabriqueUtilisateur
from tests.reservations.conftest import MERCREDI, reservation_de
from tests.reservations.deux_connexions import numeros_suivis, places_justes
from tests.reservations.gestes import cocher
from tests.reservations.pannes import ETAPES, Panne, Pannes

pytestmark = pytest.mark.django_db(transaction=True)
CLIENTS = 20


def en_meme_temps(*gestes, fils=None):
    """Run each gesture in a thread with its own connection, all released together; return what each answered.

    ``fils``: threads that stay, with the connections they have; without them, each gesture has a thread of its own.
    """
    depart = threading.Barrier(len(gestes))

    def jouer(geste):
        try:
            depart.wait(timeout=60)
            return geste()
        except Exception as erreur:  # noqa: BLE001 - what a gesture raises is its answer
            return erreur
        finally:
            if fils is None:
                connection.close()

    if fils is not None:
        return list(fils.map(jouer, gestes))
    with ThreadPoolExecutor(len(gestes)) as neufs:
        return list(neufs.map(jouer, gestes))


@pytest.fixture
def concurrents(periode, jours):
    reservations = [reservation_de(periode, n) for n in range(CLIENTS)]
    for une in reservations:
        FabriqueResponsable(famille=une.famille)
    return reservations


@pytest.fixture
def auteur(db):
    return FabriqueUtilisateur()


def demandeur(reservation, auteur):
    return lambda: actions.envoyer_demande(
        reservation=reservation, auteur=auteur, cle=uuid.uuid4(), maintenant=MERCREDI
    )


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


@pytest.fixture
def pannes(monkeypatch):
    return Pannes(monkeypatch)


@pytest.fixture
def fils():
    """Twenty threads that stay, each with its connection: a round then costs what its sendings cost."""
    with ThreadPoolExecutor(CLIENTS) as equipe:
        yield equipe
        en_meme_temps(*[connection.close] * CLIENTS, fils=equipe)


def jouer_un_tour(concurrents, auteur, creneau, capacite, hasard, pannes, fils=None):
    """Twenty clients want one day; one in four fails somewhere, then tries again with the same form.

    Returns what each was told in the end. Whatever it was not made to suffer (a deadlock, a lock waited for too long, a
    place sold twice) is raised to the test.
    """
    Creneau.objects.filter(pk=creneau.pk).update(capacite=capacite, places_prises=0)
    Presence.objects.filter(creneau=creneau).update(etat="annulee")
    ChoixBrouillon.objects.bulk_create(
        ChoixBrouillon(reservation=une, creneau=creneau, sens="ajout", le=MERCREDI) for une in concurrents
    )

    def client(reservation, panne):
        cle = uuid.uuid4()

        def envoyer():
            demande = actions.envoyer_demande(reservation=reservation, auteur=auteur, cle=cle, maintenant=MERCREDI)
            pannes.passer("repondue")
            return demande

        def geste():
            pannes.prevoir(panne)
            if panne is None:
                return envoyer()
            with contextlib.suppress(Panne, OperationalError, InterfaceError):
                envoyer()
            connection.close()
            pannes.prevoir(None)
            return envoyer()

        return geste

    tirage = [
        (hasard.choice(ETAPES), hasard.choice(("exception", "coupure", "mort"))) if hasard.random() < 0.25 else None
        for _ in concurrents
    ]
    gestes = [client(*couple) for couple in zip(concurrents, tirage, strict=True)]
    reponses = en_meme_temps(*gestes, fils=fils)
    assert [str(une) for une in reponses if isinstance(une, Exception)] == []
    return [reponse.lignes.get().motifs for reponse in reponses]


def verifier_le_tour(motifs, creneau, capacite, tours=1):
    """Exactly the places there are, one request for each form, and no « complet » while a place ends free."""
    creneau.refresh_from_db()
    assert sorted(motifs) == [[]] * capacite + [["complet"]] * (CLIENTS - capacite)
    assert Presence.objects.filter(creneau=creneau, etat="demandee").count() == capacite
    assert creneau.places_prises == capacite
    assert Demande.objects.count() == Courriel.objects.filter(nom="reservation_envoyee").count() == CLIENTS * tours


@pytest.mark.parametrize("capacite", [1, 5])
def test_two_rounds_of_the_last_place_with_clients_that_fail(concurrents, jours, auteur, capacite, pannes, fils):
    hasard = random.Random(capacite)
    for tour, jour in enumerate((datetime.date(2018, 1, 15), datetime.date(2018, 1, 16)), start=1):
        motifs = jouer_un_tour(concurrents, auteur, jours[jour], capacite, hasard, pannes, fils)
        verifier_le_tour(motifs, jours[jour], capacite, tour)
    assert pannes.survenues
    assert places_justes()
    assert numeros_suivis()


@pytest.mark.complet
@pytest.mark.parametrize("capacite", [1, 5])
def test_two_hundred_rounds_of_the_last_place_with_clients_that_fail(
    concurrents, jours, auteur, capacite, pannes, fils
):
    hasard = random.Random(capacite)
    ouverts = [un for un in sorted(jours.values(), key=lambda un: un.jour) if un.jour.month == 2][:10]
    for tour in range(200):
        creneau = ouverts[tour % len(ouverts)]
        motifs = jouer_un_tour(concurrents, auteur, creneau, capacite, hasard, pannes, fils)
        verifier_le_tour(motifs, creneau, capacite, tour + 1)
        if tour % 20 == 19:
            print(f"capacité {capacite} : {tour + 1} tours, {sum(pannes.survenues.values())} pannes")  # noqa: T201
    assert len(pannes.survenues) == len(ETAPES) * 3
    assert all(est_permise(etape.avant or None, etape.apres) for etape in EtapePresence.objects.all())
    assert numeros_suivis()


def test_negative_control_the_round_turns_red_without_the_lock(concurrents, jours, auteur, monkeypatch, pannes):
    """The same round, with days that nobody locks and places written as they were read."""
    monkeypatch.setattr(
        envoi,
        "verrouiller_creneaux",
        lambda ids, salles=None: {un.pk: un for un in Creneau.objects.avec_places().filter(pk__in=ids)},
    )
    monkeypatch.setattr(
        verrous,
        "deplacer_places",
        lambda mouvements, salles=None: Creneau.objects.filter(pk__in=mouvements).update(places_prises=1),
    )
    creneau = jours[datetime.date(2018, 1, 15)]
    with pytest.raises(AssertionError):
        verifier_le_tour(jouer_un_tour(concurrents, auteur, creneau, 1, random.Random(1), pannes), creneau, 1)


def jouer_par_le_site(concurrents, capacite, hasard, tours_de_coupure):
    """Each household sends from its own browser, and tries again as long as the page fails; connections are cut."""
    navigateurs = []
    for reservation in concurrents:
        navigateur = Client(raise_request_exception=False)
        navigateur.force_login(reservation.famille.responsables.get().utilisateur)
        cocher(reservation, 15)
        verifiee = f"{reservation.cle}:{empreinte(brouillon_de(reservation))}"
        navigateurs.append((navigateur, reservation, {"cle": uuid.uuid4(), "verifiee": verifiee}))
    Creneau.objects.filter(jour="2018-01-15").update(capacite=capacite)

    def client(navigateur, reservation, champs):
        def geste():
            adresse = reverse("reservations:envoyer", args=[reservation.cle])
            for _ in range(40):
                reponse = navigateur.post(adresse, champs)
                connection.close_if_unusable_or_obsolete()
                if reponse.status_code == 302:
                    return reponse["Location"]
            return reponse.status_code

        return geste

    def couper():
        for _ in range(tours_de_coupure):
            time.sleep(0.05 + 0.1 * hasard.random())
            with connection.cursor() as curseur:
                curseur.execute(
                    "SELECT pg_terminate_backend(pid) FROM (SELECT pid FROM pg_stat_activity WHERE datname ="
                    " current_database() AND pid <> pg_backend_pid() AND state <> 'idle'"
                    " AND backend_type = 'client backend' ORDER BY random() LIMIT 2) AS vives"
                )

    with time_machine.travel(MERCREDI, tick=True):
        *reponses, _ = en_meme_temps(*[client(*un) for un in navigateurs], couper)
    return reponses


@pytest.mark.parametrize(("capacite", "coupures"), [(5, 4), pytest.param(1, 60, marks=pytest.mark.complet)])
def test_through_the_site_with_connections_cut_each_gets_one_answer(concurrents, commune, capacite, coupures):
    reponses = jouer_par_le_site(concurrents, capacite, random.Random(capacite), coupures)
    assert [une for une in reponses if not str(une).startswith("/reservations/demandes/")] == []
    assert Demande.objects.count() == CLIENTS
    assert Presence.objects.filter(etat="demandee").count() == capacite
    assert LigneDemande.objects.filter(motifs=["complet"]).count() == CLIENTS - capacite
    assert places_justes()
