"""A member of the staff who wants more: rights, a household of their own choice, what belongs to another's page."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import reverse

from enfants.models import Rattachement
from familles.models import Responsable, Utilisateur
from portail.roles import Role, synchroniser
from tests.client import ClientStrict
from tests.droits import empreinte
from tests.fabriques import (
    MOT_DE_PASSE,
    FabriqueEnfant,
    FabriqueFamille,
    FabriqueResponsable,
    FabriqueUtilisateur,
    membre_du_personnel,
)
from tests.versions import versions_lues


@pytest.fixture
def roles(commune):
    synchroniser()


def connecte(utilisateur):
    client = ClientStrict()
    client.force_login(utilisateur)
    return client


def en_ligne(prefixe, total, initial, **lignes):
    return {
        f"{prefixe}-TOTAL_FORMS": str(total),
        f"{prefixe}-INITIAL_FORMS": str(initial),
        **{f"{prefixe}-{nom.replace('__', '-')}": valeur for nom, valeur in lignes.items()},
    }


def fiche(famille, **champs):
    """What the household's page posts."""
    return {
        "code": famille.code,
        "nom": famille.nom,
        "adresse": "1 rue",
        "code_postal": "44740",
        "ville": "Batz-sur-Mer",
        "pays": "France",
        **en_ligne("quotients", 0, 0),
        **champs,
    }


def adulte(responsable, famille):
    return {
        "0__id": responsable.pk,
        "0__famille": famille.pk,
        "0__rang": "1",
        "0__nom": "PIRATE",
        "0__prenom": "P",
        "0__pays": "France",
    }


def page(famille):
    return reverse("admin:familles_famille_change", args=[famille.pk])


# --- Twin ids in the bodies of the staff's site --------------------------------------------------------------------


def test_an_adult_of_another_household_is_not_changed_through_this_one_s_page(roles, famille, autre_famille):
    """Control: one's own adult is changed by the very same body."""
    agent = connecte(membre_du_personnel("agent"))
    sien, autre = famille.responsables.get(), autre_famille.responsables.get()
    corps = fiche(famille, **en_ligne("responsables", 1, 1, **adulte(autre, famille)))
    agent.post(page(famille), corps | versions_lues(agent, page(famille)))
    autre.refresh_from_db()
    assert (autre.nom, autre.famille) == (autre_famille.nom, autre_famille)
    corps = fiche(famille, **en_ligne("responsables", 1, 1, **adulte(sien, famille)))
    agent.post(page(famille), corps | versions_lues(agent, page(famille)))
    sien.refresh_from_db()
    assert sien.nom == "PIRATE"


def test_an_adult_does_not_move_to_another_household_by_the_body(roles, famille, autre_famille):
    agent = connecte(membre_du_personnel("agent"))
    sien = famille.responsables.get()
    corps = fiche(famille, **en_ligne("responsables", 1, 1, **adulte(sien, autre_famille)))
    agent.post(page(famille), corps | versions_lues(agent, page(famille)))
    sien.refresh_from_db()
    assert sien.famille == famille


def test_an_agent_does_not_give_a_household_to_their_own_login(roles, famille):
    """The login of an adult is opened by a link mailed to its owner, and never typed."""
    qui = membre_du_personnel("agent")
    sien = famille.responsables.get()
    corps = fiche(
        famille,
        utilisateur=str(qui.pk),
        **en_ligne("responsables", 2, 1, **adulte(sien, famille), **{
            "0__utilisateur": qui.pk, "1__famille": famille.pk, "1__nom": "MOI", "1__prenom": "M", "1__rang": "2",
            "1__pays": "France", "1__utilisateur": qui.pk,
        }),
    )  # fmt: skip
    connecte(qui).post(page(famille), corps)
    assert not Responsable.objects.filter(utilisateur=qui).exists()
    assert not qui.responsabilites.exists()


def test_the_link_of_another_child_is_not_changed_through_this_one_s_page(roles, famille, autre_famille):
    agent = connecte(membre_du_personnel("agent"))
    mien, autre = FabriqueEnfant(famille=famille), FabriqueEnfant(famille=autre_famille)
    lien = autre.rattachements.get()
    corps = {
        "nom": "X", "prenom": "Y", "date_naissance": "01/01/2015",
        **en_ligne("rattachements", 1, 1, **{
            "0__id": lien.pk, "0__enfant": mien.pk, "0__famille": famille.pk, "0__garde": "dates",
            "0__vacances": "habitude",
        }),
    }  # fmt: skip
    chemin = reverse("admin:enfants_enfant_change", args=[mien.pk])
    agent.post(chemin, corps | versions_lues(agent, chemin))
    lien.refresh_from_db()
    assert (lien.enfant, lien.famille, lien.garde) == (autre, autre_famille, "toujours")
    assert Rattachement.objects.filter(enfant=autre).count() == 1


