"""Other hours for a day that is sent: at once or by an agent, with their deadline, price, history and mail."""

import uuid
from datetime import time
from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError
from django.urls import reverse
from icalendar import Calendar

from portail.commun.erreurs import RefusMetier
from portail.commun.models import Courriel, Trace
from reservations import actions
from reservations.agenda import flux
from reservations.enums import MotifRefus
from reservations.erreurs import ReservationBloquee
from reservations.models import Periode, Presence, RegleParticuliere
from tests.fabriques import instant
from tests.reservations.conftest import MERCREDI
from tests.reservations.gestes import code, envoyer, vouloir


@pytest.fixture
def connecte(client, parent, commune):
    client.force_login(parent)
    with time_machine.travel(MERCREDI, tick=False):
        yield client


@pytest.fixture
def jour_de_garde(reservation, parent, garde):
    """Monday 15, from 8 h to 10 h, accepted at once."""
    Periode.objects.filter(pk=reservation.periode_id).update(acceptation="automatique")
    reservation.refresh_from_db()
    vouloir(reservation, garde, arrivee=time(8), depart=time(10))
    envoyer(reservation, parent)
    Courriel.objects.all().delete()
    return Presence.objects.get()


def changer(presence, auteur, arrivee=time(8), depart=time(11, 10), maintenant=MERCREDI, **champs):
    return actions.changer_les_heures(
        presence=presence, arrivee=arrivee, depart=depart, auteur=auteur, maintenant=maintenant, **champs
    )


def heures_de(presence):
    presence.refresh_from_db()
    return presence.heures_en_mots, presence.heures_demandees_en_mots


def par_un_agent(periode):
    Periode.objects.filter(pk=periode.pk).update(acceptation="manuelle")


def test_the_hours_of_an_accepted_day_change_at_once_with_a_history_a_trace_and_a_mail(jour_de_garde, parent):
    changer(jour_de_garde, parent)
    assert heures_de(jour_de_garde) == ("de 8\xa0h à 11\xa0h\xa010", "")
    assert (jour_de_garde.etat, jour_de_garde.unites) == ("acceptee", 7)
    assert "au lieu de\xa0: de 8\xa0h à 10\xa0h" in jour_de_garde.etapes.last().motif
    assert Trace.objects.filter(geste="reservation.heures_changees").exists()
    assert "de 8\xa0h à 11\xa0h\xa010" in Courriel.objects.get().texte


def test_an_agent_answers_when_the_periode_is_not_accepted_automatically(jour_de_garde, parent, auteur, periode):
    par_un_agent(periode)
    changer(jour_de_garde, parent)
    assert heures_de(jour_de_garde) == ("de 8\xa0h à 10\xa0h", "de 8\xa0h à 11\xa0h\xa010")
    assert list(Presence.objects.heures_a_changer()) == [jour_de_garde]
    bilan = actions.accepter(presences=[jour_de_garde.pk], agent=auteur, maintenant=MERCREDI)
    assert (bilan.traitees, bilan.ignorees) == (1, [])
    assert heures_de(jour_de_garde) == ("de 8\xa0h à 11\xa0h\xa010", "")
    assert Courriel.objects.filter(sujet__contains="accepté").exists()


def test_a_change_that_is_refused_leaves_the_day_and_its_hours(jour_de_garde, parent, auteur, periode):
    par_un_agent(periode)
    changer(jour_de_garde, parent)
    actions.refuser(presences=[jour_de_garde.pk], agent=auteur, motif="Plus d’animateur.", maintenant=MERCREDI)
    assert heures_de(jour_de_garde) == ("de 8\xa0h à 10\xa0h", "")
    assert jour_de_garde.etat == "acceptee"
    assert "Plus d’animateur." in Courriel.objects.get(sujet__contains="refusé").texte


def test_a_change_that_waits_can_be_taken_back_and_does_not_outlive_the_day(jour_de_garde, parent, periode):
    par_un_agent(periode)
    changer(jour_de_garde, parent)
    actions.retirer_les_heures(presence=jour_de_garde, auteur=parent, maintenant=MERCREDI)
    assert heures_de(jour_de_garde) == ("de 8\xa0h à 10\xa0h", "")
    with pytest.raises(RefusMetier):
        actions.retirer_les_heures(presence=jour_de_garde, auteur=parent, maintenant=MERCREDI)
    changer(jour_de_garde, parent)
    actions.annuler_un_jour(presence=jour_de_garde, auteur=parent, cle=uuid.uuid4(), maintenant=MERCREDI)
    assert heures_de(jour_de_garde)[1] == ""


