"""The queue of the service: ordered by deadline then age, filtered, answered by batch with what fails named."""

import datetime

import pytest
import time_machine
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from enfants.models import Classe, Ecole, Enfant
from portail.commun.models import Courriel, Trace
from portail.roles import synchroniser
from reservations import actions
from reservations.models import Creneau, EtapePresence, Periode, Presence
from tests.fabriques import (
    FabriqueAccueil,
    FabriqueCreneau,
    FabriqueRegle,
    FabriqueResponsable,
    FabriqueUtilisateur,
    instant,
    membre_du_personnel,
)
from tests.reservations.conftest import MERCREDI, reservation_de
from tests.reservations.gestes import envoyer, etats, places_coherentes
from tests.reservations.test_blocages import publier

DEMANDES = reverse("admin:reservations_demande_changelist")
PRESENCES = reverse("admin:reservations_presence_changelist")


@pytest.fixture(autouse=True)
def hiver_2018(commune):
    synchroniser()
    with time_machine.travel(MERCREDI, tick=False):
        yield


@pytest.fixture
def agent(client, db):
    agent = membre_du_personnel("agent")
    client.force_login(agent)
    return agent


@pytest.fixture
def trois(periode, jours):
    """Asked for 16, 15 and 15 January by three households, in this order."""
    trouvees = []
    for rang, jour in enumerate((16, 15, 15)):
        une = reservation_de(periode, rang)
        FabriqueResponsable(famille=une.famille)
        envoyer(une, FabriqueUtilisateur(), jour, maintenant=MERCREDI - datetime.timedelta(hours=3 - rang))
        trouvees.append(une)
    return trouvees


def lignes(client, adresse=DEMANDES, **filtres):
    return list(client.get(adresse, filtres).context["cl"].result_list)


def familles(client, adresse=DEMANDES, **filtres):
    return [une.reservation.famille.nom for une in lignes(client, adresse, **filtres)]


def agir(client, action, *lignes, adresse=PRESENCES + "?attente=oui", **champs):
    donnees = {"action": action, ACTION_CHECKBOX_NAME: [une.pk for une in lignes], **champs}
    return client.post(adresse, donnees, follow=True).content.decode()


def test_the_nearest_deadline_comes_first_then_the_oldest_request(client, agent, trois):
    attendu = ["FAMILLE1", "FAMILLE2", "FAMILLE0"]
    assert familles(client) == attendu
    assert familles(client, PRESENCES, attente="oui") == attendu


def test_the_order_is_that_of_the_deadlines_and_not_of_the_days(client, agent, trois):
    """Tuesdays close a week ahead: the later day has the earlier deadline."""
    tableau = FabriqueRegle(nom="Tableau", genre="tableau", tableau="lundi : vendredi 18:00\nmardi : mercredi 10:00")
    Periode.objects.update(regle_reservation=tableau)
    assert familles(client) == ["FAMILLE0", "FAMILLE1", "FAMILLE2"]
    assert familles(client, PRESENCES, attente="oui") == ["FAMILLE0", "FAMILLE1", "FAMILLE2"]


def test_a_cancellation_waits_until_its_own_deadline(client, agent, trois):
    fixe = FabriqueRegle(nom="Fixe", genre="date", date_fixe=datetime.date(2018, 1, 10), heure=datetime.time(10))
    Periode.objects.update(regle_annulation=fixe)
    Presence.objects.filter(reservation=trois[0]).update(etat="annulation_demandee")
    premiere, *_ = lignes(client)
    assert (premiere.reservation.famille.nom, premiere.echeance) == ("FAMILLE0", instant(2018, 1, 10, 10))
    html = client.get(DEMANDES).content.decode()
    assert "1 annulation" in html
    assert "Dans les 48 h" in html


def test_the_queue_opens_on_what_waits_and_everything_is_one_click_away(client, agent, trois):
    actions.accepter(
        presences=Presence.objects.filter(reservation=trois[1]).values_list("pk", flat=True),
        agent=agent,
        maintenant=MERCREDI,
    )
    assert familles(client) == ["FAMILLE2", "FAMILLE0"]
    assert familles(client, attente="toutes") == ["FAMILLE2", "FAMILLE1", "FAMILLE0"]


def test_the_row_tells_the_places_of_each_day_and_leads_to_the_days(client, agent, trois):
    html = client.get(DEMANDES).content.decode()
    assert "<summary>28</summary><ul><li>lun.\xa015/01, Matin\xa0: 28 sur 30</li></ul>" in html
    demande = trois[1].demandes.get()
    lien = f"{PRESENCES}?demande__id__exact={demande.pk}&attente=oui"
    assert f'href="{lien.replace("&", "&amp;")}"' in html
    assert [une.reservation_id for une in lignes(client, lien)] == [trois[1].pk]


