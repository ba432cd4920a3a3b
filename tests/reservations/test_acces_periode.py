"""Who may book a période: pure rules by tables and properties, then enforced at opening, drafting and sending."""

import datetime
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from enfants.models import Classe
from portail.commun.dates import age
from portail.commun.erreurs import RefusMetier
from reservations import actions
from reservations.enums import MOTIFS_D_ACCES, MotifRefus, RepereAge, Residence, Selection
from reservations.models import ChoixBrouillon, LigneDemande, Presence, Reservation
from reservations.planning.cases import FERMETURES
from reservations.regles import Candidat, Conditions, motifs_d_acces
from tests.fabriques import FabriqueEcole, FabriqueEnfant, FabriquePeriode, instant
from tests.reservations.conftest import MERCREDI
from tests.reservations.gestes import cocher, code, creneaux_du, envoyer

DEBUT, FIN = date(2017, 9, 4), date(2018, 7, 6)


def candidat(**champs):
    valeurs = {"naissance": date(2011, 1, 15), "niveau": "ce1", "ecole": 1, "classe": 10, "famille": 100}
    return Candidat(**valeurs | {"residente": True} | champs)


def motifs(condition, du=DEBUT, au=FIN, **champs):
    return motifs_d_acces(candidat(**champs), Conditions(debut=DEBUT, **condition), du, au)


LE_JOUR = {"du": date(2018, 1, 15), "au": date(2018, 1, 15)}
LA_VEILLE = {"du": date(2018, 1, 14), "au": date(2018, 1, 14)}


@pytest.mark.parametrize(
    ("condition", "contexte", "attendus"),
    [
        ({}, {}, []),
        ({"age_minimum": 7}, LE_JOUR, []),
        ({"age_minimum": 7}, LA_VEILLE, [MotifRefus.TROP_JEUNE]),
        ({"age_maximum": 6}, LA_VEILLE, []),
        ({"age_maximum": 6}, LE_JOUR, [MotifRefus.TROP_AGE]),
        ({"age_minimum": 7}, {}, []),
        ({"age_maximum": 6}, {}, []),
        ({"age_minimum": 7, "age_au": RepereAge.DEBUT}, LE_JOUR, [MotifRefus.TROP_JEUNE]),
        ({"age_maximum": 6, "age_au": RepereAge.DEBUT}, LE_JOUR, []),
        ({"age_maximum": 5, "age_au": RepereAge.ANNEE}, LE_JOUR, [MotifRefus.TROP_AGE]),
        ({"age_minimum": 8, "age_au": RepereAge.DATE, "age_date": date(2019, 1, 15)}, LE_JOUR, []),
        ({"niveaux": frozenset({"ce1"})}, {}, []),
        ({"niveaux": frozenset({"cp"})}, {}, [MotifRefus.AUTRE_NIVEAU]),
        ({"niveaux": frozenset({"cp"})}, {"niveau": ""}, [MotifRefus.SCOLARITE_INCONNUE]),
        ({"selection": Selection.ECOLES, "ecoles": frozenset({1})}, {}, []),
        ({"selection": Selection.ECOLES, "classes": frozenset({10})}, {}, []),
        ({"selection": Selection.ECOLES, "ecoles": frozenset({2})}, {}, [MotifRefus.AUTRE_ECOLE]),
        (
            {"selection": Selection.ECOLES, "ecoles": frozenset({2})},
            {"ecole": None, "classe": None},
            [MotifRefus.SCOLARITE_INCONNUE],
        ),
        ({"selection": Selection.FAMILLES, "familles": frozenset({100})}, {}, []),
        ({"selection": Selection.FAMILLES}, {}, [MotifRefus.FAMILLE_NON_CHOISIE]),
        ({"ecoles": frozenset({2}), "familles": frozenset({2})}, {}, []),
        ({"residence": Residence.RESIDENTES}, {"residente": False}, [MotifRefus.RESERVE_AUX_RESIDENTS]),
        ({"residence": Residence.AUTRES}, {}, [MotifRefus.RESERVE_AUX_AUTRES]),
        (
            {"residence": Residence.AUTRES, "niveaux": frozenset({"cp"})},
            {},
            [MotifRefus.AUTRE_NIVEAU, MotifRefus.RESERVE_AUX_AUTRES],
        ),
    ],
)
def test_who_is_admitted(condition, contexte, attendus):
    assert motifs(condition, **contexte) == attendus


