"""The staff's screens: set up the offer, answer requests, see only one's own sites, edit nothing by hand."""

import datetime

import pytest
import time_machine
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.urls import reverse

from portail.commun.models import Courriel, Trace
from portail.roles import synchroniser
from reservations.admin.presences import PresenceAdmin
from reservations.calendrier import limites_des_jours
from reservations.models import Creneau, JourFerme, Periode, Presence, RegleDelai, RegleParticuliere, VacancesScolaires
from tests.fabriques import FabriqueCreneau, FabriqueRegle, instant, membre_du_personnel
from tests.reservations.gestes import envoyer, etats, places

FILE = reverse("admin:reservations_presence_changelist") + "?quand=tous"


@pytest.fixture(autouse=True)
def hiver_2018(commune):
    synchroniser()
    with time_machine.travel(instant(2018, 1, 10, 9), tick=False):
        yield


@pytest.fixture
def agent(client, db):
    agent = membre_du_personnel("agent")
    client.force_login(agent)
    return agent


def agir(client, action, *presences, adresse=FILE, **champs):
    return client.post(
        adresse, {"action": action, ACTION_CHECKBOX_NAME: [une.pk for une in presences], **champs}, follow=True
    ).content.decode()


def test_the_queue_shows_limit_places_and_what_waits(client, agent, reservation, parent):
    envoyer(reservation, parent, 15, 16)
    html = client.get(FILE, {"etat__in": "demandee,annulation_demandee"}).content.decode()
    for attendu in ("15/01/2018", "AABELIUM BAPTISTE", "jeudi 11/01 à\xa012\xa0h", "29 sur 30", "Demande envoyée"):
        assert attendu in html


def test_a_filter_is_said_in_words_above_the_list_and_taken_off_by_a_link(client, agent, reservation, parent):
    envoyer(reservation, parent, 15)
    html = client.get(FILE, {"etat__exact": "demandee", "garde": "conflit"}).content.decode()
    for attendu in ("État&nbsp;: Demande envoyée", "Garde&nbsp;: À vérifier entre les foyers"):
        assert f'<span class="filtres-actif">{attendu}</span>' in html
    assert 'Retirer&nbsp;: <a href="?garde=conflit">état</a>, <a href="?etat__exact=demandee">garde</a>' in html
    assert html.index("filtres-actif") < html.index('id="changelist-form"')


def test_a_batch_is_accepted_and_the_family_told(client, agent, reservation, parent):
    envoyer(reservation, parent, 15, 16)
    Courriel.objects.all().delete()
    html = agir(client, "accepter_les_jours", *Presence.objects.all())
    assert "2 jours acceptés. Les familles sont prévenues." in html
    assert etats(reservation) == {15: "acceptee", 16: "acceptee"}
    assert Courriel.objects.get().destinataire == parent.email


def test_the_limit_of_the_queue_follows_the_particular_rules_in_as_many_queries(
    client, agent, reservation, parent, periode, matin, django_assert_num_queries
):
    envoyer(reservation, parent, 15, 16)
    veille = FabriqueRegle(nom="La veille à 18 h", nombre=1, type_jours="calendaires", heure=datetime.time(18))
    RegleParticuliere.objects.create(periode=periode, geste="reserver", prestation=matin, jours=[0], regle=veille)
    html = client.get(FILE).content.decode()
    assert "dimanche 14/01 à\xa018\xa0h" in html
    assert "vendredi 12/01 à\xa012\xa0h" in html
    lues = list(Presence.objects.select_related(*PresenceAdmin.list_select_related))
    with django_assert_num_queries(3):
        limites_des_jours(lues)


def test_a_cancellation_that_waits_shows_the_limit_to_cancel(client, agent, reservation, parent):
    envoyer(reservation, parent, 15)
    veille = FabriqueRegle(nom="La veille à 18 h", nombre=1, type_jours="calendaires", heure=datetime.time(18))
    Periode.objects.update(regle_annulation=veille)
    Presence.objects.update(etat="annulation_demandee")
    assert "dimanche 14/01 à\xa018\xa0h" in client.get(FILE).content.decode()


def test_a_waiting_day_without_a_place_is_named_and_a_free_place_is_given(client, agent, inscrits):
    attend = Presence.objects.get(reservation=inscrits[1])
    html = agir(client, "accepter_les_jours", attend)
    assert '<li class="warning">Toujours en attente, faute de pouvoir accepter' in html
    assert "<li>FAMILLE1 Lou, Matin du 18/01 (plus de place libre)</li>" in html
    Creneau.objects.filter(jour="2018-01-18").update(capacite=2)
    assert "1 jour accepté." in agir(client, "accepter_les_jours", attend)
    assert etats(inscrits[1]) == {18: "acceptee"}


