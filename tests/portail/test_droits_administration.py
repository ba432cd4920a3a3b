"""What each role may do in ``/gestion/``: one generated table, role × model × gesture × action, accepted in a diff."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from django.urls import reverse

from portail.roles import Role, synchroniser
from tests.client import ClientStrict
from tests.fabriques import membre_du_personnel
from tests.portail.instantane import comparer

GESTES = ("view", "add", "change", "delete")


@pytest.fixture
def personnel(commune):
    synchroniser()
    return {role: membre_du_personnel(role.value) for role in Role}


def droits_de(utilisateur):
    for modele, ecran in sorted(admin.site._registry.items(), key=lambda paire: paire[0]._meta.label_lower):
        requete = RequestFactory().get("/gestion/")
        requete.user = utilisateur
        gestes = [geste for geste in GESTES if getattr(ecran, f"has_{geste}_permission")(requete)]
        actions = sorted(ecran.get_actions(requete)) if gestes else []
        champs = sorted(ecran.get_readonly_fields(requete)) if "change" in gestes else []
        yield modele._meta.label_lower, gestes, actions, champs


def test_each_role_has_the_gestures_that_were_accepted(personnel):
    lignes = []
    for role, utilisateur in personnel.items():
        for nom, gestes, actions, champs in droits_de(utilisateur):
            if gestes:
                lignes.append(
                    f"{role.value} | {nom} | {' '.join(gestes)} | actions : {' '.join(actions) or '-'}"
                    f" | fixes : {' '.join(champs) or '-'}"
                )
    comparer("administration.txt", lignes)


def test_nobody_outside_the_staff_has_any(parent):
    for utilisateur in (parent, AnonymousUser()):
        assert [nom for nom, gestes, *_ in droits_de(utilisateur) if gestes] == []


def test_the_pages_answer_as_the_table_says(personnel):
    """The list and the creation page of every model, asked for real by each role."""
    ecarts = []
    for role, utilisateur in personnel.items():
        client = ClientStrict()
        client.force_login(utilisateur)
        attendus = {nom: gestes for nom, gestes, *_ in droits_de(utilisateur)}
        for modele in admin.site._registry:
            nom = modele._meta.label_lower
            for page, geste in (("changelist", "view"), ("add", "add")):
                adresse = reverse(f"admin:{nom.replace('.', '_')}_{page}")
                recu = client.get(adresse)
                # The town is one row: its list leads straight to it.
                ouverte = recu.status_code == 200 or recu.headers.get("Location", "").startswith(adresse)
                if ouverte != (geste in attendus[nom]):
                    ecarts.append(f"{role} {adresse} : {recu.status_code}")
    assert ecarts == []


def test_families_and_strangers_never_enter_the_staff_site(parent, client):
    adresses = ["/gestion/", *(f"/gestion/{m._meta.app_label}/{m._meta.model_name}/" for m in admin.site._registry)]
    for adresse in adresses:
        assert client.get(adresse)["Location"].startswith(("/compte/connexion/", "/gestion/login/"))
    client.force_login(parent)
    for adresse in adresses:
        reponse = client.get(adresse, follow=True)
        assert reponse.status_code == 403
        assert "Cette page ne vous est pas ouverte" in reponse.content.decode()


def test_tables_that_no_hand_should_touch_have_no_screen():
    ecrans = {modele._meta.app_label for modele in admin.site._registry}
    assert not ecrans & {"account", "mfa", "usersessions", "auth"}
