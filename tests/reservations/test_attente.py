"""Waiting lists: rank, offer with a time limit, one click to accept, expiry; no « complet » while a place is free."""

import datetime

import pytest
from django.db import IntegrityError, transaction

from portail.commun.models import Courriel, Trace
from reservations import actions
from reservations.actions.attente import clore_les_listes, tenir_les_listes
from reservations.attente import lire_les_listes
from reservations.enums import MotifRefus
from reservations.models import Creneau, EtapePresence, JourSalle, Periode, Presence, Salle
from reservations.planning import lire_mois
from reservations.regles.attente import Liste, fin_de_l_offre, liste_ouverte, rang_en_mots
from tests.fabriques import FabriqueRegle, FabriqueUtilisateur, instant
from tests.reservations.conftest import MERCREDI, reservation_de
from tests.reservations.gestes import cocher, envoyer, etats, places_coherentes
from tests.reservations.listes import JEUDI, annuler, etat, lisible, presence, repondre

LIMITE = instant(2018, 1, 16, 12)
#: After the deadline to book Thursday 18: nothing is offered by itself any more.
TARD = instant(2018, 1, 16, 12, 1)


# --- rules ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("maintenant", "heures", "fin"),
    [
        (instant(2018, 1, 11, 9), 24, instant(2018, 1, 12, 9)),
        (instant(2018, 1, 15, 13), 24, LIMITE),
        (instant(2018, 1, 16, 11, 30), 24, LIMITE),
        (instant(2018, 1, 16, 11, 31), 24, None),
        (instant(2018, 1, 16, 13), 24, None),
        (instant(2018, 1, 11, 9, 0) + datetime.timedelta(seconds=42), 1, instant(2018, 1, 11, 10)),
        # The clock moves forward that night: the same number of hours, not the same hour of the clock.
        (instant(2018, 3, 24, 12), 24, None),
    ],
)
def test_an_offer_ends_in_time_or_is_not_made(maintenant, heures, fin):
    assert fin_de_l_offre(LIMITE, duree_heures=heures, maintenant=maintenant) == fin


def test_a_rule_that_gives_no_limit_offers_nothing():
    assert fin_de_l_offre(None, duree_heures=24, maintenant=MERCREDI) is None
    assert not liste_ouverte(None, MERCREDI)


@pytest.mark.parametrize(
    ("libres", "attente", "echues", "ouvertes", "rang"),
    [(0, 0, 0, 0, 1), (0, 2, 0, 0, 3), (1, 0, 0, 1, 1), (1, 1, 0, 0, 1), (0, 1, 1, 0, 1), (0, 0, 1, 1, 1)],
)
def test_a_newcomer_never_passes_those_who_wait(libres, attente, echues, ouvertes, rang):
    une = Liste(libres, attente, echues)
    assert une.places_ouvertes(ouverte=True) == ouvertes
    assert une.places_ouvertes(ouverte=False) == libres + echues
    assert une.rang_du_prochain == rang


def test_ranks_are_said_in_french():
    assert [rang_en_mots(n) for n in (1, 2, 3)] == ["1er sur la liste", "2e sur la liste", "3e sur la liste"]


# --- entering the list ---------------------------------------------------------------------------------------------


def test_a_full_day_goes_to_the_list_in_the_order_of_the_requests(inscrits):
    premier, deuxieme, troisieme = inscrits
    assert [etat(une) for une in inscrits] == ["acceptee", "liste_attente", "liste_attente"]
    listes = lire_les_listes([presence(premier).creneau_id], MERCREDI)
    assert listes.rangs == {presence(deuxieme).pk: 1, presence(troisieme).pk: 2}
    assert places_coherentes(premier.periode)


def test_without_a_list_a_full_day_is_refused(liste, inscrits, auteur):
    Periode.objects.update(liste_attente=False)
    tard = reservation_de(Periode.objects.get(), 9)
    assert envoyer(tard, auteur, 18).lignes.get().motifs == ["complet"]


def test_a_household_that_does_not_want_to_wait_is_refused(inscrits, auteur):
    tard = reservation_de(inscrits[0].periode, 9)
    cocher(tard, 18)
    demande = actions.envoyer_demande(
        reservation=tard, auteur=auteur, cle=tard.cle, maintenant=MERCREDI, accepte_d_attendre=False
    )
    assert demande.lignes.get().motifs == ["complet"]
    assert etat(tard) is None


def test_the_mail_of_the_request_says_the_rank(inscrits):
    texte = Courriel.objects.filter(famille_cle=inscrits[2].famille.cle).get().texte
    assert "liste d’attente" in texte
    assert "2e sur la liste" in texte