JOURS = st.dates(date(2016, 1, 1), date(2019, 12, 31))


@given(
    naissance=st.dates(date(2000, 1, 1), date(2017, 12, 31)),
    du=JOURS,
    duree=st.integers(0, 400),
    bornes=st.tuples(st.none() | st.integers(0, 18), st.none() | st.integers(0, 18)),
    repere=st.sampled_from([RepereAge.JOUR, RepereAge.DEBUT, RepereAge.ANNEE]),
)
def test_a_range_is_refused_exactly_when_each_of_its_days_is(naissance, du, duree, bornes, repere):
    """Against brute force: what the second step says of a période agrees with what each day says."""
    conditions = Conditions(debut=DEBUT, age_minimum=bornes[0], age_maximum=bornes[1], age_au=repere)
    enfant, au = candidat(naissance=naissance), du + timedelta(days=duree)
    jours = [du + timedelta(days=rang) for rang in range(duree + 1)]
    jamais_assez_grand = all(MotifRefus.TROP_JEUNE in motifs_d_acces(enfant, conditions, jour, jour) for jour in jours)
    toujours_trop_grand = all(MotifRefus.TROP_AGE in motifs_d_acces(enfant, conditions, jour, jour) for jour in jours)
    sur_la_plage = motifs_d_acces(enfant, conditions, du, au)
    assert (MotifRefus.TROP_JEUNE in sur_la_plage) == jamais_assez_grand
    assert (MotifRefus.TROP_AGE in sur_la_plage) == toujours_trop_grand


@given(naissance=st.dates(date(2003, 1, 1), date(2015, 12, 31)), jour=JOURS, minimum=st.integers(0, 12))
def test_an_age_is_admitted_from_the_birthday_on(naissance, jour, minimum):
    refus = motifs_d_acces(candidat(naissance=naissance), Conditions(debut=DEBUT, age_minimum=minimum), jour, jour)
    assert (MotifRefus.TROP_JEUNE in refus) == (naissance > jour or age(naissance, jour)[0] < minimum)


def test_residents_open_first_and_others_with_them_when_nothing_is_said():
    tot, tard = instant(2018, 1, 8, 8), instant(2018, 1, 15, 8)
    conditions = Conditions(debut=DEBUT, ouverture=tot, ouverture_autres=tard)
    assert conditions.ouverture_pour(candidat()) == tot
    assert conditions.ouverture_pour(candidat(residente=False)) == tard
    assert Conditions(debut=DEBUT, ouverture=tot).ouverture_pour(candidat(residente=False)) == tot
    assert Conditions(debut=DEBUT).ouverture_pour(candidat(residente=False)) is None


def test_each_reason_has_a_word_in_the_planning():
    assert set(MOTIFS_D_ACCES) <= FERMETURES.keys()


# --- Enforced ---------------------------------------------------------------------------------------------------


def reserver_aux_cp(periode):
    periode.niveaux = ["cp"]
    periode.save()


def test_opening_is_refused_to_who_is_not_admitted(famille, baptiste, periode):
    reserver_aux_cp(periode)
    baptiste.niveau = "ce1"
    with pytest.raises(RefusMetier) as refus:
        actions.ouvrir_reservation(famille=famille, enfant=baptiste, periode=periode, maintenant=MERCREDI)
    assert refus.value.motifs == [MotifRefus.AUTRE_NIVEAU]
    assert not Reservation.objects.exists()


