import pytest

from tests.fabriques import FabriqueUtilisateur
from tests.facturation import scenes


@pytest.fixture
def regisseur(db):
    return FabriqueUtilisateur(agent=True, email="regisseur@exemple.fr", prenom="Régine", nom="Caisse")


@pytest.fixture
def regie(db):
    return scenes.regie()


@pytest.fixture
def matin(regie):
    return scenes.prestation(regie)


@pytest.fixture
def facture(famille, baptiste, matin, regisseur):
    """Invoice 00727 of the tutorial, 5,25 €."""
    return scenes.facture_emise(famille, matin, regisseur, baptiste)
