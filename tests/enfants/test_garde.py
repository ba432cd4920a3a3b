"""Custody as it is stored: read for the rules, conflicts told to staff, nothing of the other household shown."""

import datetime

import pytest

from enfants.enums import Garde, GardeVacances, NatureConflit
from enfants.garde import conflits_a_venir, enfants_en_conflit, foyers_par_jour
from enfants.models import PeriodeDeGarde, Rattachement
from reservations.models import VacancesScolaires
from tests.fabriques import FabriqueEnfant, FabriqueFamille

MARDI_PAIR = datetime.date(2026, 11, 24)
MARDI_IMPAIR = datetime.date(2026, 12, 1)


@pytest.fixture
def alternee(baptiste, famille, autre_foyer):
    baptiste.rattachements.filter(famille=famille).update(
        garde=Garde.SEMAINES_PAIRES, vacances=GardeVacances.PREMIERE_MOITIE
    )
    baptiste.rattachements.filter(famille=autre_foyer).update(
        garde=Garde.SEMAINES_IMPAIRES, vacances=GardeVacances.SECONDE_MOITIE, payeur=famille
    )
    return baptiste


def test_weeks_holidays_dates_and_payer_are_read_together(alternee, famille, autre_foyer, django_assert_num_queries):
    VacancesScolaires.objects.create(
        libelle="Essai", premier_jour=datetime.date(2026, 12, 19), dernier_jour=datetime.date(2027, 1, 3)
    )
    lien = alternee.rattachements.get(famille=autre_foyer)
    PeriodeDeGarde.objects.create(rattachement=lien, du=MARDI_PAIR, au=MARDI_PAIR)
    jours = [MARDI_PAIR, datetime.date(2026, 11, 25), MARDI_IMPAIR, datetime.date(2026, 12, 22), MARDI_IMPAIR]
    with django_assert_num_queries(3):
        obtenus = foyers_par_jour(alternee, jours)
    assert {jour: (etat.foyer, etat.payeur) for jour, etat in obtenus.items()} == {
        MARDI_PAIR: (autre_foyer.pk, famille.pk),
        datetime.date(2026, 11, 25): (famille.pk, famille.pk),
        MARDI_IMPAIR: (autre_foyer.pk, famille.pk),
        datetime.date(2026, 12, 22): (famille.pk, famille.pk),
    }


def test_two_households_linked_without_a_calendar_are_flagged(baptiste, autre_foyer, lea):
    conflit = conflits_a_venir(baptiste, MARDI_PAIR)
    assert [(c.du, c.nature) for c in conflit] == [(MARDI_PAIR, NatureConflit.PLUSIEURS)]
    assert enfants_en_conflit(MARDI_PAIR) == [baptiste.pk]
    assert conflits_a_venir(lea, MARDI_PAIR) == []


def test_a_right_calendar_is_not_flagged(alternee):
    assert conflits_a_venir(alternee, MARDI_PAIR) == []
    assert enfants_en_conflit(MARDI_PAIR) == []


def test_an_archived_household_no_longer_counts(baptiste, autre_foyer):
    type(autre_foyer).objects.filter(pk=autre_foyer.pk).update(archivee_le="2026-01-01T00:00Z")
    assert enfants_en_conflit(MARDI_PAIR) == []
    assert conflits_a_venir(baptiste, MARDI_PAIR) == []


def test_the_list_of_conflicts_costs_the_same_for_any_number_of_children(db, django_assert_num_queries):
    foyers = FabriqueFamille.create_batch(2)
    for _ in range(8):
        enfant = FabriqueEnfant(famille=foyers[0])
        Rattachement.objects.create(enfant=enfant, famille=foyers[1])
    with django_assert_num_queries(3):
        assert len(enfants_en_conflit(MARDI_PAIR)) == 8


def test_a_parent_sees_only_their_own_part_of_the_calendar(client, commune, alternee, parent, autre_foyer):
    client.force_login(parent)
    page = client.get(f"/enfants/{alternee.cle}/").content.decode()
    assert "Semaines paires" in page
    assert "Semaines impaires" not in page
    assert "Première moitié" in page
    assert "Seconde moitié" not in page
    client.force_login(autre_foyer.responsables.get().utilisateur)
    page = client.get(f"/enfants/{alternee.cle}/").content.decode()
    assert "À l’autre foyer" in page
    assert "AABELIUM (F00001)" not in page


def test_a_child_always_at_home_shows_no_calendar(client, commune, baptiste, parent):
    client.force_login(parent)
    assert "Garde</h2>" not in client.get(f"/enfants/{baptiste.cle}/").content.decode()