def test_a_planning_that_exists_stays_open_to_be_read(famille, baptiste, periode, reservation):
    reserver_aux_cp(periode)
    rouverte = actions.ouvrir_reservation(famille=famille, enfant=baptiste, periode=periode, maintenant=MERCREDI)
    assert rouverte == reservation


def test_a_forged_tick_is_refused_at_drafting(reservation):
    reservation.periode.age_maximum = 3
    reservation.periode.save()
    with pytest.raises(RefusMetier):
        cocher(reservation, 15)
    assert not ChoixBrouillon.objects.exists()


def test_what_was_ticked_before_the_rule_changed_is_refused_at_sending(reservation, parent):
    """The rules are read again under lock: the object that the page held still admits the child."""
    cocher(reservation, 15, 16)
    type(reservation.periode).objects.update(age_minimum=9)
    envoyer(reservation, parent)
    assert not Presence.objects.exists()
    assert [ligne.motifs for ligne in LigneDemande.objects.all()] == [["trop_jeune"], ["trop_jeune"]]


def test_who_is_no_longer_admitted_may_still_cancel(reservation, parent):
    envoyer(reservation, parent, 15)
    type(reservation.periode).objects.update(age_minimum=9)
    envoyer(reservation, parent, annuler=[15])
    assert Presence.objects.get().etat == "annulee"


def test_the_day_of_the_birthday_is_the_first_that_can_be_booked(reservation, parent, baptiste):
    baptiste.date_naissance = date(2011, 1, 16)
    baptiste.save()
    type(reservation.periode).objects.update(age_minimum=7)
    cocher(reservation, 15, 16)
    envoyer(reservation, parent)
    assert [une.creneau.jour.day for une in Presence.objects.select_related("creneau")] == [16]


def test_schools_classes_and_households_are_read_from_their_lists(
    famille, baptiste, periode, django_assert_num_queries
):
    autre, sienne = FabriqueEcole(nom="Autre"), FabriqueEcole()
    classe = Classe.objects.create(ecole=sienne, nom="CE1 A", niveau="ce1")
    baptiste.ecole, baptiste.classe = sienne, classe
    periode.selection = "ecoles"
    periode.ecoles.add(autre)

    def refus():
        periode.__dict__.pop("listes_d_acces", None)
        with django_assert_num_queries(1):
            return actions.brouillon.motifs_d_ouverture(
                famille=famille, enfant=baptiste, periode=periode, maintenant=MERCREDI
            )

    assert refus() == [MotifRefus.AUTRE_ECOLE]
    periode.classes.add(classe)
    assert refus() == []
    periode.selection = "familles"
    assert refus() == [MotifRefus.FAMILLE_NON_CHOISIE]
    periode.familles.add(famille)
    assert refus() == []


def test_residents_send_before_the_others(reservation, autre_reservation, parent):
    periodes = type(reservation.periode).objects
    periodes.update(ouverture_reservations_le=instant(2018, 1, 8, 8), ouverture_autres_le=instant(2018, 1, 15, 8))
    type(autre_reservation.famille).objects.filter(pk=autre_reservation.famille_id).update(residente=False)
    cocher(reservation, 17)
    cocher(autre_reservation, 17)
    envoyer(reservation, parent)
    demande = envoyer(autre_reservation, parent)
    assert [une.reservation for une in Presence.objects.all()] == [reservation]
    assert demande.lignes.get().motifs == ["pas_encore_ouvert"]


@pytest.mark.parametrize(
    "champs",
    [
        {"age_minimum": 9, "age_maximum": 8},
        {"age_au": "date"},
        {"ouverture_autres_le": instant(2018, 1, 1)},
        {"ouverture_reservations_le": instant(2018, 1, 2), "ouverture_autres_le": instant(2018, 1, 1)},
    ],
)
def test_senseless_conditions_are_refused_by_the_database(periode, champs):
    with pytest.raises(IntegrityError), transaction.atomic():
        type(periode).objects.update(**champs)


# --- The second step of a booking ---------------------------------------------------------------------------------


