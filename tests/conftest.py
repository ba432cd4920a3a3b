from pathlib import Path

import pytest
from django.conf import settings

from tests.client import ClientStrict
from tests.fabriques import FabriqueCommune, FabriqueEnfant, FabriqueFamille, FabriqueResponsable


@pytest.fixture(scope="session", autouse=True)
def dossier_statique():
    """WhiteNoise warns of a folder that is missing; the tests read static files through the finders."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture
def client():
    return ClientStrict()


@pytest.fixture
def commune(db):
    return FabriqueCommune()


@pytest.fixture
def famille(db):
    """The household of the tutorial, with one adult who can log in."""
    famille = FabriqueFamille(nom="AABELIUM", code="F00001")
    FabriqueResponsable(famille=famille, prenom="Claire")
    return famille


@pytest.fixture
def parent(famille):
    return famille.responsables.get().utilisateur


@pytest.fixture
def baptiste(famille):
    return FabriqueEnfant(
        famille=famille, nom="AABELIUM", prenom="BAPTISTE", lieu_naissance="Rennes", departement_naissance="35"
    )


@pytest.fixture
def autre_famille(db):
    """A stranger household of the same shape."""
    famille = FabriqueFamille(nom="DURAND", code="F00002")
    FabriqueResponsable(famille=famille, prenom="Paul")
    return famille


@pytest.fixture
def etranger(autre_famille):
    return autre_famille.responsables.get().utilisateur
