"""The exhaustive rights table: every named URL, every role, its answer; declared in ``tests/*/droits.py``."""

import importlib
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.contrib import admin
from django.db import transaction
from django.http import HttpResponse
from django.urls import get_resolver, reverse

from portail.roles import synchroniser
from tests import fabriques
from tests.client import ClientStrict
from tests.droits import CONNEXION, PERSONNEL, REFUS, ROLES, empreinte, parents

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


#: One client for all: loading the middlewares is the dearest part of a request.
CLIENT = ClientStrict()


def entrer(scene, role):
    CLIENT.cookies.clear()
    if role != "anonyme":
        CLIENT.force_login(getattr(scene, role))


def reponse(scene, nom, acces, methode=None):
    adresse = reverse(nom, kwargs=dict(acces.cles(scene)))
    return getattr(CLIENT, methode or acces.methode)(adresse, dict(acces.donnees(scene)))


def en_bref(reponse):
    connexions = (reverse("account_login"), reverse("admin:login"))
    if reponse.status_code == 302 and reponse["Location"].startswith(connexions):
        return CONNEXION
    return reponse.status_code


@pytest.mark.parametrize("nom", sorted(TABLE))
def test_each_role_gets_its_answer_and_nothing_else(nom, scene):
    dossier, acces = TABLE[nom]
    getattr(MODULES[dossier], "preparer", lambda scene: None)(scene)
    ecarts = []
    for role in ROLES:
        with transaction.atomic():
            entrer(scene, role)
            avant = empreinte() if acces.methode == "post" and acces.reponses[role] in REFUS else None
            recue = reponse(scene, nom, acces)
            if en_bref(recue) != acces.reponses[role]:
                ecarts.append(f"{role} : {en_bref(recue)} au lieu de {acces.reponses[role]}")
            if role != "parent" and acces.reponses[role] in REFUS and fuite(recue):
                ecarts.append(f"{role} lit ce qui n’est pas à lui")
            if avant is not None and empreinte() != avant:
                ecarts.append(f"{role} est refusé et a pourtant changé quelque chose")
            transaction.set_rollback(True)
    assert ecarts == []


@pytest.mark.parametrize("nom", sorted(nom for nom, (_, acces) in TABLE.items() if acces.methode == "post"))
def test_a_gesture_asked_by_get_changes_nothing(nom, scene):
    """A link, a scanner of mails or a prefetch must not act; pages that also show their form answer 200."""
    dossier, acces = TABLE[nom]
    getattr(MODULES[dossier], "preparer", lambda scene: None)(scene)
    entrer(scene, "parent")
    avant = empreinte()
    assert reponse(scene, nom, acces, methode="get").status_code in {200, 302, 404, 405}
    assert empreinte() == avant


def fuite(recue):
    return not recue.streaming and CANARI in recue.content.decode(errors="replace")


def test_the_table_turns_red_when_a_page_leaks(scene, monkeypatch):
    """Negative control: a page that forgets its door is seen by its answer and by what it shows."""
    entrer(scene, "etranger")
    monkeypatch.setattr(CLIENT, "get", lambda *a, **k: HttpResponse(f"rue {CANARI}"))
    recue = reponse(scene, "accueil", parents())
    assert en_bref(recue) != parents().reponses["etranger"]
    assert fuite(recue)


def test_the_fingerprint_sees_any_change_and_not_a_new_session(scene):
    avant = empreinte()
    CLIENT.get(reverse("account_login"))
    assert empreinte() == avant
    scene.famille.responsables.update(profession="paludière")
    assert empreinte() != avant
