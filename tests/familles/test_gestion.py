"""The household in the staff's site: found by anything, its accounts opened, its changes answered, acted for."""

import datetime

import pytest
from django.urls import reverse

from familles.admin.recherche import chercher
from familles.enums import EtatModification
from familles.models import Famille, Modification, Responsable, Utilisateur
from portail.commun.models import Trace
from portail.roles import Role, synchroniser
from tests.client import ClientStrict
from tests.fabriques import (
    FabriqueEnfant,
    FabriqueFamille,
    FabriqueResponsable,
    FabriqueUtilisateur,
    instant,
    membre_du_personnel,
)
from tests.familles.outils import dernier_courriel, lien_du
from tests.versions import versions_lues

pytestmark = pytest.mark.usefixtures("commune")


@pytest.fixture
def agent(db):
    synchroniser()
    return membre_du_personnel("agent")


@pytest.fixture
def gestion(agent):
    client = ClientStrict()
    client.force_login(agent)
    return client


@pytest.fixture
def foyer(db):
    foyer = FabriqueFamille(nom="LE GOËLEC", code="F00777", telephone="02 40 23 92 25", ville="Le Croisic")
    FabriqueResponsable(
        famille=foyer,
        utilisateur=None,
        prenom="Élodie",
        nom="Le Goëlec",
        nom_naissance="Përon",
        email="elodie@exemple.fr",
        telephone_mobile="06 12 34 56 78",
    )
    FabriqueEnfant(famille=foyer, nom="LE GOËLEC", prenom="Zoé")
    FabriqueFamille(nom="AUTRE")
    return foyer


def page(famille):
    return f"/gestion/familles/famille/{famille.pk}/change/"


def geste(nom, famille, adulte=None):
    return reverse(f"admin:familles_famille_{nom}", args=[famille.pk, *([adulte.cle] if adulte else [])])


@pytest.mark.parametrize(
    "saisi",
    [
        "le goelec",
        "GOËLEC",
        "elodie",
        "peron",
        "zoe",
        "zoé le goelec",
        "f00777",
        "elodie@exemple",
        "06 12 34 56 78",
        "0612345678",
        "+33612345678",
        "34.56.78",
        "0240239225",
        "croisic",
    ],
)
def test_a_household_is_found_by_any_name_phone_or_mail_without_accents(foyer, saisi):
    assert list(chercher(Famille.objects.all(), saisi)) == [foyer]


@pytest.mark.parametrize("saisi", ["zoe dupont", "0699999999", "%", "\\", "'; --", "☃", "(((", "a" * 500])
def test_a_search_that_finds_nothing_is_no_fault(gestion, foyer, saisi):
    assert gestion.get("/gestion/familles/famille/", {"q": saisi}).status_code == 200


def test_the_list_costs_the_same_for_two_households_or_forty(gestion, django_assert_max_num_queries):
    for _ in range(40):
        FabriqueResponsable(famille=FabriqueFamille(), utilisateur=None, email="")
    gestion.get("/gestion/familles/famille/")
    with django_assert_max_num_queries(18):
        gestion.get("/gestion/familles/famille/")


def test_the_page_has_everything_at_hand(gestion, foyer):
    html = gestion.get(page(foyer)).content.decode()
    for morceau in (
        "Ouvrir un compte",
        'href="tel:0612345678"',
        "mailto:elodie@exemple.fr",
        "LE GOËLEC Zoé",
        "Agir pour",
    ):
        assert morceau in html, morceau


def test_what_staff_change_is_traced_and_normalised(gestion, foyer, agent):
    adulte = foyer.responsables.get()
    donnees = {
        "code": foyer.code,
        "nom": foyer.nom,
        "telephone": "0240000000",
        "pays": "France",
        "code_postal": "44490",
        "responsables-TOTAL_FORMS": "1",
        "responsables-INITIAL_FORMS": "1",
        "responsables-0-id": adulte.pk,
        "responsables-0-famille": foyer.pk,
        "responsables-0-rang": "1",
        "responsables-0-nom": adulte.nom,
        "responsables-0-prenom": "Élodie-Anne",
        "responsables-0-autorite_parentale": "on",
        "quotients-TOTAL_FORMS": "0",
        "quotients-INITIAL_FORMS": "0",
    } | versions_lues(gestion, page(foyer))
    autre = donnees | {"telephone": "0240111111"}
    assert gestion.post(page(foyer), donnees).status_code == 302
    foyer.refresh_from_db()
    assert foyer.telephone == "02 40 00 00 00"
    assert {t.geste for t in Trace.objects.filter(auteur=agent, famille_cle=foyer.cle)} == {
        "famille.modifiee",
        "responsable.modifie",
    }
    # The same page, sent again from another window, is an old one: the adult's row too.
    refus = gestion.post(page(foyer), autre)
    assert refus.status_code == 200
    assert refus.content.decode().count("Quelqu’un d’autre a modifié cette fiche") == 2  # noqa: PLR2004
    foyer.refresh_from_db()
    assert foyer.telephone == "02 40 00 00 00"