def test_whoever_leaves_the_list_and_comes_back_is_the_last(inscrits, auteur):
    deuxieme, troisieme = inscrits[1:]
    annuler(deuxieme, auteur)
    envoyer(deuxieme, auteur, 18, maintenant=JEUDI)
    listes = lire_les_listes([presence(deuxieme).creneau_id], JEUDI)
    assert listes.rangs == {presence(troisieme).pk: 1, presence(deuxieme).pk: 2}


def test_one_leaves_the_list_even_after_the_deadline_to_cancel(inscrits, auteur):
    annuler(inscrits[2], auteur, maintenant=instant(2018, 1, 17, 9))
    assert etat(inscrits[2]) == "annulee"


def test_the_planning_shows_the_rank_and_lets_a_full_day_be_ticked(inscrits):
    attend, tard = inscrits[2], reservation_de(inscrits[0].periode, 9)
    cases = {}
    for une in (attend, tard):
        mois = lire_mois([une], datetime.date(2018, 1, 1), maintenant=MERCREDI)
        cases[une] = next(
            case
            for semaine in mois.semaines
            for jour in semaine.jours
            if jour and jour.numero == 18
            for colonne in jour.colonnes
            for case in colonne.cases
        )
    assert "2e sur la liste" in cases[attend].pastille
    assert cases[attend].coche
    assert "Complet" in cases[tard].pastille
    assert "3e sur la liste" in cases[tard].limite
    assert cases[tard].modifiable


# --- the offer -----------------------------------------------------------------------------------------------------


def test_a_cancelled_place_is_held_at_once_for_the_first_of_the_list(inscrits, auteur):
    premier, deuxieme, troisieme = inscrits
    annuler(premier, auteur)
    assert [etat(une) for une in inscrits] == ["annulee", "place_proposee", "liste_attente"]
    assert presence(deuxieme).offre_expire_le == instant(2018, 1, 12, 9)
    assert Creneau.objects.get(jour="2018-01-18").places_prises == 1
    assert places_coherentes(premier.periode)


def test_the_offer_is_told_by_a_mail_that_only_its_reader_sees(inscrits, auteur):
    annuler(inscrits[0], auteur)
    courriel = Courriel.objects.get(nom="place_proposee")
    assert courriel.confidentiel
    assert courriel.famille_cle == inscrits[1].famille.cle
    assert "vendredi 12/01 à 9 h" in lisible(courriel.texte)
    assert "/reservations/places/" in courriel.texte
    assert Trace.objects.filter(geste="reservation.place_proposee", auteur=None).count() == 1


def test_nobody_else_takes_a_place_that_is_held(inscrits, auteur):
    annuler(inscrits[0], auteur)
    tard = reservation_de(inscrits[0].periode, 9)
    envoyer(tard, auteur, 18, maintenant=JEUDI)
    assert etat(tard) == "liste_attente"


def test_a_refusal_frees_the_place_for_the_list(liste, auteur):
    Periode.objects.update(acceptation="manuelle")
    premier, deuxieme = (reservation_de(Periode.objects.get(), n) for n in range(2))
    envoyer(premier, auteur, 18)
    envoyer(deuxieme, auteur, 18)
    agent = FabriqueUtilisateur(agent=True)
    actions.refuser(presences=[presence(premier).pk], agent=agent, motif="Dossier incomplet.", maintenant=JEUDI)
    assert etat(deuxieme) == "place_proposee"


def test_a_capacity_that_is_raised_serves_the_list(inscrits):
    Creneau.objects.filter(jour="2018-01-18").update(capacite=3)
    assert tenir_les_listes(maintenant=JEUDI) == 1
    assert [etat(une) for une in inscrits] == ["acceptee", "place_proposee", "place_proposee"]
    assert tenir_les_listes(maintenant=JEUDI) == 0


def test_a_closed_day_offers_nothing(inscrits):
    Creneau.objects.filter(jour="2018-01-18").update(capacite=3, ferme=True)
    tenir_les_listes(maintenant=JEUDI)
    assert etat(inscrits[1]) == "liste_attente"


def test_after_the_deadline_nothing_is_offered_by_itself_unless_the_town_says_later(inscrits, auteur):
    tard = instant(2018, 1, 16, 12, 1)
    Creneau.objects.filter(jour="2018-01-18").update(capacite=2)
    tenir_les_listes(maintenant=tard)
    assert etat(inscrits[1]) == "liste_attente"
    veille = FabriqueRegle(nom="La veille à 18 h", nombre=1, type_jours="calendaires", heure=datetime.time(18))
    Periode.objects.update(regle_attente=veille)
    tenir_les_listes(maintenant=tard)
    assert presence(inscrits[1]).offre_expire_le == instant(2018, 1, 17, 12, 1)


