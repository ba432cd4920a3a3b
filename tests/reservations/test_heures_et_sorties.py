"""Care by the hour, by half-hours started; outings on one date with their own deadline and places."""

import datetime
from datetime import time
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse

from portail.commun.dates import PARIS
from portail.roles import synchroniser
from reservations import actions
from reservations.models import ChoixBrouillon, Creneau, Presence
from reservations.regles import demi_heures_commencees, heures_admises
from tests.fabriques import FabriquePrestation, instant, membre_du_personnel
from tests.reservations.conftest import MERCREDI
from tests.reservations.gestes import code, envoyer, vouloir

LUNDI = datetime.date(2018, 1, 15)


@pytest.mark.parametrize(
    ("arrivee", "depart", "attendu"),
    [
        (time(8, 30), time(9), 1),
        (time(8, 30), time(9, 1), 2),
        (time(8, 30), time(8, 31), 1),
        (time(8, 30), time(8, 30), 0),
        (time(9), time(8), 0),
        (time(7), time(19), 24),
        (time(16, 45), time(18, 15), 3),
    ],
)
def test_a_half_hour_started_is_due(arrivee, depart, attendu):
    assert demi_heures_commencees(arrivee, depart) == attendu


@pytest.mark.parametrize(
    ("arrivee", "depart", "admises"),
    [
        (time(7, 30), time(18, 30), True),
        (time(7, 29), time(18), False),
        (time(8), time(18, 31), False),
        (time(9), time(9), False),
        (None, time(9), False),
        (time(9), None, False),
    ],
)
def test_hours_are_complete_in_order_and_within_the_opening(arrivee, depart, admises):
    assert heures_admises(arrivee, depart, time(7, 30), time(18, 30)) is admises


@pytest.fixture
def sortie(periode, jours):
    prestation = FabriquePrestation(
        periode=periode,
        nom="Sortie à Océarium",
        nom_court="Océarium",
        genre="sortie",
        jour_unique=datetime.date(2018, 1, 20),
        reponse_avant_le=instant(2018, 1, 18, 18),
        capacite_par_jour=12,
        description="Départ à 9 h devant l’école.",
    )
    actions.generer_creneaux(periode=periode, auteur=None, maintenant=MERCREDI)
    return prestation.creneaux.get()


def test_a_day_by_the_hour_without_its_hours_is_not_taken(reservation, parent, garde):
    vouloir(reservation, garde)
    demande = envoyer(reservation, parent)
    assert demande.lignes.get().motifs == ["heures_manquantes"]
    assert not Presence.objects.exists()


def test_hours_are_kept_with_the_day_and_priced_by_half_hours(reservation, parent, garde):
    vouloir(reservation, garde, arrivee=time(8, 30), depart=time(10, 10))
    demande = envoyer(reservation, parent)
    presence = Presence.objects.get()
    assert (presence.arrivee, presence.depart, presence.unites) == (time(8, 30), time(10, 10), 4)
    assert presence.heures_en_mots == "de 8\xa0h\xa030 à 10\xa0h\xa010"
    assert demande.lignes.get().montant == 4 * Decimal("1.75")


def test_a_day_asked_again_takes_its_new_hours(reservation, parent, garde):
    vouloir(reservation, garde, arrivee=time(8), depart=time(9))
    envoyer(reservation, parent)
    actions.enregistrer_brouillon(reservation=reservation, coches=[], depart=[code(garde)], maintenant=MERCREDI)
    envoyer(reservation, parent)
    vouloir(reservation, garde, arrivee=time(14), depart=time(16))
    envoyer(reservation, parent)
    assert Presence.objects.get().heures_en_mots == "de 14\xa0h à 16\xa0h"


def test_a_departure_before_the_arrival_is_refused_by_the_database(reservation, parent, garde):
    vouloir(reservation, garde, arrivee=time(8), depart=time(9))
    choix = ChoixBrouillon.objects.get()
    choix.depart = time(7)
    with pytest.raises(ValidationError, match="Le départ suit"):
        choix.validate_constraints()


def test_an_outing_is_on_its_day_with_its_own_places(sortie):
    assert (sortie.jour, sortie.capacite) == (datetime.date(2018, 1, 20), 12)


def test_an_outing_has_its_own_deadline_to_book_and_to_cancel(reservation, parent, sortie):
    """Thursday 18 at 18 h is after the deadline of the période for Saturday 20 (Thursday 18 at 12 h)."""
    vouloir(reservation, sortie)
    envoyer(reservation, parent, maintenant=instant(2018, 1, 18, 18))
    assert Presence.objects.get().etat == "demandee"
    actions.enregistrer_brouillon(reservation=reservation, coches=[], depart=[code(sortie)], maintenant=MERCREDI)
    demande = envoyer(reservation, parent, maintenant=instant(2018, 1, 18, 18, 1))
    assert demande.lignes.get().motifs == ["hors_delai_annulation"]


def test_an_outing_without_a_day_is_refused(periode):
    prestation = FabriquePrestation.build(periode=periode, genre="sortie")
    with pytest.raises(ValidationError, match="Une sortie a son jour"):
        prestation.validate_constraints()


@pytest.fixture
def connecte(client, parent):
    client.force_login(parent)
    with time_machine.travel(MERCREDI, tick=False):
        yield client


