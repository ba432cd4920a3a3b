import datetime

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from contenu import regles
from contenu.actions import menus as actions
from contenu.enums import Service
from contenu.erreurs import SaisieDepassee
from contenu.models import SemaineDeMenus
from contenu.regles import Jour, Plat
from portail.commun.models import Trace
from tests.contenu.fabriques import SEMAINE_ECRITE, semaine_de_menus
from tests.fabriques import FabriqueUtilisateur, instant

pytestmark = pytest.mark.django_db
LUNDI = datetime.date(2018, 1, 15)
MERCREDI = "2018-01-17 12:00+01:00"


@pytest.fixture
def agent(client, commune):
    agent = FabriqueUtilisateur(agent=True, is_superuser=True)
    client.force_login(agent)
    return agent


def adresse(semaine, page="change"):
    return reverse(f"admin:contenu_semainedemenus_{page}", args=[semaine.pk])


def grille(semaine, **plats):
    """Body of the grid: ``{"2018-01-15-plat": "Colin"}``; the labels and allergens under their own names."""
    return {"version": SemaineDeMenus.objects.get(pk=semaine.pk).version} | plats


@time_machine.travel(MERCREDI)
def test_a_family_reads_the_week_with_today_marked_the_labels_and_the_allergens(client, commune):
    semaine_de_menus(LUNDI, publiee=True)
    page = client.get("/menus/").content.decode()
    assert "lundi 15\xa0janvier 2018 au vendredi 19\xa0janvier 2018" in page
    for mot in ("Filet de colin", "Pêche durable", "Allergènes&nbsp;: poissons, lait", "Repas à thème"):
        assert mot in page
    assert page.count('aria-current="date"') == 1
    assert page.index("mer.\xa017/01") < page.rindex("Aujourd’hui") < page.index("jeu.\xa018/01")


@time_machine.travel(MERCREDI)
def test_a_week_that_is_not_published_is_read_by_nobody(client, commune, parent):
    semaine = semaine_de_menus(LUNDI)
    client.force_login(parent)
    for chemin in ("/menus/", semaine.get_absolute_url()):
        page = client.get(chemin).content.decode()
        assert "colin" not in page
        assert "ne sont pas encore publiés" in page
    assert "Menus de la cantine" not in [entree.titre for entree in client.get("/menus/").context["menu_infos"]]


@time_machine.travel(MERCREDI)
def test_the_weeks_follow_each_other_over_those_that_are_not_published(client, commune):
    for decalage, publiee in ((-14, True), (-7, False), (0, True), (7, True)):
        semaine_de_menus(LUNDI + datetime.timedelta(days=decalage), publiee=publiee)
    semaine = client.get("/menus/").context["semaine"]
    assert (semaine.precedente, semaine.suivante) == (datetime.date(2018, 1, 1), datetime.date(2018, 1, 22))
    suivante = client.get("/menus/2018-01-22/")
    assert suivante.context["semaine"].suivante is None
    assert 'aria-current="date"' not in suivante.content.decode()
    menu = client.get("/menus/").context["menu_infos"]
    assert [(entree.titre, entree.url) for entree in menu] == [("Menus de la cantine", "/menus/")]


@pytest.mark.parametrize(
    ("demande", "statut"),
    [
        ("2018-01-18", 302),
        ("2018-02-30", 404),
        ("x", 404),
        ("9999-12-31", 302),
        ("9999-12-27", 200),
        ("0001-01-01", 200),
    ],
)
def test_any_day_leads_to_its_week_and_what_is_no_day_does_not_exist(client, commune, demande, statut):
    reponse = client.get(f"/menus/{demande}/")
    assert reponse.status_code == statut
    if demande == "2018-01-18":
        assert reponse.url == "/menus/2018-01-15/"


@pytest.mark.parametrize(
    ("jour", "lundi"),
    [
        ((2018, 1, 15), (2018, 1, 15)),
        ((2018, 1, 19), (2018, 1, 15)),
        ((2018, 1, 20), (2018, 1, 22)),
        ((2018, 1, 21), (2018, 1, 22)),
    ],
)
def test_on_a_week_end_one_reads_the_next_week(jour, lundi):
    assert regles.semaine_a_lire(datetime.date(*jour)) == datetime.date(*lundi)