@pytest.mark.parametrize(
    ("filtre", "attendues"),
    [
        ({"urgence": "passee"}, []),
        ({"urgence": "urgente"}, ["FAMILLE1", "FAMILLE2"]),
        ({"urgence": "semaine"}, ["FAMILLE1", "FAMILLE2", "FAMILLE0"]),
        ({"attente": "annulations"}, ["FAMILLE0"]),
        ({"attente": "ajouts"}, ["FAMILLE1", "FAMILLE2"]),
        ({"a_verifier": "oui"}, ["FAMILLE1", "FAMILLE2"]),
        ({"a_verifier": "non"}, ["FAMILLE0"]),
        ({"q": "famille2"}, ["FAMILLE2"]),
    ],
)
def test_the_filters(client, agent, trois, filtre, attendues):
    Creneau.objects.filter(jour="2018-01-15").update(ferme=True)
    Presence.objects.filter(reservation=trois[0]).update(etat="annulation_demandee")
    assert familles(client, **filtre) == attendues
    attente = {} if "attente" in filtre or "urgence" in filtre or "a_verifier" in filtre else {"attente": "oui"}
    assert familles(client, PRESENCES, **filtre, **attente) == attendues


def test_what_is_late_and_what_was_never_answered(client, agent, trois):
    with time_machine.travel(instant(2018, 1, 12, 13), tick=False):
        client.force_login(agent)
        assert familles(client, urgence="passee") == ["FAMILLE1", "FAMILLE2", "FAMILLE0"]
        assert "Dépassée" in client.get(DEMANDES).content.decode()
    with time_machine.travel(instant(2018, 1, 16, 9), tick=False):
        client.force_login(agent)
        assert familles(client, urgence="jour_passe") == ["FAMILLE1", "FAMILLE2"]
        assert familles(client, urgence="passee") == ["FAMILLE0"]


def test_the_school_and_the_class_are_filters(client, agent, trois):
    ecole = Ecole.objects.create(nom="Boutle")
    classe = Classe.objects.create(ecole=ecole, nom="CE1 A", niveau="CE1")
    Enfant.objects.filter(reservations=trois[2]).update(ecole=ecole, classe=classe)
    for champ, objet in (("ecole", ecole), ("classe", classe)):
        assert familles(client, **{f"reservation__enfant__{champ}__id__exact": objet.pk}) == ["FAMILLE2"]
        voulues = {f"enfant__{champ}__id__exact": objet.pk, "attente": "oui"}
        assert familles(client, PRESENCES, **voulues) == ["FAMILLE2"]


def test_a_batch_accepts_what_is_fine_and_names_the_rest(client, agent, trois):
    Enfant.objects.filter(reservations=trois[1]).update(date_naissance="2001-01-01")
    Periode.objects.update(age_maximum=12)
    html = agir(client, "accepter_les_jours", *Presence.objects.all())
    assert "2 jours acceptés. Les familles sont prévenues." in html
    assert "À vérifier avant d’accepter, toujours en attente" in html
    assert "<li>FAMILLE1 Lou, Matin du 15/01 (L’enfant a dépassé l’âge de cet accueil)</li>" in html
    assert [etats(une) for une in trois] == [{16: "acceptee"}, {15: "demandee"}, {15: "acceptee"}]


def test_the_agent_accepts_in_spite_of_it_with_a_reason_that_is_kept(client, agent, trois):
    Enfant.objects.filter(reservations=trois[1]).update(date_naissance="2001-01-01")
    Periode.objects.update(age_maximum=12)
    presence = Presence.objects.get(reservation=trois[1])
    html = agir(client, "accepter_avec_un_motif", presence)
    assert "<strong>À vérifier</strong>&nbsp;: L’enfant a dépassé l’âge de cet accueil" in html
    assert "28 places libres" in html
    assert "Accord de la direction." in html
    assert "Écrivez le motif" in agir(client, "accepter_avec_un_motif", presence, confirmer="oui", motif="")
    assert etats(trois[1]) == {15: "demandee"}
    Courriel.objects.all().delete()
    html = agir(client, "accepter_avec_un_motif", presence, confirmer="oui", motif="Accord de la directrice.")
    assert "1 jour accepté." in html
    assert etats(trois[1]) == {15: "acceptee"}
    assert "Accord de la directrice." in Courriel.objects.get().texte
    assert EtapePresence.objects.latest("pk").motif == "Accord de la directrice."
    assert Trace.objects.get(geste="reservation.acceptee").motif == "Accord de la directrice."


def test_a_day_that_closed_is_accepted_by_no_batch(client, agent, trois):
    Creneau.objects.filter(jour="2018-01-15").update(ferme=True)
    for action, champs in (
        ("accepter_les_jours", {}),
        ("accepter_avec_un_motif", {"confirmer": "oui", "motif": "Si."}),
    ):
        html = agir(client, action, *Presence.objects.filter(reservation__in=trois[1:]), **champs)
        assert "<li>FAMILLE1 Lou, Matin du 15/01 (jour fermé)</li>" in html
    assert [etats(une) for une in trois[1:]] == [{15: "demandee"}, {15: "demandee"}]
    agir(client, "refuser_les_jours", *Presence.objects.all(), confirmer="oui", motif="Fermé.")
    assert [etats(une) for une in trois] == [{16: "refusee"}, {15: "refusee"}, {15: "refusee"}]
    assert places_coherentes(trois[0].periode)