@pytest.fixture
def etape(client, parent, famille, baptiste):
    client.force_login(parent)
    adresse = reverse("reservations:choisir_periode", args=[famille.cle, baptiste.cle])
    return lambda: client.get(adresse).content.decode()


@pytest.fixture
def annee_prochaine(db):
    jour = datetime.date.today() + timedelta(days=30)  # noqa: DTZ011 - a day far from midnight's doubts
    return FabriquePeriode(du=jour, au=jour + timedelta(days=100), validation_jusqu_au=jour, nom="MERCREDIS")


def test_a_periode_that_is_not_for_this_child_says_why(etape, annee_prochaine):
    annee_prochaine.age_maximum = 5
    annee_prochaine.save()
    html = etape()
    assert "Jusqu’à 5 ans inclus" in html
    assert "L’enfant a dépassé l’âge de cet accueil." in html
    assert "Continuer" not in html


def test_a_periode_that_opens_later_says_when(etape, annee_prochaine):
    annee_prochaine.ouverture_reservations_le = instant(2099, 3, 2, 8)
    annee_prochaine.save()
    html = etape()
    assert "ouvrent pour votre famille le lundi 2\xa0mars 2099 à 8\xa0h" in html
    assert "Continuer" not in html


def test_a_periode_of_chosen_households_is_not_named_to_the_others(etape, annee_prochaine):
    annee_prochaine.selection = "familles"
    annee_prochaine.save()
    html = etape()
    assert "MERCREDIS" not in html
    assert "réservés à certaines familles" in html


def test_a_forged_opening_is_refused_with_its_reason(client, parent, famille, baptiste, annee_prochaine):
    annee_prochaine.age_maximum = 5
    annee_prochaine.save()
    client.force_login(parent)
    adresse = reverse("reservations:ouvrir_planning", args=[famille.cle, baptiste.cle, annee_prochaine.cle])
    html = client.post(adresse, follow=True).content.decode()
    assert "MERCREDIS\xa0: L’enfant a dépassé l’âge de cet accueil." in html
    assert not Reservation.objects.exists()


def test_a_forged_tick_of_a_page_is_refused_with_its_reason(client, parent, reservation):
    type(reservation.periode).objects.update(age_maximum=3)
    client.force_login(parent)
    champs = {"jours": [code(un) for un in creneaux_du(reservation, 15)], "depart": "", "mois": "2018-01"}
    adresse = reverse("reservations:enregistrer_planning", args=[reservation.cle])
    assert "L’enfant a dépassé l’âge" in client.post(adresse, champs, follow=True).content.decode()
    assert not ChoixBrouillon.objects.exists()


def test_the_second_step_takes_the_same_queries_for_one_and_for_ten(
    client, parent, famille, baptiste, annee_prochaine, django_assert_max_num_queries
):
    client.force_login(parent)
    adresse = reverse("reservations:choisir_periode", args=[famille.cle, baptiste.cle])
    for rang in range(10):
        FabriquePeriode(
            accueil=annee_prochaine.accueil,
            du=annee_prochaine.du,
            au=annee_prochaine.au,
            validation_jusqu_au=annee_prochaine.au,
            nom=f"P{rang}",
            selection="ecoles",
        )
    client.get(adresse)
    with django_assert_max_num_queries(26):
        client.get(adresse)


def test_a_sibling_who_is_not_admitted_is_left_out_of_a_copy(reservation, parent, famille):
    from reservations.remplissage import apercu_de_copie

    envoyer(reservation, parent, 15)
    type(reservation.periode).objects.update(age_minimum=5)
    reservation.periode.refresh_from_db()
    bebe = FabriqueEnfant(famille=famille, date_naissance=date(2016, 1, 1))
    cible = Reservation(famille=famille, enfant=bebe, periode=reservation.periode, cree_le=MERCREDI)
    apercu = apercu_de_copie(reservation, cible, remplacer=False, maintenant=MERCREDI)
    assert apercu.ajouts == []
    assert "L’enfant n’a pas encore l’âge" in apercu.ignores[0][0]