def test_a_refusal_asks_for_its_reason_on_a_page(client, agent, reservation, parent):
    envoyer(reservation, parent, 15)
    presence = Presence.objects.get()
    html = agir(client, "refuser_les_jours", presence)
    assert "lundi 15\xa0janvier 2018" in html
    assert etats(reservation) == {15: "demandee"}
    html = agir(client, "refuser_les_jours", presence, confirmer="oui", motif=" ")
    assert "Écrivez le motif" in html
    assert etats(reservation) == {15: "demandee"}
    html = agir(client, "refuser_les_jours", presence, confirmer="oui", motif="Effectif maximum atteint.")
    assert "1 jour refusé" in html
    assert etats(reservation) == {15: "refusee"}
    assert places(reservation) == {}


def test_a_whole_request_is_answered_from_its_list(client, agent, reservation, parent):
    demande = envoyer(reservation, parent, 15, 16)
    adresse = reverse("admin:reservations_demande_changelist")
    agir(client, "accepter_les_jours", demande, adresse=adresse)
    assert etats(reservation) == {15: "acceptee", 16: "acceptee"}
    html = client.get(reverse("admin:reservations_demande_change", args=[demande.pk])).content.decode()
    assert demande.numero in html


def test_an_old_page_of_the_queue_changes_nothing_and_says_so(client, agent, reservation, parent):
    envoyer(reservation, parent, 15)
    envoyer(reservation, parent, annuler=[15])
    html = agir(client, "accepter_les_jours", Presence.objects.get())
    assert "N’attendait plus de réponse, rien n’y change\xa0:<ul><li>AABELIUM BAPTISTE, 15/01</li></ul>" in html
    assert etats(reservation) == {15: "annulee"}


def test_a_state_is_never_edited_by_hand(client, agent, reservation, parent):
    envoyer(reservation, parent, 15)
    adresse = reverse("admin:reservations_presence_change", args=[Presence.objects.get().pk])
    assert client.get(adresse).status_code == 200
    assert client.post(adresse, {"etat": "acceptee"}).status_code == 403
    assert etats(reservation) == {15: "demandee"}


def modifier_creneau(client, creneau, **champs):
    return client.post(reverse("admin:reservations_creneau_change", args=[creneau.pk]), {"capacite": 30, **champs})


def test_a_capacity_is_never_set_below_what_is_taken(client, agent, reservation, parent):
    envoyer(reservation, parent, 15)
    creneau = Creneau.objects.get(jour="2018-01-15")
    reponse = modifier_creneau(client, creneau, capacite=0)
    assert "Une place est déjà prise ce jour-là" in reponse.content.decode()
    creneau.refresh_from_db()
    assert creneau.capacite == 30


def test_editing_a_day_never_writes_the_places_taken(client, agent, reservation, parent):
    creneau = Creneau.objects.get(jour="2018-01-15")
    envoyer(reservation, parent, 15)
    modifier_creneau(client, creneau, capacite=12, places_prises=9, jour="2018-02-02", ferme="on")
    creneau.refresh_from_db()
    assert (creneau.capacite, creneau.places_prises, creneau.ferme) == (12, 1, True)
    assert f"{creneau.jour}" == "2018-01-15"
    assert Trace.objects.filter(geste="creneau.modifiee", auteur=agent).exists()


def test_a_periode_is_set_up_with_its_prestations_and_its_days(client, agent, periode):
    regle = FabriqueRegle()
    reponse = client.post(
        reverse("admin:reservations_periode_add"),
        {
            "accueil": periode.accueil.pk,
            "nom": "PERISCOLAIRE 2018-2019",
            "du": "03/09/2018",
            "au": "05/07/2019",
            "jours_ouverture": ["0", "1", "3", "4"],
            "jours_de_classe": "tous",
            "validation_jusqu_au": "05/07/2019",
            "regle_reservation": regle.pk,
            "regle_annulation": regle.pk,
            "acceptation": "automatique",
            "annulation": "automatique",
            "publiee": "on",
            "apres_delai": "majoration",
            "majoration_montant": "1.00",
            "apres_delai_annulation": "refus",
            "duree_offre_heures": "24",
            "age_au": "jour",
            "age_minimum": 3,
            "residence": "toutes",
            "selection": "tous",
            "regles_particulieres-TOTAL_FORMS": 1,
            "regles_particulieres-INITIAL_FORMS": 0,
            "regles_particulieres-0-geste": "annuler",
            "regles_particulieres-0-jours": ["2"],
            "regles_particulieres-0-regle": regle.pk,
            "regles_particulieres-0-apres_delai": "refus",
            "prestations-TOTAL_FORMS": 1,
            "prestations-INITIAL_FORMS": 0,
            "prestations-0-nom": "Périscolaire Matin",
            "prestations-0-nom_court": "Matin",
            "prestations-0-capacite_par_jour": 25,
            "prestations-0-ordre": 0,
        },
    )
    assert reponse.status_code == 302, reponse.context["errors"]
    nouvelle = Periode.objects.get(nom="PERISCOLAIRE 2018-2019")
    assert nouvelle.jours_ouverture == [0, 1, 3, 4]
    assert nouvelle.effet.majoration.en_mots() == "1,00\xa0€"
    assert nouvelle.regles_particulieres.get().jours == [2]
    html = agir(client, "generer_les_creneaux", nouvelle, adresse=reverse("admin:reservations_periode_changelist"))
    assert "créneaux créés" in html
    assert Creneau.objects.filter(prestation__periode=nouvelle, capacite=25).count() > 150