def test_two_accueils_have_their_own_week(client, commune):
    semaine_de_menus(LUNDI, publiee=True)
    semaine_de_menus(LUNDI, publiee=True, accueil="ACCUEIL DE LOISIRS")
    noms = [restaurant.nom for restaurant in client.get("/menus/2018-01-15/").context["semaine"].restaurants]
    assert noms == ["", "ACCUEIL DE LOISIRS"]


def test_a_week_costs_the_same_with_two_years_of_menus(client, commune, django_assert_num_queries):
    for rang in range(2):
        semaine_de_menus(LUNDI + datetime.timedelta(days=7 * rang), publiee=True)
    for _ in range(2):
        with django_assert_num_queries(5):
            client.get("/menus/2018-01-15/")
        for rang in range(2, 10):
            SemaineDeMenus.objects.get_or_create(lundi=LUNDI + datetime.timedelta(days=7 * rang), publiee=True)


def test_an_agent_opens_a_week_from_another_and_finds_its_dishes_on_the_same_days(client, agent):
    source = semaine_de_menus(LUNDI, publiee=True)
    reponse = client.post(
        reverse("admin:contenu_semainedemenus_add"), {"lundi": "25/01/2018", "accueil": "", "source": source.pk}
    )
    nouvelle = SemaineDeMenus.objects.latest("pk")
    assert reponse.url == adresse(nouvelle)
    assert (nouvelle.lundi, nouvelle.publiee) == (datetime.date(2018, 1, 22), False)
    assert [(jour.jour.day, [plat.nom for plat in jour.plats]) for jour in actions.lire(nouvelle)] == [
        (jour.jour.day + 7, [plat.nom for plat in jour.plats]) for jour in SEMAINE_ECRITE(LUNDI)
    ]
    assert not any(jour.mention for jour in actions.lire(nouvelle))
    assert Trace.objects.get(geste="menus.ouverts").auteur == agent


def test_a_week_exists_once_for_each_accueil(client, agent):
    semaine_de_menus(LUNDI)
    reponse = client.post(reverse("admin:contenu_semainedemenus_add"), {"lundi": "17/01/2018", "accueil": ""})
    assert "existent déjà" in reponse.content.decode()
    with pytest.raises(IntegrityError, match="semaine_de_menus_unique"), transaction.atomic():
        SemaineDeMenus.objects.create(lundi=LUNDI)
    with pytest.raises(IntegrityError, match="semaine_de_menus_un_lundi"), transaction.atomic():
        SemaineDeMenus.objects.create(lundi=datetime.date(2018, 1, 16))


def test_the_grid_writes_the_week_as_it_is_typed_and_publishes_it(client, agent):
    semaine = semaine_de_menus(LUNDI)
    corps = grille(
        semaine,
        **{
            "2018-01-16-plat": "Gratin de courge",
            "2018-01-16-plat-labels": ["vegetarien", "local"],
            "2018-01-16-plat-allergenes": ["lait"],
            "2018-01-17-mention": "Pas de repas",
            "publier": "Enregistrer et publier",
        },
    )
    assert client.post(adresse(semaine), corps).status_code == 302
    semaine.refresh_from_db()
    assert semaine.publiee
    assert actions.lire(semaine) == [
        Jour(
            datetime.date(2018, 1, 16),
            plats=(Plat(Service.PLAT, "Gratin de courge", ("vegetarien", "local"), ("lait",)),),
        ),
        Jour(datetime.date(2018, 1, 17), mention="Pas de repas"),
    ]
    assert set(Trace.objects.values_list("geste", flat=True)) == {"menus.enregistres", "menus.publies"}


def test_labels_without_a_dish_and_a_name_too_long_are_refused_beside_their_cell_and_the_rest_stays(client, agent):
    semaine = semaine_de_menus(LUNDI)
    corps = grille(
        semaine, **{"2018-01-16-plat-labels": ["bio"], "2018-01-17-plat": "x" * 121, "2018-01-18-plat": "Riz"}
    )
    reponse = client.post(adresse(semaine), corps)
    page = reponse.content.decode()
    assert "Écrivez le plat, ou décochez" in page
    assert "Écrivez 120 signes au plus." in page
    assert 'value="Riz"' in page
    assert actions.lire(semaine) == SEMAINE_ECRITE(LUNDI)