def test_what_no_agent_has_accepted_yet_is_corrected_as_it_waits(jour_de_garde, parent, periode):
    par_un_agent(periode)
    Presence.objects.update(etat="demandee")
    changer(jour_de_garde, parent)
    assert heures_de(jour_de_garde) == ("de 8\xa0h à 11\xa0h\xa010", "")
    assert jour_de_garde.etat == "demandee"


@pytest.mark.parametrize(
    ("champs", "motif"),
    [
        ({"depart": time(10)}, MotifRefus.HEURES_INCHANGEES),
        ({"depart": time(19)}, MotifRefus.HEURES_MANQUANTES),
        ({"maintenant": instant(2018, 1, 11, 12)}, None),
        ({"maintenant": instant(2018, 1, 11, 12, 1)}, MotifRefus.HEURES_HORS_DELAI),
        ({"maintenant": instant(2018, 1, 16, 8)}, MotifRefus.JOUR_PASSE),
        ({"conditions": "agent "}, MotifRefus.CONDITIONS_CHANGEES),
    ],
)
def test_a_change_of_hours_that_the_rules_refuse(jour_de_garde, parent, champs, motif):
    if motif is None:
        assert changer(jour_de_garde, parent, **champs).heures_en_mots == "de 8\xa0h à 11\xa0h\xa010"
        return
    with pytest.raises(RefusMetier) as refus:
        changer(jour_de_garde, parent, **champs)
    assert refus.value.motifs == [motif]
    assert heures_de(jour_de_garde) == ("de 8\xa0h à 10\xa0h", "")


def test_the_rule_to_modify_a_day_is_that_of_its_hours_and_may_cost_more(jour_de_garde, parent, periode):
    jeudi_13_h = instant(2018, 1, 11, 13)
    RegleParticuliere.objects.create(
        periode=periode,
        geste="modifier",
        regle=periode.regle_reservation,
        apres_delai="majoration",
        majoration_montant=Decimal("2.00"),
    )
    changer(jour_de_garde, parent, maintenant=jeudi_13_h, conditions="aussitôt 2,00\xa0€")
    jour_de_garde.refresh_from_db()
    assert jour_de_garde.majoration_montant == Decimal("2.00")


def test_a_day_that_an_invoice_holds_keeps_its_hours(jour_de_garde, parent, settings):
    settings.JOURS_FACTURES = "tests.reservations.test_envoi.tous_factures"
    with pytest.raises(RefusMetier) as refus:
        changer(jour_de_garde, parent)
    assert refus.value.motifs == [MotifRefus.HEURES_FACTUREES]


def test_a_blocked_household_may_shorten_a_day_but_not_lengthen_it(jour_de_garde, parent, settings):
    settings.BLOCAGES_DE_RESERVATION = ["tests.reservations.test_envoi.bloquer"]
    with pytest.raises(ReservationBloquee):
        changer(jour_de_garde, parent)
    assert changer(jour_de_garde, parent, depart=time(9)).unites == 2


def test_the_database_refuses_hours_asked_for_a_day_that_is_not_accepted(jour_de_garde):
    with pytest.raises(IntegrityError, match="presence_heures_demandees"):
        Presence.objects.update(
            etat="annulee", arrivee_demandee=time(8), depart_demande=time(9), heures_demandees_le=MERCREDI
        )


def test_the_page_shows_the_price_before_the_change_then_makes_it(connecte, jour_de_garde, reservation):
    detail = connecte.get(reverse("reservations:detail", args=[reservation.cle])).content.decode()
    adresse = reverse("reservations:heures_du_jour", args=[jour_de_garde.cle])
    assert adresse in detail
    assert "de 8\xa0h à 10\xa0h" in detail
    html = connecte.get(adresse, {"arrivee": "08:00", "depart": "11:10", "apercu": "oui"}).content.decode()
    assert "7,00\xa0€" in html
    assert "12,25\xa0€" in html
    assert heures_de(jour_de_garde)[0] == "de 8\xa0h à 10\xa0h"
    reponse = connecte.post(adresse, {"arrivee": "08:00", "depart": "11:10", "conditions": "aussitôt "}, follow=True)
    assert "Les heures sont changées" in reponse.content.decode()
    assert heures_de(jour_de_garde)[0] == "de 8\xa0h à 11\xa0h\xa010"


