"""Script payloads in every text of the database: none is markup on any page, mail or PDF, and none runs in Chromium."""

import contextlib
import uuid

import pytest
from django.conf import settings
from django.contrib import admin
from django.core import mail
from django.db import connections, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from playwright.sync_api import sync_playwright

from contenu import actions
from contenu.models import Commune
from familles.models import Utilisateur
from inscriptions.enums import EtatDossier
from inscriptions.models import DossierInscription
from portail.commun.models import Courriel
from portail.commun.tasks import envoyer_courriels_dus
from tests.charges_xss import CHARGES_XSS
from tests.documents.fabriques import FabriqueDocument, ranger
from tests.fabriques import FabriqueUtilisateur
from tests.inscriptions.fabriques import dossier
from tests.navigateur.conftest import OPTIONS_DE_CHROMIUM
from tests.portail.gabarits_hostiles import GABARITS, rendre_hostile
from tests.portail.lecture_hostile import fautes
from tests.portail.semis import Semis, completer, est_seme, modeles, textes
from tests.portail.test_droits import MODULES, TABLE, scene
from tests.services import chromium

__all__ = ["rendre_hostile", "scene"]
COURRIELS = sorted(chemin.name for chemin in (GABARITS / "courriels").glob("*.html"))
LECTEURS = ("parent", "agent", "direction", "regisseur", "comptable", "administrateur", "anonyme")
ADMISES = {200, 422}


#: Markdown, templates, and tags that no browser knows: text for HTML.
INERTES = ("[", "!", "{", "```", "<javascript:", "<scr<", "<img/src", "<noscript>")


@pytest.fixture
def ville_piegee(scene):
    """Everything that the site can show, with a payload in each text."""
    return pieger(scene)


def pieger(scene, charge=None):
    for module in MODULES.values():
        getattr(module, "preparer", lambda scene: None)(scene)
    FabriqueDocument(famille=scene.famille, type=scene.type_document, refuse=True)
    refuse = dossier(envoye=True, courriel="refuse@exemple.fr")
    DossierInscription.objects.filter(pk=refuse.pk).update(
        etat=EtatDossier.REFUSE, motif_refus="Incomplet", traite_le=timezone.now()
    )
    scene.superutilisateur = FabriqueUtilisateur(agent=True, is_superuser=True)
    scene.manquants = completer()
    scene.semis = Semis(charge)
    scene.semis.semer()
    Commune.objects.update(couleur_principale="#0B5563", couleur_secondaire="#B4541A")
    return scene


def pages(scene, *, chaque_role=False):
    """Iterate over ``(role, url, answer)`` for every address that somebody may open, the admin's own pages included.

    ``chaque_role``: as seen by each of those who may open it, not by the first alone.
    """
    client, lues = Client(), set()
    for role in LECTEURS:
        client.logout()
        if role != "anonyme":
            client.force_login(Utilisateur.objects.get(pk=getattr(scene, role).pk))
        for nom, (_, acces) in TABLE.items():
            if acces.reponses[role] in ADMISES and (chaque_role or nom not in lues):
                lues.add(nom)
                adresse = reverse(nom, kwargs=dict(acces.cles(scene)))
                with contextlib.suppress(Abandon), transaction.atomic():
                    yield role, adresse, getattr(client, acces.methode)(adresse, dict(acces.donnees(scene)))
                    raise Abandon
    client.force_login(Utilisateur.objects.get(pk=scene.superutilisateur.pk))
    for adresse in pages_de_gestion():
        yield "superutilisateur", adresse, client.get(adresse)


class Abandon(Exception):  # noqa: N818 - takes back what a gesture wrote
    pass


def pages_de_gestion():
    for modele in admin.site._registry:
        base = f"admin:{modele._meta.app_label}_{modele._meta.model_name}"
        yield reverse(f"{base}_changelist")
        yield reverse(f"{base}_add")
        objet = modele._base_manager.order_by("-pk").first()
        if objet:
            yield from (reverse(f"{base}_{page}", args=[objet.pk]) for page in ("change", "history", "delete"))


# --- What is sown, and the reader, are what they say


@pytest.mark.django_db
def test_a_payload_is_sown_in_every_text_of_every_model(ville_piegee):
    assert ville_piegee.manquants == []
    semes = {f"{modele._meta.label}.{champ.name}" for modele in modeles() for champ in textes(modele)}
    assert len(semes) > 150
    lus = {
        f"{modele._meta.label}.{champ.name}"
        for modele in modeles()
        for champ in textes(modele)
        for ligne in modele._base_manager.all()
        if est_seme(champ.value_from_object(ligne))
    }
    assert semes - lus == set()


