"""A prepared query keeps its text and nothing of what it read."""

from threading import Thread

import pytest
from django.db import connection
from django.db.models import QuerySet

from familles.models import Utilisateur
from portail.commun.preparees import Parametre, UnParmi, preparee
from tests.fabriques import FabriqueFamille, FabriqueUtilisateur

pytestmark = pytest.mark.django_db


def adresses_de(construites: list[str] | None = None):
    @preparee
    def requete() -> QuerySet:
        if construites is not None:
            construites.append("une fois")
        return Utilisateur.objects.filter(email=UnParmi("adresses")).order_by("email").values_list("email", flat=True)

    return requete


def test_each_reading_sees_the_rows_as_they_are_and_the_text_is_built_once():
    construites: list[str] = []
    requete = adresses_de(construites)
    FabriqueUtilisateur(email="a@exemple.fr")
    assert requete().lire(adresses=["a@exemple.fr", "b@exemple.fr"]) == ["a@exemple.fr"]
    FabriqueUtilisateur(email="b@exemple.fr")
    assert requete().lire(adresses=["a@exemple.fr", "b@exemple.fr"]) == ["a@exemple.fr", "b@exemple.fr"]
    Utilisateur.objects.filter(email="a@exemple.fr").delete()
    assert requete().lire(adresses=["a@exemple.fr"]) == []
    assert requete().lire(adresses=[]) == []
    assert construites == ["une fois"]


def test_it_reads_the_same_objects_as_the_query_it_was_made_from(django_assert_num_queries):
    @preparee
    def requete(*, archivee: bool) -> QuerySet:
        familles = FabriqueFamille._meta.model.objects.filter(nom=Parametre("nom"), archivee_le__isnull=not archivee)
        return familles.prefetch_related("responsables__utilisateur")

    famille = FabriqueFamille(nom="AABELIUM")
    FabriqueFamille(nom="BERTIN")
    assert requete(archivee=True).lire(nom="AABELIUM") == []
    (lue,) = requete(archivee=False).lire(nom="AABELIUM")
    assert lue == famille
    assert lue.__dict__.keys() >= famille.__dict__.keys() - {"_state"}
    with django_assert_num_queries(0):
        assert list(lue.responsables.all()) == []


def test_another_thread_reads_through_its_own_connection():
    requete = adresses_de()
    FabriqueUtilisateur(email="a@exemple.fr")
    assert requete().lire(adresses=["a@exemple.fr"]) == ["a@exemple.fr"]
    lues: list[list[str]] = []

    def lire() -> None:
        try:
            lues.append(requete().lire(adresses=["a@exemple.fr"]))
        finally:
            connection.close()

    fil = Thread(target=lire)
    fil.start()
    fil.join()
    assert lues == [[]], "the login is not committed: only the connection of this test sees it"


def test_the_connection_of_the_thread_that_prepared_it_is_not_kept():
    requete = adresses_de()
    requete().lire(adresses=[])
    assert [un.connection for un in vars(requete())["_prete"] if hasattr(un, "connection")] == [None]


def test_it_keeps_the_name_of_what_builds_it():
    assert adresses_de().__name__ == "requete"


def test_a_value_that_is_not_given_is_an_error():
    with pytest.raises(KeyError):
        adresses_de()().lire(adresse="a@exemple.fr")


def test_a_lock_is_not_prepared():
    @preparee
    def requete() -> QuerySet:
        return Utilisateur.objects.select_for_update()

    with pytest.raises(ValueError, match="verrou"):
        requete().lire()
