"""Each component renders, tells its options, and says what it must to those who do not see it."""

import re

import pytest
from bs4 import BeautifulSoup
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory

from facturation.enums import EtatAffiche, EtatFacture, EtatPaiement
from portail.commun.blocs import Bloc, Ligne
from portail.commun.etats import APPARENCES, apparence
from portail.commun.menu import EntreeDeMenu
from portail.vues_demo import mois_exemple
from reservations.enums import EtatPresence
from tests.visuel.gabarits import COMPOSANTS, GABARITS, RACINE

MENU = [
    EntreeDeMenu("Les tarifs", "", (EntreeDeMenu("Tarifs ALSH", "/infos/alsh/"),)),
    EntreeDeMenu("Boîte à outils", "/infos/outils/"),
]
COMMUNE = {
    "nom": "Mairie de Batz-sur-Mer",
    "commune": "Batz-sur-Mer",
    "adresse": "34 Rue Jean XXIII",
    "code_postal": "44740",
    "telephone": "02.40.23.92.25",
}

#: Component → how a page uses it, and words that the reader must find.
USAGES = {
    "_marque.html": ('{% include "composants/_marque.html" %}', ["Batz-sur-Mer"]),
    "_parcours.html": ('{% include "composants/_parcours.html" %}', ["Tableau de bord"]),
    "_blocs.html": (
        '{% include "composants/_blocs.html" %}',
        ["Réservations", "n° 12, BAPTISTE", "Acceptée", "Tout voir", "Aucune facture"],
    ),
    "_colonne.html": (
        '{% include "composants/_colonne.html" %}',
        ["Mairie de Batz-sur-Mer", "44740 BATZ-SUR-MER", "02.40.23.92.25", "Visiteur", "Tarifs ALSH"],
    ),
    "_menu.html": (
        "{% menu menu_infos request.path %}",
        ["Informations", "Les tarifs", "Tarifs ALSH", "Boîte à outils"],
    ),
    "_pied.html": ('{% include "composants/_pied.html" %}', ["Portail famille"]),
    "barre_actions.html": ('{% barre_actions resume="3 jours" %}Voir{% endbarre_actions %}', ["3 jours", "Voir"]),
    "bandeau.html": ('{% bandeau ton="attention" titre="Titre" %}Corps{% endbandeau %}', ["Titre", "Corps"]),
    "bouton.html": ('{% bouton "Payer" "/payer/" precision="la facture n° 727" %}', ["Payer la facture n° 727"]),
    "calendrier.html": (
        '{% include "composants/calendrier.html" with mois=mois %}',
        ["Janvier 2018", "jeudi 18 janvier 2018, Matin", "Jour férié", "Complet"],
    ),
    "carte.html": ('{% carte titre="Enfants" icone="enfant" %}Corps{% endcarte %}', ["Enfants", "Corps"]),
    "confirmation.html": ('{% confirmation titre="Envoyée" numero="N° 12" %}A{% endconfirmation %}', ["N° 12", "A"]),
    "definitions.html": (
        '{% include "composants/definitions.html" with lignes=lignes %}',
        ["AABELIUM", "Non renseigné"],
    ),
    "etapes.html": ("{% etapes titres 2 %}", ["Étape 2 sur 3", "Jours"]),
    "etat.html": ('{% etat "presence" "liste_attente" detail="rang 3" %}', ["Liste d’attente rang 3"]),
    "fil.html": ('{% fil "/" "Accueil" "Factures" %}', ["Accueil", "Factures"]),
    "messages.html": ('{% include "composants/messages.html" %}', ["Enregistré."]),
    "montant.html": ('{% montant "Reste à payer" "5,25 €" ton="du" %}', ["Reste à payer", "5,25 €"]),
    "pagination.html": ("{% pagination page tailles %}",
        ["éléments / page (de 6 à 10 sur 12 éléments)", "Page 2 sur 3"]),
    "question.html": ('{% question titre="Annuler ?" %}Rien à payer.{% endquestion %}', ["Annuler", "Rien"]),
    "recapitulatif.html": ('{% recapitulatif titre="Demande" %}Corps{% endrecapitulatif %}', ["Demande", "Corps"]),
    "repli.html": ('{% repli titre="Factures" %}Corps{% endrepli %}', ["Factures", "Masquer", "Corps"]),
    "tableau.html": ('{% tableau legende="Liste" %}<tbody></tbody>{% endtableau %}', ["Liste"]),
    "vide.html": ('{% vide texte="Rien encore." %}Suite{% endvide %}', ["Rien encore.", "Suite"]),
}  # fmt: skip


