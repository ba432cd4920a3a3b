import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from contenu.models import Commune, PageInformation
from portail.commun.models import Trace
from tests.contenu.fabriques import FabriquePage
from tests.fabriques import FabriqueUtilisateur

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent(client):
    agent = FabriqueUtilisateur(agent=True, is_superuser=True)
    client.force_login(agent)
    return agent


def champs_commune(commune, **autres):
    noms = ["nom", "commune", "adresse", "code_postal", "telephone", "courriel", "zone_scolaire"]
    return {
        **{nom: getattr(commune, nom) for nom in noms},
        "couleur_principale": "#0b5563",
        "couleur_secondaire": "#b4541a",
        "declaration-TOTAL_FORMS": "0",
        "declaration-INITIAL_FORMS": "0",
    } | autres


def image(format_image="PNG", taille=(2000, 1000)):
    sortie = io.BytesIO()
    Image.new("RGB", taille, "#0b5563").save(sortie, format_image)
    return sortie.getvalue()


def test_the_list_of_towns_leads_to_the_only_one(client, agent, commune):
    reponse = client.get(reverse("admin:contenu_commune_changelist"))
    assert reponse.url == reverse("admin:contenu_commune_change", args=[1])
    assert client.get(reverse("admin:contenu_commune_add")).status_code == 403


def test_a_pale_colour_is_refused_beside_its_field(client, agent, commune):
    adresse = reverse("admin:contenu_commune_change", args=[1])
    reponse = client.post(adresse, champs_commune(commune, couleur_principale="#ffdd00"))
    assert "trop claire" in reponse.content.decode()
    assert Commune.objects.get().couleur_principale == "#0B5563"


def test_a_logo_is_drawn_again_and_served(client, agent, commune):
    logo = SimpleUploadedFile("../../x.svg.jpg", image("JPEG"), "image/jpeg")
    adresse = reverse("admin:contenu_commune_change", args=[1])
    assert client.post(adresse, champs_commune(commune, logo=logo)).status_code == 302
    reponse = client.get("/logo/")
    with Image.open(io.BytesIO(reponse.getvalue())) as dessin:
        assert (dessin.format, dessin.size) == ("PNG", (640, 320))
    assert reponse["Content-Type"] == "image/png"


@pytest.mark.parametrize(
    "contenu", [b"<svg xmlns='http://www.w3.org/2000/svg' onload='x'/>", b"", b"GIF89a<script>", image()[:200]]
)
def test_what_is_not_a_picture_is_refused_with_a_sentence(client, agent, commune, contenu):
    logo = SimpleUploadedFile("logo.png", contenu, "image/png")
    reponse = client.post(reverse("admin:contenu_commune_change", args=[1]), champs_commune(commune, logo=logo))
    assert reponse.status_code == 200
    assert not Commune.objects.get().logo


def test_the_preview_shows_what_was_typed_and_saves_nothing(client, agent, commune):
    page = FabriquePage(titre="Avant", slug="avant", texte="Ancien")
    reponse = client.post(
        reverse("admin:contenu_pageinformation_apercu"),
        {"titre": "Après", "slug": "avant", "ordre": "1", "texte": "Du **neuf** <script>1</script>"},
    )
    html = reponse.content.decode()
    assert "<strong>neuf</strong>" in html
    assert "Rien n’est enregistré" in html
    page.refresh_from_db()
    assert (page.titre, page.texte) == ("Avant", "Ancien")


def test_the_preview_of_an_unfinished_news_does_not_fail(client, agent, commune):
    reponse = client.post(reverse("admin:contenu_actualite_apercu"), {"texte": "Un début", "publiee_le_0": "hier"})
    assert reponse.status_code == 200
    assert client.get(reverse("admin:contenu_actualite_apercu")).status_code == 405


def test_the_preview_is_for_those_who_may_write(client, commune):
    client.force_login(FabriqueUtilisateur(agent=True))
    assert client.post(reverse("admin:contenu_actualite_apercu"), {"texte": "x"}).status_code == 403


def test_a_change_leaves_a_trace_of_before_and_after(client, agent, commune):
    page = FabriquePage(titre="Avant", slug="avant")
    client.post(
        reverse("admin:contenu_pageinformation_change", args=[page.pk]),
        {"titre": "Après", "slug": "avant", "ordre": "0", "publiee": "on", "texte": page.texte},
    )
    trace = Trace.objects.get(geste="pageinformation.modifiee")
    assert (trace.avant, trace.apres, trace.auteur) == ({"titre": "Avant"}, {"titre": "Après"}, agent)


def test_the_list_follows_the_order_of_the_menu(client, agent, commune):
    seconde = FabriquePage(titre="Tarifs", ordre=2)
    premiere = FabriquePage(titre="Accueils", ordre=1)
    FabriquePage(titre="ALSH", ordre=2, parent=seconde)
    FabriquePage(titre="Cantine", ordre=1, parent=premiere)
    reponse = client.get(reverse("admin:contenu_pageinformation_changelist"))
    assert [page.titre for page in reponse.context["cl"].result_list] == ["Accueils", "Cantine", "Tarifs", "ALSH"]


@pytest.mark.parametrize("cas", ["soi-même", "troisième niveau", "avec sous-pages"])
def test_the_menu_keeps_two_levels(client, agent, commune, cas):
    rubrique, autre = FabriquePage(), FabriquePage()
    page = FabriquePage(parent=rubrique)
    visee, parent = {
        "soi-même": (autre, autre),
        "troisième niveau": (autre, page),
        "avec sous-pages": (rubrique, autre),
    }[cas]
    reponse = client.post(
        reverse("admin:contenu_pageinformation_change", args=[visee.pk]),
        {"titre": "x", "slug": visee.slug, "ordre": "0", "publiee": "on", "parent": parent.pk, "texte": "x"},
    )
    assert reponse.status_code == 200
    assert PageInformation.objects.get(pk=visee.pk).parent_id is None


def test_the_list_costs_the_same_with_many_pages(client, agent, commune, django_assert_max_num_queries):
    FabriquePage.create_batch(3, parent=FabriquePage())
    client.get(reverse("admin:contenu_pageinformation_changelist"))
    for _ in range(2):
        with django_assert_max_num_queries(13):
            client.get(reverse("admin:contenu_pageinformation_changelist"))
        FabriquePage.create_batch(30, parent=FabriquePage())
