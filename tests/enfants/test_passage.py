"""The yearly passage: seen before, made once, kept, set-based."""

import datetime
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from enfants import regles
from enfants.actions.scolarite import passer_l_annee, previsualiser
from enfants.enums import Niveau
from enfants.erreurs import EnfantRefus
from enfants.models import Classe, Ecole, Enfant, PassageAnnee, Scolarite
from portail.commun.models import Trace
from tests.fabriques import FabriqueEnfant, FabriqueUtilisateur, instant

ETE = instant(2027, 7, 10)


@pytest.fixture
def agent_de_passage(db):
    return FabriqueUtilisateur(is_staff=True)


@pytest.fixture
def ecoles(db):
    """A nursery school that leads to a primary school, after which the children leave."""
    primaire = Ecole.objects.create(nom="Élémentaire", dernier_niveau=Niveau.CM2)
    maternelle = Ecole.objects.create(nom="Maternelle", dernier_niveau=Niveau.GS, ecole_suivante=primaire)
    return maternelle, primaire


def enfant(ecole, niveau, **champs):
    return FabriqueEnfant(ecole=ecole, niveau=niveau, date_naissance=datetime.date(2018, 1, 1), **champs)


@pytest.mark.parametrize(
    ("niveau", "suivant"),
    [("tps", "ps"), ("gs", "cp"), ("cm2", "6e"), ("3e", "lycee"), ("lycee", "lycee")],
)
def test_levels_follow_each_other(niveau, suivant):
    assert regles.niveau_suivant(niveau) == suivant


def test_the_passage_is_seen_then_made(ecoles, agent_de_passage):
    maternelle, primaire = ecoles
    grand, moyen, cm2 = enfant(maternelle, "gs"), enfant(maternelle, "ms"), enfant(primaire, "cm2")
    sans_niveau = enfant(primaire, "")
    apercu = [(x.ecole, x.niveau, x.ecole_apres, x.niveau_apres, x.nombre) for x in previsualiser()]
    assert apercu == [
        ("Maternelle", "Moyenne section", "Maternelle", "Grande section", 1),
        ("Maternelle", "Grande section", "Élémentaire", "CP", 1),
        ("Élémentaire", "CM2", "", "6e", 1),
    ]
    assert not Scolarite.objects.exists(), "voir n’est pas faire"
    passage = passer_l_annee(annee=2027, auteur=agent_de_passage, maintenant=ETE)
    assert passage.nombre == 3
    apres = {x.pk: (x.ecole, x.niveau) for x in Enfant.objects.all()}
    assert apres == {
        grand.pk: (primaire, "cp"),
        moyen.pk: (maternelle, "gs"),
        cm2.pk: (None, "6e"),
        sans_niveau.pk: (primaire, ""),
    }
    avant = {x.enfant_id: (x.annee, x.ecole, x.niveau) for x in Scolarite.objects.all()}
    assert avant[grand.pk] == (2026, maternelle, "gs")
    assert sans_niveau.pk not in avant
    assert Trace.objects.get(geste="scolarite.passage").apres == {"enfants": 3}


def test_a_second_passage_for_the_same_year_is_refused_and_changes_nothing(ecoles, agent_de_passage):
    un = enfant(ecoles[0], "ps")
    passer_l_annee(annee=2027, auteur=agent_de_passage, maintenant=ETE)
    with pytest.raises(EnfantRefus):
        passer_l_annee(annee=2027, auteur=agent_de_passage, maintenant=ETE)
    un.refresh_from_db()
    assert un.niveau == "ms"
    assert PassageAnnee.objects.count() == 1


def test_a_year_before_one_that_was_passed_is_refused(ecoles, agent_de_passage):
    """Two agents had the page open, each with another year: the children move once."""
    un = enfant(ecoles[0], "ps")
    passer_l_annee(annee=2027, auteur=agent_de_passage, maintenant=ETE)
    with pytest.raises(EnfantRefus):
        passer_l_annee(annee=2026, auteur=agent_de_passage, maintenant=ETE)
    un.refresh_from_db()
    assert un.niveau == "ms"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("annees", [(2027, 2027), (2026, 2027)])
def test_two_agents_at_the_same_time_move_the_children_once_or_in_order(annees):
    """Whoever is second waits for the first; a year is never made after the one that follows it."""
    un = enfant(Ecole.objects.create(nom="Maternelle", dernier_niveau=Niveau.GS), "ps")
    agents = [FabriqueUtilisateur(is_staff=True) for _ in annees]
    ensemble = threading.Barrier(2)

    def passer(annee, agent):
        try:
            ensemble.wait(5)
            return bool(passer_l_annee(annee=annee, auteur=agent, maintenant=ETE))
        except EnfantRefus:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as fils:
        faits = list(fils.map(passer, annees, agents))
    un.refresh_from_db()
    assert un.niveau == {1: "ms", 2: "gs"}[sum(faits)]
    assert sum(faits) == PassageAnnee.objects.count()
    if annees[0] == annees[1]:
        assert sum(faits) == 1


def test_a_child_who_repeats_stays_and_is_forgotten_as_such(ecoles, agent_de_passage):
    redouble = enfant(ecoles[1], "ce1", maintenu=True)
    passer_l_annee(annee=2027, auteur=agent_de_passage, maintenant=ETE)
    redouble.refresh_from_db()
    assert (redouble.niveau, redouble.maintenu) == ("ce1", False)


def test_the_only_class_of_a_level_is_given_two_are_left_to_staff(ecoles, agent_de_passage):
    maternelle, primaire = ecoles
    cp = Classe.objects.create(ecole=primaire, nom="CP de Mme Le Goff", niveau="cp")
    for nom in ("A", "B"):
        Classe.objects.create(ecole=primaire, nom=nom, niveau="ce1")
    petite = Classe.objects.create(ecole=maternelle, nom="Les grands", niveau="gs")
    grand, cours_prep = enfant(maternelle, "gs", classe=petite), enfant(primaire, "cp", classe=cp)
    passer_l_annee(annee=2027, auteur=agent_de_passage, maintenant=ETE)
    grand.refresh_from_db()
    cours_prep.refresh_from_db()
    assert (grand.classe, cours_prep.classe) == (cp, None)
    assert Scolarite.objects.get(enfant=grand).classe == petite


def test_it_costs_the_same_for_any_number_of_children(ecoles, agent_de_passage, django_assert_max_num_queries):
    for _ in range(30):
        enfant(ecoles[1], "ce2")
    with django_assert_max_num_queries(12):
        assert passer_l_annee(annee=2027, auteur=agent_de_passage, maintenant=ETE).nombre == 30
    with django_assert_max_num_queries(2):
        previsualiser()
