"""A process killed in the middle of a sending leaves nothing that the reconciliation does not put right."""

import os
import signal
import subprocess
import sys
import time

import pytest

from documents import coffre
from documents.reconciliation import reconcilier
from tests.fabriques import instant

PROGRAMME = """
import sys, time
from pathlib import Path
from django.conf import settings
settings.configure(DOSSIER_DONNEES=sys.argv[1])
from documents import coffre
print("pret", flush=True)
while True:
    coffre.ranger(Path(sys.argv[2]))
"""


@pytest.mark.django_db
def test_kills_at_any_instant_leave_no_file_without_its_row(tmp_path, settings, coffre_vide):
    source = tmp_path / "source"
    source.write_bytes(os.urandom(2_000_000))
    for rang in range(12):
        mourant = subprocess.Popen(
            [sys.executable, "-c", PROGRAMME, str(settings.DOSSIER_DONNEES), str(source)], stdout=subprocess.PIPE
        )
        mourant.stdout.readline()
        time.sleep(0.005 * rang)
        mourant.send_signal(signal.SIGKILL)
        mourant.wait()
        mourant.stdout.close()
    complets = [fichier for fichier in coffre_vide.glob("??/*") if fichier.suffix != coffre.PARTIEL]
    assert all(fichier.stat().st_size == 2_000_000 for fichier in complets), "un fichier nommé est toujours entier"
    assert len(reconcilier(maintenant=instant(2100, 1, 1)).orphelins) >= 1
    assert list(coffre_vide.glob("??/*")) == []
