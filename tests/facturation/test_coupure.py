"""A worker killed in the middle of an issue (SIGKILL), then another that resumes: each day is billed exactly once."""

import os
import signal
import subprocess
import sys
import time

import pytest
from django.db import connection

from facturation import tasks
from facturation.enums import EtatCampagne, EtatFacture
from facturation.models import Campagne, Facture, PresenceFacturee
from portail.commun.models import Courriel
from tests.facturation import scenes

pytestmark = pytest.mark.django_db(transaction=True)
FOYERS = 25

OUVRIER = """
import sys, time, django
django.setup()
from django.utils import timezone
from facturation.actions import emission
while emission.emettre_suivante(campagne_id=int(sys.argv[1]), maintenant=timezone.now()):
    time.sleep(0.02)
"""


def url_de_la_base():
    base = connection.settings_dict
    hote = base["HOST"].replace("/", "%2F")
    port = f":{base['PORT']}" if base["PORT"] else ""
    secret = f":{base['PASSWORD']}" if base["PASSWORD"] else ""
    return f"postgres://{base['USER']}{secret}@{hote}{port}/{base['NAME']}"


def test_killed_half_way_then_resumed_each_day_is_billed_once(matin, regie, regisseur, monkeypatch):
    monkeypatch.setattr(tasks.preparer_pdf_manquants, "delay", lambda: None)
    for _ in range(FOYERS):
        scenes.foyer(matin)
    campagne = scenes.campagne(regie, regisseur)
    scenes.lancer(campagne, regisseur)
    environnement = os.environ | {"DATABASE_URL": url_de_la_base(), "DJANGO_SETTINGS_MODULE": "portail.settings"}
    ouvrier = subprocess.Popen([sys.executable, "-c", OUVRIER, str(campagne.pk)], env=environnement)
    emises = Facture.objects.filter(etat=EtatFacture.EMISE)
    limite = time.monotonic() + 60
    while emises.count() < 3 and time.monotonic() < limite:
        time.sleep(0.01)
    ouvrier.send_signal(signal.SIGKILL)
    ouvrier.wait(10)
    faites = emises.count()
    assert 3 <= faites < FOYERS, "tué trop tôt ou trop tard pour prouver quelque chose"
    assert Campagne.objects.get().etat == EtatCampagne.EMISSION

    assert tasks.reprendre_les_emissions() == 1

    assert Campagne.objects.get().etat == EtatCampagne.EMISE
    assert sorted(emises.values_list("numero", flat=True)) == list(range(727, 727 + FOYERS))
    assert PresenceFacturee.objects.count() == 3 * FOYERS
    assert Courriel.objects.filter(nom="facture_emise").count() == FOYERS
    assert tasks.reprendre_les_emissions() == 0