def test_in_the_last_minutes_a_free_place_goes_to_whoever_books_it(inscrits, auteur):
    """No « complet » while a place ends up free: too late to offer it, so it is no longer kept for the list."""
    presque = instant(2018, 1, 16, 11, 40)
    annuler(inscrits[0], auteur, maintenant=presque)
    assert etat(inscrits[1]) == "liste_attente"
    tard = reservation_de(inscrits[0].periode, 9)
    envoyer(tard, auteur, 18, maintenant=presque)
    assert etat(tard) == "acceptee"


# --- an agent accepts by hand ----------------------------------------------------------------------------------------


def accepter(*reservations, maintenant=TARD):
    agent = FabriqueUtilisateur(agent=True)
    return actions.accepter(presences=[presence(une).pk for une in reservations], agent=agent, maintenant=maintenant)


def test_an_agent_accepts_who_waits_when_a_place_is_free_after_the_deadline(inscrits):
    Creneau.objects.filter(jour="2018-01-18").update(capacite=2)
    Courriel.objects.all().delete()
    bilan = accepter(inscrits[2])
    assert (bilan.traitees, bilan.ignorees, bilan.retenues) == (1, [], [])
    assert [etat(une) for une in inscrits] == ["acceptee", "liste_attente", "acceptee"]
    assert places_coherentes(inscrits[0].periode)
    courriel = Courriel.objects.get(famille_cle=inscrits[2].famille.cle)
    assert "jours acceptés" in courriel.sujet


def test_without_a_place_who_waits_goes_on_waiting_and_the_agent_is_told_which(inscrits):
    bilan = accepter(inscrits[1])
    assert bilan.traitees == 0
    assert [(une.pk, motif) for une, motif in bilan.retenues] == [(presence(inscrits[1]).pk, MotifRefus.COMPLET)]
    assert etat(inscrits[1]) == "liste_attente"
    assert places_coherentes(inscrits[0].periode)


def test_the_last_place_goes_to_the_first_of_the_list_whatever_the_order_of_the_page(inscrits):
    Creneau.objects.filter(jour="2018-01-18").update(capacite=2)
    bilan = accepter(inscrits[2], inscrits[1])
    assert bilan.traitees == 1
    assert [etat(une) for une in inscrits] == ["acceptee", "acceptee", "liste_attente"]


def test_a_place_freed_by_the_same_answer_is_counted(inscrits, auteur):
    Periode.objects.update(annulation="manuelle")
    annuler(inscrits[0], auteur)
    bilan = accepter(inscrits[0], inscrits[2], maintenant=JEUDI)
    assert (bilan.traitees, bilan.retenues) == (2, [])
    assert [etat(une) for une in inscrits] == ["annulee", "liste_attente", "acceptee"]
    assert places_coherentes(inscrits[0].periode)


def test_a_room_that_is_full_holds_back_who_waits(inscrits):
    creneau = Creneau.objects.get(jour="2018-01-18")
    salle = Salle.objects.create(
        etablissement=inscrits[0].periode.accueil.etablissement, nom="Salle Penn Bé", capacite_par_jour=1
    )
    jour = JourSalle.objects.create(salle=salle, jour=creneau.jour, capacite=1, places_prises=1)
    Creneau.objects.filter(pk=creneau.pk).update(capacite=3, jour_salle=jour)
    assert [motif for _, motif in accepter(inscrits[1]).retenues] == [MotifRefus.COMPLET]
    JourSalle.objects.update(capacite=2)
    assert accepter(inscrits[1]).traitees == 1
    assert JourSalle.objects.get().places_prises == 2


def test_a_closed_day_is_not_accepted_by_hand(inscrits):
    Creneau.objects.filter(jour="2018-01-18").update(capacite=2, ferme=True)
    assert [motif for _, motif in accepter(inscrits[1]).retenues] == [MotifRefus.FERME]
    assert etat(inscrits[1]) == "liste_attente"


# --- the answer ----------------------------------------------------------------------------------------------------


def test_the_place_is_accepted(inscrits, auteur):
    annuler(inscrits[0], auteur)
    bilan = repondre(actions.accepter_les_places, inscrits[1])
    assert [une.pk for une in bilan.faites] == [presence(inscrits[1]).pk]
    assert presence(inscrits[1]).etat == "acceptee"
    assert presence(inscrits[1]).offre_expire_le is None
    assert Courriel.objects.filter(nom="place_suite", famille_cle=inscrits[1].famille.cle).count() == 1
    assert Trace.objects.filter(geste="reservation.place_acceptee").count() == 1
    assert places_coherentes(inscrits[0].periode)