def test_a_rule_shows_what_it_means_for_the_next_days(client, agent):
    html = client.get(reverse("admin:reservations_regledelai_change", args=[FabriqueRegle().pk])).content.decode()
    assert "Pour le lundi 15\xa0janvier 2018 : jeudi 11/01 à\xa012\xa0h" in html


REGLE = {"nom": "Essai", "genre": "jours", "nombre": 2, "type_jours": "ouvres", "heure": "12:00"} | {
    "si_limite_fermee": "garder"
}


def apercu(client, **champs):
    return client.post(reverse("admin:reservations_regledelai_apercu"), REGLE | champs).content.decode()


def test_a_rule_shows_its_meaning_while_it_is_typed_and_saves_nothing(client, agent):
    JourFerme.objects.create(jour="2018-04-02", libelle="Lundi de Pâques", nature="ferie")
    nombre = RegleDelai.objects.count()
    html = apercu(client, nom="", nombre=1)
    assert "1 jour ouvré avant la date souhaitée" in html
    assert "Pour le jeudi 18\xa0janvier 2018 : mercredi 17/01 à\xa012\xa0h" in html
    assert "Pour le lundi 2\xa0avril 2018 (Lundi de Pâques) : vendredi 30/03" in html
    assert "Pour le mardi 3\xa0avril 2018 : vendredi 30/03 à\xa012\xa0h" in html
    assert "Pour le jeudi 18\xa0janvier 2018 : pas possible en ligne" in apercu(
        client, genre="tableau", tableau="mardi : lundi 9:00"
    )
    assert RegleDelai.objects.count() == nombre


def test_a_rule_that_is_not_complete_says_what_is_missing(client, agent):
    html = apercu(client, genre="semaine", heure="26:00")
    assert "Il manque quelque chose" in html
    assert "Heure limite (incluse) : Saisissez une heure valide" in html


def test_a_rule_that_counts_from_the_start_of_a_periode_is_told_for_the_next_ones(client, agent):
    """The limit of a day would be a lie: it is the same for all of the période."""
    VacancesScolaires.objects.create(libelle="Hiver", premier_jour="2018-02-24", dernier_jour="2018-03-11")
    html = apercu(client, genre="periode", nombre=10, type_jours="calendaires")
    assert "Pour une période qui commence le lundi 26\xa0février 2018 (Hiver) : vendredi 16/02 à\xa012\xa0h" in html
    assert "Pour le " not in html
    VacancesScolaires.objects.all().delete()
    assert "Pour une période qui commence le lundi" in apercu(client, genre="mois", nombre=1)


def test_a_day_when_the_town_hall_alone_is_closed_is_named_too(client, agent):
    JourFerme.objects.create(jour="2018-01-19", libelle="Pont", nature="pont", ferme_les_accueils=False)
    assert "Pour le vendredi 19\xa0janvier 2018 (Pont, mairie fermée) : " in apercu(client)


@pytest.fixture
def directrice(client, periode):
    directrice = membre_du_personnel("direction")
    periode.accueil.etablissement.direction.add(directrice)
    client.force_login(directrice)
    return directrice


def test_a_direction_sees_its_own_sites_only(client, directrice, reservation, parent):
    ailleurs = FabriqueCreneau(
        prestation__nom="Ailleurs", prestation__periode__nom="AILLEURS", prestation__periode__regle_reservation__nom="x"
    )
    envoyer(reservation, parent, 15)
    assert "AABELIUM BAPTISTE" in client.get(FILE).content.decode()
    for modele, objet in (("creneau", ailleurs), ("periode", ailleurs.prestation.periode)):
        liste = client.get(reverse(f"admin:reservations_{modele}_changelist")).content.decode()
        assert "AILLEURS" not in liste.partition('id="result_list"')[2]
        page = client.get(reverse(f"admin:reservations_{modele}_change", args=[objet.pk]))
        assert page.status_code == 302


def test_a_direction_answers_no_request(client, directrice, reservation, parent):
    envoyer(reservation, parent, 15)
    assert "accepter_les_jours" not in client.get(FILE).content.decode()
    agir(client, "accepter_les_jours", Presence.objects.get())
    assert etats(reservation) == {15: "demandee"}


def test_the_queue_takes_the_same_queries_for_two_and_for_twenty(
    client, agent, reservation, parent, django_assert_max_num_queries
):
    envoyer(reservation, parent, *range(12, 32))
    client.get(FILE)
    with django_assert_max_num_queries(45):
        client.get(FILE)