def test_the_reader_of_pages_sees_the_payloads_that_are_markup():
    """Negative control: put in a page as they are, the payloads are seen; those that are Markdown or text are not."""
    inertes = [charge for charge in CHARGES_XSS if not fautes(f"<p>{charge}</p>")]
    assert [charge for charge in inertes if not charge.startswith(INERTES)] == []
    assert len(CHARGES_XSS) >= 45
    assert fautes(f'<input value="{CHARGES_XSS[5]}">') or fautes(f"<input value='{CHARGES_XSS[5]}'>")


# --- Pages


@pytest.mark.django_db
def test_no_page_of_any_reader_holds_a_payload_as_markup(ville_piegee):
    lues, trouvees, pannes = 0, {}, []
    for role, adresse, reponse in pages(ville_piegee):
        if reponse.status_code >= 500:
            pannes.append(f"{role} {adresse}")
        if reponse.status_code in ADMISES and reponse["Content-Type"].startswith("text/html"):
            lues += 1
            if mauvaises := fautes(reponse.content.decode()):
                trouvees[f"{role} {adresse}"] = mauvaises[:3]
    assert (trouvees, pannes) == ({}, [])
    assert lues > 150


@pytest.mark.complet
@pytest.mark.django_db
@pytest.mark.parametrize("charge", CHARGES_XSS)
def test_each_payload_alone_in_every_text_is_markup_on_no_page(scene, charge):
    trouvees = {
        f"{role} {adresse}": mauvaises[:3]
        for role, adresse, reponse in pages(pieger(scene, charge), chaque_role=True)
        if reponse["Content-Type"].startswith("text/html") and (mauvaises := fautes(reponse.content.decode()))
    }
    assert trouvees == {}


@pytest.mark.django_db
@pytest.mark.parametrize("charge", CHARGES_XSS)
def test_a_file_name_is_one_harmless_header(client, parent, famille, tmp_path, coffre_prive, charge):
    document = ranger(FabriqueDocument(famille=famille, nom=f"{charge}\r\nSet-Cookie: a=b"[:80]), tmp_path)
    client.force_login(parent)
    reponse = client.get(document.get_absolute_url())
    assert reponse.getvalue()
    assert reponse["Content-Disposition"].startswith("attachment")
    assert "\n" not in reponse["Content-Disposition"]
    assert "Set-Cookie" not in reponse.headers


@pytest.fixture
def coffre_prive(settings, tmp_path):
    settings.DOSSIER_DONNEES = tmp_path / "donnees"


# --- Mails


@pytest.mark.parametrize("gabarit", COURRIELS)
def test_no_variable_of_any_mail_is_markup(rendre_hostile, gabarit):
    for charge in CHARGES_XSS:
        assert fautes(rendre_hostile(f"courriels/{gabarit}", charge), courriel=True) == [], charge


@pytest.mark.parametrize("gabarit", sorted(chemin.name for chemin in (GABARITS / "courriels").glob("*.txt")))
def test_the_texts_and_subjects_of_mails_are_no_html(rendre_hostile, gabarit):
    assert "&lt;" not in rendre_hostile(f"courriels/{gabarit}", CHARGES_XSS[0], autoescape=False)


@pytest.mark.django_db
def test_an_apostrophe_stays_one_in_the_subject_and_the_text_of_a_mail(commune):
    ecrire_au_service("L'été & <b>moi</b>", nom="D'Arc")
    courriel = Courriel.objects.get()
    assert courriel.sujet.startswith("L'été & <b>moi</b>")
    assert "D'Arc" in courriel.texte
    assert "<b>" not in courriel.html


def ecrire_au_service(sujet, nom):
    actions.ecrire(
        sujet=sujet,
        texte="x",
        nom=nom,
        courriel="claire@exemple.fr",
        auteur=None,
        cle_envoi=uuid.uuid4(),
        maintenant=timezone.now(),
    )


@pytest.mark.django_db
@pytest.mark.parametrize("fin", ["\r\n", "\n", "\r", "\u2028", "\x0b"])
def test_a_subject_never_becomes_another_header(fin, commune, parent):
    ecrire_au_service(f"Bonjour{fin}Bcc: tous@exemple.fr", nom=f"Claire{fin}Bcc: tous@exemple.fr")
    envoyer_courriels_dus()
    assert [message.subject.splitlines() for message in mail.outbox] == [[mail.outbox[0].subject]]
    assert mail.outbox[0].message()["Bcc"] is None


