"""The security headers, on every address that answers, for a visitor, a parent and an agent."""

import pytest
from django.urls import reverse

from portail.roles import synchroniser
from tests.client import ClientStrict
from tests.fabriques import FabriqueEnfant, membre_du_personnel
from tests.portail.test_droits import MODULES, TABLE, scene  # noqa: F401 - a fixture

#: Served to all, the same for all: these alone may be kept by browsers.
PUBLIQUES = {"contenu:identite", "contenu:logo", "inscriptions:fiche", "contenu:telecharger"}
#: A file is downloaded under a policy stricter than that of the pages.
FICHIERS = {
    "contenu:telecharger",
    "documents:fichier",
    "admin:documents_document_fichier",
    "admin:documents_document_apercu",
}


def politique(reponse):
    return dict(partie.strip().partition(" ")[::2] for partie in reponse["Content-Security-Policy"].split(";"))


def ecarts(nom, reponse, *, connecte):
    attendus = {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    trouves = [f"{nom} : {cle} = {reponse.get(cle)}" for cle, valeur in attendus.items() if reponse.get(cle) != valeur]
    if "camera=()" not in reponse.get("Permissions-Policy", ""):
        trouves.append(f"{nom} : Permissions-Policy")
    csp = politique(reponse)
    if csp.get("default-src") != "'none'":
        trouves.append(f"{nom} : default-src {csp.get('default-src')}")
    if nom not in FICHIERS and (csp.get("frame-ancestors"), csp.get("script-src")) != ("'none'", "'self'"):
        trouves.append(f"{nom} : {csp}")
    public = reponse.get("Cache-Control", "").startswith("public")
    if public and nom not in PUBLIQUES:
        trouves.append(f"{nom} : page gardée par les navigateurs")
    if connecte and not public and "no-store" not in reponse.get("Cache-Control", ""):
        trouves.append(f"{nom} : page privée gardée")
    return trouves


@pytest.mark.parametrize("role", ["anonyme", "parent", "agent"])
def test_every_address_carries_the_headers(scene, role):  # noqa: F811
    client, trouves, vues = ClientStrict(), [], 0
    for module in MODULES.values():
        getattr(module, "preparer", lambda scene: None)(scene)
    if role != "anonyme":
        client.force_login(getattr(scene, role))
    for nom, (_, acces) in sorted(TABLE.items()):
        if acces.methode != "get" or nom in {"account_logout"}:
            continue
        reponse = client.get(reverse(nom, kwargs=dict(acces.cles(scene))))
        vues += 1
        trouves += ecarts(nom, reponse, connecte=role != "anonyme")
    assert vues > 40
    assert trouves == []


@pytest.mark.parametrize("chemin", ["/cette-page-n-existe-pas/", "/famille/", "/gestion/", "/factures/payer/"])
def test_errors_and_refusals_carry_them_too(commune, client, chemin):
    assert ecarts(chemin, client.get(chemin), connecte=False) == []


def test_the_check_turns_red_without_the_middlewares(commune, client, settings):
    """Negative control."""
    settings.MIDDLEWARE = [nom for nom in settings.MIDDLEWARE if "csp" not in nom and "Entetes" not in nom]
    reponse = client.get("/contact/")
    assert "Content-Security-Policy" not in reponse.headers
    assert "Permissions-Policy" not in reponse.headers


def test_a_page_of_an_agent_is_not_kept_either(commune, famille):
    synchroniser()
    client = ClientStrict()
    client.force_login(membre_du_personnel("agent"))
    FabriqueEnfant(famille=famille)
    for chemin in ("/gestion/", f"/gestion/familles/famille/{famille.pk}/change/", "/gestion/enfants/enfant/"):
        assert ecarts(chemin, client.get(chemin), connecte=True) == []
