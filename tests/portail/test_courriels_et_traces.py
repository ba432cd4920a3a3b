"""Mails and traces in the staff's site; mails of the demonstration on a page."""

from datetime import timedelta

import pytest
from django.db import Error, connection, transaction

from portail.commun import courriels
from portail.commun.enums import EtatCourriel
from portail.commun.models import Courriel, Trace
from portail.commun.traces import tracer
from portail.roles import synchroniser
from tests.client import ClientStrict
from tests.fabriques import instant, membre_du_personnel

pytestmark = pytest.mark.usefixtures("commune")
MAINTENANT = instant(2026, 3, 2, 8)


def deposer(texte="Voir http://127.0.0.1:8000/espace/.", **champs):
    return courriels.deposer_rendu(
        nom="essai", destinataire="claire@exemple.fr", maintenant=MAINTENANT, sujet="Bonjour", texte=texte, **champs
    )


@pytest.fixture
def agent(db):
    synchroniser()
    return membre_du_personnel("agent")


@pytest.fixture
def gestion(agent):
    client = ClientStrict()
    client.force_login(agent)
    return client


def renvoyer(client, *choisis):
    return client.post(
        "/gestion/commun/courriel/", {"action": "renvoyer", "_selected_action": [c.pk for c in choisis]}, follow=True
    )


def test_staff_read_a_mail_and_change_nothing_in_it(gestion):
    courriel = deposer("Une <b>balise</b>")
    page = gestion.get(f"/gestion/commun/courriel/{courriel.pk}/change/")
    assert "Une &lt;b&gt;balise&lt;/b&gt;" in page.content.decode()
    assert gestion.post(f"/gestion/commun/courriel/{courriel.pk}/change/", {"texte": "autre"}).status_code == 403
    courriel.refresh_from_db()
    assert courriel.texte == "Une <b>balise</b>"


def test_a_mail_given_up_is_put_back_in_the_queue(gestion, agent):
    courriel = deposer()
    Courriel.objects.filter(pk=courriel.pk).update(etat=EtatCourriel.ABANDONNE, essais=9)
    assert "remis en file : 1" in renvoyer(gestion, courriel).content.decode()
    courriel.refresh_from_db()
    assert (courriel.etat, courriel.essais) == (EtatCourriel.A_ENVOYER, 0)
    assert Trace.objects.get(geste="courriel.renvoye").auteur == agent


def test_a_mail_that_had_left_goes_again_as_another(gestion):
    courriel = deposer()
    Courriel.objects.filter(pk=courriel.pk).update(etat=EtatCourriel.ENVOYE, envoye_le=MAINTENANT)
    renvoyer(gestion, courriel)
    copie, original = Courriel.objects.all()
    assert copie.texte == original.texte
    assert copie.message_id != original.message_id


def test_who_may_not_send_again_is_not_offered_it(db):
    synchroniser()
    client = ClientStrict()
    client.force_login(membre_du_personnel("regisseur"))
    courriel = deposer()
    renvoyer(client, courriel)
    assert Courriel.objects.count() == 1
    assert not Trace.objects.filter(geste="courriel.renvoye").exists()


def test_the_list_of_mails_costs_the_same_for_one_or_forty(gestion, django_assert_max_num_queries):
    for _ in range(40):
        deposer()
    with django_assert_max_num_queries(20):
        gestion.get("/gestion/commun/courriel/")


def test_staff_read_who_did_what_before_and_after(gestion, agent):
    trace = tracer(
        geste="famille.modifiee",
        objet="famille",
        libelle="AABELIUM",
        auteur=agent,
        maintenant=MAINTENANT,
        avant={"ville": "Batz"},
        apres={"ville": "Le <i>Croisic</i>"},
    )
    html = gestion.get(f"/gestion/commun/trace/{trace.pk}/change/").content.decode()
    assert "<td>Batz</td><td>Le &lt;i&gt;Croisic&lt;/i&gt;</td>" in html


@pytest.mark.parametrize("ordre", ["UPDATE commun_trace SET geste = 'autre'", "DELETE FROM commun_trace"])
def test_the_database_itself_refuses_to_rewrite_a_trace(agent, ordre):
    tracer(geste="x", objet="y", auteur=agent, maintenant=MAINTENANT)
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as curseur:
        curseur.execute(ordre)
    assert Trace.objects.get().geste == "x"


def test_the_first_page_says_what_waits_to_those_who_may_deal_with_it(gestion):
    courriel = deposer()
    Courriel.objects.filter(pk=courriel.pk).update(etat=EtatCourriel.ABANDONNE)
    html = gestion.get("/gestion/").content.decode()
    assert "<strong>1</strong> courriel n’a pas pu être envoyé" in html
    client = ClientStrict()
    client.force_login(membre_du_personnel("comptable"))
    assert "n’a pas pu être envoyé" not in client.get("/gestion/").content.decode()


def test_the_mails_of_the_demonstration_are_listed_newest_first_with_links(client):
    deposer("Ancien <script>alert(1)</script>")
    deposer("Suivez http://127.0.0.1:8000/compte/activer/abc:def/.")
    html = client.get("/demo/courriels/").content.decode()
    assert html.index("Suivez") < html.index("Ancien")
    Courriel.objects.filter(texte__contains="Suivez").update(cree_le=MAINTENANT - timedelta(days=3))
    vieilli = client.get("/demo/courriels/").content.decode()
    assert vieilli.index("Suivez") > vieilli.index("Ancien")
    assert '<a href="http://127.0.0.1:8000/compte/activer/abc:def/">' in html
    assert "&lt;script&gt;" in html
    assert "essai-absent" not in client.get("/demo/courriels/?destinataire=personne").content.decode()


def test_outside_the_demonstration_that_page_does_not_exist(client, settings):
    settings.DEMO = False
    deposer()
    assert client.get("/demo/courriels/").status_code == 404