def test_what_another_agent_wrote_meanwhile_is_not_lost(client, agent):
    semaine = semaine_de_menus(LUNDI)
    corps = grille(semaine, **{"2018-01-16-plat": "Le mien"})
    actions.enregistrer(
        semaine=semaine,
        jours=[Jour(LUNDI, plats=(Plat(Service.PLAT, "Le sien"),))],
        version=corps["version"],
        auteur=agent,
        maintenant=instant(2018, 1, 10),
    )
    page = client.post(adresse(semaine), corps).content.decode()
    assert "Un autre agent a enregistré" in page
    assert 'value="Le mien"' in page
    assert [plat.nom for jour in actions.lire(semaine) for plat in jour.plats] == ["Le sien"]
    with pytest.raises(SaisieDepassee):
        actions.recopier(semaine=semaine, source=semaine, version=0, auteur=agent, maintenant=instant(2018, 1, 10))


def test_the_dishes_of_another_week_replace_those_of_a_grid(client, agent):
    source, semaine = semaine_de_menus(LUNDI), SemaineDeMenus.objects.create(lundi=datetime.date(2018, 1, 22))
    client.post(adresse(semaine, "recopier"), {"source": source.pk, "version": 0})
    assert len(actions.lire(semaine)) == len(SEMAINE_ECRITE(LUNDI))
    client.post(adresse(semaine, "recopier"), {"source": "x", "version": "é"})
    assert client.post(adresse(semaine, "recopier"), {"source": "999999", "version": "1"}).status_code == 404


def test_a_week_is_taken_back_and_its_preview_is_what_families_read(client, agent):
    semaine = semaine_de_menus(LUNDI, publiee=True)
    client.post(adresse(semaine, "retirer"))
    semaine.refresh_from_db()
    assert not semaine.publiee
    apercu = client.get(adresse(semaine, "apercu")).content.decode()
    assert "Filet de colin" in apercu
    assert "Rien n’est enregistré" in apercu


def test_the_grid_shows_the_week_and_says_what_to_look_at(client, agent):
    page = client.get(adresse(semaine_de_menus(LUNDI))).content.decode()
    assert 'value="Filet de colin"' in page
    assert "Labels, allergènes (3)" in page
    assert "végétarien" in page


@pytest.mark.parametrize(
    ("plats", "remarques"),
    [
        ((), ["Aucun plat n’est écrit"]),
        ((Plat(Service.PLAT, "Chili", ("vegetarien",), ("lait",)),), []),
        ((Plat(Service.PLAT, "Colin", (), ("lait",)),), ["Aucun plat principal n’est marqué végétarien"]),
        (
            (Plat(Service.DESSERT, "Pomme", ("vegetarien",)),),
            ["Aucun plat principal n’est marqué", "Sans plat principal\xa0: 15/01.", "Aucun allergène"],
        ),
    ],
)
def test_remarks_of_a_week(plats, remarques):
    trouvees = regles.remarques([Jour(LUNDI, plats=plats)])
    assert len(trouvees) == len(remarques)
    assert all(trouvee.startswith(debut) for trouvee, debut in zip(trouvees, remarques, strict=True))


def test_the_grid_costs_the_same_for_a_full_week(client, agent, django_assert_max_num_queries):
    vide, pleine = SemaineDeMenus.objects.create(lundi=datetime.date(2018, 1, 22)), semaine_de_menus(LUNDI)
    client.get(adresse(vide))
    for semaine in (vide, pleine):
        with django_assert_max_num_queries(10):
            client.get(adresse(semaine))


def test_the_home_page_and_the_dashboard_lead_to_the_menus_once_some_are_published(client, commune, parent, famille):
    client.force_login(parent)
    for chemin in ("/", "/espace/"):
        assert "la semaine</a>" not in client.get(chemin).content.decode()
    semaine_de_menus(LUNDI, publiee=True)
    for chemin in ("/", "/espace/"):
        assert '<a href="/menus/">' in client.get(chemin).content.decode()
