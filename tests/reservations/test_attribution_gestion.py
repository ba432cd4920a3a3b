"""The service's screens of the allotment: prepare, read, decide, confirm; each direction its own sites."""

import pytest
import time_machine
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portail.roles import synchroniser
from reservations import actions, tasks
from reservations.enums import Critere, EtatAttribution, EtatPresence
from reservations.models import Attribution, Periode, Presence
from tests.fabriques import FabriqueEtablissement, membre_du_personnel
from tests.reservations.attribution import APRES, CRITERES, DEBUT, FIN, PENDANT, ligne
from tests.reservations.conftest import reservation_de
from tests.reservations.gestes import etats

LIGNES = reverse("admin:reservations_ligneattribution_changelist")
PREPARER = reverse("admin:reservations_attribution_add")


@pytest.fixture(autouse=True)
def apres_la_fenetre(commune):
    synchroniser()
    with time_machine.travel(APRES, tick=False):
        yield


@pytest.fixture
def agent(client, db):
    agent = membre_du_personnel("agent")
    client.force_login(agent)
    return agent


@pytest.fixture
def attribution(demandes, fenetre, agent):
    return actions.preparer_attribution(periode=fenetre, agent=agent, maintenant=APRES)


def page_de(attribution):
    return reverse("admin:reservations_attribution_change", args=[attribution.pk])


def poster(client, attribution, geste):
    adresse = reverse(f"admin:reservations_attribution_{geste}", args=[attribution.pk])
    return client.post(adresse, follow=True).content.decode()


def agir(client, action, *lignes, **champs):
    return client.post(
        LIGNES, {"action": action, ACTION_CHECKBOX_NAME: [une.pk for une in lignes], **champs}, follow=True
    ).content.decode()


def test_a_proposal_is_prepared_from_the_list_of_periodes_that_wait(client, agent, demandes, fenetre):
    html = client.get(PREPARER).content.decode()
    assert "PERISCOLAIRE 2017-2018" in html
    assert "Jours demandés&nbsp;: 6" in html
    html = client.post(PREPARER, {"periode": fenetre.pk}, follow=True).content.decode()
    assert "La proposition est calculée" in html
    assert Attribution.objects.get().lignes.count() == 6
    assert "PERISCOLAIRE 2017-2018" not in client.get(PREPARER).content.decode()


def test_before_the_end_of_the_window_nothing_is_prepared(client, agent, demandes, fenetre):
    with time_machine.travel(PENDANT, tick=False):
        assert "La pré-réservation n’est pas terminée." in client.get(PREPARER).content.decode()
        html = client.post(PREPARER, {"periode": fenetre.pk}, follow=True).content.decode()
    assert '<li class="error">MINE' in html.replace(str(fenetre), "MINE"), "a refusal is not ticked in green"
    assert "attendez sa fin" in html
    assert not Attribution.objects.exists()


def test_the_page_shows_each_day_against_its_places(client, attribution):
    html = client.get(page_de(attribution)).content.decode().replace("\xa0", " ")
    ligne_du_29 = html[html.index("lun. 29/01") : html.index("mar. 30/01")]
    chiffres = [morceau.split("<")[0] for morceau in ligne_du_29.split('class="nombre">')[1:]]
    assert chiffres == ["4", "2", "2", "2", "0"]
    assert "Familles de la commune, Parents qui travaillent tous" in html
    for titre in ("Demandes", "Places", "Données", "Sans place", "Restent"):
        assert f'data-label="{titre}"' in ligne_du_29, "named beside the figure on a phone"


def test_each_line_says_its_rank_and_why(client, attribution):
    html = client.get(LIGNES, {"attribution__id__exact": attribution.pk}).content.decode()
    assert page_de(attribution) in html
    assert "4 pour\xa02" in html
    for critere in ("familles de la commune", "date et heure de la demande"):
        assert f'<td class="field-pourquoi">{critere}</td>' in html


def test_a_place_is_given_with_its_reason_and_who_loses_it_is_named(client, attribution, demandes, agent):
    premiere = ligne(attribution, demandes[0])
    html = agir(client, "donner_la_place", premiere)
    assert "rang 4" in html
    assert ligne(attribution, demandes[0]).impose is None
    html = agir(client, "donner_la_place", premiere, confirmer="1", motif="")
    assert "Écrivez le motif" in html
    html = agir(client, "donner_la_place", premiere, confirmer="1", motif="Signalée par le CCAS")
    assert "1 jour changé. Le reste est recalculé." in html
    assert "N’ont plus de place\xa0: FAMILLE3 Lou, Matin du 29/01." in html
    assert ligne(attribution, demandes[0]).donnee
    html = agir(
        client, "donner_la_place", *(ligne(attribution, une) for une in demandes[1:3]), confirmer="1", motif="x"
    )
    assert "Toutes les places de ce jour sont déjà données par décision du service." in html
    agir(client, "laisser_aux_criteres", ligne(attribution, demandes[0]))
    assert not ligne(attribution, demandes[0]).donnee


