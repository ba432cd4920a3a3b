"""Roles are code: the groups say what the file says, and a change of right is seen in a diff."""

import io

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command

from portail import roles
from portail.roles import PERMISSIONS, Role, synchroniser
from tests.portail.instantane import comparer


def test_each_right_of_each_role_is_the_one_that_was_accepted():
    comparer("roles.txt", [f"{role.value} {droit}" for role in Role for droit in sorted(PERMISSIONS[role])])


@pytest.mark.django_db
def test_the_command_gives_and_takes_away_until_the_groups_say_what_the_file_says():
    synchroniser()
    groupe = Group.objects.get(name=Role.COMPTABLE)
    intrus = Permission.objects.get(codename="change_utilisateur")
    groupe.permissions.add(intrus)
    groupe.permissions.remove(groupe.permissions.exclude(pk=intrus.pk).first())
    sortie = io.StringIO()
    call_command("roles", stdout=sortie)
    assert "comptable : - familles.change_utilisateur" in sortie.getvalue()
    assert "comptable : + " in sortie.getvalue()
    droits = {f"{p.content_type.app_label}.{p.codename}" for p in groupe.permissions.all()}
    assert droits == PERMISSIONS[Role.COMPTABLE]


@pytest.mark.django_db
def test_a_second_run_changes_nothing():
    synchroniser()
    assert synchroniser() == {}


@pytest.mark.django_db
def test_a_misspelt_right_is_a_fault_and_not_silently_nothing(monkeypatch):
    monkeypatch.setitem(roles.PERMISSIONS, Role.AGENT, {"familles.view_famile"})
    with pytest.raises(LookupError, match="view_famile"):
        synchroniser()


def test_only_the_administrator_touches_logins():
    for role in set(Role) - {Role.ADMINISTRATEUR}:
        assert not {d for d in PERMISSIONS[role] if d.endswith("_utilisateur")} - {"familles.view_utilisateur"}


def test_the_comptable_only_reads_and_the_money_roles_see_no_health():
    assert all(droit.split(".")[1].startswith(("view_", "exporter_")) for droit in PERMISSIONS[Role.COMPTABLE])
    sante = ("fichesanitaire", "vaccination", "pai", "allergie")
    for role in (Role.REGISSEUR, Role.COMPTABLE, Role.ADMINISTRATEUR):
        assert not [droit for droit in PERMISSIONS[role] if droit.endswith(sante)]