@pytest.mark.parametrize("geste", ["ouvrir", "renvoyer", "detacher"])
def test_the_gestures_on_an_account_take_an_adult_of_that_household_only(roles, famille, autre_famille, geste):
    agent = connecte(membre_du_personnel("agent"))
    autre = autre_famille.responsables.get()
    chemin = reverse(f"admin:familles_famille_{geste}", args=[famille.pk, autre.cle])
    avant = empreinte()
    assert agent.post(chemin).status_code == 404
    assert empreinte() == avant


# --- Rights --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", sorted(set(Role.values) - {"administrateur"}))
def test_no_other_role_touches_any_login_by_any_page_or_action(roles, role):
    qui, cible = membre_du_personnel(role), FabriqueUtilisateur(agent=True)
    client = connecte(qui)
    donnees = {
        "email": "complice@exemple.fr", "prenom": "X", "nom": "Y", "is_staff": "on", "is_superuser": "on",
        "is_active": "on", "groups": list(Group.objects.values_list("pk", flat=True)),
    }  # fmt: skip
    avant = empreinte()
    for utilisateur in (qui, cible):
        for nom in ("change", "delete", "history"):
            client.post(reverse(f"admin:familles_utilisateur_{nom}", args=[utilisateur.pk]), donnees)
    client.post(reverse("admin:familles_utilisateur_add"), donnees)
    for action in ("renvoyer_l_activation", "fermer_les_sessions", "delete_selected"):
        client.post(
            reverse("admin:familles_utilisateur_changelist"),
            {"action": action, "_selected_action": [qui.pk, cible.pk], "index": "0", "select_across": "1"},
        )
    assert empreinte() == avant


def test_an_administrator_cannot_make_a_superuser_by_the_creation_page(roles):
    admin_client = connecte(membre_du_personnel("administrateur"))
    admin_client.post(
        reverse("admin:familles_utilisateur_add"),
        {"email": "fort@exemple.fr", "prenom": "F", "nom": "F", "is_staff": "on", "is_superuser": "on"},
    )
    assert not Utilisateur.objects.filter(is_superuser=True).exists()


def test_an_administrator_does_not_raise_their_own_rights_by_an_action(roles):
    qui = membre_du_personnel("administrateur")
    client = connecte(qui)
    client.post(
        reverse("admin:familles_utilisateur_change", args=[qui.pk]),
        {"prenom": "A", "nom": "B", "is_superuser": "on", "groups": list(Group.objects.values_list("pk", flat=True))},
    )
    qui.refresh_from_db()
    assert not qui.is_superuser
    assert [groupe.name for groupe in qui.groups.all()] == ["administrateur"]


def test_with_the_password_alone_no_page_of_the_staff_site_opens(roles, settings, client):
    """In production every address of ``/gestion/`` asks for the second factor, whatever the rights."""
    chef = FabriqueUtilisateur(is_staff=True, is_superuser=True)
    client.post(reverse("account_login"), {"login": chef.email, "password": MOT_DE_PASSE})
    pages = ["/gestion/", *(f"/gestion/{m._meta.app_label}/{m._meta.model_name}/" for m in admin.site._registry)]
    pages += [f"{page}add/" for page in pages[1:]] + ["/gestion/autocomplete/", "/gestion/jsi18n/"]
    # Control: without the demand, the same session enters.
    settings.MFA_PERSONNEL = False
    assert client.get("/gestion/").status_code == 200
    settings.MFA_PERSONNEL = True
    ouvertes = [page for page in pages if client.get(page).status_code not in {302, 404}]
    assert ouvertes == []


def test_a_household_is_created_for_nobody_by_a_role_that_only_reads(roles):
    FabriqueResponsable(famille=FabriqueFamille())
    for role in ("direction", "regisseur", "comptable", "administrateur"):
        client = connecte(membre_du_personnel(role))
        avant = empreinte()
        client.post(reverse("admin:familles_famille_add"), {"code": "F9", "nom": "X"})
        client.post(reverse("admin:enfants_enfant_add"), {"nom": "X", "prenom": "Y", "date_naissance": "01/01/2015"})
        assert empreinte() == avant, role
