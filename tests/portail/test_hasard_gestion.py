"""Random input in every list, form, action and address of ``/gestion/``: never an error of the server."""

from urllib.parse import quote

import pytest
from django.contrib import admin
from hypothesis import example, given, settings
from hypothesis import strategies as st

from portail.roles import synchroniser
from tests.client import ClientStrict
from tests.fabriques import FabriqueUtilisateur
from tests.inscriptions.fabriques import dossier
from tests.portail.jumelles import foyer, offre
from tests.portail.test_hasard import COURT, LONG, VALEUR

MODELES = sorted(modele._meta.label_lower for modele in admin.site._registry)
#: What the lists of the admin read, what its forms write, and the filters of a few.
CHAMPS = [
    "q o p all e _popup _to_field _changelist_filters action index select_across _selected_action etat etat__exact",
    "famille__id__exact enfant__id__exact a_voir garde nom prenom email code motif date_naissance du au valeur source",
    "montant numero annee jour horaire places residente comptes dossier _save _continue _saveasnew term app_label",
    "model_name field_name periode__id__exact type__id__exact cree_le__gte le__year le__month envoye_le__day",
]
NOMS = " ".join(CHAMPS).split()


@pytest.fixture
def scene(commune):
    synchroniser()
    scene = foyer("moi", offre())
    scene.dossier = dossier(envoye=True)
    scene.chef = FabriqueUtilisateur(is_staff=True, is_superuser=True)
    return scene


def connecte(scene):
    client = ClientStrict()
    client.force_login(scene.chef)
    return client


def jouer(scene, modele, page, cle, methode, champs):
    chemin = f"/gestion/{modele.replace('.', '/')}/"
    chemin += {"liste": "", "ajout": "add/"}.get(page, f"{quote(cle[:300], safe='')}/{page}/")
    reponse = getattr(connecte(scene), methode)(chemin, champs)
    assert reponse.status_code < 500


tirage = given(
    modele=st.sampled_from(MODELES),
    page=st.sampled_from(["liste", "liste", "ajout", "change", "history", "delete"]),
    cle=VALEUR | st.sampled_from(["1", "2", "0", "-1", "9" * 25]),
    methode=st.sampled_from(["get", "get", "post"]),
    champs=st.dictionaries(st.sampled_from(NOMS), VALEUR | st.lists(VALEUR, max_size=3), max_size=5),
)


@settings(COURT, max_examples=50)
@tirage
@example(modele="familles.famille", page="liste", cle="", methode="get", champs={"q": "a\x00b"})
@example(
    modele="inscriptions.dossierinscription", page="liste", cle="", methode="get", champs={"q": "\x00", "etat": "x"}
)
@example(modele="enfants.enfant", page="change", cle="9" * 25, methode="get", champs={})
@example(modele="documents.document", page="change", cle="9" * 25, methode="get", champs={})
def test_no_field_breaks_a_page_of_the_staff(scene, modele, page, cle, methode, champs):
    jouer(scene, modele, page, cle, methode, champs)


@pytest.mark.complet
@LONG
@tirage
def test_ten_thousand_pages_of_the_staff(scene, modele, page, cle, methode, champs):
    jouer(scene, modele, page, cle, methode, champs)


@pytest.mark.parametrize("methode", ["get", "post"])
def test_no_number_however_large_breaks_a_gesture(scene, methode):
    """The addresses of the gestures take a number: one that PostgreSQL cannot hold names nothing."""
    client, fautes = connecte(scene), []
    for motif in admin.site.urls[0]:
        for sous_motif in getattr(motif, "url_patterns", []):
            route = str(sous_motif.pattern)
            if "<int:pk>" not in route or "<path:" in route:
                continue
            chemin = f"/gestion/{motif.pattern}{route}"
            for parametre in ("<int:pk>", "<int:famille_pk>", "<int:page>"):
                chemin = chemin.replace(parametre, "9" * 25)
            chemin = chemin.replace("<uuid:cle>", str(scene.famille.cle))
            reponse = getattr(client, methode)(chemin, {"motif": "x\x00", "valeur": "NaN"} if methode == "post" else {})
            if reponse.status_code >= 500:
                fautes.append(chemin)
    assert fautes == []
