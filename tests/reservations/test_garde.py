"""Days of a child of two households: whose they are to book, who pays, and nothing of the other household told."""

import datetime
import uuid
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from enfants.enums import Garde
from enfants.models import Rattachement
from portail.commun.models import Courriel, Trace
from portail.roles import synchroniser
from reservations import actions
from reservations.calendrier import jours_fermes_entre
from reservations.enums import MotifRefus
from reservations.erreurs import JourRefuse
from reservations.garde import CONTESTE, EN_DOUBLE, HORS_GARDE, conflits_des_presences, presences_en_conflit
from reservations.jetons import jeton_des_places
from reservations.models import Presence, Reservation
from reservations.planning.mois import lire_mois
from reservations.regles import Consigne
from reservations.remplissage import apercu_de_consigne
from tests.fabriques import (
    FabriqueCreneau,
    FabriqueEnfant,
    FabriqueFamille,
    FabriquePrestation,
    FabriqueResponsable,
    FabriqueUtilisateur,
    instant,
    membre_du_personnel,
)
from tests.reservations.conftest import MERCREDI, reservation_de
from tests.reservations.gestes import code, creneaux_du, envoyer, etats, places_coherentes
from tests.reservations.listes import JEUDI, annuler, lisible, presence

AUTRE_FOYER = "C’est un jour de garde de l’autre foyer."
#: Monday 15/01/2018 is in week 3, Monday 22/01/2018 in week 4.


@pytest.fixture
def autre_foyer(baptiste, famille):
    """Baptiste: even weeks with his mother, odd ones with his father."""
    foyer = FabriqueFamille(nom="PERE-NOM", code="F00009")
    FabriqueResponsable(famille=foyer, prenom="PERE-PRENOM")
    Rattachement.objects.create(enfant=baptiste, famille=foyer, garde=Garde.SEMAINES_IMPAIRES)
    Rattachement.objects.filter(enfant=baptiste, famille=famille).update(garde=Garde.SEMAINES_PAIRES)
    return foyer


@pytest.fixture
def du_pere(autre_foyer, baptiste, periode, jours):
    return actions.ouvrir_reservation(famille=autre_foyer, enfant=baptiste, periode=periode, maintenant=MERCREDI)


def cases(reservation):
    planning = lire_mois([reservation], datetime.date(2018, 1, 1), maintenant=MERCREDI)
    return {
        jour.numero: jour.colonnes[0].cases[0]
        for semaine in planning.semaines
        for jour in semaine.jours
        if jour and jour.colonnes
    }


def test_a_day_of_the_other_household_is_shown_and_refused_by_the_same_rule(reservation, autre_foyer, parent):
    lues = cases(reservation)
    assert "Jour de garde de l’autre foyer" in lues[15].pastille
    assert not lues[15].modifiable
    assert lues[22].modifiable
    demande = envoyer(reservation, parent, 15, 22)
    assert etats(reservation) == {22: "demandee"}
    assert demande.lignes.get(creneau__jour="2018-01-15").phrases() == [AUTRE_FOYER]


def test_custody_that_changes_after_the_check_is_seen_under_the_lock(reservation, autre_foyer, parent, baptiste):
    Rattachement.objects.filter(enfant=baptiste, famille=autre_foyer).update(garde=Garde.SEMAINES_PAIRES)
    Rattachement.objects.filter(enfant=baptiste).exclude(famille=autre_foyer).update(garde=Garde.SEMAINES_IMPAIRES)
    envoyer(reservation, parent, 15, 22)
    assert etats(reservation) == {15: "demandee"}


def test_what_the_other_household_booked_or_filled_is_not_told(reservation, du_pere, autre_foyer, parent):
    envoyer(du_pere, autre_foyer.responsables.get().utilisateur, 15)
    creneaux_du(reservation, 15)[0].__class__.objects.filter(jour="2018-01-15").update(capacite=1)
    case = cases(reservation)[15]
    assert "ailleurs" not in case.pastille
    assert "Complet" not in case.pastille
    demande = envoyer(reservation, parent, 15)
    assert demande.lignes.get().motifs == ["autre_foyer"]


def test_a_day_that_nobody_has_or_that_both_claim_stays_open_to_both(reservation, du_pere, baptiste, parent):
    Rattachement.objects.filter(enfant=baptiste).update(garde=Garde.TOUJOURS)
    envoyer(reservation, parent, 15)
    Rattachement.objects.filter(enfant=baptiste).update(garde=Garde.DATES)
    envoyer(du_pere, du_pere.famille.responsables.get().utilisateur, 22)
    assert etats(reservation) == {15: "demandee"}
    assert etats(du_pere) == {22: "demandee"}


