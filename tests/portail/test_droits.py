"""The exhaustive rights table: every named URL, every role, its answer; the declarations are in ``tests/*/droits.py``."""

import importlib
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.contrib import admin
from django.db import transaction
from django.urls import get_resolver, reverse

from tests import fabriques
from tests.client import ClientStrict
from tests.droits import CONNEXION, PERSONNEL, REFUS, ROLES, empreinte

TESTS = Path(__file__).parents[1]
MODULES = {
    dossier.parent.name: importlib.import_module(f"tests.{dossier.parent.name}.droits")
    for dossier in sorted(TESTS.glob("*/droits.py"))
}
#: What only the household of ``parent`` may read: found in the answer to another, it is a leak.
CANARI = "CANARI-f017-4q"
DU_SITE = {
    f"admin:{nom}"
    for nom in (
        "index",
        "login",
        "logout",
        "password_change",
        "password_change_done",
        "autocomplete",
        "jsi18n",
        "view_on_site",
        "app_list",
    )
}


def noms_d_url(resolveur=None, prefixe=""):
    for motif in (resolveur or get_resolver()).url_patterns:
        if hasattr(motif, "url_patterns"):
            espace = f"{prefixe}{motif.namespace}:" if motif.namespace else prefixe
            yield from noms_d_url(motif, espace)
        elif motif.name:
            yield prefixe + motif.name


def urls_des_modeles():
    """Pages that Django's admin makes for each model: covered role by role in ``test_droits_administration``."""
    for modele in admin.site._registry:
        base = f"admin:{modele._meta.app_label}_{modele._meta.model_name}"
        yield from (f"{base}_{page}" for page in ("changelist", "add", "history", "delete", "change"))


def table():
    entrees = {}
    for dossier, module in MODULES.items():
        for nom, acces in module.DROITS.items():
            assert nom not in entrees, f"{nom} est déclarée deux fois"
            entrees[nom] = (dossier, acces)
    return entrees


TABLE = table()


def test_every_url_is_in_the_table():
    attendues = set(noms_d_url()) - DU_SITE - set(urls_des_modeles())
    assert attendues - set(TABLE) == set(), "à déclarer dans tests/<app>/droits.py"
    assert set(TABLE) - attendues == set(), "ces URL n’existent pas"


def test_every_url_has_a_name():
    def sans_nom(resolveur, chemin=""):
        for motif in resolveur.url_patterns:
            if hasattr(motif, "url_patterns"):
                if motif.namespace != "admin":
                    yield from sans_nom(motif, f"{chemin}{motif.pattern}")
            elif not motif.name:
                yield f"{chemin}{motif.pattern}"

    assert list(sans_nom(get_resolver())) == []


@pytest.fixture
def scene(commune, famille, parent, baptiste, autre_famille, etranger):
    from portail.roles import synchroniser

    synchroniser()
    famille.adresse = f"12 rue {CANARI}"
    famille.save()
    personnel = {role: fabriques.membre_du_personnel(role) for role in PERSONNEL}
    return SimpleNamespace(
        famille=famille,
        parent=parent,
        enfant=baptiste,
        autre_famille=autre_famille,
        etranger=etranger,
        anonyme=None,
        **personnel,
    )


def reponse_a(scene, role, nom, acces, methode=None):
    client = ClientStrict()
    if role != "anonyme":
        client.force_login(getattr(scene, role))
    adresse = reverse(nom, kwargs=dict(acces.cles(scene)))
    return getattr(client, methode or acces.methode)(adresse, dict(acces.donnees(scene)))


def en_bref(reponse):
    if reponse.status_code == 302 and reponse["Location"].startswith(reverse("account_login")):
        return CONNEXION
    return reponse.status_code


@pytest.mark.parametrize("nom", sorted(TABLE))
def test_each_role_gets_its_answer_and_nothing_else(nom, scene):
    dossier, acces = TABLE[nom]
    getattr(MODULES[dossier], "preparer", lambda scene: None)(scene)
    ecarts = []
    for role in ROLES:
        with transaction.atomic():
            avant = empreinte() if acces.methode == "post" and acces.reponses[role] in REFUS else None
            reponse = reponse_a(scene, role, nom, acces)
            if en_bref(reponse) != acces.reponses[role]:
                ecarts.append(f"{role} : {en_bref(reponse)} au lieu de {acces.reponses[role]}")
            if role not in {"parent"} and acces.reponses[role] in REFUS and not reponse.streaming:
                assert CANARI not in reponse.content.decode(errors="replace"), f"{role} lit ce qui n’est pas à lui"
            if avant is not None:
                assert empreinte() == avant, f"{role} est refusé et a pourtant changé quelque chose"
            transaction.set_rollback(True)
    assert ecarts == []


@pytest.mark.parametrize("nom", sorted(nom for nom, (_, acces) in TABLE.items() if acces.methode == "post"))
def test_a_gesture_refuses_get_or_changes_nothing_by_it(nom, scene):
    """A link, a scanner of mails or a prefetch must not act; pages that also show their form answer 200."""
    dossier, acces = TABLE[nom]
    getattr(MODULES[dossier], "preparer", lambda scene: None)(scene)
    avant = empreinte()
    reponse = reponse_a(scene, "parent", nom, acces, methode="get")
    assert reponse.status_code in {200, 302, 404, 405}
    assert empreinte() == avant


def test_the_table_turns_red_when_a_page_leaks(scene, monkeypatch):
    """Negative control: a page that forgets its door is seen."""
    from django.http import HttpResponse

    from tests.droits import parents

    monkeypatch.setattr(ClientStrict, "get", lambda *a, **k: HttpResponse(f"rue {CANARI}"))
    reponse = reponse_a(scene, "etranger", "accueil", parents())
    assert en_bref(reponse) != parents().reponses["etranger"]
    assert CANARI in reponse.content.decode()
