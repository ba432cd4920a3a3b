"""What a loaded town must satisfy: the database's own rules, and those that it cannot write."""

import pytest
from django.db.models import Count, F, Q

from enfants.garde import enfants_en_conflit
from enfants.models import Enfant
from reservations.actions.attente import tenir_les_listes
from reservations.conflits import constats_des_jours
from reservations.enums import ETATS_QUI_PRENNENT_UNE_PLACE, EtatDeclaration, EtatPresence
from reservations.garde import CONTESTE, conflits_des_presences, presences_en_conflit
from reservations.models import (
    AcceptationReglement,
    Attribution,
    Creneau,
    DeclarationAbsence,
    EtapePresence,
    Periode,
    Presence,
)
from reservations.reglements import en_vigueur
from tests.demonstration.conftest import JOUR
from tests.fabriques import instant

pytestmark = [pytest.mark.usefixtures("ville"), pytest.mark.django_db]


def test_places_taken_are_the_days_that_hold_one():
    prises = Count("presences", filter=Q(presences__etat__in=ETATS_QUI_PRENNENT_UNE_PLACE))
    assert not Creneau.objects.annotate(comptees=prises).exclude(places_prises=F("comptees")).exists()
    assert Creneau.objects.filter(places_prises__gt=0).exists()


def test_each_history_ends_with_the_state_of_its_day():
    derniers = {}
    for presence, avant, apres in EtapePresence.objects.order_by("pk").values_list("presence_id", "avant", "apres"):
        assert avant == derniers.get(presence, "")
        derniers[presence] = apres
    assert derniers == dict(Presence.objects.values_list("pk", "etat"))


def test_instants_of_a_history_go_forward():
    instants = {}
    for presence, le in EtapePresence.objects.order_by("pk").values_list("presence_id", "le"):
        assert presence not in instants or instants[presence] <= le
        instants[presence] = le


def test_no_future_day_is_checked_and_none_of_the_past_waits():
    pointees = [EtatPresence.PRESENTE, EtatPresence.ABSENTE_JUSTIFIEE, EtatPresence.ABSENTE_INJUSTIFIEE]
    assert not Presence.objects.filter(etat__in=pointees, creneau__jour__gte=JOUR).exists()
    assert not Presence.objects.filter(etat=EtatPresence.DEMANDEE, creneau__jour__lt=JOUR).exists()


def test_agents_find_requests_to_answer():
    assert set(Presence.objects.a_traiter().values_list("etat", flat=True)) == {
        EtatPresence.DEMANDEE,
        EtatPresence.ANNULATION_DEMANDEE,
    }


def test_one_request_carries_a_point_to_check():
    louise = Presence.objects.a_traiter().filter(enfant__prenom="LOUISE", enfant__nom="AABELIUM")
    constats = constats_des_jours(louise.values_list("pk", flat=True), maintenant=instant(2026, 11, 24, 9))
    phrases = [un.phrase for siens in constats.values() for un in siens]
    assert "Fratrie séparée\u00a0: BAPTISTE sans ce jour" in phrases


def test_baptiste_is_seven_years_and_one_month_old():
    baptiste = Enfant.objects.get(nom="AABELIUM", prenom="BAPTISTE")
    assert baptiste.age_en_mots(JOUR).replace("\xa0", " ") == "7 ans et 1 mois"


@pytest.mark.parametrize(
    "etat",
    [
        EtatPresence.DEMANDEE,
        EtatPresence.EN_ATTRIBUTION,
        EtatPresence.ACCEPTEE,
        EtatPresence.REFUSEE,
        EtatPresence.LISTE_ATTENTE,
        EtatPresence.PLACE_PROPOSEE,
        EtatPresence.ANNULATION_DEMANDEE,
        EtatPresence.PRESENTE,
        EtatPresence.ABSENTE_JUSTIFIEE,
    ],
)
def test_the_family_of_the_tutorial_sees_every_state(etat):
    assert Presence.objects.filter(enfant__nom="AABELIUM", etat=etat).exists()


def test_the_service_finds_a_child_whose_households_disagree():
    """Even weeks with the mother, always with the father: the mother's days are told to staff, and no others."""
    [enfant] = enfants_en_conflit(JOUR)
    assert set(Presence.objects.filter(pk__in=presences_en_conflit(JOUR)).values_list("enfant", flat=True)) == {enfant}
    trouves = conflits_des_presences(presences_en_conflit(JOUR))
    assert {phrase for phrases in trouves.values() for phrase in phrases} == {CONTESTE}


def test_the_offered_place_of_the_tutorial_s_family_is_held_for_days_and_nothing_else_is_to_offer():
    [proposee] = Presence.objects.filter(enfant__nom="AABELIUM", etat=EtatPresence.PLACE_PROPOSEE)
    assert proposee.offre_expire_le > instant(2026, 11, 26, 12)
    assert tenir_les_listes(maintenant=instant(2026, 11, 24, 9)) == 0


def test_absences_wait_for_an_agent_and_one_of_the_tutorial_s_family_is_justified():
    a_examiner = DeclarationAbsence.objects.a_examiner()
    assert a_examiner.count() == 3
    assert all(une.presence.etat == EtatPresence.ACCEPTEE for une in a_examiner)
    assert DeclarationAbsence.objects.get(presence__enfant__nom="AABELIUM").etat == EtatDeclaration.JUSTIFIEE


def test_the_tutorial_s_family_accepted_an_older_text_than_the_one_in_force():
    [version] = en_vigueur(instant(2026, 11, 24, 9))
    acceptee = AcceptationReglement.objects.get(famille__nom="AABELIUM").version
    assert (acceptee.reglement, acceptee.numero) == (version.reglement, version.numero - 1)


def test_one_stay_gathers_requests_and_another_waits_for_its_allotment_to_be_confirmed():
    maintenant = instant(JOUR.year, JOUR.month, JOUR.day, 9)
    rassemblee = Periode.objects.get(nom__startswith="MINI-CAMP")
    assert rassemblee.prereservation.ouverte(maintenant)
    assert Presence.objects.filter(reservation__periode=rassemblee, etat=EtatPresence.EN_ATTRIBUTION).exists()
    attribution = Attribution.objects.get()
    assert (attribution.etat, attribution.periode.nom.startswith("STAGE DE VOILE")) == ("proposee", True)
    assert attribution.lignes.filter(donnee=True).exists()
    assert attribution.lignes.filter(donnee=False).exists()
