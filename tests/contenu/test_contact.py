import datetime
import re
import time
import uuid

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from contenu import jetons
from contenu.courriels import prevenir_le_service
from contenu.enums import EtatEchange
from contenu.models import Echange, MessageContact
from portail.commun.models import Courriel, Trace
from tests.charges_xss import CHARGES_XSS
from tests.contenu.fabriques import FabriqueEchange
from tests.fabriques import FabriqueUtilisateur

pytestmark = pytest.mark.django_db
URL = "/contact/"


@pytest.fixture(autouse=True)
def cache_vide(db):
    cache.clear()


@pytest.fixture
def jeton(monkeypatch):
    """A form that has been on the screen for a while."""
    return lambda **age: ancien_jeton(monkeypatch, **age)


def ancien_jeton(monkeypatch, **age):
    il_y_a = datetime.timedelta(**(age or {"seconds": 20}))
    with monkeypatch.context() as horloge:
        maintenant = time.time()
        horloge.setattr("django.core.signing.time.time", lambda: maintenant - il_y_a.total_seconds())
        return jetons.nouveau()


def champs(jeton, **autres):
    return {
        "sujet": "La cantine du mardi",
        "texte": "Bonjour, mon fils peut-il venir ?",
        "nom": "Claire",
        "courriel": "claire@exemple.fr",
        "jeton": jeton,
        "site_internet": "",
    } | autres


def test_anyone_writes_and_the_service_is_told(client, commune, jeton):
    assert client.post(URL, champs(jeton())).url == reverse("contenu:contact_envoye")
    echange = Echange.objects.get()
    assert (echange.auteur, echange.etat, echange.courriel) == (None, EtatEchange.A_TRAITER, "claire@exemple.fr")
    assert echange.messages.get().texte == "Bonjour, mon fils peut-il venir ?"
    courriel = Courriel.objects.get()
    assert (courriel.nom, courriel.destinataire) == ("contact_recu", commune.courriel)
    assert "mon fils peut-il venir" in courriel.texte
    trace = Trace.objects.get(geste="echange.ouvert")
    assert trace.objet_cle == echange.cle
    assert "cantine" not in trace.libelle


def test_the_key_of_a_thread_without_account_is_not_shown_to_who_only_typed_an_address(client, commune, jeton):
    reponse = client.post(URL, champs(jeton()), follow=True)
    assert str(Echange.objects.get().cle) not in reponse.content.decode()


def test_a_parent_who_is_logged_in_reads_the_thread_at_once(client, commune, parent, jeton):
    client.force_login(parent)
    donnees = champs(jeton(), courriel=parent.email)
    del donnees["nom"]
    reponse = client.post(URL, donnees, follow=True)
    echange = Echange.objects.get()
    assert (echange.auteur, echange.nom) == (parent, parent.get_full_name())
    assert reponse.redirect_chain[-1][0] == echange.get_absolute_url()
    assert "mon fils peut-il venir" in reponse.content.decode()
    assert echange.sujet in client.get(URL).content.decode()


@pytest.mark.parametrize("champ", ["sujet", "texte", "courriel"])
def test_what_is_missing_is_told_and_what_was_typed_stays(client, commune, jeton, champ):
    donnees = champs(jeton()) | {champ: ""}
    reponse = client.post(URL, donnees)
    assert reponse.status_code == 200
    assert list(reponse.context["form"].errors) == [champ]
    for autre in {"sujet", "texte", "courriel"} - {champ}:
        assert reponse.context["form"][autre].value() == donnees[autre]
    assert not Echange.objects.exists()


def test_a_machine_that_fills_the_trap_is_refused_and_a_person_loses_nothing(client, commune, jeton):
    reponse = client.post(URL, champs(jeton(), site_internet="https://pilules.example"))
    assert "ressemble à un envoi automatique" in reponse.content.decode()
    assert "mon fils peut-il venir" in reponse.content.decode()
    assert "pilules" not in reponse.content.decode()
    assert not Echange.objects.exists()


def test_a_form_that_comes_back_at_once_is_refused_and_its_key_serves_a_little_later(client, commune):
    trop_vite = jetons.nouveau()
    reponse = client.post(URL, champs(trop_vite))
    assert reponse.context["form"].non_field_errors()
    assert reponse.context["form"]["jeton"].value() == trop_vite
    assert not Echange.objects.exists()