def test_a_booked_day_that_becomes_the_other_s_can_still_be_cancelled(reservation, famille, baptiste, parent):
    envoyer(reservation, parent, 15)
    foyer = FabriqueFamille()
    Rattachement.objects.create(enfant=baptiste, famille=foyer, garde=Garde.SEMAINES_IMPAIRES)
    Rattachement.objects.filter(enfant=baptiste, famille=famille).update(garde=Garde.SEMAINES_PAIRES)
    assert cases(reservation)[15].modifiable
    actions.enregistrer_brouillon(
        reservation=reservation,
        coches=[],
        depart=[code(un) for un in creneaux_du(reservation, 15)],
        maintenant=MERCREDI,
    )
    envoyer(reservation, parent)
    assert etats(reservation) == {15: "annulee"}


def test_an_ended_link_books_nothing_after_its_end(reservation, famille, baptiste, parent):
    Rattachement.objects.filter(enfant=baptiste).update(au="2018-01-16")
    assert not cases(reservation)[17].modifiable
    demande = envoyer(reservation, parent, 16, 17)
    assert etats(reservation) == {16: "demandee"}
    assert demande.lignes.get(creneau__jour="2018-01-17").phrases() == [
        "L’enfant n’est pas rattaché à votre foyer ce jour-là."
    ]


def test_a_place_that_waited_is_not_accepted_once_the_day_is_the_other_s(
    client, commune, inscrits, auteur, time_machine
):
    """The link of the mail looks at custody again, at the instant of the answer; the place may still be left."""
    time_machine.move_to(JEUDI)
    premier, attend = inscrits[:2]
    annuler(premier, auteur)
    lien = Rattachement.objects.get(enfant=attend.enfant, famille=attend.famille)
    lien.au = datetime.date(2018, 1, 17)
    lien.save()
    adresse = [jeton_des_places(attend.cle)]
    places = {"places": [presence(attend).cle]}
    page = client.post(reverse("reservations:accepter_places", args=adresse), places, follow=True).text
    assert "Ce n’est plus un jour de garde de votre foyer" in lisible(page)
    assert "C’est réservé" not in page
    assert etats(attend) == {18: "place_proposee"}
    client.post(reverse("reservations:refuser_places", args=adresse), places)
    assert etats(attend) == {18: "annulee"}
    assert etats(inscrits[2]) == {18: "place_proposee"}


def test_a_freed_place_is_not_offered_for_a_day_of_the_other_household_but_to_the_next(inscrits, auteur):
    """Custody changed while it waited: the household leaves the list, is told why, and holds no place from the next."""
    premier, attend, suivant = inscrits
    Rattachement.objects.filter(enfant=attend.enfant).update(garde=Garde.SEMAINES_PAIRES)
    Rattachement.objects.create(enfant=attend.enfant, famille=FabriqueFamille(), garde=Garde.SEMAINES_IMPAIRES)
    Courriel.objects.all().delete()
    annuler(premier, auteur)
    assert [etats(une)[18] for une in inscrits] == ["annulee", "refusee", "place_proposee"]
    assert presence(attend).motif == "Ce n’est plus un jour de garde de votre foyer."
    courriel = Courriel.objects.get(famille_cle=attend.famille.cle)
    assert "Ce ne sont plus des jours de garde de votre foyer" in lisible(courriel.texte)
    assert Trace.objects.filter(geste="reservation.liste_hors_garde").count() == 1
    assert Courriel.objects.filter(famille_cle=suivant.famille.cle, nom="place_proposee").count() == 1
    assert places_coherentes(attend.periode)


def test_a_newcomer_takes_the_place_that_a_day_out_of_custody_would_have_kept(inscrits, auteur):
    """Nobody is told « complet » because of someone who cannot accept."""
    premier, attend, dernier = inscrits
    annuler(dernier, auteur)
    Rattachement.objects.filter(enfant=attend.enfant).update(au="2018-01-17")
    annuler(premier, auteur)
    tard = reservation_de(premier.periode, 9)
    envoyer(tard, auteur, 18, maintenant=JEUDI)
    assert etats(tard) == {18: "acceptee"}
    assert etats(attend) == {18: "refusee"}


def test_a_household_whose_link_is_gone_or_archived_is_offered_nothing(inscrits, auteur):
    premier, sans_lien, archivee = inscrits
    Rattachement.objects.filter(enfant=sans_lien.enfant).update(famille=FabriqueFamille())
    type(archivee.famille).objects.filter(pk=archivee.famille_id).update(archivee_le=MERCREDI)
    annuler(premier, auteur)
    assert [etats(une)[18] for une in inscrits] == ["annulee", "refusee", "refusee"]
    assert places_coherentes(premier.periode)


