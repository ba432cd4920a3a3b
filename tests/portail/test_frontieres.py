"""What comes from outside: forged forms, addresses to go to, names of hosts."""

import contextlib
import re

import pytest
from allauth.account.models import EmailAddress
from django.urls import NoReverseMatch, get_resolver, reverse
from django.urls.resolvers import URLResolver

from portail.commun.models import Courriel
from tests.client import ClientStrict
from tests.droits import empreinte
from tests.fabriques import MOT_DE_PASSE
from tests.portail.jumelles import RECETTES, foyer, lignes, offre
from tests.portail.test_droits import TABLE

SANS_CSRF = {"paiement:tipi_notification"}
AILLEURS = [
    "https://pirate.example/",
    "//pirate.example/",
    "///pirate.example",
    "/\\pirate.example",
    "\\\\pirate.example",
    "https:pirate.example",
    "http:///pirate.example",
    "javascript:alert(1)",
    "data:text/html,x",
    " https://pirate.example",
    "https://testserver@pirate.example/",
    "https://testserver.pirate.example/",
    "/%0d%0aLocation:https://pirate.example",
    "\thttps://pirate.example",
]


def vues(resolveur=None, prefixe=""):
    for motif in (resolveur or get_resolver()).url_patterns:
        if isinstance(motif, URLResolver):
            yield from vues(motif, f"{prefixe}{motif.namespace}:" if motif.namespace else prefixe)
        else:
            yield f"{prefixe}{motif.name}", motif.callback


def test_only_the_payment_service_writes_without_a_token():
    assert {nom for nom, vue in vues() if getattr(vue, "csrf_exempt", False)} == SANS_CSRF


@pytest.fixture
def moi(commune):
    return foyer("moi", offre())


def test_every_form_of_the_families_refuses_a_forged_request(moi):
    """Logged in, without the token, then with a token and a foreign origin: nothing changes."""
    client = ClientStrict(enforce_csrf_checks=True)
    client.force_login(moi.login)
    avant, ecarts = empreinte(), []
    adresses = {nom: dict(recette.cles(moi)) for nom, recette in RECETTES.items() if recette.donnees}
    for nom, (_, acces) in TABLE.items():
        if acces.methode == "post" and nom not in adresses and not nom.startswith("admin:"):
            with contextlib.suppress(NoReverseMatch):
                adresses[reverse(nom) and nom] = {}
    for nom, cles in adresses.items():
        adresse = reverse(nom, kwargs=cles)
        donnees = dict(RECETTES[nom].donnees(moi)) if nom in RECETTES else {}
        if client.post(adresse, donnees).status_code != 403:
            ecarts.append(f"{nom} : sans jeton")
        jeton = client.get(reverse("espace")).context["csrf_token"]
        forgee = client.post(
            adresse, donnees | {"csrfmiddlewaretoken": str(jeton)}, headers={"Origin": "https://pirate.example"}
        )
        if forgee.status_code != 403:
            ecarts.append(f"{nom} : d’une autre origine")
    assert ecarts == []
    assert len(adresses) > 20
    assert empreinte() == avant


def test_the_login_form_refuses_a_forged_request(moi):
    client = ClientStrict(enforce_csrf_checks=True)
    recue = client.post(reverse("account_login"), {"login": moi.login.email, "password": MOT_DE_PASSE})
    assert recue.status_code == 403


@pytest.mark.parametrize("suite", AILLEURS)
def test_the_login_and_the_logout_never_lead_elsewhere(parent, client, suite):
    for nom, donnees in (
        ("account_login", {"login": parent.email, "password": MOT_DE_PASSE}),
        ("account_logout", {}),
    ):
        for adresse in (reverse(nom), f"{reverse(nom)}?next={suite}"):
            recue = client.post(adresse, donnees | {"next": suite})
            assert recue.status_code in {200, 302}
            assert re.fullmatch(r"(/(?![/\\]).*)?", recue.get("Location", "")), recue["Location"]


@pytest.mark.parametrize(
    "entetes",
    [
        {"HTTP_HOST": "pirate.example"},
        {"HTTP_HOST": "testserver:80@pirate.example"},
        {"HTTP_HOST": "testserver", "HTTP_X_FORWARDED_HOST": "pirate.example"},
        {"HTTP_HOST": "testserver", "HTTP_FORWARDED": "host=pirate.example"},
        {"HTTP_HOST": "testserver", "HTTP_X_FORWARDED_SERVER": "pirate.example"},
        {"HTTP_HOST": "testserver", "SERVER_NAME": "pirate.example"},
        {"HTTP_HOST": "testserver", "HTTP_X_HTTP_HOST_OVERRIDE": "pirate.example"},
        {"HTTP_HOST": "testserver", "HTTP_X_ORIGINAL_URL": "//pirate.example/"},
    ],
)
def test_the_link_of_a_mail_is_the_towns_whatever_host_the_request_names(parent, client, settings, entetes):
    assert EmailAddress.objects.filter(user=parent, verified=True).exists()
    recue = client.post(reverse("account_reset_password"), {"email": parent.email}, **entetes)
    if recue.status_code == 400:
        assert not Courriel.objects.exists()
        return
    courriel = Courriel.objects.get()
    liens = re.findall(r"https?://[^\s\"<]+", courriel.texte + courriel.html)
    assert [lien for lien in liens if not lien.startswith(settings.SITE_URL)] == []
    assert any("/compte/mot-de-passe/nouveau/" in lien for lien in liens)
    assert "pirate" not in courriel.texte + courriel.html


RESERVEES = [
    "id",
    "pk",
    "famille",
    "famille_id",
    "enfant",
    "enfant_id",
    "reservation_id",
    "demande_id",
    "auteur",
    "auteur_id",
    "utilisateur",
    "utilisateur_id",
    "is_staff",
    "is_superuser",
    "is_active",
    "groups",
    "user_permissions",
    "etat",
    "montant",
    "montant_regle",
    "montant_en_attente",
    "numero",
    "rang",
    "quotient",
    "valeur",
    "code",
    "note_interne",
    "residente",
    "autorite_parentale",
    "payeur",
    "valide_le",
    "valide_par",
    "traite_le",
    "places_prises",
    "capacite",
    "acceptation",
    "archivee_le",
    "refdet",
    "jeton",
    "modifiee_le",
    "cree_le",
]


@pytest.mark.parametrize("valeur", ["INTRUS-7q", "98765432", "acceptee"])
def test_columns_that_no_form_shows_are_never_written(moi, valeur):
    client = ClientStrict()
    client.force_login(moi.login)
    avant = lignes()
    for nom, recette in RECETTES.items():
        if recette.donnees:
            donnees = dict.fromkeys(RESERVEES, valeur) | dict(recette.donnees(moi))
            assert client.post(reverse(nom, kwargs=dict(recette.cles(moi))), donnees).status_code < 500
    nouvelles = lignes() - avant
    assert nouvelles
    assert [ligne for _, ligne in nouvelles if f'"{valeur}"' in ligne or f": {valeur}" in ligne] == []
    moi.login.refresh_from_db()
    assert (moi.login.is_staff, moi.login.is_superuser) == (False, False)