def test_giving_up_a_decision_leads_back_to_the_requests_one_was_reading(client, attribution, demandes):
    adresse = f"{LIGNES}?attribution__id__exact={attribution.pk}"
    champs = {"action": "donner_la_place", ACTION_CHECKBOX_NAME: ligne(attribution, demandes[0]).pk}
    assert f'<a class="closelink" href="{adresse}">' in client.post(adresse, champs).content.decode()


def test_the_first_page_says_that_an_allotment_is_to_be_prepared_then_to_be_confirmed(client, agent, demandes, fenetre):
    def travail():
        lignes = client.get(reverse("admin:index")).context["travail"]
        return {une.texte: (une.nombre, une.lien) for une in lignes if "courriel" not in une.texte}

    with time_machine.travel(FIN, tick=False):
        client.force_login(agent)
        assert travail() == {}
    client.force_login(agent)
    finie = "pré-réservation est finie, l’attribution de ses places est à préparer"
    assert travail() == {finie: (1, PREPARER)}
    proposee = actions.preparer_attribution(periode=fenetre, agent=agent, maintenant=APRES)
    assert list(travail()) == ["attribution de places est à confirmer"]
    actions.abandonner_attribution(attribution=proposee, agent=agent, maintenant=APRES)
    assert list(travail()) == [finie]
    Presence.objects.update(etat=EtatPresence.ANNULEE)
    assert travail() == {}


def test_a_day_that_waits_for_the_allotment_is_not_accepted_one_by_one(client, agent, demandes):
    presence = Presence.objects.filter(reservation=demandes[1]).get()
    html = client.post(
        reverse("admin:reservations_presence_changelist") + "?quand=tous",
        {"action": "accepter_les_jours", ACTION_CHECKBOX_NAME: [presence.pk]},
        follow=True,
    ).content.decode()
    assert "FAMILLE2 Lou, Matin du 29/01 (c’est l’attribution des places qui répond)" in html
    assert "N’attendait plus de réponse" not in html
    assert etats(demandes[1]) == {29: EtatPresence.EN_ATTRIBUTION}


def test_the_confirmation_shows_its_progress_then_its_end(client, attribution, demandes, agent):
    html = poster(client, attribution, "confirmer")
    assert "0 jours traités sur 6" in html or "0 jour traité sur 6" in html
    assert client.get(page_de(attribution))["Refresh"] == "4"
    assert "Confirmer l’attribution" not in html
    tasks.appliquer_l_attribution(attribution.pk)
    reponse = client.get(page_de(attribution))
    assert "Refresh" not in reponse
    assert "Chaque famille a reçu un courriel." in reponse.content.decode()
    assert etats(demandes[1]) == {29: EtatPresence.ACCEPTEE}
    html = poster(client, attribution, "recalculer")
    assert "n’est plus une proposition" in html


def test_a_confirmation_left_half_way_is_resumed(client, attribution, agent, monkeypatch):
    poster(client, attribution, "confirmer")
    reveilles = []
    monkeypatch.setattr("reservations.tasks.appliquer_l_attribution.delay", reveilles.append)
    assert "reprend où elle s’était arrêtée" in poster(client, attribution, "reprendre")
    assert reveilles == [attribution.pk]


def test_what_moved_since_the_computation_is_said_then_computed_again(client, attribution, demandes, agent):
    Presence.objects.filter(reservation=demandes[1]).update(etat=EtatPresence.ANNULEE)
    html = poster(client, attribution, "confirmer")
    assert "recalculez, relisez, puis confirmez" in html
    assert "est recalculée" in poster(client, attribution, "recalculer")
    poster(client, attribution, "confirmer")
    attribution.refresh_from_db()
    assert attribution.etat == EtatAttribution.CONFIRMATION


def test_a_direction_reads_the_allotments_of_its_own_sites_and_changes_nothing(client, attribution):
    direction = membre_du_personnel("direction")
    client.force_login(direction)
    assert client.get(page_de(attribution)).status_code == 404
    assert "FAMILLE1" not in client.get(LIGNES).content.decode()
    attribution.periode.accueil.etablissement.direction.add(direction)
    html = client.get(page_de(attribution)).content.decode()
    assert "Places par jour" in html
    assert "Confirmer l’attribution" not in html
    assert "FAMILLE1" in client.get(LIGNES).content.decode()
    assert client.get(PREPARER).status_code == 403
    adresse = reverse("admin:reservations_attribution_confirmer", args=[attribution.pk])
    assert client.post(adresse).status_code == 403