@pytest.mark.parametrize("faux", ["", "x", "1:2:3", "é" * 5000, "a3d259a1-b8ff-4e69-a7a8-40a4b17019d7:1uabcd:faux"])
def test_a_made_up_key_is_refused_and_a_good_one_is_given(client, commune, faux):
    reponse = client.post(URL, champs(faux))
    assert reponse.status_code == 200
    assert "restée ouverte longtemps" in reponse.content.decode()
    assert jetons.lire(reponse.context["form"]["jeton"].value()) == jetons.TROP_VITE
    assert not Echange.objects.exists()


def test_a_page_left_open_for_two_days_keeps_the_text_and_takes_the_next_sending(client, commune, jeton):
    reponse = client.post(URL, champs(jeton(hours=48)))
    assert "restée ouverte longtemps" in reponse.content.decode()
    assert "mon fils peut-il venir" in reponse.content.decode()


def test_a_double_click_sends_one_message(client, commune, jeton):
    donnees = champs(jeton())
    assert client.post(URL, donnees).status_code == 302
    assert client.post(URL, donnees).status_code == 302
    assert (Echange.objects.count(), MessageContact.objects.count(), Courriel.objects.count()) == (1, 1, 1)


def test_too_many_messages_from_one_place_wait_and_the_text_stays(client, commune, jeton):
    for rang in range(10):
        assert client.post(URL, champs(jeton(), courriel=f"un{rang}@exemple.fr")).status_code == 302
    reponse = client.post(URL, champs(jeton(), courriel="autre@exemple.fr"))
    assert reponse.status_code == 429
    assert "mon fils peut-il venir" in reponse.content.decode()
    ailleurs = client.post(URL, champs(jeton(), courriel="autre@exemple.fr"), REMOTE_ADDR="192.0.2.7")
    assert ailleurs.status_code == 302


def test_one_reply_address_cannot_be_flooded_from_many_places(client, commune, jeton):
    codes = [client.post(URL, champs(jeton()), REMOTE_ADDR=f"192.0.2.{n}").status_code for n in range(6)]
    assert codes == [302] * 5 + [429]


def test_a_stranger_does_not_reach_the_thread_of_another_and_the_author_may_log_in_again(client, parent, etranger):
    adresse = FabriqueEchange(auteur=parent).get_absolute_url()
    absente = reverse("contenu:echange", args=[uuid.uuid4()])
    for chemin in (adresse, absente):
        assert client.get(chemin).url == f"{reverse('account_login')}?next={chemin}"
    client.force_login(etranger)
    assert client.get(adresse).status_code == client.get(absente).status_code == 404
    assert client.post(adresse, {"texte": "x"}).status_code == 404


def test_who_has_no_account_reads_and_goes_on_with_the_link_alone(client, commune, jeton):
    echange = FabriqueEchange()
    reponse = client.get(echange.get_absolute_url())
    assert reponse.status_code == 200
    assert reponse["X-Robots-Tag"] == "noindex, nofollow"
    assert reponse["Referrer-Policy"] == "same-origin"
    client.post(echange.get_absolute_url(), {"texte": "Merci.", "jeton": jeton()})
    echange.refresh_from_db()
    assert [message.texte for message in echange.messages.all()] == ["Bonjour.", "Merci."]
    assert echange.etat == EtatEchange.A_TRAITER
    assert Courriel.objects.get().nom == "contact_recu"
    assert Trace.objects.filter(geste="echange.complete").exists()


def test_an_empty_message_in_a_thread_is_refused_beside_its_field(client, commune, jeton):
    reponse = client.post(FabriqueEchange().get_absolute_url(), {"texte": "  ", "jeton": jeton()})
    assert "Écrivez votre message." in reponse.content.decode()


@pytest.fixture
def agent(client, commune):
    agent = FabriqueUtilisateur(agent=True, is_superuser=True)
    client.force_login(agent)
    return agent


def repondre(client, echange, **autres):
    adresse = reverse("admin:contenu_echange_change", args=[echange.pk])
    donnees = {"reponse": "Oui, bien sûr.", "cle_envoi": str(uuid.uuid4()), "messages_lus": "1"} | autres
    return client.post(adresse, donnees)