def test_what_blocks_a_longer_day_is_named_with_its_link_and_a_shorter_one_stays_possible(
    connecte, jour_de_garde, settings
):
    settings.BLOCAGES_DE_RESERVATION = ["tests.reservations.test_envoi.bloquer"]
    adresse, bouton = reverse("reservations:heures_du_jour", args=[jour_de_garde.cle]), 'name="conditions"'
    plus_long, plus_court = {"arrivee": "08:00", "depart": "11:10"}, {"arrivee": "08:00", "depart": "09:00"}
    for html in (connecte.get(adresse, plus_long).text, connecte.post(adresse, plus_long).text):
        assert 'Il manque l’attestation d’assurance. <a href="/documents/">Ajouter</a>' in html
        assert bouton not in html
    html = connecte.get(adresse, plus_court).text
    assert bouton in html
    assert "assurance" not in html


def test_the_confirmation_repeats_the_hours_of_each_day(connecte, jour_de_garde):
    confirmation = reverse("reservations:demande", args=[jour_de_garde.demande.cle])
    assert "de 8\xa0h à 10\xa0h" in connecte.get(confirmation).text


def test_hours_that_cannot_be_are_said_beside_the_field(connecte, jour_de_garde):
    adresse = reverse("reservations:heures_du_jour", args=[jour_de_garde.cle])
    assert "entre 7\xa0h\xa030 et 18\xa0h\xa030" in connecte.get(adresse, {"arrivee": "06:00", "depart": "9:00"}).text
    assert "par exemple 08:30" in connecte.get(adresse, {"arrivee": "tôt", "depart": "9:00"}).text


def test_a_day_that_is_not_by_the_hour_says_so(connecte, reservation, parent):
    envoyer(reservation, parent, 16)
    adresse = reverse("reservations:heures_du_jour", args=[Presence.objects.get().cle])
    assert "Les heures de ce jour ne se choisissent pas" in connecte.get(adresse).text


def test_the_calendar_feed_has_the_hours_that_are_booked(jour_de_garde, famille):
    [evenement] = Calendar.from_ical(flux(famille, MERCREDI)).walk("vevent")
    assert (evenement["dtstart"].dt, evenement["dtend"].dt) == (instant(2018, 1, 15, 8), instant(2018, 1, 15, 10))


# --- What a day by the hour costs, wherever it is told ----------------------------------------------------------------


def test_the_planning_and_the_check_page_price_a_day_to_cancel_by_its_hours(connecte, jour_de_garde, reservation):
    """Four half-hours at 1,75 €; in another month the edit counts the same."""
    assert "7,00\xa0€" in connecte.get(reverse("reservations:planning", args=[reservation.cle])).text
    creneau = jour_de_garde.creneau
    actions.enregistrer_brouillon(reservation=reservation, coches=[], depart=[code(creneau)], maintenant=MERCREDI)
    for mois in ("2018-01", "2018-02"):
        page = connecte.get(reverse("reservations:planning", args=[reservation.cle]), {"mois": mois})
        assert page.context["mois"].resume.montant == Decimal("-7.00")
    [rubrique] = connecte.get(reverse("reservations:verifier", args=[reservation.cle])).context["rubriques"]
    assert rubrique.total_retraits == Decimal("7.00")


def test_cancelling_one_day_names_what_its_hours_cost(connecte, jour_de_garde):
    assert "7,00\xa0€" in connecte.get(reverse("reservations:annuler_jour", args=[jour_de_garde.cle])).text


def test_the_planning_prices_the_hours_that_are_not_sent_yet(connecte, reservation, garde):
    vouloir(reservation, garde, arrivee=time(8), depart=time(11))
    page = connecte.get(reverse("reservations:planning", args=[reservation.cle]))
    assert page.context["mois"].resume.montant == Decimal("10.50")
    assert "10,50\xa0€" in page.text


def test_the_planning_says_the_price_of_a_half_hour_until_the_hours_are_known(connecte, reservation, garde):
    adresse = reverse("reservations:planning", args=[reservation.cle])
    assert "1,75\xa0€ la demi-heure</span>" in connecte.get(adresse).text
    vouloir(reservation, garde, arrivee=time(8), depart=time(11))
    assert "10,50\xa0€</span>" in connecte.get(adresse).text
    assert "la demi-heure" not in connecte.get(adresse).text
