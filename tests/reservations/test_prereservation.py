"""Pre-booking windows: requests are gathered, no place is taken, and nobody is refused for want of one."""

import datetime
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from reservations import actions
from reservations.calendrier import motifs_d_ouverture
from reservations.enums import EtatPresence, MotifRefus
from reservations.models import Creneau, LigneDemande, Periode
from tests.fabriques import FabriqueResponsable, FabriqueUtilisateur
from tests.reservations.attribution import APRES, DEBUT, FIN, PENDANT, demander
from tests.reservations.conftest import reservation_de
from tests.reservations.gestes import cocher, envoyer, etats, places, places_coherentes


@pytest.fixture
def agent(db):
    return FabriqueUtilisateur(agent=True)


@pytest.fixture
def attribution(demandes, fenetre, agent):
    return actions.preparer_attribution(periode=fenetre, agent=agent, maintenant=APRES)


def test_a_day_asked_in_the_window_takes_no_place_and_is_refused_to_nobody(demandes, fenetre):
    assert [etats(une)[29] for une in demandes] == [EtatPresence.EN_ATTRIBUTION] * 4
    assert places(demandes[0]) == {}
    assert places_coherentes(fenetre)
    assert not LigneDemande.objects.exclude(motifs=[]).exists()


def test_a_full_day_is_gathered_like_the_others(fenetre, auteur):
    Creneau.objects.filter(jour="2018-01-29").update(capacite=0)
    assert etats(demander(fenetre, auteur, 1)) == {29: EtatPresence.EN_ATTRIBUTION}


def test_the_other_rules_still_apply_in_the_window(fenetre, auteur):
    une = reservation_de(fenetre, 1)
    FabriqueResponsable(famille=une.famille)
    envoyer(une, auteur, 11, 29, maintenant=PENDANT)
    refus = {li.creneau.jour.day: li.motifs for li in LigneDemande.objects.filter(demande__reservation=une)}
    assert refus == {11: [MotifRefus.HORS_DELAI], 29: []}


@pytest.mark.parametrize(
    ("maintenant", "motifs"),
    [
        (DEBUT - datetime.timedelta(seconds=1), [MotifRefus.PAS_ENCORE_OUVERT]),
        (DEBUT, []),
        (FIN, []),
        (FIN + datetime.timedelta(microseconds=1), [MotifRefus.ATTRIBUTION_EN_COURS]),
    ],
)
def test_requests_are_taken_from_the_first_to_the_last_instant_of_the_window(fenetre, auteur, maintenant, motifs):
    une = reservation_de(fenetre, 1)
    cocher(une, 29, maintenant=maintenant)
    actions.envoyer_demande(reservation=une, auteur=auteur, cle=uuid.uuid4(), maintenant=maintenant)
    assert LigneDemande.objects.get().motifs == motifs


def test_residents_and_others_are_gathered_at_the_same_time(fenetre):
    une = reservation_de(fenetre, 1)
    une.famille.residente = False
    ouvert = {"famille": une.famille, "enfant": une.enfant, "periode": fenetre}
    assert motifs_d_ouverture(maintenant=DEBUT, **ouvert) == []
    assert MotifRefus.PAS_ENCORE_OUVERT in motifs_d_ouverture(
        maintenant=DEBUT - datetime.timedelta(seconds=1), **ouvert
    )


def test_a_family_may_withdraw_until_the_confirmation(attribution, demandes, auteur):
    envoyer(demandes[1], auteur, annuler=(29,), maintenant=APRES)
    assert etats(demandes[1]) == {29: EtatPresence.ANNULEE}


def test_what_an_agent_enters_in_the_window_waits_like_the_rest(fenetre, agent, jours):
    une = reservation_de(fenetre, 1)
    actions.agir_au_nom_de(
        reservation=une,
        ajouts=[jours[datetime.date(2018, 1, 29)]],
        retraits=[],
        motif="Demande au guichet",
        agent=agent,
        hors_delai=True,
        cle=uuid.uuid4(),
        maintenant=PENDANT,
    )
    assert etats(une) == {29: EtatPresence.EN_ATTRIBUTION}


@pytest.mark.parametrize(
    ("champs", "nom"),
    [
        ({"prereservation_au": DEBUT}, "periode_prereservation_ordonnee"),
        ({"prereservation_au": None}, "periode_prereservation_ordonnee"),
        ({"prereservation_du": None}, "periode_prereservation_ordonnee"),
        ({"ouverture_reservations_le": FIN}, "periode_ouverture_apres_prereservation"),
        (
            {"prereservation_du": None, "prereservation_au": None, "confirmation_le": FIN},
            "periode_attribuee_apres_prereservation",
        ),
        ({"attribuee_le": FIN}, "periode_attribuee_apres_prereservation"),
    ],
)
def test_the_dates_of_the_window_hold_together(fenetre, champs, nom):
    with pytest.raises(IntegrityError, match=nom), transaction.atomic():
        Periode.objects.filter(pk=fenetre.pk).update(**champs)
    for champ, valeur in champs.items():
        setattr(fenetre, champ, valeur)
    with pytest.raises(ValidationError):
        fenetre.validate_constraints()