def rendre(usage: str) -> BeautifulSoup:
    requete = RequestFactory().get("/infos/alsh/", {"q": "x"})
    contexte = {
        "request": requete,
        "user": AnonymousUser(),
        "commune": COMMUNE,
        "menu_infos": MENU,
        "messages": [Message(messages.SUCCESS, "Enregistré.")],
        "page": Paginator(range(12), 5).page(2),
        "vide": Paginator([], 5).page(1),
        "tailles": [5, 10],
        "titres": ["Enfant", "Jours", "Vérification"],
        "lignes": [("Nom", "AABELIUM"), ("Lieu", "")],
        "mois": mois_exemple(),
        "blocs": [
            Bloc("Réservations", (Ligne("/r/", "n° 12, BAPTISTE", "Acceptée"),), tout="/tout/"),
            Bloc("Factures", (), vide="Aucune facture"),
        ],
    }
    page = Context(contexte)
    page.request = requete  # as a RequestContext has it, without the context processors and their queries
    return BeautifulSoup(Template("{% load composants %}" + usage).render(page), "html.parser")


def test_every_component_has_a_usage_here():
    assert sorted(USAGES) == COMPOSANTS


@pytest.mark.parametrize("nom", COMPOSANTS)
def test_a_component_starts_by_saying_how_it_is_used(nom):
    source = (RACINE / "templates" / "composants" / nom).read_text()
    assert "{# " in source[:40]


@pytest.mark.parametrize("nom", sorted(USAGES))
def test_a_component_renders_its_words(nom):
    usage, mots = USAGES[nom]
    texte = " ".join(rendre(usage).get_text(" ").split())
    assert [mot for mot in mots if mot not in texte] == []


@pytest.mark.parametrize("enum", [EtatPresence, EtatAffiche, EtatFacture, EtatPaiement])
def test_every_state_of_the_apps_has_its_look(enum):
    domaine = {EtatPresence: "presence", EtatPaiement: "paiement"}.get(enum, "facture")
    equivalents = {"transmise", *APPARENCES[domaine]}
    assert [valeur for valeur in enum.values if valeur not in equivalents] == []


@pytest.mark.parametrize("domaine", sorted(APPARENCES))
def test_two_states_of_one_list_are_told_apart_without_their_colours(domaine):
    """Icon and word differ even in black and white, except between words that mean the same."""
    mots = {}
    for aspect in APPARENCES[domaine].values():
        mots.setdefault(aspect.mot, set()).add(aspect.icone)
    assert all(mots)
    assert all(len(icones) == 1 for icones in mots.values())


def test_an_unknown_state_still_says_its_own_word():
    etat = rendre('{% etat "presence" "nouvelle" mot="Nouvelle" %}')
    assert apparence("presence", "nouvelle").mot == ""
    assert etat.select_one(".etat-mot").get_text(strip=True) == "Nouvelle"


def test_every_drawing_asked_for_is_in_the_sprite():
    dessins = set(re.findall(r'<symbol id="([^"]+)"', (RACINE / "static/icones/icones.svg").read_text()))
    demandes = {aspect.icone for etats in APPARENCES.values() for aspect in etats.values()}
    for chemin in GABARITS:
        demandes |= set(re.findall(r'(?:{% icone |\bicone=)"([^"]+)"', chemin.read_text()))
    assert sorted(demandes - dessins) == []


def test_the_current_step_is_announced():
    etapes = rendre("{% etapes titres 2 %}").select("li[aria-current=step]")
    assert [etape.select_one(".etape-titre").get_text() for etape in etapes] == ["Jours"]
    assert rendre("{% etapes titres 2 %}").select_one("li.etape-faite svg")["aria-label"] == "Terminée\u00a0:"


def test_the_present_page_is_marked_in_the_menu_and_its_group_is_open():
    colonne = rendre('{% include "composants/_colonne.html" %}')
    assert colonne.select_one("a[aria-current=page]")["href"] == "/infos/alsh/"
    assert colonne.select_one("details").has_attr("open")


def test_an_empty_list_counts_zero_element_in_the_words_of_the_tutorial():
    texte = " ".join(rendre("{% pagination vide %}").get_text().split())
    assert texte == "Afficher 5 éléments / page (0 élément)"


def test_changing_page_keeps_the_rest_of_the_address():
    liens = [lien["href"] for lien in rendre("{% pagination page tailles %}").select("a")]
    assert liens == ["?q=x&par_page=10", "?q=x&page=1", "?q=x&page=3"]


def test_a_day_that_cannot_change_is_text_and_not_a_disabled_box():
    mois = rendre('{% include "composants/calendrier.html" with mois=mois %}')
    assert mois.select("input[disabled]") == []
    assert all(not fixe.select("input") for fixe in mois.select(".creneau-fixe"))
    assert len(mois.select(".creneau-fixe")) > 0


def test_each_box_of_the_calendar_says_its_day_its_state_and_its_limit():
    boite = rendre('{% include "composants/calendrier.html" with mois=mois %}').select_one("input[name=creneau-18]")
    nom = " ".join(texte for texte in boite.find_parent("label").get_text(" ").split() if texte)
    assert nom.startswith("jeudi 18 janvier 2018, Matin, ")
    assert "Libre" in nom
    assert ", modifiable jusqu’au mar. 16/01" in nom


def test_what_a_page_puts_in_a_component_is_escaped():
    bouton = Template("{% load composants %}{% bouton texte %}{% carte titre=texte %}{{ texte }}{% endcarte %}")
    assert "<b>" not in bouton.render(Context({"texte": "<b>x</b>"}))
