"""Sending a request: works, decides each day on its own, notifies, traces, sends once."""

import uuid

import pytest

from portail.commun.blocages import Blocage
from portail.commun.models import Courriel, Trace
from reservations import actions
from reservations.brouillons import brouillon_de, empreinte
from reservations.erreurs import BrouillonModifie, ReservationBloquee, RienAEnvoyer
from reservations.models import ChoixBrouillon, Creneau, Demande, EtapePresence, Periode, Presence
from tests.fabriques import instant
from tests.reservations.gestes import cocher, envoyer, etats, places


def test_the_days_ticked_become_a_numbered_request(reservation, parent):
    demande = envoyer(reservation, parent, 15, 16, 17)
    assert demande.numero == f"{reservation.numero}-1"
    assert etats(reservation) == {15: "demandee", 16: "demandee", 17: "demandee"}
    assert places(reservation) == {15: 1, 16: 1, 17: 1}
    assert EtapePresence.objects.filter(apres="demandee", avant="", auteur=parent).count() == 3
    assert not ChoixBrouillon.objects.exists()


def test_a_periode_may_accept_by_itself(reservation, parent):
    reservation.periode.acceptation = "automatique"
    reservation.periode.save()
    envoyer(reservation, parent, 15)
    assert etats(reservation) == {15: "acceptee"}


def test_a_late_day_is_refused_by_itself_with_its_reason(reservation, parent):
    cocher(reservation, 15, 16, 17)
    demande = envoyer(reservation, parent, maintenant=instant(2018, 1, 11, 12, 1))
    assert etats(reservation) == {16: "demandee", 17: "demandee"}
    assert demande.lignes.get(creneau__jour="2018-01-15").phrases() == ["La limite pour réserver ce jour est dépassée."]
    assert places(reservation) == {16: 1, 17: 1}


def test_the_minute_of_the_limit_is_in_time(reservation, parent):
    envoyer(reservation, parent, 15, maintenant=instant(2018, 1, 11, 12))
    assert etats(reservation) == {15: "demandee"}


def test_a_full_day_is_refused_by_itself(reservation, parent):
    Creneau.objects.filter(jour="2018-01-16").update(capacite=1, places_prises=1)
    demande = envoyer(reservation, parent, 15, 16)
    assert etats(reservation) == {15: "demandee"}
    assert demande.lignes.get(creneau__jour="2018-01-16").motifs == ["complet"]
    assert places(reservation) == {15: 1, 16: 1}


def test_the_last_place_is_given(reservation, parent):
    Creneau.objects.filter(jour="2018-01-15").update(capacite=30, places_prises=29)
    envoyer(reservation, parent, 15)
    assert etats(reservation) == {15: "demandee"}
    assert places(reservation) == {15: 30}


def test_all_the_reasons_are_given(reservation, parent):
    Creneau.objects.filter(jour="2018-01-15").update(capacite=1, places_prises=1)
    cocher(reservation, 15)
    demande = envoyer(reservation, parent, maintenant=instant(2018, 1, 12, 9))
    assert demande.lignes.get().motifs == ["hors_delai", "complet"]


def test_the_same_form_twice_is_one_request(reservation, parent):
    cle = uuid.uuid4()
    premiere = envoyer(reservation, parent, 15, cle=cle)
    seconde = actions.envoyer_demande(
        reservation=reservation, auteur=parent, cle=cle, maintenant=instant(2018, 1, 10, 9, 1)
    )
    assert premiere == seconde
    assert Demande.objects.count() == 1
    assert Courriel.objects.count() == 1


def test_a_key_of_another_household_is_no_door_to_its_request(reservation, parent, autre_reservation, etranger):
    cle = uuid.uuid4()
    la_leur = envoyer(autre_reservation, etranger, 15, cle=cle)
    la_notre = envoyer(reservation, parent, 15, cle=cle)
    assert la_notre != la_leur
    assert etats(reservation) == {15: "demandee"}


def test_nothing_ticked_is_nothing_sent(reservation, parent):
    with pytest.raises(RienAEnvoyer):
        envoyer(reservation, parent)


def test_edits_that_changed_since_the_check_are_checked_again(reservation, parent):
    cocher(reservation, 15)
    vue = empreinte(brouillon_de(reservation))
    cocher(reservation, 16)
    with pytest.raises(BrouillonModifie):
        actions.envoyer_demande(
            reservation=reservation,
            auteur=parent,
            cle=uuid.uuid4(),
            empreinte_verifiee=vue,
            maintenant=instant(2018, 1, 10, 9),
        )


def bloquer(*, periodes, **_):
    return {
        une.pk: [Blocage("assurance", "Il manque l’attestation d’assurance.", "/documents/", "Ajouter")]
        for une in periodes
    }


def test_what_blocks_is_enforced_by_the_action(reservation, parent, settings):
    settings.BLOCAGES_DE_RESERVATION = ["tests.reservations.test_envoi.bloquer"]
    cocher(reservation, 15)
    with pytest.raises(ReservationBloquee) as refus:
        envoyer(reservation, parent)
    assert refus.value.blocages[0].lien == "/documents/"
    assert not Presence.objects.exists()


def test_cancelling_what_was_only_asked_frees_the_place_at_once(reservation, parent):
    envoyer(reservation, parent, 15, 16)
    envoyer(reservation, parent, annuler=[15])
    assert etats(reservation) == {15: "annulee", 16: "demandee"}
    assert places(reservation) == {16: 1}