def test_a_new_household_is_given_the_next_code(gestion, foyer):
    html = gestion.get("/gestion/familles/famille/add/").content.decode()
    assert f'value="{Famille.objects.prochain_code()}"' in html


# --- Accounts --------------------------------------------------------------------------------------------------------


def test_opening_an_account_sends_the_link_and_the_adult_sees_the_household(gestion, foyer, client):
    gestion.post(geste("ouvrir", foyer, foyer.responsables.get()))
    lien = lien_du(dernier_courriel("elodie@exemple.fr"))
    client.post(lien, {"password1": "Falaise-Ocre-77", "password2": "Falaise-Ocre-77"})
    assert "LE GOËLEC" in client.get("/famille/").content.decode()


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"email": ""}, "n’a pas d’adresse électronique"),
        ({"autorite_parentale": False}, "n’a pas l’autorité parentale"),
        ({"email": "chef@exemple.fr"}, "membre du personnel"),
    ],
)
def test_an_account_that_cannot_be_opened_says_why(gestion, foyer, champs, phrase):
    FabriqueUtilisateur(email="chef@exemple.fr", is_staff=True)
    Responsable.objects.filter(famille=foyer).update(**champs)
    adulte = foyer.responsables.get()
    assert phrase in gestion.post(geste("ouvrir", foyer, adulte), follow=True).content.decode()
    adulte.refresh_from_db()
    assert adulte.utilisateur is None


def test_one_who_has_a_login_already_keeps_it_for_a_second_household(gestion, foyer, parent):
    Responsable.objects.filter(famille=foyer).update(email=parent.email)
    gestion.post(geste("ouvrir", foyer, foyer.responsables.get()))
    assert parent.responsabilites.count() == 2
    assert dernier_courriel(parent.email).nom == "compte_rattache"


def test_the_activation_link_is_sent_again_until_the_first_visit(gestion, foyer):
    adulte = foyer.responsables.get()
    gestion.post(geste("ouvrir", foyer, adulte))
    gestion.post(geste("renvoyer", foyer, adulte))
    assert Trace.objects.filter(geste="compte.activation_renvoyee").count() == 1
    Utilisateur.objects.filter(email=adulte.email).update(last_login=instant(2026, 3, 2, 8))
    assert "déjà connectée" in gestion.post(geste("renvoyer", foyer, adulte), follow=True).content.decode()


def test_taking_the_access_away_works_at_once(gestion, famille, parent, client):
    client.force_login(parent)
    gestion.post(geste("detacher", famille, famille.responsables.get()))
    assert client.get("/famille/").status_code == 404


@pytest.mark.parametrize("nom", ["ouvrir", "renvoyer", "detacher"])
def test_who_may_only_read_households_opens_nothing(foyer, agent, nom):
    client = ClientStrict()
    client.force_login(membre_du_personnel("regisseur"))
    assert client.post(geste(nom, foyer, foyer.responsables.get())).status_code == 403


# --- Quotient --------------------------------------------------------------------------------------------------------


def ajouter_quotient(gestion, famille, valeur="650", du="01/01/2026", **champs):
    return gestion.post(geste("quotient", famille), {"valeur": valeur, "du": du, "source": "caf", **champs})


def test_a_new_quotient_ends_the_one_before_and_keeps_the_history(gestion, foyer, agent):
    assert ajouter_quotient(gestion, foyer, "650", "01/01/2026").status_code == 302
    ajouter_quotient(gestion, foyer, "720", "01/09/2026")
    assert list(foyer.quotients.order_by("du").values_list("valeur", "au")) == [
        (650, datetime.date(2026, 8, 31)),
        (720, None),
    ]
    assert Trace.objects.filter(geste="famille.quotient", auteur=agent).count() == 2


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"valeur": "-1"}, "supérieure ou égale à 0"),
        ({"valeur": "beaucoup"}, "nombre entier"),
        ({"du": "31/02/2026"}, "date valide"),
        ({"du": "01/01/2025"}, "plus récent"),
        ({"au": "01/01/2020", "du": "01/02/2026"}, "précède"),
    ],
)
def test_a_quotient_that_cannot_be_is_explained(gestion, foyer, champs, phrase):
    ajouter_quotient(gestion, foyer)
    reponse = ajouter_quotient(gestion, foyer, **champs)
    assert reponse.status_code == 200
    assert phrase in reponse.content.decode()
    assert foyer.quotients.count() == 1