# --- In Chromium


TEMOIN = """
window.__vu = [];
Object.defineProperty(window, "__x", {set() { window.__vu.push("script"); }, get() { return undefined; }});
addEventListener("securitypolicyviolation", (e) => window.__vu.push(`${e.violatedDirective} ${e.blockedURI}`));
"""


@pytest.fixture
def lire_dans_chromium(live_server, transactional_db):
    """Open addresses as a reader; return what ran, what the policy blocked, and what went elsewhere."""
    with pytest.MonkeyPatch.context() as environnement, sync_playwright() as outils:
        environnement.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "oui")
        fenetre = outils.chromium.launch(executable_path=chromium(), args=OPTIONS_DE_CHROMIUM)

        def lire(utilisateur, adresses):
            client = Client()
            client.force_login(Utilisateur.objects.get(pk=utilisateur.pk))
            contexte = fenetre.new_context()
            contexte.add_init_script(TEMOIN)
            session = client.cookies[settings.SESSION_COOKIE_NAME].value
            contexte.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
            page, trouves = contexte.new_page(), []
            page.on("dialog", lambda boite: (trouves.append("boîte de dialogue"), boite.dismiss()))
            page.on("request", lambda r: trouves.append(r.url) if not r.url.startswith(live_server.url) else None)
            for adresse in adresses:
                page.goto(live_server.url + adresse)
                trouves += [f"{adresse} : {vu}" for vu in page.evaluate("window.__vu")]
            contexte.close()
            return trouves

        yield lire
        fenetre.close()
        # While Playwright's loop runs, Django keeps other connections for this thread than before and after.
        connections.close_all()


#: Addresses that answer with a file, on which no page opens.
FICHIERS = (":pdf", "_pdf", ":telecharger", "_ics", ":fichier")


def principales(scene):
    """Pages of each reader on which the most is shown."""
    parent = [
        "espace",
        "enfants:liste",
        "documents:liste",
        "reservations:liste",
        "facturation:liste",
        "contenu:contact",
    ]
    detail = ["enfants:fiche", "facturation:detail", "contenu:echange", "reservations:planning", "contenu:actualite"]
    du_parent = [reverse(nom) for nom in parent]
    du_parent += [reverse(nom, kwargs=dict(TABLE[nom][1].cles(scene))) for nom in detail]
    du_parent += [reverse("familles:fiche"), reverse("contenu:page", args=[scene.page.slug]), "/mentions/"]
    gestion = [adresse for adresse in pages_de_gestion() if adresse.endswith("/change/")]
    return du_parent, gestion


@pytest.mark.navigateur
@pytest.mark.django_db(transaction=True)
def test_nothing_runs_in_the_browser_of_a_parent_or_of_an_agent(scene, lire_dans_chromium):
    pieger(scene)
    du_parent, gestion = principales(scene)
    assert lire_dans_chromium(scene.parent, du_parent) == []
    assert lire_dans_chromium(scene.superutilisateur, gestion[::4]) == []


@pytest.mark.navigateur
@pytest.mark.django_db(transaction=True)
def test_the_browser_would_tell_of_a_payload_that_runs(scene, lire_dans_chromium, monkeypatch):
    """Negative control: with a page that prints what it is given, Chromium tells of it."""
    monkeypatch.setattr("contenu.views.rendre", SafeString)
    pieger(scene, CHARGES_XSS[6])
    trouves = lire_dans_chromium(scene.parent, [reverse("contenu:page", args=[scene.page.slug])])
    assert any("script" in trouve for trouve in trouves)


@pytest.mark.complet
@pytest.mark.navigateur
@pytest.mark.django_db(transaction=True)
def test_nothing_runs_on_any_page_of_any_reader(scene, lire_dans_chromium):
    pieger(scene)
    for role in LECTEURS[1:]:
        adresses = [
            reverse(nom, kwargs=dict(acces.cles(scene)))
            for nom, (_, acces) in TABLE.items()
            if acces.methode == "get"
            and acces.reponses[role] == 200
            and not nom.endswith((":pdf", "_fiche", ":telecharger"))
        ]
        assert lire_dans_chromium(getattr(scene, role), adresses) == []
    assert lire_dans_chromium(scene.superutilisateur, list(pages_de_gestion())) == []