def test_the_last_instant_of_an_offer_is_included(inscrits, auteur):
    annuler(inscrits[0], auteur)
    assert repondre(actions.accepter_les_places, inscrits[1], maintenant=instant(2018, 1, 12, 9)).faites


def test_too_late_the_place_is_lost_and_offered_to_the_next(inscrits, auteur):
    annuler(inscrits[0], auteur)
    tard = instant(2018, 1, 12, 9, 1)
    bilan = repondre(actions.accepter_les_places, inscrits[1], maintenant=tard)
    assert not bilan.faites
    assert len(bilan.perdues) == 1
    assert [etat(une) for une in inscrits] == ["annulee", "annulee", "place_proposee"]
    assert presence(inscrits[2]).offre_expire_le == instant(2018, 1, 13, 9, 1)


def test_accepting_twice_changes_nothing(inscrits, auteur):
    annuler(inscrits[0], auteur)
    repondre(actions.accepter_les_places, inscrits[1])
    bilan = repondre(actions.accepter_les_places, inscrits[1])
    assert (len(bilan.faites), len(bilan.deja)) == (0, 1)
    assert EtapePresence.objects.filter(presence=presence(inscrits[1]), apres="acceptee").count() == 1


def test_a_place_that_is_declined_goes_to_the_next(inscrits, auteur):
    annuler(inscrits[0], auteur)
    repondre(actions.decliner_les_places, inscrits[1])
    assert [etat(une) for une in inscrits] == ["annulee", "annulee", "place_proposee"]
    repondre(actions.decliner_les_places, inscrits[2])
    assert Creneau.objects.get(jour="2018-01-18").places_prises == 0


def test_the_periodic_work_passes_expired_offers_on_until_someone_takes_the_place(inscrits, auteur):
    annuler(inscrits[0], auteur)
    tenir_les_listes(maintenant=instant(2018, 1, 12, 9))
    assert etat(inscrits[1]) == "place_proposee"
    tenir_les_listes(maintenant=instant(2018, 1, 12, 9, 1))
    assert [etat(une) for une in inscrits] == ["annulee", "annulee", "place_proposee"]
    tenir_les_listes(maintenant=instant(2018, 1, 13, 9, 2))
    assert Creneau.objects.get(jour="2018-01-18").places_prises == 0
    assert Courriel.objects.filter(nom="place_suite", sujet__contains="dépassé").count() == 2
    assert places_coherentes(inscrits[0].periode)


def test_a_newcomer_finds_a_place_whose_offer_has_expired_before_the_periodic_work(inscrits, auteur):
    """Lazily: the sending first passes on what expired, and the day is free when nobody is left on the list."""
    annuler(inscrits[2], auteur)
    annuler(inscrits[0], auteur)
    tard = reservation_de(inscrits[0].periode, 9)
    envoyer(tard, auteur, 18, maintenant=instant(2018, 1, 12, 9, 1))
    assert etat(inscrits[1]) == "annulee"
    assert etat(tard) == "acceptee"


def test_those_who_still_wait_when_the_day_comes_are_told(inscrits):
    assert clore_les_listes(maintenant=instant(2018, 1, 17, 6)) == 0
    assert clore_les_listes(maintenant=instant(2018, 1, 18, 6)) == 2
    assert etat(inscrits[1]) == "refusee"
    assert Courriel.objects.filter(sujet__contains="Aucune place ne s’est libérée").count() == 2
    assert clore_les_listes(maintenant=instant(2018, 1, 18, 7)) == 0


def test_the_periodic_work_asks_as_many_queries_for_three_days_as_for_one(liste, auteur, django_assert_max_num_queries):
    for creneau in Creneau.objects.filter(jour__in=["2018-01-22", "2018-01-23", "2018-01-25"]):
        Creneau.objects.filter(pk=creneau.pk).update(capacite=1)
    premier, deuxieme = (reservation_de(liste, n) for n in range(2))
    envoyer(premier, auteur, 22, 23, 25)
    envoyer(deuxieme, auteur, 22, 23, 25)
    Creneau.objects.update(capacite=30)
    with django_assert_max_num_queries(17):
        assert tenir_les_listes(maintenant=JEUDI) == 3
    assert set(etats(deuxieme).values()) == {"place_proposee"}


# --- constraints ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "champs",
    [{"etat": "place_proposee"}, {"etat": "acceptee", "offre_expire_le": JEUDI}, {"offre_expire_le": JEUDI}],
)
def test_the_database_refuses_an_offer_without_end_and_an_end_without_offer(inscrits, champs):
    with pytest.raises(IntegrityError, match="presence_offre_a_une_fin"), transaction.atomic():
        Presence.objects.filter(pk=presence(inscrits[1]).pk).update(**champs)
