"""Logins in the staff's site: nobody raises their own rights, by any door."""

import pytest
from django.contrib.auth.models import Group, Permission

from familles.models import Utilisateur
from portail.commun.models import Trace
from portail.roles import Role, synchroniser
from tests.client import ClientStrict
from tests.fabriques import FabriqueUtilisateur, membre_du_personnel
from tests.familles.outils import dernier_courriel, lien_du

pytestmark = pytest.mark.usefixtures("commune")


@pytest.fixture
def groupes(db):
    synchroniser()
    return {groupe.name: groupe.pk for groupe in Group.objects.all()}


@pytest.fixture
def administrateur(groupes):
    return membre_du_personnel("administrateur")


@pytest.fixture
def agent(groupes):
    return membre_du_personnel("agent")


def connecte(utilisateur):
    client = ClientStrict()
    client.force_login(utilisateur)
    return client


def page(utilisateur):
    return f"/gestion/familles/utilisateur/{utilisateur.pk}/change/"


def puissance(utilisateur):
    utilisateur = Utilisateur.objects.get(pk=utilisateur.pk)
    return (
        utilisateur.is_active,
        utilisateur.is_staff,
        utilisateur.is_superuser,
        sorted(utilisateur.groups.values_list("name", flat=True)),
        utilisateur.user_permissions.count(),
        utilisateur.email,
    )


def tout_demander(groupes, utilisateur):
    """Every field that gives power, as a hand-made form would send it."""
    return {
        "email": "prise@exemple.fr",
        "prenom": "Anne",
        "nom": "Le Goff",
        "is_active": "on",
        "is_staff": "on",
        "is_superuser": "on",
        "groups": list(groupes.values()),
        "user_permissions": list(Permission.objects.values_list("pk", flat=True)[:50]),
        "password": "pbkdf2$x",
        "cle": str(utilisateur.cle),
        "_save": "Enregistrer",
    }


@pytest.mark.parametrize("suffixe", ["", "?_popup=1", "?_to_field=id&_popup=1", "?_changelist_filters=x"])
@pytest.mark.parametrize("role", ["agent", "regisseur", "comptable", "direction"])
def test_other_roles_change_no_login_their_own_least_of_all(groupes, role, suffixe):
    qui = membre_du_personnel(role)
    avant = puissance(qui)
    assert connecte(qui).post(page(qui) + suffixe, tout_demander(groupes, qui)).status_code == 403
    assert puissance(qui) == avant


def test_an_administrator_does_not_change_their_own_rights(groupes, administrateur):
    avant = puissance(administrateur)
    connecte(administrateur).post(page(administrateur), tout_demander(groupes, administrateur))
    assert puissance(administrateur) == avant
    administrateur.refresh_from_db()
    assert administrateur.nom == "Le Goff", "le nom, lui, se change"


def test_an_administrator_gives_roles_but_never_superuser_nor_single_permissions(groupes, administrateur, agent):
    connecte(administrateur).post(page(agent), tout_demander(groupes, agent))
    actif, personnel, superieur, noms, permissions, email = puissance(agent)
    assert (actif, personnel, superieur, permissions) == (True, True, False, 0)
    assert noms == sorted(groupes)
    assert email == agent.email


def test_a_superuser_is_out_of_reach_of_an_administrator(groupes, administrateur):
    chef = FabriqueUtilisateur(is_staff=True, is_superuser=True)
    avant = puissance(chef)
    assert connecte(administrateur).post(page(chef), tout_demander(groupes, chef)).status_code == 403
    assert puissance(chef) == avant


def test_a_form_that_would_offer_the_rights_is_stopped_when_it_saves(groupes, administrateur, monkeypatch):
    """Second barrier: even if the form let the fields through."""
    from portail.admin import UtilisateurAdmin

    monkeypatch.setattr(UtilisateurAdmin, "get_readonly_fields", lambda *args: ["last_login", "date_joined"])
    monkeypatch.setattr(
        UtilisateurAdmin,
        "get_fieldsets",
        lambda *args: [(None, {"fields": ["email", "is_active", "is_staff", "is_superuser", "groups"]})],
    )
    avant = puissance(administrateur)
    reponse = connecte(administrateur).post(page(administrateur), tout_demander(groupes, administrateur))
    assert reponse.status_code == 403
    assert puissance(administrateur) == avant


def test_a_role_that_is_taken_away_ends_at_once(groupes, administrateur, agent):
    chez_l_agent = connecte(agent)
    assert chez_l_agent.get("/gestion/familles/utilisateur/").status_code == 200
    donnees = {"email": agent.email, "prenom": "", "nom": "", "is_active": "on", "groups": [], "_save": "x"}
    connecte(administrateur).post(page(agent), donnees)
    assert chez_l_agent.get("/gestion/familles/utilisateur/").status_code == 302
    assert chez_l_agent.get("/espace/").status_code == 302, "sa session est fermée"
    assert {t.geste for t in Trace.objects.filter(auteur=administrateur)} == {
        "utilisateur.modifie",
        "utilisateur.roles_changes",
    }


def test_a_new_member_of_the_staff_receives_a_link_and_no_password(groupes, administrateur):
    donnees = {
        "email": "Nouvel.Agent@exemple.fr",
        "prenom": "Yann",
        "nom": "Le Bihan",
        "is_staff": "on",
        "groups": [groupes["agent"]],
        "_save": "x",
    }
    connecte(administrateur).post("/gestion/familles/utilisateur/add/", donnees)
    nouveau = Utilisateur.objects.get(email="nouvel.agent@exemple.fr")
    assert puissance(nouveau)[:4] == (True, True, False, ["agent"])
    assert not nouveau.has_usable_password()
    assert lien_du(dernier_courriel(nouveau.email)).startswith("/compte/activer/")


def test_an_address_already_used_is_told_beside_the_field(groupes, administrateur, agent):
    donnees = {"email": agent.email.upper(), "prenom": "", "nom": "", "_save": "x"}
    reponse = connecte(administrateur).post("/gestion/familles/utilisateur/add/", donnees)
    assert reponse.status_code == 200
    assert "existe déjà" in reponse.content.decode()


def test_no_login_is_deleted(groupes, administrateur, agent):
    client = connecte(administrateur)
    assert client.post(page(agent).replace("change", "delete"), {"post": "yes"}).status_code == 403
    client.post(
        "/gestion/familles/utilisateur/", {"action": "delete_selected", "_selected_action": [agent.pk], "post": "yes"}
    )
    assert Utilisateur.objects.filter(pk=agent.pk).exists()


@pytest.mark.parametrize("role", [role.value for role in Role])
def test_nobody_reads_the_text_of_a_mail_that_holds_a_key(groupes, role, client):
    cible = FabriqueUtilisateur()
    client.post("/compte/mot-de-passe/oublie/", {"email": cible.email})
    courriel = dernier_courriel(cible.email)
    chemin = lien_du(courriel)
    reponse = connecte(membre_du_personnel(role)).get(f"/gestion/commun/courriel/{courriel.pk}/change/")
    assert chemin not in reponse.content.decode()
