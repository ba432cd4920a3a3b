"""Who reads a news: one function decides, and no page, list or search shows it to anybody else."""

from pathlib import Path

import pytest
from django.utils import timezone

from contenu.models import Actualite, CibleActualite
from enfants.models import Ecole
from portail.roles import Role, synchroniser
from reservations.enums import EtatPresence
from reservations.models import Presence
from tests.client import ClientStrict
from tests.contenu.fabriques import FabriqueActualite
from tests.fabriques import FabriqueEtablissement, FabriqueUtilisateur, membre_du_personnel
from tests.reservations.gestes import inscrire

pytestmark = pytest.mark.django_db
CANARI = "CANARI-actu-7k"
SURFACES = ("/", "/actualites/", "/recherche/?q=canari", "/actualites/{}/")


@pytest.fixture
def ecole():
    return Ecole.objects.create(nom="Groupe scolaire Alain Boutle")


def actualite(public, cible="", **champs):
    une = FabriqueActualite(
        titre=f"{CANARI} titre",
        resume=f"{CANARI} résumé",
        texte=f"{CANARI} texte",
        public=public,
        publiee_le=timezone.now(),
        **champs,
    )
    if cible:
        CibleActualite.objects.create(actualite=une, cle=cible, nom="X")
    return une


def vues(utilisateur, une):
    """Return the surfaces on which this reader finds the news."""
    client = ClientStrict()
    if utilisateur:
        client.force_login(utilisateur)
    pages = {surface: client.get(surface.format(une.slug)) for surface in SURFACES}
    # The search repeats what was asked: the canary alone proves nothing there, its title does.
    return {surface for surface, page in pages.items() if f"{CANARI} t" in page.content.decode()}


def test_everybody_reads_what_is_for_everybody(commune, parent):
    une = actualite("tous")
    assert vues(None, une) == vues(parent, une) == set(SURFACES)


def test_only_people_who_are_logged_in_read_what_is_for_families(commune, parent):
    une = actualite("familles")
    assert vues(None, une) == set()
    assert vues(parent, une) == set(SURFACES)


def test_a_news_of_a_school_is_read_by_the_households_of_its_pupils_only(commune, parent, etranger, baptiste, ecole):
    une = actualite("cibles", f"ecole-{ecole.pk}")
    assert vues(None, une) == vues(parent, une) == vues(etranger, une) == set()
    baptiste.ecole = ecole
    baptiste.save()
    assert vues(parent, une) == set(SURFACES)
    assert vues(None, une) == vues(etranger, une) == set()


def test_a_news_of_an_accueil_is_read_by_those_who_have_days_there(commune, parent, etranger, famille, baptiste):
    site = FabriqueEtablissement()
    inscrire(famille, baptiste, site)
    une = actualite("cibles", f"accueil-{site.accueils.get().cle}")
    assert vues(parent, une) == set(SURFACES)
    assert vues(None, une) == vues(etranger, une) == set()
    Presence.objects.update(etat=EtatPresence.ANNULEE)
    assert vues(parent, une) == set()


def test_a_news_for_chosen_audiences_without_any_is_read_by_nobody(commune, parent):
    assert vues(parent, actualite("cibles")) == set()


def test_who_writes_the_news_reads_them_all_and_another_member_of_the_staff_does_not(commune, ecole):
    synchroniser()
    une = actualite("cibles", f"ecole-{ecole.pk}")
    assert vues(membre_du_personnel(Role.AGENT.value), une) == set(SURFACES)
    assert vues(membre_du_personnel(Role.COMPTABLE.value), une) == set()


def test_an_agent_who_acts_for_a_household_reads_what_it_reads(commune, famille, ecole):
    synchroniser()
    agent = membre_du_personnel(Role.AGENT.value)
    une = actualite("cibles", f"ecole-{ecole.pk}")
    agent.agit_pour = famille.pk
    assert une not in Actualite.objects.lisibles_par(agent, timezone.now())


def test_nothing_but_the_door_decides_what_is_read():
    racine = Path(__file__).parents[2]
    ailleurs = [
        str(module.relative_to(racine))
        for dossier in ("contenu", "portail", "familles", "enfants", "documents", "reservations", "facturation")
        for module in (racine / dossier).rglob("*.py")
        if "publiees_au(" in module.read_text() and module.name != "actualites.py"
    ]
    assert ailleurs == []


@pytest.mark.parametrize("nombre", [1, 30])
def test_the_door_costs_one_query_however_many_news_and_audiences(
    commune, parent, baptiste, ecole, nombre, django_assert_num_queries
):
    baptiste.ecole = ecole
    baptiste.save()
    for rang in range(nombre):
        actualite("cibles", f"ecole-{ecole.pk}", slug=f"une-{rang}")
    with django_assert_num_queries(1):
        assert len(Actualite.objects.lisibles_par(parent, timezone.now())) == nombre


# --- In the staff's site


AJOUT = "/gestion/contenu/actualite/add/"


def champs(**autres):
    return {
        "titre": "Grève",
        "slug": "greve",
        "resume": "",
        "texte": "Jeudi.",
        "publiee_le_0": "01/01/2018",
        "publiee_le_1": "08:00",
    } | autres


@pytest.fixture
def agent(client, commune):
    agent = FabriqueUtilisateur(agent=True, is_superuser=True)
    client.force_login(agent)
    return agent


def test_an_agent_chooses_the_audiences_of_a_news(client, agent, ecole):
    cle = f"ecole-{ecole.pk}"
    assert client.post(AJOUT, champs(public="cibles", cibles=[cle])).status_code == 302
    une = Actualite.objects.get()
    assert [(cible.cle, cible.nom) for cible in une.cibles.all()] == [(cle, f"École\xa0: {ecole}")]
    page = client.get(f"/gestion/contenu/actualite/{une.pk}/change/").content.decode()
    assert f'value="{cle}" id="id_cibles_0" checked' in page
    client.post(f"/gestion/contenu/actualite/{une.pk}/change/", champs(public="tous", cibles=[cle]))
    une.refresh_from_db()
    assert (une.public, une.cibles.count()) == ("tous", 0)


def test_chosen_audiences_without_any_are_refused_beside_the_field(client, agent, ecole):
    page = client.post(AJOUT, champs(public="cibles")).content.decode()
    assert "Choisissez au moins une école ou un accueil." in page
    assert "Choisissez dans la liste." in client.post(AJOUT, champs(public="cibles", cibles=["x"])).content.decode()
    assert not Actualite.objects.exists()
