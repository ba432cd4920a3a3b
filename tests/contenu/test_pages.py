import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from contenu.models import PageInformation
from tests.contenu.fabriques import FabriqueActualite, FabriquePage
from tests.fabriques import FabriqueUtilisateur

pytestmark = pytest.mark.django_db

#: Identity with its statement, menu; then what the page itself reads.
REQUETES_DU_CADRE = 1


def test_a_page_is_read_by_anyone_with_its_formatting(client, commune):
    FabriquePage(titre="Le restaurant scolaire", slug="restaurant", texte="Du **pain**.")
    reponse = client.get("/infos/restaurant/")
    assert reponse.status_code == 200
    assert "<strong>pain</strong>" in reponse.content.decode()
    assert "Le restaurant scolaire</h1>" in reponse.content.decode()


def test_a_page_that_is_not_published_answers_as_one_that_does_not_exist(client, commune):
    FabriquePage(slug="brouillon", publiee=False)
    FabriquePage(slug="dessous", parent=FabriquePage(slug="rubrique", publiee=False))
    for slug in ("brouillon", "dessous", "absente"):
        assert client.get(f"/infos/{slug}/").status_code == 404


def test_the_menu_shows_headings_their_pages_and_nothing_that_leads_nowhere(client, commune):
    rubrique = FabriquePage(titre="Les tarifs", slug="tarifs", texte="", ordre=1)
    FabriquePage(titre="Tarifs ALSH", slug="alsh", parent=rubrique)
    FabriquePage(titre="Vide dessous", slug="vide-dessous", parent=rubrique, texte="")
    FabriquePage(titre="Rubrique vide", slug="rubrique-vide", texte="", ordre=2)
    menu = client.get("/infos/alsh/").context["menu_infos"]
    assert [(entree.titre, entree.url) for entree in menu] == [("Les tarifs", "")]
    assert [enfant.titre for enfant in menu[0].enfants] == ["Tarifs ALSH"]


def test_a_page_costs_the_same_whatever_the_size_of_the_menu(client, commune, django_assert_num_queries):
    rubrique = FabriquePage(slug="rubrique", texte="")
    FabriquePage(slug="lue", parent=rubrique)
    client.get("/infos/lue/")
    for _ in range(2):
        with django_assert_num_queries(REQUETES_DU_CADRE + 4):
            client.get("/infos/lue/")
        FabriquePage.create_batch(30, parent=rubrique)


def test_news_are_read_between_their_dates_only(client, commune):
    maintenant = timezone.now()
    jour = datetime.timedelta(days=1)
    FabriqueActualite(slug="en-cours", publiee_le=maintenant - jour, publiee_jusqu_au=maintenant + jour)
    FabriqueActualite(slug="a-venir", publiee_le=maintenant + jour)
    FabriqueActualite(slug="finie", publiee_le=maintenant - 2 * jour, publiee_jusqu_au=maintenant - jour)
    assert client.get("/actualites/en-cours/").status_code == 200
    assert client.get("/actualites/a-venir/").status_code == 404
    assert client.get("/actualites/finie/").status_code == 404
    assert [une.slug for une in client.get("/actualites/").context["actualites"]] == ["en-cours"]


def test_the_list_of_news_costs_the_same_with_ten_pages(client, commune, django_assert_num_queries):
    FabriqueActualite.create_batch(2)
    for _ in range(2):
        with django_assert_num_queries(REQUETES_DU_CADRE + 2):
            client.get("/actualites/")
        FabriqueActualite.create_batch(60)


@pytest.mark.parametrize("page", ["abc", "-1", "99999999999999999999", ""])
def test_a_page_number_that_means_nothing_shows_news_all_the_same(client, commune, page):
    FabriqueActualite()
    assert client.get("/actualites/", {"page": page}).status_code == 200


@pytest.mark.parametrize("nom", ["plan", "mentions", "cookies", "accessibilite", "contact"])
def test_the_pages_that_the_law_asks_for_name_the_town(client, commune, nom):
    reponse = client.get(reverse(f"contenu:{nom}"))
    assert reponse.status_code == 200
    assert "Mairie de Batz-sur-Mer" in reponse.content.decode()