def test_a_day_of_its_own_household_is_offered_whatever_the_rules(inscrits, auteur):
    premier, attend, _ = inscrits
    Rattachement.objects.filter(enfant=attend.enfant).update(garde=Garde.SEMAINES_IMPAIRES)
    Rattachement.objects.create(enfant=attend.enfant, famille=FabriqueFamille(), garde=Garde.SEMAINES_PAIRES)
    annuler(premier, auteur)
    assert etats(attend) == {18: "place_proposee"}


def test_the_service_does_not_book_a_day_of_the_other_household_for_this_one(reservation, autre_foyer):
    """The right to set deadlines aside is not the right to settle custody."""
    with pytest.raises(JourRefuse) as refus:
        actions.agir_au_nom_de(
            reservation=reservation,
            ajouts=creneaux_du(reservation, 18),
            retraits=[],
            motif="Appel de la mère.",
            agent=FabriqueUtilisateur(agent=True),
            hors_delai=True,
            cle=uuid.uuid4(),
            maintenant=MERCREDI,
        )
    assert refus.value.motifs == [MotifRefus.AUTRE_FOYER]
    assert not Presence.objects.exists()


def test_an_archived_other_household_leaves_every_day(reservation, autre_foyer, parent):
    type(autre_foyer).objects.filter(pk=autre_foyer.pk).update(archivee_le=MERCREDI)
    Rattachement.objects.filter(famille=reservation.famille).update(garde=Garde.TOUJOURS)
    assert cases(reservation)[15].modifiable


def test_the_filling_tool_leaves_out_the_days_of_the_other_household(reservation, autre_foyer, matin):
    consigne = Consigne(du=datetime.date(2018, 1, 15), au=datetime.date(2018, 1, 26), jours=frozenset(range(5)))
    apercu = apercu_de_consigne(reservation, consigne, [matin], maintenant=MERCREDI)
    assert [jour[5:15] for jour in apercu.ajouts] == [f"{jour}/01/2018" for jour in range(22, 27)]
    assert dict(apercu.ignores)[AUTRE_FOYER][0].startswith("lun.\xa015/01/2018")


def test_no_price_is_told_of_a_day_that_the_other_household_pays(
    client, commune, reservation, autre_foyer, baptiste, parent
):
    Rattachement.objects.filter(enfant=baptiste, famille=reservation.famille).update(payeur=autre_foyer)
    lues = cases(reservation)
    assert (lues[22].prix, lues[22].montant) == ("payé par l’autre foyer", "")
    assert lues[15].prix == ""
    demande = envoyer(reservation, parent, 22)
    assert demande.lignes.get().montant is None
    client.force_login(parent)
    jour = reverse("reservations:annuler_jour", args=[Presence.objects.get().cle])
    with time_machine.travel(MERCREDI, tick=False):
        assert "1,75" not in client.get(jour).text
        Rattachement.objects.update(payeur=None)
        assert "1,75" in client.get(jour).text


def test_the_pages_of_a_household_with_an_ended_link_are_closed(client, commune, reservation, baptiste, parent):
    Rattachement.objects.filter(enfant=baptiste).update(au="2018-01-09")
    client.force_login(parent)
    cles = [reservation.famille.cle, baptiste.cle, reservation.periode.cle]
    ouvrir = reverse("reservations:ouvrir_planning", args=cles)
    with time_machine.travel(MERCREDI, tick=False):
        assert client.get(reverse("enfants:fiche", args=[baptiste.cle])).status_code == 404
        assert client.post(ouvrir).status_code == 404
        assert client.get(reverse("reservations:planning", args=[reservation.cle])).status_code == 200
    Rattachement.objects.filter(enfant=baptiste).update(au="2018-01-10")
    with time_machine.travel(MERCREDI, tick=False):
        assert client.get(reverse("enfants:fiche", args=[baptiste.cle])).status_code == 200