def test_the_lists_take_as_many_queries_for_forty_requests_as_for_four(client, attribution, fenetre, agent):
    adresses = (page_de(attribution), f"{LIGNES}?attribution__id__exact={attribution.pk}")
    _requetes(client, adresses[0])
    avant = [_requetes(client, adresse) for adresse in adresses]
    creneau = Presence.objects.filter(creneau__jour="2018-01-29").first().creneau
    siennes = [reservation_de(fenetre, n) for n in range(10, 46)]
    Presence.objects.bulk_create(
        Presence(
            reservation=une, enfant=une.enfant, creneau=creneau, etat=EtatPresence.EN_ATTRIBUTION, modifiee_le=PENDANT
        )
        for une in siennes
    )
    actions.recalculer_attribution(attribution=attribution, agent=agent, maintenant=APRES)
    assert [_requetes(client, adresse) for adresse in adresses] == avant


def _requetes(client, adresse):
    with CaptureQueriesContext(connection) as releve:
        assert client.get(adresse).status_code == 200
    return len(releve)


# The form of the période.


def formulaire(client, periode, **champs):
    adresse = reverse("admin:reservations_periode_change", args=[periode.pk])
    page = client.get(adresse)
    form = page.context["adminform"].form
    valeurs = {}
    for nom in form.fields:
        champ = form[nom]
        valeur = champ.value()
        if valeur is None or valeur is False or valeur == "":
            continue
        if nom.startswith(("prereservation_", "ouverture_")):
            local = timezone.localtime(valeur)
            valeurs |= {f"{nom}_0": f"{local:%d/%m/%Y}", f"{nom}_1": f"{local:%H:%M:%S}"}
        else:
            valeurs[nom] = valeur
    for groupe in page.context["inline_admin_formsets"]:
        gestion = groupe.formset.management_form
        valeurs |= {gestion.add_prefix(nom): gestion[nom].value() for nom in gestion.fields}
        for un in groupe.formset.forms:
            valeurs |= {
                un.add_prefix(nom): valeur
                for nom in un.fields
                if (valeur := un[nom].value()) is not None and valeur is not False and valeur != ""
            }
    valeurs |= champs
    return client.post(adresse, {cle: valeur for cle, valeur in valeurs.items() if valeur is not None}, follow=True)


def test_the_order_of_the_criteria_is_set_without_a_script(client, agent, fenetre):
    html = formulaire(client, fenetre, critere_1="date", critere_2="fratrie", critere_3=None, critere_4=None)
    assert html.redirect_chain, html.context["errors"]
    fenetre.refresh_from_db()
    assert fenetre.criteres == [Critere.DATE, Critere.FRATRIE]
    assert (fenetre.prereservation_du, fenetre.prereservation_au) == (DEBUT, FIN)


def test_the_same_criterion_twice_is_refused_beside_it(client, agent, fenetre):
    html = formulaire(client, fenetre, critere_1="date", critere_2="date").content.decode()
    assert "Ce critère est déjà choisi plus haut." in html
    fenetre.refresh_from_db()
    assert fenetre.criteres == CRITERES


def test_a_window_that_holds_requests_is_not_taken_away(client, agent, demandes, fenetre):
    vides = dict.fromkeys(
        ("prereservation_du_0", "prereservation_du_1", "prereservation_au_0", "prereservation_au_1"), ""
    )
    html = formulaire(client, fenetre, **vides).content.decode()
    assert "Jours qui attendent l’attribution : 6." in html
    Presence.objects.update(etat=EtatPresence.ANNULEE)
    formulaire(client, fenetre, **vides)
    fenetre.refresh_from_db()
    assert fenetre.prereservation is None


def test_once_confirmed_the_window_no_longer_changes(client, attribution, fenetre, agent):
    poster(client, attribution, "confirmer")
    html = formulaire(client, fenetre, prereservation_au_0="31/12/2018").content.decode()
    assert "la pré-réservation ne change plus" in html
    assert Periode.objects.get(pk=fenetre.pk).prereservation_au == FIN


def test_sites_of_another_direction_are_not_in_the_choices(client, attribution):
    direction = membre_du_personnel("direction")
    FabriqueEtablissement(nom="AUTRE SITE").direction.add(direction)
    client.force_login(direction)
    html = client.get(reverse("admin:reservations_attribution_changelist")).content.decode()
    assert "PERISCOLAIRE 2017-2018" not in html