@pytest.mark.parametrize("nom", ["plan", "mentions", "cookies", "accessibilite", "contact_envoye", "actualites"])
def test_public_pages_stand_without_a_described_town_and_refuse_post(client, db, nom):
    assert client.get(reverse(f"contenu:{nom}")).status_code == 200
    assert client.post(reverse(f"contenu:{nom}")).status_code == 405


def liens(client, adresse):
    """Return the addresses of the portal to which a page leads, but for those of one object."""
    trouvees = re.findall(r'href="(/[^"?#]*)"', client.get(adresse).text)
    return {
        une for une in trouvees if not re.search(r"static|logo|identite|[0-9a-f-]{36}|\.pdf$|^/(demo|gestion)/", une)
    }


@pytest.mark.parametrize("connecte", [False, True])
def test_the_map_of_the_site_leads_to_all_that_the_pages_lead_to(client, commune, parent, baptiste, connecte):
    if connecte:
        client.force_login(parent)
    plan = liens(client, "/plan-du-site/")
    depart = {"/", "/espace/"} if connecte else {"/", "/compte/connexion/"}
    ailleurs = set().union(*(liens(client, adresse) for adresse in depart))
    assert len(ailleurs) > 8
    assert ailleurs - plan == set()
    assert {adresse for adresse in plan if client.get(adresse, follow=True).status_code != 200} == set()


def test_a_member_of_the_staff_without_a_household_is_led_to_no_page_of_families(client, commune, parent, famille):
    parent.is_staff = True
    parent.save()
    client.force_login(parent)
    assert "/famille/" in liens(client, "/plan-du-site/")
    client.force_login(FabriqueUtilisateur(is_staff=True, is_superuser=True))
    plan = liens(client, "/plan-du-site/")
    assert plan & {"/famille/", "/reservations/", "/factures/", "/documents/", "/compte/mes-donnees/"} == set()
    assert {adresse for adresse in plan if client.get(adresse, follow=True).status_code != 200} == set()


def test_the_notice_names_every_cookie_that_the_portal_sets(client, commune, parent):
    """From the first page to the last click of a visit, a person who never logs in included."""
    client.post("/reservations/places/faux/accepter/", {})
    for adresse in ("/", "/contact/", "/inscription/"):
        client.get(adresse)
    envoi = {"login": parent.email, "password": "faux"}
    client.post("/compte/connexion/", envoi)
    client.force_login(parent)
    client.post("/compte/sessions/fermer/")
    deposes = set(client.cookies)
    assert deposes == {"session", "csrf", "messages"}
    notice = client.get("/cookies/").text
    assert set(re.findall(r"<code>([^<]+)</code>", notice)) == deposes


def test_an_edit_of_the_menu_is_seen_at_the_next_request(client, commune):
    page = FabriquePage(titre="Avant", slug="page", ordre=1)
    FabriquePage(titre="Seconde", slug="seconde", ordre=2)

    def menu():
        return [entree.titre for entree in client.get("/mentions/").context["menu_infos"]]

    assert menu() == menu() == ["Avant", "Seconde"]
    PageInformation.objects.filter(pk=page.pk).update(titre="Après", ordre=3)
    assert menu() == ["Seconde", "Après"]
    assert "Après" in client.get("/mentions/").content.decode()
    PageInformation.objects.filter(pk=page.pk).update(publiee=False)
    assert menu() == ["Seconde"]


@pytest.mark.parametrize("chemin", ["/", "/espace/", "/documents/", "/menus/", "/compte/connexion/", "/absente/"])
def test_the_foot_of_every_page_says_the_state_of_accessibility(client, commune, parent, chemin):
    if chemin != "/compte/connexion/":
        client.force_login(parent)
    page = client.get(chemin).content.decode()
    assert '<a href="/accessibilite/">Accessibilité&nbsp;: non conforme</a>' in page
    assert '<a href="/mentions/">Mentions légales' in page
    assert '<a href="/plan-du-site/">' in page