def test_a_batch_is_bounded_and_says_what_is_left(client, agent, trois, monkeypatch):
    monkeypatch.setattr("reservations.admin.reponses.JOURS_PAR_LOT", 2)
    html = agir(client, "accepter_les_jours", *Presence.objects.all())
    assert "La sélection compte plus de 2 jours : les 2 plus proches sont traités." in html
    assert [etats(une) for une in trois] == [{16: "demandee"}, {15: "acceptee"}, {15: "acceptee"}]


def test_a_direction_reads_no_secret_of_the_file(client, trois, periode):
    publier()
    directrice = membre_du_personnel("direction")
    periode.accueil.etablissement.direction.add(directrice)
    client.force_login(directrice)
    assert "non accepté" not in client.get(PRESENCES, {"attente": "oui"}).content.decode()
    assert lignes(client, PRESENCES, a_verifier="oui") == []
    client.force_login(membre_du_personnel("agent"))
    assert client.get(PRESENCES, {"attente": "oui"}).content.decode().count("non accepté") == 3


@pytest.mark.parametrize("adresse", [DEMANDES, PRESENCES + "?attente=oui&a_verifier=non&urgence=semaine"])
def test_the_queue_costs_the_same_for_three_requests_and_for_twelve(
    client, agent, trois, periode, adresse, django_assert_num_queries
):
    FabriqueAccueil()
    client.get(adresse)
    with CaptureQueriesContext(connection) as mesure:
        assert len(lignes(client, adresse)) == 3
    FabriqueAccueil.create_batch(4)
    for rang in range(3, 12):
        envoyer(reservation_de(periode, rang), FabriqueUtilisateur(), 15, 16, 17)
    with django_assert_num_queries(len(mesure)):
        assert len(lignes(client, adresse)) >= 12
    assert len(mesure) < 70


@pytest.mark.parametrize("adresse", [DEMANDES, PRESENCES + "?attente=oui", PRESENCES + "?quand=tous"])
def test_no_list_reads_the_same_thing_twice(client, agent, trois, adresse):
    client.get(adresse)
    with CaptureQueriesContext(connection) as mesure:
        assert len(lignes(client, adresse)) == 3
    lues = [une["sql"] for une in mesure]
    assert sorted({une for une in lues if lues.count(une) > 1}) == []


def test_the_days_open_on_today_or_on_the_next_open_one(client, agent, trois):
    envoyer(trois[0], FabriqueUtilisateur(), 17, 19)
    with time_machine.travel(instant(2018, 1, 16, 9), tick=False):
        client.force_login(agent)
        assert [une.creneau.jour.day for une in lignes(client, PRESENCES)] == [16]
    with time_machine.travel(instant(2018, 1, 13, 9), tick=False):
        client.force_login(agent)
        reponse = client.get(PRESENCES)
        assert [une.creneau.jour.day for une in reponse.context["cl"].result_list] == [15, 15]
        html = reponse.content.decode()
    assert "Lundi 15\xa0janvier 2018" in html
    for lien in ('href="?quand=2018-01-12"', 'href="?quand=2018-01-16"', 'href="?quand=semaine-2018-01-15"'):
        assert lien in html
    assert [une.creneau.jour.day for une in lignes(client, PRESENCES, quand="semaine-2018-01-15")] == [
        15,
        15,
        16,
        17,
        19,
    ]
    assert len(lignes(client, PRESENCES, quand="tous")) == 5


@pytest.mark.parametrize("quand", ["demain", "2018-13-45", "semaine-", "9999-12-31", "0001-01-01"])
def test_a_day_that_is_none_shows_all_days(client, agent, trois, quand):
    assert len(lignes(client, PRESENCES, quand=quand)) == 3


def test_a_search_looks_into_all_days(client, agent, trois):
    assert familles(client, PRESENCES, q="famille0") == ["FAMILLE0"]


def test_the_next_open_day_of_a_direction_is_that_of_its_own_sites(client, trois, periode):
    FabriqueCreneau(
        jour=datetime.date(2018, 1, 13),
        prestation__nom="Ailleurs",
        prestation__periode__nom="AILLEURS",
        prestation__periode__regle_reservation__nom="x",
    )
    directrice = membre_du_personnel("direction")
    periode.accueil.etablissement.direction.add(directrice)
    with time_machine.travel(instant(2018, 1, 13, 9), tick=False):
        client.force_login(directrice)
        assert "Lundi 15\xa0janvier 2018" in client.get(PRESENCES).content.decode()