def test_two_households_cost_two_queries_and_one_household_none(
    reservation, baptiste, famille, parent, django_assert_num_queries, django_assert_max_num_queries
):
    from reservations.calendrier import regles_pour

    fermes = jours_fermes_entre(datetime.date(2018, 1, 1), datetime.date(2018, 1, 31))
    lue = Reservation.objects.avec_les_regles().get(pk=reservation.pk)
    with django_assert_num_queries(0):
        assert regles_pour(lue, fermes).garde is None
    foyer = FabriqueFamille()
    Rattachement.objects.create(enfant=baptiste, famille=foyer, garde=Garde.SEMAINES_IMPAIRES, vacances="seconde")
    lue = Reservation.objects.avec_les_regles().get(pk=reservation.pk)
    with django_assert_num_queries(2):
        garde = regles_pour(lue, fermes).garde
    with django_assert_num_queries(0):
        assert garde.obstacle(datetime.date(2018, 1, 22)) is None


def test_a_brother_of_one_household_is_not_concerned(famille, autre_foyer, periode, jours, parent):
    cadet = FabriqueEnfant(famille=famille, nom="AABELIUM", prenom="ZOÉ")
    a_lui = actions.ouvrir_reservation(famille=famille, enfant=cadet, periode=periode, maintenant=MERCREDI)
    envoyer(a_lui, parent, 15, 22)
    assert etats(a_lui) == {15: "demandee", 22: "demandee"}
    assert Presence.objects.count() == 2
    assert a_lui.presences.first().modifiee_le == instant(2018, 1, 10, 9)
    assert Decimal("1.75") == a_lui.demandes.get().lignes.first().montant


@pytest.fixture
def agent(db):
    synchroniser()
    return membre_du_personnel("agent")


def test_staff_find_the_days_on_which_the_households_disagree(
    client, commune, agent, reservation, du_pere, baptiste, parent, django_assert_max_num_queries
):
    pere = du_pere.famille.responsables.get().utilisateur
    envoyer(reservation, parent, 22, 23)
    envoyer(du_pere, pere, 15)
    Rattachement.objects.filter(enfant=baptiste, famille=reservation.famille).update(garde=Garde.SEMAINES_IMPAIRES)
    conflits = conflits_des_presences(Presence.objects.values_list("pk", flat=True))
    par_jour = {Presence.objects.get(pk=pk).creneau.jour.day: phrases for pk, phrases in conflits.items()}
    assert par_jour == {15: [CONTESTE]}
    Rattachement.objects.filter(enfant=baptiste, famille=du_pere.famille).update(garde=Garde.SEMAINES_PAIRES)
    client.force_login(agent)
    with time_machine.travel(MERCREDI, tick=False):
        with django_assert_max_num_queries(60):
            page = client.get(reverse("admin:reservations_presence_changelist"), {"garde": "conflit"}).content.decode()
        assert page.count(HORS_GARDE) == 3
        demandes = client.get(reverse("admin:reservations_demande_changelist"), {"garde": "conflit"}).content.decode()
        assert demandes.count(HORS_GARDE) == 2


def test_two_households_that_booked_one_day_are_told_to_staff(reservation, du_pere, matin, baptiste, parent):
    Rattachement.objects.filter(enfant=baptiste).update(garde=Garde.TOUJOURS)
    envoyer(reservation, parent, 15)
    soir = FabriquePrestation(periode=matin.periode, nom="Soir", nom_court="Soir")
    creneau = FabriqueCreneau(prestation=soir, jour=datetime.date(2018, 1, 15))
    presence = Presence.objects.create(
        reservation=du_pere, enfant=baptiste, creneau=creneau, etat="acceptee", modifiee_le=MERCREDI
    )
    assert conflits_des_presences([presence.pk]) == {presence.pk: [EN_DOUBLE, CONTESTE]}
    presence.etat = "annulee"
    presence.save()
    assert conflits_des_presences([presence.pk]) == {}


def test_the_conflicts_cost_the_same_for_one_child_and_for_six(famille, matin, jours, django_assert_num_queries):
    """One query for the days, one for the links, one for their dates, one for the holidays, one for the neighbours."""
    ids = []
    for rang in range(6):
        enfant = FabriqueEnfant(famille=famille, nom=f"N{rang}")
        Rattachement.objects.create(enfant=enfant, famille=FabriqueFamille())
        a_lui = Reservation.objects.create(famille=famille, enfant=enfant, periode=matin.periode, cree_le=MERCREDI)
        creneau = jours[datetime.date(2018, 1, 15)]
        ids += [
            Presence.objects.create(
                reservation=a_lui, enfant=enfant, creneau=creneau, etat="acceptee", modifiee_le=MERCREDI
            ).pk
        ]
    for combien in (1, 6):
        with django_assert_num_queries(5):
            assert len(conflits_des_presences(ids[:combien])) == combien
    with django_assert_num_queries(6):
        assert sorted(presences_en_conflit(datetime.date(2018, 1, 1))) == ids
