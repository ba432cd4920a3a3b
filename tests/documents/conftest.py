import pytest


@pytest.fixture(autouse=True)
def coffre_vide(settings, tmp_path):
    """Each test has its own store."""
    settings.DOSSIER_DONNEES = tmp_path / "donnees"
    return settings.DOSSIER_DONNEES / "documents"