def test_the_regisseur_does_not_write_a_quotient(foyer, agent):
    client = ClientStrict()
    client.force_login(membre_du_personnel("regisseur"))
    assert ajouter_quotient(client, foyer).status_code == 403


# --- Changes made by parents -----------------------------------------------------------------------------------------


@pytest.fixture
def attente(client, famille, parent):
    client.force_login(parent)
    adulte = famille.responsables.get()
    client.post(
        f"/famille/{famille.cle}/responsables/{adulte.cle}/enregistrer/", {"nom": "DURAND", "prenom": adulte.prenom}
    )
    return Modification.objects.en_attente().get()


def repondre(gestion, action, *choisies, **champs):
    return gestion.post(
        "/gestion/familles/modification/",
        {"action": action, "_selected_action": [m.pk for m in choisies], **champs},
        follow=True,
    )


def test_staff_see_old_and_new_and_accept(gestion, attente):
    html = gestion.get("/gestion/familles/modification/?a_voir=attente").content.decode()
    assert "DURAND" in html
    repondre(gestion, "accepter", attente)
    assert Responsable.objects.get(cle=attente.objet_cle).nom == "DURAND"


def test_a_refusal_asks_for_its_reason_first(gestion, attente, parent):
    demande = repondre(gestion, "refuser", attente)
    assert "Motif, que la famille lira" in demande.content.decode()
    attente.refresh_from_db()
    assert attente.etat == EtatModification.EN_ATTENTE
    repondre(gestion, "refuser", attente, motif="Livret illisible.")
    attente.refresh_from_db()
    assert (attente.etat, attente.motif) == (EtatModification.REFUSEE, "Livret illisible.")
    assert "Livret illisible." in dernier_courriel(parent.email).texte


def test_a_second_agent_is_told_that_it_is_done(gestion, attente):
    repondre(gestion, "accepter", attente)
    assert "déjà répondu" in repondre(gestion, "accepter", attente).content.decode()


# --- Acting for a household ------------------------------------------------------------------------------------------


def test_an_agent_acts_for_a_household_and_every_gesture_bears_their_name(gestion, foyer, agent):
    assert gestion.post(geste("agir", foyer))["Location"] == "/espace/"
    html = gestion.get("/espace/").content.decode()
    assert "Vous agissez pour une famille." in html
    assert "Zoé" in html
    gestion.post(
        f"/famille/{foyer.cle}/enregistrer/",
        {"adresse": "1 quai", "code_postal": "44490", "ville": "Le Croisic", "pays": "France"},
    )
    note = Modification.objects.get(champ="famille.adresse")
    assert (note.auteur, note.vue_le is not None) == (agent, True)
    assert gestion.post("/famille/cesser-d-agir/")["Location"] == page(foyer)
    assert gestion.get("/espace/").status_code == 302
    gestes = Trace.objects.filter(auteur=agent).order_by("pk").values_list("geste", flat=True)
    assert list(gestes) == ["famille.agir_debut", "famille.fiche_modifiee", "famille.agir_fin"]


def test_acting_for_one_household_opens_no_other(gestion, foyer, famille):
    gestion.post(geste("agir", foyer))
    assert gestion.get(f"/famille/{famille.cle}/").status_code == 404
    assert gestion.get(f"/famille/{foyer.cle}/").status_code == 200


@pytest.mark.parametrize("role", [r.value for r in Role if r is not Role.AGENT])
def test_other_roles_do_not_act_for_a_household(foyer, agent, role):
    client = ClientStrict()
    client.force_login(membre_du_personnel(role))
    assert client.post(geste("agir", foyer)).status_code == 403
    assert client.get(f"/famille/{foyer.cle}/").status_code == 404


def test_acting_ends_with_the_right(gestion, foyer, agent):
    gestion.post(geste("agir", foyer))
    agent.groups.clear()
    assert gestion.get(f"/famille/{foyer.cle}/").status_code == 404


def test_a_parent_cannot_act_by_planting_the_key_in_their_session(client, parent, foyer):
    client.force_login(parent)
    session = client.session
    session["agit_pour"] = foyer.pk
    session.save()
    assert client.get(f"/famille/{foyer.cle}/").status_code == 404