def test_the_service_answers_and_the_answer_leaves_with_a_private_link(client, agent):
    echange = FabriqueEchange()
    assert repondre(client, echange).status_code == 302
    echange.refresh_from_db()
    assert echange.etat == EtatEchange.REPONDU
    courriel = Courriel.objects.get()
    assert (courriel.destinataire, courriel.confidentiel) == ("claire@exemple.fr", True)
    assert "Oui, bien sûr." in courriel.texte
    lien = re.search(r"https?://[^/]+(/contact/\S+)", courriel.texte).group(1)
    client.logout()
    assert "Oui, bien sûr." in client.get(lien).content.decode()
    assert Trace.objects.get(geste="echange.repondu").auteur == agent


def test_the_answer_to_a_login_is_read_after_logging_in(client, agent, parent):
    echange = FabriqueEchange(auteur=parent)
    repondre(client, echange)
    assert not Courriel.objects.get().confidentiel
    client.force_login(parent)
    assert "Oui, bien sûr." in client.get(echange.get_absolute_url()).content.decode()


def test_a_form_sent_twice_answers_once(client, agent):
    echange, cle = FabriqueEchange(), str(uuid.uuid4())
    repondre(client, echange, cle_envoi=cle)
    repondre(client, echange, cle_envoi=cle, messages_lus="2")
    assert Courriel.objects.count() == 1


def test_an_agent_does_not_answer_without_having_read_the_last_message(client, agent):
    echange = FabriqueEchange()
    echange.messages.create(texte="Finalement, non.", envoye_le=timezone.now())
    reponse = repondre(client, echange)
    assert "Un message s’est ajouté entre-temps" in reponse.content.decode()
    assert "Oui, bien sûr." in reponse.content.decode()
    assert "Finalement, non." in reponse.content.decode()
    assert not Courriel.objects.exists()


def test_a_thread_is_closed_and_a_new_message_opens_it_again(client, agent, jeton):
    echange = FabriqueEchange()
    repondre(client, echange, reponse="", clore="on")
    echange.refresh_from_db()
    assert (echange.etat, Courriel.objects.count()) == (EtatEchange.CLOS, 0)
    assert Trace.objects.get(geste="echange.clos").avant == {"etat": "a_traiter"}
    client.post(echange.get_absolute_url(), {"texte": "Encore.", "jeton": jeton()})
    echange.refresh_from_db()
    assert echange.etat == EtatEchange.A_TRAITER


@pytest.mark.parametrize("charge", [charge for charge in CHARGES_XSS if "<" in charge])
def test_no_markup_of_a_person_is_markup_in_the_thread_the_admin_or_the_mails(commune, charge):
    echange = FabriqueEchange(sujet=charge[:120], nom=charge[:80], message=charge)
    prevenir_le_service(message=echange.messages.get(), maintenant=timezone.now())
    client = Client()
    page = client.get(echange.get_absolute_url()).content.decode()
    client.force_login(FabriqueUtilisateur(agent=True, is_superuser=True))
    ecran = client.get(reverse("admin:contenu_echange_change", args=[echange.pk])).content.decode()
    for html in (page, ecran, Courriel.objects.get().html):
        assert charge not in html


def test_the_queue_costs_the_same_with_many_threads(client, agent, django_assert_max_num_queries):
    adresse = reverse("admin:contenu_echange_changelist")
    client.get(adresse)
    for _ in range(2):
        with django_assert_max_num_queries(12):
            client.get(adresse)
        FabriqueEchange.create_batch(20)


def test_an_unsigned_answer_an_empty_message_and_a_thread_without_subject_are_refused(db):
    echange = FabriqueEchange()
    with pytest.raises(IntegrityError, match="message_contact_reponse_signee"), transaction.atomic():
        echange.messages.create(texte="x", du_service=True, envoye_le=timezone.now())
    with pytest.raises(IntegrityError, match="message_contact_ecrit"), transaction.atomic():
        echange.messages.create(texte="", envoye_le=timezone.now())
    with pytest.raises(IntegrityError, match="echange_sujet_ecrit"), transaction.atomic():
        FabriqueEchange(sujet="")
    with pytest.raises(IntegrityError, match="echange_dates_ordonnees"), transaction.atomic():
        FabriqueEchange(dernier_message_le=echange.ouvert_le - datetime.timedelta(days=1))