def adresse(nom, reservation):
    return reverse(f"reservations:{nom}", args=[reservation.cle])


def test_the_check_page_leads_to_the_hours_and_back_with_the_amount(connecte, reservation, garde):
    vouloir(reservation, garde)
    html = connecte.get(adresse("verifier", reservation)).content.decode()
    assert "Indiquez les heures d’arrivée et de départ." in html
    assert adresse("heures", reservation) in html
    assert "Tous les jours" in connecte.get(adresse("heures", reservation)).content.decode()
    reponse = connecte.post(
        adresse("enregistrer_heures", reservation), {"arrivee_tous": "08:30", "depart_tous": "10:10"}, follow=True
    )
    html = reponse.content.decode()
    assert "de 8\xa0h\xa030 à 10\xa0h\xa010" in html
    assert "7,00\xa0€" in html


def test_hours_out_of_the_opening_are_said_beside_the_day_and_kept_as_typed(connecte, reservation, garde):
    vouloir(reservation, garde)
    champs = {f"arrivee_{garde.pk}": "06:00", f"depart_{garde.pk}": "10:00"}
    html = connecte.post(adresse("enregistrer_heures", reservation), champs).content.decode()
    assert "entre 7\xa0h\xa030 et 18\xa0h\xa030" in html
    assert 'value="06:00"' in html
    assert ChoixBrouillon.objects.get().arrivee is None


def test_the_hours_of_last_time_are_proposed(connecte, reservation, parent, garde):
    vouloir(reservation, garde, arrivee=time(9), depart=time(11))
    envoyer(reservation, parent)
    suivant = Creneau.objects.create(prestation=garde.prestation, jour=datetime.date(2018, 1, 16), capacite=5)
    vouloir(reservation, suivant)
    html = connecte.get(adresse("heures", reservation)).content.decode()
    assert 'value="09:00"' in html
    assert 'value="11:00"' in html


def test_the_programme_of_an_outing_is_read_before_it_is_booked(connecte, reservation, sortie):
    sortie.prestation.description = "Départ en car à 9 h.\nPrévoir un pique-nique <b>froid</b>."
    sortie.prestation.save(update_fields=["description"])
    adresses = [
        adresse("planning", reservation),
        reverse("reservations:choisir_periode", args=[reservation.famille.cle, reservation.enfant.cle]),
    ]
    for une in adresses:
        texte = connecte.get(une).text
        assert "Départ en car à 9 h.<br>Prévoir un pique-nique &lt;b&gt;froid&lt;/b&gt;." in texte
        assert "samedi 20 janvier 2018" in texte.replace("\xa0", " ")


# --- An agent changes the day or the kind ---------------------------------------------------------------------------


@pytest.fixture
def gestion(client, commune):
    synchroniser()
    client.force_login(membre_du_personnel("agent"))
    return client


def changer(client, prestation, **champs):
    """Send the prestation's page as it is, with these fields changed."""
    adresse = reverse("admin:reservations_prestation_change", args=[prestation.pk])
    formulaire = client.get(adresse).context["adminform"].form
    envoi = {nom: formulaire[nom].value() for nom in formulaire.fields} | {"periode": prestation.periode_id}
    reponse = prestation.reponse_avant_le and prestation.reponse_avant_le.astimezone(PARIS)
    envoi |= {"reponse_avant_le_0": f"{reponse:%d/%m/%Y}", "reponse_avant_le_1": f"{reponse:%H:%M}"} if reponse else {}
    lignes = {"liens-TOTAL_FORMS": 0, "liens-INITIAL_FORMS": 0}
    envoi = {nom: "" if valeur is None else valeur for nom, valeur in envoi.items()}
    return client.post(adresse, envoi | lignes | champs, follow=True).content.decode()


def jours_de(prestation):
    return {(un.jour.day, un.ferme) for un in prestation.creneaux.all()}


def test_an_outing_that_nobody_booked_moves_with_its_day(gestion, sortie):
    html = changer(gestion, sortie.prestation, jour_unique="27/01/2018")
    assert "Jours ouverts pour Sortie à Océarium : 1." in html
    assert jours_de(sortie.prestation) == {(27, False)}


def test_an_outing_that_is_booked_does_not_move_without_a_word(gestion, sortie, reservation, parent):
    """The closing of its day tells the families; the day that a refused request still names is then closed."""
    vouloir(reservation, sortie)
    envoyer(reservation, parent)
    assert "Des familles ont réservé le 20/01/2018" in changer(gestion, sortie.prestation, jour_unique="27/01/2018")
    assert jours_de(sortie.prestation) == {(20, False)}
    Presence.objects.update(etat="annulee")
    Creneau.objects.filter(pk=sortie.pk).update(places_prises=0)
    changer(gestion, sortie.prestation, jour_unique="27/01/2018")
    assert jours_de(sortie.prestation) == {(20, True), (27, False)}


def test_a_prestation_that_becomes_an_outing_keeps_one_day(gestion, periode, jours):
    simple = FabriquePrestation(periode=periode, nom="Atelier", nom_court="Atelier")
    actions.generer_creneaux(periode=periode, auteur=None, maintenant=MERCREDI)
    assert len(jours_de(simple)) > 1
    changer(gestion, simple, genre="sortie", jour_unique="19/01/2018")
    assert jours_de(simple) == {(19, False)}
