"""Data folders of the embedded services, apart from those that serve the tests themselves."""

import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from portail.embarque import dossier_sockets, services


@pytest.fixture(scope="session")
def grappe_modele():
    """A data folder whose services have started and stopped once: creating a cluster is the slow part."""
    dossier = Path(tempfile.mkdtemp(prefix="portail-essai-"))
    dossier.chmod(0o755)
    services.demarrer(dossier, durable=False, choix=services.LES_DEUX)
    services.arreter(dossier)
    yield dossier
    shutil.rmtree(dossier)


@pytest.fixture
def dossier(grappe_modele):
    """A data folder with a ready cluster, stopped; whatever a test leaves running is stopped after it."""
    neuf = Path(tempfile.mkdtemp(prefix="portail-essai-"))
    neuf.chmod(0o755)
    subprocess.run(["cp", "--archive", str(grappe_modele / "postgres"), str(neuf)], check=True)
    yield neuf
    services.arreter(neuf)
    shutil.rmtree(neuf)
    shutil.rmtree(dossier_sockets(neuf), ignore_errors=True)
