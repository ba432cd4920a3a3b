"""The real program in its own process, and a small receiver in place of the portal."""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

RACINE = Path(__file__).resolve().parents[2]
JETON = "Zk3vPq8sT1uXw5yB7dEfGh"


class Simulateur:
    """A plain HTTP client of one running simulator; redirects are followed by hand only."""

    def __init__(self, *options):
        environnement = {**os.environ, "PYTHONUNBUFFERED": "1", "http_proxy": "http://127.0.0.1:9"}
        # A file and not a pipe: nobody reads a pipe meanwhile, and a full one would stop the program.
        self.journal = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - closed by arreter
        self.processus = subprocess.Popen(
            [sys.executable, "-m", "simulateur", "--port", "0", *options],
            cwd=RACINE,
            env=environnement,
            stdout=subprocess.PIPE,
            stderr=self.journal,
            text=True,
        )
        annonce = self.processus.stdout.readline()
        trouve = re.search(r"http://127\.0\.0\.1:(\d+)/", annonce)
        assert trouve, annonce
        self.port = int(trouve[1])

    def demander(self, methode, chemin, corps=None, **entetes):
        """Returns (status, headers, text)."""
        connexion = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connexion.request(methode, chemin, corps, {cle.replace("_", "-"): v for cle, v in entetes.items()})
            reponse = connexion.getresponse()
            return reponse.status, reponse.headers, reponse.read().decode()
        finally:
            connexion.close()

    def lire(self, chemin):
        return self.demander("GET", chemin)

    def poster(self, chemin, **champs):
        return self.demander("POST", chemin, urlencode(champs), Content_Type="application/x-www-form-urlencoded")

    def mode(self, **mode):
        statut, _, texte = self.demander("POST", "/simulateur/mode", json.dumps(mode), Content_Type="application/json")
        return statut, json.loads(texte)

    def operations(self):
        return json.loads(self.lire("/simulateur/operations")[2])

    def ouvrir(self, **parametres):
        """Opens a payment and returns the address of its page."""
        statut, entetes, texte = self.lire("/tpa/paiement.web?" + urlencode(parametres))
        assert statut == 303, unescape(texte)
        return entetes["Location"]

    def arreter(self):
        """Stops by TERM; returns the exit status and all that was logged."""
        if self.processus.poll() is None:
            self.processus.send_signal(signal.SIGTERM)
        self.processus.wait(10)
        self.processus.stdout.close()
        if not self.journal.closed:
            self.journal.seek(0)
            self._texte = self.journal.read()
            self.journal.close()
        return self.processus.returncode, self._texte


class Recepteur:
    """The creditor's side: keeps what it receives, and answers what the test wants."""

    def __init__(self):
        self.recues = []
        self.statut = 200
        self.entetes = {}
        self.arrivee = threading.Condition()
        recepteur = self

        class Requete(BaseHTTPRequestHandler):
            def do_POST(self):
                corps = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode("ascii")
                with recepteur.arrivee:
                    recepteur.recues.append((self.path, self.headers["Content-Type"], corps))
                    recepteur.arrivee.notify_all()
                self.send_response(recepteur.statut)
                for nom, valeur in recepteur.entetes.items():
                    self.send_header(nom, valeur)
                self.end_headers()

            def do_GET(self):
                self.do_POST()

            def log_message(self, *args):
                pass

        self.serveur = ThreadingHTTPServer(("127.0.0.1", 0), Requete)
        self.port = self.serveur.server_address[1]
        self.origine = f"http://127.0.0.1:{self.port}"
        self.urlcl = f"{self.origine}/paiement/tipi/notification/{JETON}/"
        self.fil = threading.Thread(target=self.serveur.serve_forever, args=(0.05,))
        self.fil.start()

    def attendre(self, nombre, secondes=10):
        """The fields of the notifications, once there are that many of them."""
        with self.arrivee:
            assert self.arrivee.wait_for(lambda: len(self.recues) >= nombre, secondes), self.recues
        return self.champs()

    def champs(self):
        return [
            {cle: v[0] for cle, v in parse_qs(corps, keep_blank_values=True, strict_parsing=True).items()}
            for _, _, corps in self.recues
        ]

    def fermer(self):
        self.serveur.shutdown()
        self.serveur.server_close()
        self.fil.join()


@pytest.fixture(scope="session")
def _simulateur():
    simulateur = Simulateur()
    yield simulateur
    simulateur.arreter()


@pytest.fixture
def simulateur(_simulateur):
    """The shared process, in normal mode."""
    _simulateur.mode()
    yield _simulateur
    _simulateur.mode()


@pytest.fixture
def lancer():
    """Starts simulators of the test's own, with options."""
    lances = []

    def _lancer(*options):
        lances.append(Simulateur(*options))
        return lances[-1]

    yield _lancer
    for simulateur in lances:
        simulateur.arreter()


@pytest.fixture
def recepteur():
    recepteur = Recepteur()
    yield recepteur
    recepteur.fermer()


@pytest.fixture
def demande(recepteur):
    """A right request, notified to the receiver."""
    return {
        "numcli": "090909",
        "exer": "2018",
        "refdet": "18010000000727K3Q9ZX7B",
        "objet": "b6f0c1d2e3a44958a7b6c5d4e3f2a1b0",
        "montant": "525",
        "mel": "famille.aabelium@exemple.fr",
        "urlcl": recepteur.urlcl,
        "saisie": "T",
    }


@pytest.fixture
def carte():
    return {"numero": "4970 1000 0000 0006", "mois": "12", "annee": "2090", "cryptogramme": "123"}


def cle_de(page):
    """The operation's key in the address of its page."""
    return urlsplit(page).path.split("/")[3]