def test_cancelling_an_accepted_day_holds_the_place_until_the_answer(reservation, parent):
    envoyer(reservation, parent, 15)
    Presence.objects.update(etat="acceptee")
    envoyer(reservation, parent, annuler=[15])
    assert etats(reservation) == {15: "annulation_demandee"}
    assert places(reservation) == {15: 1}


def tous_factures(*, presences):
    return set(presences)


def test_cancelling_a_billed_day_in_time_is_done_and_said(reservation, parent, settings):
    settings.JOURS_FACTURES = "tests.reservations.test_envoi.tous_factures"
    reservation.periode.annulation = "automatique"
    reservation.periode.save()
    envoyer(reservation, parent, 15)
    Presence.objects.update(etat="acceptee")
    Courriel.objects.all().delete()
    envoyer(reservation, parent, annuler=[15])
    assert etats(reservation) == {15: "annulee"}
    assert "déjà facturé : le service régularise votre compte" in Courriel.objects.get().texte


def test_a_periode_may_cancel_by_itself_within_the_deadline(reservation, parent):
    reservation.periode.annulation = "automatique"
    reservation.periode.save()
    envoyer(reservation, parent, 15)
    Presence.objects.update(etat="acceptee")
    envoyer(reservation, parent, annuler=[15])
    assert etats(reservation) == {15: "annulee"}
    assert places(reservation) == {}


def test_cancelling_after_its_deadline_is_refused_and_the_day_stays(reservation, parent):
    envoyer(reservation, parent, 15)
    demande = envoyer(reservation, parent, annuler=[15], maintenant=instant(2018, 1, 11, 12, 1))
    assert demande.lignes.get().motifs == ["hors_delai_annulation"]
    assert etats(reservation) == {15: "demandee"}


def test_a_cancelled_day_may_be_asked_again(reservation, parent):
    envoyer(reservation, parent, 15)
    envoyer(reservation, parent, annuler=[15])
    demande = envoyer(reservation, parent, 15)
    assert demande.numero.endswith("-3")
    assert etats(reservation) == {15: "demandee"}
    assert places(reservation) == {15: 1}
    assert list(EtapePresence.objects.values_list("avant", "apres")) == [
        ("", "demandee"),
        ("demandee", "annulee"),
        ("annulee", "demandee"),
    ]


def test_a_child_of_two_households_has_one_place_a_day(reservation, parent, autre_famille, etranger):
    from enfants.models import Rattachement

    Rattachement.objects.create(enfant=reservation.enfant, famille=autre_famille)
    autre = actions.ouvrir_reservation(
        famille=autre_famille,
        enfant=reservation.enfant,
        periode=reservation.periode,
        maintenant=instant(2018, 1, 10, 9),
    )
    envoyer(reservation, parent, 15)
    demande = envoyer(autre, etranger, 15, 16)
    assert etats(autre) == {16: "demandee"}
    assert demande.lignes.get(creneau__jour="2018-01-15").motifs == ["deja_demande"]


def test_the_family_gets_a_mail_with_additions_removals_and_refusals(reservation, parent, commune):
    envoyer(reservation, parent, 15, 16)
    cocher(reservation, 17, decocher=[16])
    cocher(reservation, 11)
    Courriel.objects.all().delete()
    demande = envoyer(reservation, parent)
    courriel = Courriel.objects.get()
    assert courriel.destinataire == parent.email
    assert demande.numero in courriel.sujet
    for attendu in ("mercredi 17\xa0janvier 2018, Matin", "Jours annulés", "mardi 16", "1,75\xa0€", "Mairie de Batz"):
        assert attendu in courriel.texte, courriel.texte
    assert "jeudi 11\xa0janvier 2018, Matin\xa0: La limite pour réserver" in courriel.texte


def test_the_mail_announces_an_answer_only_where_an_agent_gives_one(reservation, parent, commune):
    envoyer(reservation, parent, 15)
    assert "Le service vous répond par courriel." in Courriel.objects.get().texte
    Presence.objects.update(etat="acceptee")
    Periode.objects.update(annulation="automatique")
    reservation.periode.refresh_from_db()
    Courriel.objects.all().delete()
    envoyer(reservation, parent, annuler=[15])
    assert etats(reservation) == {15: "annulee"}
    courriel = Courriel.objects.get()
    for texte in (courriel.texte, courriel.html):
        assert "C’est fait\xa0: vous n’avez rien d’autre à faire." in texte
        assert "vous répond" not in texte


def test_a_trace_tells_who_asked_what(reservation, parent):
    demande = envoyer(reservation, parent, 15)
    trace = Trace.objects.get(geste="reservation.demande_envoyee")
    assert (trace.auteur, trace.objet_cle, trace.famille_cle) == (parent, demande.cle, reservation.famille.cle)
    assert trace.apres == {"jours": [["2018-01-15", "Matin", "demandee"]]}


def test_taking_a_request_back_restores_what_was_there(reservation, parent):
    envoyer(reservation, parent, 15)
    Presence.objects.update(etat="acceptee")
    demande = envoyer(reservation, parent, 16, annuler=[15])
    assert actions.retirer_demande(demande=demande, auteur=parent, maintenant=instant(2018, 1, 10, 10)) == 2
    assert etats(reservation) == {15: "acceptee", 16: "annulee"}
    assert places(reservation) == {15: 1}


def test_a_periode_hidden_meanwhile_takes_no_new_day_but_lets_cancel(reservation, parent):
    envoyer(reservation, parent, 15)
    reservation.periode.publiee = False
    reservation.periode.save()
    demande = envoyer(reservation, parent, 16, annuler=[15])
    assert etats(reservation) == {15: "annulee"}
    assert demande.lignes.get(creneau__jour="2018-01-16").motifs == ["reservations_closes"]
