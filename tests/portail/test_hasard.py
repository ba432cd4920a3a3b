"""Random input in every form, every query and every converter of an address: never an error of the server."""

import contextlib
from urllib.parse import quote

import pytest
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.client import ClientStrict
from tests.portail.jumelles import RECETTES, foyer, offre
from tests.reservations.gestes import places_coherentes

COURT = settings(
    max_examples=120,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
LONG = settings(COURT, max_examples=10_000, derandomize=False)

TORDUS = [
    "\x00",
    "a\x00b",
    "9" * 5000,
    "-1",
    "1e400",
    "NaN",
    "0001-01",
    "9999-12",
    "2026-13",
    "2026-W01",
    "31/12/9999",
    "29/02/2027",
    "00/00/0000",
    "٢٠٢٦-٠١",
    "²",
    "😀" * 300,
    "\u202e\ufeff",
    "é" * 100_000,
    "%",
    "'; DROP TABLE",
    "{{ 7*7 }}",
    "<script>",
    "../../etc/passwd",
    "20260229-00000000",
    "99999999-zz",
    "00000000-0000-0000-0000-000000000000",
    "famille-",
    "on",
    "",
]
VALEUR = st.sampled_from(TORDUS) | st.text(max_size=40) | st.integers().map(str) | st.dates().map(str)
CHAMPS = [
    "aller apercu au autre cle compte concerne courriel depart du email empreinte enfants etablissement facture",
    "factures geste jours login mois mot_de_passe motif next nom outil page par_page password prestations q",
    "password1 password2 remplacer rythme source suite telephone type v vers version",
]
NOMS = " ".join(CHAMPS).split()
SANS_PARAMETRE = [
    "accueil",
    "espace",
    "contenu:actualites",
    "contenu:recherche",
    "contenu:contact",
    "documents:liste",
    "documents:ajouter",
    "enfants:liste",
    "facturation:liste",
    "facturation:payer",
    "familles:fiche",
    "reservations:liste",
    "reservations:nouvelle",
    "compte_adresse_modifier",
    "account_reset_password",
    "account_change_password",
    "compte_sessions",
]
#: Addresses whose converter takes any text: « {} » is where it goes.
A_TEXTE_LIBRE = [
    "/infos/{}/",
    "/actualites/{}/",
    "/menus/{}/",
    "/factures/payer/{}/",
    "/factures/{}/",
    "/factures/{}/pdf/",
    "/paiement/{}/reprendre/",
    "/paiement/tipi/notification/{}/",
    "/calendrier/{}.ics",
    "/compte/activer/{}/",
    "/compte/adresse/confirmer/{}/",
    "/compte/adresse/retablir/{}/",
    "/compte/sessions/{}/fermer/",
    "/compte/mot-de-passe/nouveau/{}/",
    "/compte/mot-de-passe/nouveau/zz-{}/",
    "/reservations/{}/planning/",
    "/reservations/demandes/{}/",
    "/enfants/{}/",
    "/documents/{}/fichier/",
    "/famille/{}/",
    "/{}",
]


@pytest.fixture
def moi(commune):
    return foyer("moi", offre())


def connecte(moi):
    client = ClientStrict()
    client.force_login(moi.login)
    return client


@contextlib.contextmanager
def rendu():
    """Take back what one draw wrote: ten thousand logins in one transaction make its last check longer than allowed."""
    point = transaction.savepoint()
    yield
    transaction.savepoint_rollback(point)


def jouer(moi, nom, methode, champs):
    """Take the owner's own request, then put what was drawn in it."""
    recette = RECETTES.get(nom)
    adresse = reverse(nom, kwargs=dict(recette.cles(moi)) if recette else {})
    donnees = dict(recette.donnees(moi)) if recette and recette.donnees else {}
    reponse = getattr(connecte(moi), methode)(adresse, donnees | champs)
    assert reponse.status_code < 500


tirage = given(
    nom=st.sampled_from(sorted(RECETTES) + SANS_PARAMETRE),
    methode=st.sampled_from(["get", "post", "post"]),
    champs=st.dictionaries(st.sampled_from(NOMS), VALEUR | st.lists(VALEUR, max_size=3), max_size=6),
)
tirage_adresse = given(modele=st.sampled_from(A_TEXTE_LIBRE), texte=VALEUR, methode=st.sampled_from(["get", "post"]))


@COURT
@tirage
@example(nom="reservations:liste", methode="get", champs={"q": "a\x00b"})
def test_no_field_breaks_a_page(moi, nom, methode, champs):
    jouer(moi, nom, methode, champs)
    assert places_coherentes(moi.offre.periode)


@COURT
@tirage_adresse
@example(modele="/paiement/tipi/notification/{}/", texte="\x00", methode="post")
@example(modele="/calendrier/{}.ics", texte="\x00", methode="get")
def test_no_address_breaks_the_server(moi, modele, texte, methode):
    adresse = modele.format(quote(texte[:2000], safe=""))
    assert getattr(connecte(moi), methode)(adresse).status_code < 500


@pytest.mark.complet
@LONG
@tirage
def test_ten_thousand_forms(moi, nom, methode, champs):
    with rendu():
        jouer(moi, nom, methode, champs)
        assert places_coherentes(moi.offre.periode)


@pytest.mark.complet
@LONG
@tirage_adresse
def test_ten_thousand_addresses(moi, modele, texte, methode):
    with rendu():
        assert getattr(connecte(moi), methode)(modele.format(quote(texte[:2000], safe=""))).status_code < 500


def test_ten_thousand_boxes_are_refused_and_nothing_is_kept(moi):
    adresse = reverse("reservations:enregistrer_planning", kwargs={"cle": moi.reservation.cle})
    avant = moi.reservation.brouillons.count()
    reponse = connecte(moi).post(adresse, {"jours": [f"20260101-{rang:08x}" for rang in range(10_000)]})
    assert reponse.status_code == 400
    assert moi.reservation.brouillons.count() == avant
